/**
 * Series with anomalies of known kind, from a seed: days and weeks with noise, and in them spikes, dips, level shifts, changes of
 * variance and changes of trend. No file of the benchmark is imitated; sizes are in standard deviations of the noise.
 */
import type { LabelledSeries } from './series.ts';

export const KINDS = ['spike', 'dip', 'level', 'variance', 'trend'] as const;
export type AnomalyKind = (typeof KINDS)[number];

export interface SyntheticSeries extends LabelledSeries {
  readonly kinds: readonly AnomalyKind[];
}

const STEP_MS = 300_000;
export const POINTS_A_DAY = 288;
const DAYS = 56;
/** Days without an anomaly at the start. */
const QUIET_DAYS = 15;
/** What happens while the first two weeks are learnt is not judged. */
const LEARNING_DAYS = 14;
/** Points after an anomaly in which its end may still be noticed. */
const AFTER = 24;
/** A Monday, 00:00 UTC. */
const START_MS = Date.UTC(2026, 0, 5);

/** Numbers from 0 to 1 that depend on the seed only (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A normally distributed number (Box & Muller). */
export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

interface Planted {
  readonly kind: AnomalyKind;
  readonly from: number;
  readonly length: number;
  readonly size: number;
}

function plant(random: () => number, kind: AnomalyKind, from: number): Planted {
  const sign = random() < 0.5 ? -1 : 1;
  switch (kind) {
    case 'spike': return { kind, from, length: 1 + Math.floor(random() * 3), size: 8 + 8 * random() };
    case 'dip': return { kind, from, length: 1 + Math.floor(random() * 3), size: -8 - 8 * random() };
    case 'level': return { kind, from, length: 100 + Math.floor(random() * 150), size: sign * (6 + 6 * random()) };
    case 'variance': return { kind, from, length: 72 + Math.floor(random() * 72), size: 4 + 2 * random() };
    case 'trend': return { kind, from, length: 144 + Math.floor(random() * 72), size: sign * (10 + 6 * random()) };
  }
}

function effect({ kind, from, length, size }: Planted, at: number, noise: number): number {
  if (at < from || at >= from + length) return 0;
  switch (kind) {
    case 'variance': return noise * (size - 1);
    case 'trend': return (size * (at - from + 1)) / length;
    case 'spike':
    case 'dip':
    case 'level': return size;
  }
}

/** One series: amplitude, slope, sharpness of the day, weekends and persistence of the noise differ by seed. */
export function synthesise(seed: number): SyntheticSeries {
  const random = randomFrom(seed);
  const points = DAYS * POINTS_A_DAY;
  const amplitude = 3 + 12 * random();
  const harmonic = random();
  const weekend = 0.4 + 0.6 * random();
  const persistence = 0.6 * random();
  const scale = 10 ** (-1 + 4 * random());
  const phase = random() * 2 * Math.PI;
  const base = 20 + 80 * random();
  const planted: Planted[] = [];
  for (let at = QUIET_DAYS * POINTS_A_DAY; ; ) {
    at += Math.floor((2 + 4 * random()) * POINTS_A_DAY);
    if (at > points - 2 * POINTS_A_DAY) break;
    planted.push(plant(random, KINDS[Math.floor(random() * KINDS.length)] ?? 'spike', at));
  }
  const timesMs = Float64Array.from({ length: points }, (_, at) => START_MS + at * STEP_MS);
  let noise = 0;
  const values = Float64Array.from({ length: points }, (_, at) => {
    const angle = (2 * Math.PI * at) / POINTS_A_DAY + phase;
    const isWeekend = Math.floor(at / POINTS_A_DAY) % 7 >= 5;
    noise = persistence * noise + Math.sqrt(1 - persistence ** 2) * normal(random);
    const usual = amplitude * (isWeekend ? weekend : 1) * (Math.sin(angle) + harmonic * 0.5 * Math.sin(2 * angle));
    return scale * (base + usual + noise + planted.reduce((sum, one) => sum + effect(one, at, noise), 0));
  });
  return {
    name: `synthetic/${seed}`, category: 'synthetic', timesMs, values, trial: LEARNING_DAYS * POINTS_A_DAY,
    windows: planted.map(({ from, length }): readonly [number, number] => [from, Math.min(points - 1, from + length + AFTER)]), kinds: planted.map(({ kind }) => kind),
  };
}
