/** What is usual at this phase of a season that the series shows by itself. */
import type { History } from './history.ts';
import { pack, unpack } from './profile.ts';

export const SEASON_SIZE = 12;
const PERIOD = 0;
const PHASE = 1;
const BINS = 2;
const CYCLES = 3;
const FLAT = 4;
const SEEN = 5;
const ERROR = 6;
const FLAT_ERROR = 7;
const OTHER_ERROR = 8;
const STEEPNESS = 9;
const KNOWN = 10;

export const MOST_BINS = 88;
export const SEASON_BYTES = MOST_BINS * 6;

const E = (name: string, usual: number): number => Number(process.env[name] ?? usual);
const GAIN = E('SGAIN', 0.1);
const LEAST_TEST = E('STEST', 40);
const GOOD = E('SGOOD', 0.5);
const BAD = E('SBAD', 0.75);
const PULL = E('SPULL', 0.5);
const TURN = E('STURN', 0.05);
const MOST = E('SMOST', 8);
const WEIGH = E('SWEIGH', 1);
const FLOOR = E('SFLOOR', 0.3);
const EGAIN = E('SEGAIN', 0.1);
const REACH = E('SREACH', 8);
const EDGE = E('SEDGE', 0);
const ENV = E('SENV', 0);
const MEMORY = E('SMEM', 5);

export interface Season {
  /** Whether a season is being tried or known. */
  isTried: () => boolean;
  isKnown: () => boolean;
  expected: (steps: number) => number;
  residual: (value: number, steps: number) => number;
  usual: () => number;
  share: (steps: number) => number;
  add: (value: number, other: number, steps: number) => void;
  /** Starts to try one. */
  start: (period: number, history: History) => void;
  drop: () => void;
}

export function createSeason(state: Float64Array, at: number, bytes: ArrayBuffer, from: number): Season {
  const usual = new Float32Array(bytes, from, MOST_BINS);
  const unsure = new Uint16Array(bytes, from + MOST_BINS * 4, MOST_BINS);
  const bins = (): number => state[at + BINS] ?? 0;
  const phaseAfter = (steps: number): number => {
    const phase = (state[at + PHASE] ?? 0) + steps / (state[at + PERIOD] ?? 1);
    return phase - Math.floor(phase);
  };
  const valueAt = (phase: number): number => {
    const count = bins();
    const place = phase * count;
    const bin = Math.floor(place) % count;
    const here = usual[bin] ?? 0;
    return here + (place - Math.floor(place)) * ((usual[(bin + 1) % count] ?? 0) - here);
  };
  /** Usual error at this phase, in the usual error of all. */
  const shareAt = (phase: number): number => {
    if (WEIGH === 0) return 1;
    const count = bins();
    const place = phase * count;
    const bin = Math.floor(place) % count;
    const here = unpack(unsure[bin] ?? 0);
    const all = state[at + ERROR] ?? 0;
    if (all === 0) return 1;
    const mixed = here + (place - Math.floor(place)) * (unpack(unsure[(bin + 1) % count] ?? 0) - here);
    return Math.max(FLOOR, WEIGH * mixed / all + 1 - WEIGH);
  };
  const drop = (): void => {
    state[at + PERIOD] = 0;
    state[at + KNOWN] = 0;
  };
  const learn = (phase: number, error: number, gain: number): void => {
    const count = bins();
    const place = phase * count;
    const bin = Math.floor(place) % count;
    const share = place - Math.floor(place);
    const next = (bin + 1) % count;
    usual[bin] = (usual[bin] ?? 0) + gain * (1 - share) * error;
    usual[next] = (usual[next] ?? 0) + gain * share * error;
  };
  const follow = (place: number, error: number, gain: number, most: number): number => {
    const before = state[place] ?? 0;
    return (state[place] = before + gain * (Math.min(error, most) - before));
  };

  return {
    share: (steps) => shareAt(phaseAfter(steps)),
    isTried: () => (state[at + PERIOD] ?? 0) > 0,
    isKnown: () => state[at + KNOWN] === 1,
    usual: () => state[at + ERROR] ?? 0,
    expected: (steps) => valueAt(phaseAfter(steps)),
    residual: (value, steps) => {
      const phase = phaseAfter(steps);
      const here = valueAt(phase);
      if (ENV === 0) return value - here;
      const wide = ENV / bins();
      const before = valueAt(phase - wide - Math.floor(phase - wide));
      const after = valueAt(phase + wide - Math.floor(phase + wide));
      const low = Math.min(here, before, after);
      const high = Math.max(here, before, after);
      return value < low ? value - low : value > high ? value - high : 0;
    },
    drop,
    add: (value, other, steps) => {
      const period = state[at + PERIOD] ?? 0;
      const count = bins();
      const phase = phaseAfter(steps);
      const bin = Math.floor(phase * count) % count;
      const slope = ((usual[(bin + 1) % count] ?? 0) - (usual[bin] ?? 0)) * count;
      const error = value - valueAt(phase);
      const seen = (state[at + SEEN] ?? 0) + 1;
      state[at + SEEN] = seen;
      const gain = Math.max(1 / seen, 1 / Math.max(200, MEMORY * period));
      const limit = seen > 30 ? MOST * (state[at + ERROR] ?? 0) : Number.POSITIVE_INFINITY;
      const most = seen > 30 ? REACH * (state[at + FLAT_ERROR] ?? 0) : Number.POSITIVE_INFINITY;
      const own = follow(at + ERROR, Math.abs(error), gain, most);
      const flatly = follow(at + FLAT_ERROR, Math.abs(value - (state[at + FLAT] ?? 0)), gain, most);
      const otherwise = follow(at + OTHER_ERROR, Math.abs(value - other), gain, most);

      const limited = Math.max(-limit, Math.min(limit, error));
      const cycles = (state[at + CYCLES] ?? 0) + steps / period;
      state[at + CYCLES] = cycles;
      const weight = Math.max(GAIN, 1 / (cycles + 1));
      state[at + FLAT] = (state[at + FLAT] ?? 0) + (weight / period) * (value - (state[at + FLAT] ?? 0));
      const off = Math.min(Math.abs(error), E('SOFF', 16) * own);
      const place = phase * count;
      const next = (bin + 1) % count;
      const rest = place - Math.floor(place);
      const ease = Math.max(EGAIN, 1 / (seen / period + 2)) * Math.min(1, count / period);
      for (const [one, part] of [[bin, 1 - rest], [next, rest]] as const) {
        const before = unpack(unsure[one] ?? 0);
        unsure[one] = pack(before + ease * part * (off - before));
      }
      learn(phase, limited, weight * Math.min(1, count / period));

      const steepness = (state[at + STEEPNESS] ?? 0) + (slope * slope - (state[at + STEEPNESS] ?? 0)) / (2 * period);
      state[at + STEEPNESS] = steepness;
      let moved = phase;
      if (steepness > 0) {
        const shift = Math.max(-0.25, Math.min(0.25, (limited * slope) / Math.max(steepness, slope * slope / period)));
        moved += (PULL / period) * shift;
        state[at + PERIOD] = Math.max(2, period - TURN * shift);
      }
      state[at + PHASE] = moved - Math.floor(moved);

      const against = Math.min(flatly, otherwise);
      if (state[at + KNOWN] === 1) {
        if (own > BAD * against) drop();
      } else if (seen >= Math.max(period, LEAST_TEST)) {
        if (own < GOOD * against) state[at + KNOWN] = 1;
        else if (seen >= 2 * period + LEAST_TEST) drop();
      }
    },
    start: (period, history) => {
      const stride = history.stride();
      const kept = history.kept();
      const count = Math.max(3, Math.min(MOST_BINS, Math.floor(period / stride)));
      for (let place = 0; place < SEASON_SIZE; place += 1) state[at + place] = 0;
      state[at + PERIOD] = period;
      state[at + BINS] = count;
      state[at + CYCLES] = Math.floor((kept * stride) / period);
      const sums = new Float64Array(count);
      const weights = new Float64Array(count);
      const phaseOf = (index: number): number => {
        const phase = ((index - (kept - 1)) * stride - (stride - 1) / 2) / period;
        return phase - Math.floor(phase);
      };
      let mean = 0;
      for (let index = 0; index < kept; index += 1) {
        const place = phaseOf(index) * count;
        const bin = Math.floor(place) % count;
        const share = place - Math.floor(place);
        const value = history.at(index);
        mean += value / kept;
        sums[bin] = (sums[bin] ?? 0) + (1 - share) * value;
        weights[bin] = (weights[bin] ?? 0) + 1 - share;
        const next = (bin + 1) % count;
        sums[next] = (sums[next] ?? 0) + share * value;
        weights[next] = (weights[next] ?? 0) + share;
      }
      for (let bin = 0; bin < count; bin += 1) usual[bin] = (weights[bin] ?? 0) > 0 ? (sums[bin] ?? 0) / (weights[bin] ?? 1) : mean;
      for (let sweep = 0; sweep < 2; sweep += 1) for (let index = 0; index < kept; index += 1) learn(phaseOf(index), history.at(index) - valueAt(phaseOf(index)), 0.3);
      state[at + FLAT] = mean;
      let mad = 0;
      for (let index = 0; index < kept; index += 1) mad += Math.abs(history.at(index) - valueAt(phaseOf(index))) / kept;
      for (let bin = 0; bin < count; bin += 1) {
        const around = Math.abs((usual[(bin + 1) % count] ?? 0) - (usual[(bin + count - 1) % count] ?? 0));
        unsure[bin] = pack(mad + EDGE * around);
      }
      let steepness = 0;
      for (let bin = 0; bin < count; bin += 1) steepness += (((usual[(bin + 1) % count] ?? 0) - (usual[bin] ?? 0)) * count) ** 2 / count;
      state[at + STEEPNESS] = steepness;
    },
  };
}
