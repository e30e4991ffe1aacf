/** Series for tests, from a seed. */
import { normal, randomFrom } from '../platform/seededRandom.ts';
import type { Detector, Reading } from './detector.ts';

export const STEP_MS = 300_000;
/** A Monday, 00:00 UTC. */
export const START_MS = Date.UTC(2026, 0, 5);

/** A working day's load with noise: quiet nights, weekends at half. */
export function load(seed: number, points: number): number[] {
  const random = randomFrom(seed);
  return Array.from({ length: points }, (_, at) => {
    const day = at % 288;
    const isWeekend = Math.floor(at / 288) % 7 >= 5;
    return 100 + (isWeekend ? 20 : 40) * Math.max(0, Math.sin(((day - 84) / 168) * Math.PI)) + 2 * normal(random);
  });
}

/** Everything a detector says of values at a fixed interval. */
export function play(detector: Detector, values: readonly (number | null)[], from = 0, stepMs = STEP_MS): Reading[] {
  return values.map((value, at) => detector.step(START_MS + (from + at) * stepMs, value));
}

/** Indexes of anomalies. */
export function found(readings: readonly Reading[]): number[] {
  return readings.flatMap(({ anomaly }, at) => (anomaly ? [at] : []));
}
