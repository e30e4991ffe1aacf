/**
 * Made-up series that are unlike the benchmark's: steps from a second to a day, some hundred to a hundred thousand points, seasons
 * that are no day, an index in place of a time. In each are spikes, shifts, trends, restless and stuck stretches. Seeded.
 */
import { normal, randomFrom } from '../../../backend/platform/seededRandom.ts';
import type { LabelledSeries } from './series.ts';

interface Shape {
  readonly points: number;
  readonly stepMs: number;
  readonly anomalies: number;
  /** Points of a season, from and to. */
  readonly season: readonly [number, number];
  /** Points of a day, where weekends are calmer. */
  readonly day?: number;
  readonly isIndex?: boolean;
}

export const SHAPES: Readonly<Record<string, Shape>> = {
  'hourly, 1,400 points, days and weeks': { points: 1400, stepMs: 3_600_000, anomalies: 2, season: [24, 24], day: 24 },
  'the same, an index for time': { points: 1400, stepMs: 1000, anomalies: 2, season: [24, 24], isIndex: true },
  'quarters of an hour, 4,000 points': { points: 4000, stepMs: 900_000, anomalies: 2, season: [96, 96], day: 96 },
  'minutes, 20,000 points': { points: 20_000, stepMs: 60_000, anomalies: 4, season: [1440, 1440], day: 1440 },
  'minutes, 500 points, seasons of 20 to 80': { points: 500, stepMs: 60_000, anomalies: 1, season: [20, 80] },
  'seconds, 5,000 points, seasons of 50 to 300': { points: 5000, stepMs: 1000, anomalies: 2, season: [50, 300] },
  'seconds, 100,000 points, seasons of 600': { points: 100_000, stepMs: 1000, anomalies: 3, season: [600, 600] },
  'an index, 8,000 points, seasons of 60 to 260': { points: 8000, stepMs: 1, anomalies: 1, season: [60, 260], isIndex: true },
  'days, 800 points, weeks': { points: 800, stepMs: 86_400_000, anomalies: 2, season: [7, 7] },
  'five minutes, 3,000 points, no season': { points: 3000, stepMs: 300_000, anomalies: 2, season: [1e9, 1e9] },
};

const MONDAY_MS = Date.UTC(2026, 0, 5);

/** Puts an anomaly into the values; how long it is. */
function disturb(random: () => number, values: Float64Array, from: number, spread: number, amplitude: number): number {
  const kind = Math.floor(random() * 5);
  const sign = random() < 0.5 ? -1 : 1;
  const length = kind === 0 ? 1 + Math.floor(random() * 3) : Math.max(4, Math.floor(values.length * (0.01 + 0.03 * random())));
  const stuck = values[from] ?? 0;
  for (let at = from; at < Math.min(values.length, from + length); at += 1) {
    const value = values[at] ?? 0;
    if (kind === 0) values[at] = value + sign * spread * (8 + 6 * random());
    else if (kind === 1) values[at] = value + sign * (5 * spread + 0.4 * amplitude);
    else if (kind === 2) values[at] = value + (sign * (7 * spread + 0.5 * amplitude) * (at - from)) / length;
    else values[at] = kind === 3 ? value + normal(random) * (5 * spread + 0.2 * amplitude) : stuck;
  }
  return length;
}

function places(random: () => number, points: number, count: number): number[] {
  const found: number[] = [];
  for (let tries = 0; found.length < count && tries < 200; tries += 1) {
    const at = Math.floor(points * (0.3 + 0.65 * random()));
    if (found.every((other) => Math.abs(other - at) > 0.12 * points)) found.push(at);
  }
  return found.sort((a, b) => a - b);
}

/** A series of a shape; its windows are a tenth of it together, as in the benchmark. */
export function unlike(category: string, shape: Shape, seed: number): LabelledSeries {
  const { points, stepMs, season, day } = shape;
  const random = randomFrom(seed * 7919 + points + stepMs);
  const period = season[0] + (season[1] - season[0]) * random();
  const amplitude = 1 + 4 * random();
  const spread = amplitude * (0.03 + 0.2 * random());
  const [phase, second, third, persistence, level] = [6.283 * random(), random(), 0.5 * random(), 0.7 * random(), 10 + 20 * random()];
  let noise = 0;
  const values = Float64Array.from({ length: points }, (_, at) => {
    noise = persistence * noise + Math.sqrt(1 - persistence ** 2) * normal(random);
    const angle = (6.283 * at) / period + phase;
    const share = day !== undefined && Math.floor(at / day) % 7 >= 5 ? 0.6 : 1;
    return level + share * amplitude * (Math.sin(angle) + 0.5 * second * Math.sin(2 * angle) + third * Math.sin(3 * angle)) + spread * noise;
  });
  const trial = Math.min(Math.floor(0.15 * points), 750);
  const width = Math.floor((0.1 * points) / shape.anomalies);
  const windows = places(random, points, shape.anomalies).map((from): readonly [number, number] => {
    const middle = from + Math.floor(Math.min(disturb(random, values, from, spread, amplitude), width) / 2);
    return [middle - (width >> 1), Math.min(points - 1, middle + (width >> 1))];
  });
  return { name: `${category}/${seed}`, category, timesMs: Float64Array.from({ length: points }, (_, at) => (shape.isIndex === true ? 0 : MONDAY_MS) + at * stepMs), values, windows, trial };
}
