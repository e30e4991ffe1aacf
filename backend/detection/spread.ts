/** Slow mean and variance of a stream, which one outlier moves but little. */

/** Numbers a spread keeps in its part of the state. */
export const SPREAD_SIZE = 3;
const MEAN = 0;
const VARIANCE = 1;
const SEEN = 2;

export interface Spread {
  /** Deviation of a value from the mean in standard deviations; `whenFlat` where nothing has varied yet and the value differs. */
  deviation: (value: number, whenFlat: number) => number;
  /** Takes a value in. */
  add: (value: number) => void;
  /** As if so many values round 0 had been seen. */
  startWith: (deviation: number, seen: number) => void;
}

/** A spread that lives at `at` in the state; deviations beyond `most` standard deviations count as that, after `free` values. */
export function createSpread(state: Float64Array, at: number, memoryPoints: number, most: number, free: number): Spread {
  return {
    startWith: (deviation, seen) => {
      state[at + MEAN] = 0;
      state[at + VARIANCE] = deviation * deviation;
      state[at + SEEN] = seen;
    },
    deviation: (value, whenFlat) => {
      const mean = state[at + MEAN] ?? 0;
      const deviation = Math.sqrt(state[at + VARIANCE] ?? 0);
      if (deviation > 1e-12 * Math.abs(mean)) return (value - mean) / deviation;
      return Math.abs(value - mean) <= 1e-9 * Math.abs(mean) ? 0 : value > mean ? whenFlat : -whenFlat;
    },
    add: (value) => {
      const seen = (state[at + SEEN] ?? 0) + 1;
      const mean = seen === 1 ? value : (state[at + MEAN] ?? 0);
      const variance = state[at + VARIANCE] ?? 0;
      const deviation = Math.sqrt(variance);
      let step = value - mean;
      // What never varied may take any first step: there is nothing to measure it by.
      if (seen > free && deviation > 1e-12 * Math.abs(mean)) step = Math.max(-most * deviation, Math.min(most * deviation, step));
      const gain = Math.max(1 / memoryPoints, 1 / seen);
      state[at + MEAN] = mean + gain * step;
      state[at + VARIANCE] = (1 - gain) * (variance + gain * step * step);
      state[at + SEEN] = seen;
    },
  };
}
