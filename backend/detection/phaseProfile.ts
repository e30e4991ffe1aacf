/**
 * What is usual at each phase of a season: a value and how far off values are there. The phase is led by the profile itself, as an
 * oscillator is locked to a signal: where the profile is steep, an error tells how far the phase is off, so a season that is
 * not quite as long as thought, or strays, is followed. Edges that come a little sooner or later are far off often, and count for less.
 */
import { pack, unpack } from './packedFloat.ts';
import type { Past } from './history.ts';

/** Numbers a profile by phase keeps in its part of the state. */
export const PHASE_PROFILE_SIZE = 5;
/** Points of a cycle; 0 where no season is known. */
const PERIOD = 0;
/** Of the newest value, 0 to 1. */
const PHASE = 1;
const PARTS = 2;
const CYCLES = 3;
/** Mean square of the slope. */
const STEEPNESS = 4;

const MOST_PARTS = 88;
const LEAST_PARTS = 3;
export const PHASE_PROFILE_BYTES = MOST_PARTS * 4 + MOST_PARTS * 2;

/** Weight of the newest cycle. */
const GAIN = 0.1;
/** Share of what the phase was off that is made good in a cycle, and share of it by which the period is corrected. */
const PULL = 0.5;
const TURN = 0.05;
const MOST_OFF = 0.25;
const LEAST_PERIOD = 2;
/** How little a phase may be off usually, beside all. */
const LEAST_SHARE = 0.3;
/** A first profile is a mean of neighbours, then brought nearer to what was. */
const SWEEPS = 2;
const SWEEP_GAIN = 0.3;

const fraction = (number: number): number => number - Math.floor(number);

export interface PhaseProfile {
  /** Points of a cycle; 0 where no season is tried. */
  period: () => number;
  /** What is expected so many steps on. */
  expected: (steps: number) => number;
  /** How far off values are usually at that phase, beside `usual`, what they are off in all. */
  share: (steps: number, usual: number) => number;
  /** Goes on so many steps and takes in what was off there; for the profile it counts as no more than `most`. */
  add: (error: number, steps: number, most: number) => void;
  /** The weight of a new point in what is learnt of a cycle. */
  gain: () => number;
  /** Starts with a season that shows in the past. */
  start: (period: number, past: Past) => void;
  drop: () => void;
}

/** A profile whose scalars live at `at` in the state and whose parts in `bytes` from `from`. */
export function createPhaseProfile(state: Float64Array, at: number, bytes: ArrayBuffer, from: number): PhaseProfile {
  const usual = new Float32Array(bytes, from, MOST_PARTS);
  const usualError = new Uint16Array(bytes, from + MOST_PARTS * 4, MOST_PARTS);
  const periodOf = (): number => state[at + PERIOD] ?? 0;
  const partsOf = (): number => Math.max(LEAST_PARTS, state[at + PARTS] ?? 0);
  const phaseAfter = (steps: number): number => fraction((state[at + PHASE] ?? 0) + steps / periodOf());

  /** The parts that a phase lies between, and how near to the second. */
  const between = (phase: number): readonly [number, number, number] => {
    const place = phase * partsOf();
    const part = Math.floor(place) % partsOf();
    return [part, (part + 1) % partsOf(), place - Math.floor(place)];
  };
  const valueAt = (phase: number): number => {
    const [part, next, rest] = between(phase);
    return (usual[part] ?? 0) + rest * ((usual[next] ?? 0) - (usual[part] ?? 0));
  };
  const slopeAt = (part: number, next: number): number => ((usual[next] ?? 0) - (usual[part] ?? 0)) * partsOf();
  const learn = (phase: number, error: number, gain: number): void => {
    const [part, next, rest] = between(phase);
    usual[part] = (usual[part] ?? 0) + gain * (1 - rest) * error;
    usual[next] = (usual[next] ?? 0) + gain * rest * error;
  };
  const learnError = (phase: number, size: number, gain: number): void => {
    const [part, next, rest] = between(phase);
    const ofPart = unpack(usualError[part] ?? 0);
    const ofNext = unpack(usualError[next] ?? 0);
    usualError[part] = pack(ofPart + gain * (1 - rest) * (size - ofPart));
    usualError[next] = pack(ofNext + gain * rest * (size - ofNext));
  };
  const gain = (): number => Math.max(GAIN, 1 / ((state[at + CYCLES] ?? 0) + 1)) / periodOf();

  /** Brings phase and period nearer to what an error on a slope tells. */
  const follow = (phase: number, error: number, slope: number): void => {
    const period = periodOf();
    const steepness = (state[at + STEEPNESS] ?? 0) + (slope * slope - (state[at + STEEPNESS] ?? 0)) / (2 * period);
    state[at + STEEPNESS] = steepness;
    const off = steepness > 0 ? Math.max(-MOST_OFF, Math.min(MOST_OFF, (error * slope) / Math.max(steepness, (slope * slope) / period))) : 0;
    state[at + PHASE] = fraction(phase + (PULL * off) / period);
    state[at + PERIOD] = Math.max(LEAST_PERIOD, period - TURN * off);
  };

  return {
    period: periodOf,
    gain,
    drop: () => void (state[at + PERIOD] = 0),
    expected: (steps) => valueAt(phaseAfter(steps)),
    share: (steps, all) => {
      if (all === 0) return 1;
      const [part, next, rest] = between(phaseAfter(steps));
      const here = unpack(usualError[part] ?? 0);
      return Math.max(LEAST_SHARE, (here + rest * (unpack(usualError[next] ?? 0) - here)) / all);
    },
    add: (error, steps, most) => {
      const phase = phaseAfter(steps);
      const [part, next] = between(phase);
      const slope = slopeAt(part, next);
      const limited = Math.max(-most, Math.min(most, error));
      state[at + CYCLES] = (state[at + CYCLES] ?? 0) + steps / periodOf();
      const ofPart = gain() * Math.min(periodOf(), partsOf());
      learn(phase, limited, ofPart);
      learnError(phase, Math.min(Math.abs(error), 2 * most), ofPart);
      follow(phase, limited, slope);
    },
    start: (period, { stride, values }) => {
      state.fill(0, at, at + PHASE_PROFILE_SIZE);
      const parts = Math.max(LEAST_PARTS, Math.min(MOST_PARTS, Math.floor(period / stride)));
      state[at + PERIOD] = period;
      state[at + PARTS] = parts;
      state[at + CYCLES] = Math.floor((values.length * stride) / period);
      // The newest value is at phase 0.
      const phases = values.map((_, index) => fraction(((index + 1 - values.length) * stride - (stride - 1) / 2) / period));
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const weights = new Float64Array(parts);
      const sums = new Float64Array(parts);
      values.forEach((value, index) => {
        const [part, next, rest] = between(phases[index] ?? 0);
        weights[part] = (weights[part] ?? 0) + 1 - rest;
        weights[next] = (weights[next] ?? 0) + rest;
        sums[part] = (sums[part] ?? 0) + (1 - rest) * (value - mean);
        sums[next] = (sums[next] ?? 0) + rest * (value - mean);
      });
      for (let part = 0; part < parts; part += 1) usual[part] = mean + ((weights[part] ?? 0) > 0 ? (sums[part] ?? 0) / (weights[part] ?? 1) : 0);
      for (let sweep = 0; sweep < SWEEPS; sweep += 1) values.forEach((value, index) => learn(phases[index] ?? 0, value - valueAt(phases[index] ?? 0), SWEEP_GAIN));
      usualError.fill(pack(values.reduce((sum, value, index) => sum + Math.abs(value - valueAt(phases[index] ?? 0)), 0) / values.length));
      let squares = 0;
      for (let part = 0; part < parts; part += 1) squares += slopeAt(part, (part + 1) % parts) ** 2;
      state[at + STEEPNESS] = squares / parts;
    },
  };
}
