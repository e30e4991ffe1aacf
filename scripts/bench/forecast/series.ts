/** Series to forecast: made ones, seeded, and those of MUSTER_DATA/nab. */
import { normal as normalOf, randomFrom } from '../../../backend/platform/seededRandom.ts';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

export interface Series {
  readonly name: string;
  readonly values: readonly number[];
  /** Steps of a day. */
  readonly period: number;
}

const LENGTH = 3_000;
const DAY = 288;

/** One of each kind for a seed. */
export function madeSeries(seed: number, length = LENGTH): Series[] {
  const even = randomFrom(seed);
  const normal = (): number => normalOf(even);
  const make = (name: string, at: (index: number) => number): Series => ({ name, period: DAY, values: Array.from({ length }, (_, index) => at(index)) });
  let walk = 50;
  let damped = 0;
  let filled = 20;
  let rate = 0.02;
  let shift = 0;
  let saw = 0;
  return [
    make('line with noise', (index) => 20 + 0.02 * index + normal()),
    make('day and trend', (index) => 50 + 0.005 * index + 10 * Math.sin((2 * Math.PI * index) / DAY) + normal()),
    make('random walk', () => (walk += 0.5 * normal())),
    make('returns to its mean', () => (damped = 0.9 * damped + normal())),
    make('fills unevenly', (index) => {
      if (index % 200 === 0) rate = 0.01 + 0.03 * even();
      return (filled += rate * (0.5 + even()));
    }),
    make('level shifts', () => {
      if (even() < 1 / 400) shift += 5 * normal();
      return shift + normal();
    }),
    make('fills and is emptied', () => {
      saw = saw > 60 ? 5 * even() : saw + 0.1 + 0.05 * normal();
      return saw;
    }),
    make('heavy tails', () => 10 + normal() / Math.max(0.2, even())),
  ];
}

/** All series of the folder; gaps are not filled. */
export async function nabSeries(dir: string): Promise<Series[]> {
  const found: Series[] = [];
  for (const category of await readdir(join(dir, 'data'))) {
    for (const file of (await readdir(join(dir, 'data', category))).filter((name) => name.endsWith('.csv.gz'))) {
      const rows = gunzipSync(await readFile(join(dir, 'data', category, file))).toString('utf8').trim().split('\n').slice(1);
      const times = rows.map((row) => Date.parse(`${row.slice(0, row.indexOf(',')).replace(' ', 'T')}Z`));
      const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time)).sort((a, b) => a - b);
      const step = gaps[Math.floor(gaps.length / 2)] ?? 300_000;
      found.push({ name: `${category}/${file.replace('.csv.gz', '')}`, values: rows.map((row) => Number(row.slice(row.indexOf(',') + 1))), period: Math.round(86_400_000 / Math.max(step, 60_000)) });
    }
  }
  return found;
}
