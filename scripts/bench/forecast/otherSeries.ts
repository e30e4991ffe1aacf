/** Kinds of series on which nothing of the forecaster was chosen: to see whether what it says of limits holds elsewhere. */
import { normal as normalOf, randomFrom } from '../../../backend/platform/seededRandom.ts';
import type { Limit } from '../../../backend/prediction/index.ts';
import type { Series } from './series.ts';

const DAY = 288;

export interface LimitedSeries extends Series {
  /** Where the kind has one of its own. */
  readonly limit: Limit | null;
}

/** One of each kind for a seed. */
export function otherSeries(seed: number, length: number): LimitedSeries[] {
  const even = randomFrom(7_919 * seed + 13);
  const normal = (): number => normalOf(even);
  const make = (name: string, limit: Limit | null, at: (index: number) => number): LimitedSeries => ({ name, limit, period: DAY, values: Array.from({ length }, (_, index) => at(index)) });
  const disk = { noise: 0.05 + 0.5 * even(), level: 30 + 20 * even(), rate: 0, left: 300 + 400 * even() };
  const leak = { rate: 0.05 + 0.1 * even(), used: 30, most: 80 };
  let queue = 0;
  const growth = 0.002 + 0.006 * even();
  const wander = { value: 50, trend: 0 };
  const faster = (2.5 + 2.5 * even()) / length;
  let slow = 0;
  const batch = { size: 0.4 + 0.8 * even(), cleaned: 0.3 + 0.8 * even(), used: 20 };
  const free = { left: 500, rate: 0.15 };
  return [
    // Half of them stop before they are full.
    make('starts to fill', { value: 90, side: 'above' }, () => {
      disk.left -= 1;
      if (disk.left <= 0 && disk.rate === 0) {
        disk.rate = 0.03 + 0.25 * even() ** 2;
        disk.left = ((0.3 + 1.2 * even()) * (90 - disk.level)) / disk.rate;
      } else if (disk.left <= 0) {
        disk.rate = 0;
        disk.left = 100 + 400 * even();
        if (disk.level > 70) disk.level = 30 + 20 * even();
      }
      disk.level += disk.rate;
      if (disk.level > 99) Object.assign(disk, { level: 30, rate: 0, left: 300 });
      return disk.level + disk.noise * normal();
    }),
    make('leak with restarts', { value: 92, side: 'above' }, () => {
      leak.used += leak.rate * (0.5 + even());
      if (leak.used > leak.most) Object.assign(leak, { used: 25 + 5 * even(), most: 75 + 22 * even() });
      return leak.used + 0.4 * normal();
    }),
    make('queue', null, (index) => (queue = Math.max(0, queue + 1.2 * Math.sin((2 * Math.PI * index) / DAY) + 3 * normal() - 1))),
    make('weekdays and growth', null, (index) => (40 + growth * index) * (0.6 + (Math.floor(index / DAY) % 7 < 5 ? 0.4 : 0.2) * Math.sin((Math.PI * (index % DAY)) / DAY) ** 2) + 0.7 * normal()),
    make('wandering trend', null, () => {
      wander.trend = 0.98 * wander.trend + 0.02 * normal();
      wander.value += wander.trend;
      return wander.value + 0.3 * normal();
    }),
    make('grows ever faster', null, (index) => 20 + 5 * Math.exp(faster * index) * (1 + 0.02 * normal())),
    make('latency', null, () => 100 * Math.exp(0.6 * (slow = 0.95 * slow + 0.25 * normal()))),
    make('batches, cleaned nightly', null, (index) => {
      if (index % 12 === 0) batch.used += batch.size * (0.5 + even());
      if (index % DAY === 30) batch.used = Math.max(5, batch.used - 24 * batch.size * batch.cleaned);
      return batch.used + 0.02 * normal();
    }),
    make('free space', { value: 100, side: 'below' }, (index) => {
      if (index % 150 === 0) free.rate = 0.05 + 0.3 * even();
      free.left -= free.rate * (0.3 + 1.4 * even());
      if (free.left < 60) free.left = 450 + 100 * even();
      return free.left + 0.5 * normal();
    }),
  ];
}
