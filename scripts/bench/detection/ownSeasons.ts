/**
 * Made-up series whose season is their own, and no neat one: pulses, edges, ramps, phases and levels that wander, amplitudes that
 * breathe; and two kinds without any. What goes wrong in them is of the size of the season as well: a cycle too fast, too flat,
 * backwards, stuck. Seeded.
 */
import { normal, randomFrom } from '../../../backend/platform/seededRandom.ts';
import type { LabelledSeries } from './series.ts';

export interface OwnSeason {
  readonly points: number;
  readonly wave: 'pulse' | 'square' | 'ramp' | 'smooth' | 'none';
  /** Points of a season, from and to. */
  readonly season: readonly [number, number];
  readonly anomalies: number;
  /** How much each cycle is longer or shorter, as a share. */
  readonly jitter?: number;
  /** Steps of the level, as a share of the amplitude. */
  readonly wander?: number;
  /** How much the amplitude swells, as a share. */
  readonly breath?: number;
  /** Noise as a share of the amplitude; 0.02 to 0.12 when not given. */
  readonly noise?: number;
}

export const OWN_SEASONS: Readonly<Record<string, OwnSeason>> = {
  'pulses, 6,000 points, 80 to 400': { points: 6000, wave: 'pulse', season: [80, 400], anomalies: 1, jitter: 0.03 },
  'pulses, 1,500 points, 20 to 100': { points: 1500, wave: 'pulse', season: [20, 100], anomalies: 1, jitter: 0.02 },
  'edges, 3,000 points, 12 to 150': { points: 3000, wave: 'square', season: [12, 150], anomalies: 2 },
  'ramps, 4,000 points, 30 to 300': { points: 4000, wave: 'ramp', season: [30, 300], anomalies: 2, jitter: 0.01 },
  'smooth, the level wanders, 2,000 points, 12 to 100': { points: 2000, wave: 'smooth', season: [12, 100], anomalies: 2, wander: 0.015 },
  'smooth, the phase strays, 5,000 points, 40 to 250': { points: 5000, wave: 'smooth', season: [40, 250], anomalies: 2, jitter: 0.06 },
  'smooth, the amplitude breathes, 2,000 points, 24 to 60': { points: 2000, wave: 'smooth', season: [24, 60], anomalies: 2, breath: 0.4 },
  'smooth, under much noise, 2,500 points, 12 to 120': { points: 2500, wave: 'smooth', season: [12, 120], anomalies: 2, noise: 0.6 },
  'no season, persistent noise, 2,500 points': { points: 2500, wave: 'none', season: [40, 40], anomalies: 2, noise: 1 },
  'no season, a random walk, 2,500 points': { points: 2500, wave: 'none', season: [40, 40], anomalies: 2, wander: 0.15, noise: 0.3 },
};

const MONDAY_MS = Date.UTC(2026, 0, 5);
const KINDS = ['spike', 'shift', 'trend', 'restless', 'stuck', 'speed', 'size', 'backwards'] as const;

interface Planted {
  readonly kind: (typeof KINDS)[number];
  readonly from: number;
  readonly length: number;
  readonly sign: number;
}

const bump = (phase: number, middle: number, width: number): number => Math.exp(-(((phase - middle) / width) ** 2));

/** The form of a cycle, which differs by seed. */
function formOf({ wave }: OwnSeason, random: () => number): (phase: number) => number {
  const [second, third, shift, duty] = [random(), 0.6 * random(), 6.28 * random(), 0.2 + 0.5 * random()];
  switch (wave) {
    case 'pulse': return (phase) => 2.5 * bump(phase, 0.3, 0.03) - 0.6 * bump(phase, 0.36, 0.03) + 0.6 * second * bump(phase, 0.65, 0.08);
    case 'square': return (phase) => (phase < duty ? 1 : -1);
    case 'ramp': return (phase) => 2 * phase - 1;
    case 'smooth': return (phase) => Math.sin(6.2832 * phase) + 0.5 * second * Math.sin(12.5664 * phase + shift) + third * Math.sin(18.8496 * phase);
    case 'none': return () => 0;
  }
}

function plant(shape: OwnSeason, period: number, width: number, random: () => number): Planted[] {
  const places: number[] = [];
  for (let tries = 0; places.length < shape.anomalies && tries < 200; tries += 1) {
    const at = Math.floor(shape.points * (0.3 + 0.65 * random()));
    if (places.every((other) => Math.abs(other - at) > 0.12 * shape.points)) places.push(at);
  }
  return places.sort((a, b) => a - b).map((from) => {
    // Without a season there is none to be too fast or too flat.
    const kind = KINDS[Math.floor(random() * (shape.wave === 'none' ? 5 : KINDS.length))] ?? 'spike';
    const long = Math.floor(shape.wave === 'none' ? 0.02 * shape.points : period * (0.3 + 1.2 * random()));
    return { kind, from, sign: random() < 0.5 ? -1 : 1, length: kind === 'spike' ? 1 + Math.floor(3 * random()) : Math.max(6, Math.min(width, long)) };
  });
}

/** A series of such a season; its windows are a tenth of it together, as in the benchmark. Every other one has an index for time. */
export function ownSeason(category: string, shape: OwnSeason, seed: number): LabelledSeries {
  const { points } = shape;
  const random = randomFrom(seed * 104_729 + points + 31 * category.length);
  const period = shape.season[0] + (shape.season[1] - shape.season[0]) * random();
  const amplitude = 1 + 4 * random();
  const spread = amplitude * (shape.noise ?? 0.02 + 0.1 * random());
  const persistence = 0.6 * random();
  const form = formOf(shape, random);
  const width = Math.floor((0.1 * points) / shape.anomalies);
  const planted = plant(shape, period, width, random);
  let [phase, cycle, level, noise, stuck] = [random(), period, 10 + 20 * random(), 0, 0];
  const values = Float64Array.from({ length: points }, (_, at) => {
    noise = persistence * noise + Math.sqrt(1 - persistence ** 2) * normal(random);
    level += (shape.wander ?? 0) * amplitude * normal(random);
    const now = planted.find(({ from, length }) => at >= from && at < from + length);
    const { kind, sign } = now ?? { kind: null, sign: 1 };
    const swell = (1 + (shape.breath ?? 0) * Math.sin((6.2832 * at) / (9.3 * period))) * (kind === 'size' ? (sign > 0 ? 1.8 : 0.2) : 1);
    let value = level + amplitude * swell * form(kind === 'backwards' ? 1 - phase : phase) + spread * noise;
    if (kind === 'spike') value += sign * (spread * (8 + 6 * random()) + 0.3 * amplitude);
    if (kind === 'shift') value += sign * (5 * spread + 0.4 * amplitude);
    if (kind === 'trend' && now !== undefined) value += (sign * (7 * spread + 0.5 * amplitude) * (at - now.from)) / now.length;
    if (kind === 'restless') value += normal(random) * (5 * spread + 0.2 * amplitude);
    if (at === now?.from) stuck = value;
    phase += (kind === 'speed' ? (sign > 0 ? 1.6 : 0.6) : 1) / cycle;
    if (phase >= 1) {
      phase -= 1;
      cycle = period * (1 + (shape.jitter ?? 0) * normal(random));
    }
    return kind === 'stuck' ? stuck : value;
  });
  const windows = planted.map(({ from, length }): readonly [number, number] => [from + (length >> 1) - (width >> 1), Math.min(points - 1, from + (length >> 1) + (width >> 1))]);
  return { name: `${category}/${seed}`, category, timesMs: Float64Array.from({ length: points }, (_, at) => (seed % 2 === 0 ? MONDAY_MS : 0) + at * 1000), values, windows, trial: Math.min(Math.floor(0.15 * points), 750) };
}
