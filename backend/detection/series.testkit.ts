/** Series for tests, from a seed. */
import type { Detector, Reading } from './detector.ts';

export const STEP_MS = 300_000;
/** A Monday, 00:00 UTC. */
export const START_MS = Date.UTC(2026, 0, 5);

/** Numbers from 0 to 1 that depend on the seed only. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const normal = (random: () => number): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

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
