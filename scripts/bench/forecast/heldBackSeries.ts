/** Kinds of series that were looked at once, after everything of the forecaster was chosen. */
import { normal as normalOf, randomFrom } from '../../../backend/platform/seededRandom.ts';
import type { Limit } from '../../../backend/prediction/index.ts';
import type { LimitedSeries } from './otherSeries.ts';

const DAY = 288;

/** One of each kind for a seed. */
export function heldBackSeries(seed: number, length: number): LimitedSeries[] {
  const even = randomFrom(104_729 * seed + 71);
  const normal = (): number => normalOf(even);
  const make = (name: string, limit: Limit | null, at: (index: number) => number): LimitedSeries => ({ name, limit, period: DAY, values: Array.from({ length }, (_, index) => at(index)) });
  const quota = { used: 200 * even(), perDay: 6 + 8 * even() };
  const pool = { leaked: 5, rate: 0.02 + 0.04 * even() };
  const backlog = { waiting: 0, rate: 0 };
  const days = length / DAY - 4 * even();
  const log = { size: 10, rate: 0.03 + 0.05 * even() };
  return [
    // Writes by day more than by night.
    make('disk of an office', null, (index) => (quota.used += ((quota.perDay / DAY) * (1 + Math.sin((2 * Math.PI * index) / DAY)) * (0.4 + 1.2 * even()))) + 0.3 * normal()),
    // Connections of the day, and some that are never given back until somebody restarts it.
    make('pool that leaks', { value: 100, side: 'above' }, (index) => {
      pool.leaked += pool.rate * even();
      if (pool.leaked > 95) pool.leaked = 5;
      return Math.max(0, pool.leaked + 12 + 10 * Math.sin((2 * Math.PI * index) / DAY) + (2 + Math.sin((2 * Math.PI * index) / DAY)) * normal());
    }),
    // Grows while a consumer is down, and is worked off after.
    make('backlog', { value: 400, side: 'above' }, () => {
      if (even() < 1 / 300) backlog.rate = 1 + 3 * even();
      if (backlog.rate > 0 && even() < 1 / 150) backlog.rate = -6;
      backlog.waiting = Math.max(0, backlog.waiting + backlog.rate * (0.6 + 0.8 * even()));
      if (backlog.waiting === 0) backlog.rate = Math.max(0, backlog.rate);
      return backlog.waiting + 4 * Math.abs(normal());
    }),
    make('days that a certificate is good', { value: 3, side: 'below' }, (index) => days - index / DAY),
    // Rotated by the week.
    make('log, rotated weekly', { value: 95, side: 'above' }, (index) => {
      log.size = index % (7 * DAY) === 0 ? 5 : log.size + log.rate * (0.5 + even());
      return log.size + 0.1 * normal();
    }),
    make('temperature', null, (index) => 22 + 3 * Math.sin((2 * Math.PI * index) / DAY) + 1.5 * Math.sin((2 * Math.PI * index) / (9.3 * DAY)) + 0.3 * normal()),
  ];
}
