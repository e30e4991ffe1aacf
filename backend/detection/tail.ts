/**
 * Makes the readings of a view comparable: how far beyond the ordinary, in units of what is usual beyond the ordinary.
 *
 * A quantile of the view's own readings follows the stream by stochastic approximation (Robbins & Monro 1951; Tierney 1983),
 * and what exceeds it is divided by the mean excess: for the exponential tail that most readings have (peaks over a threshold,
 * Pickands 1975) the result is a natural logarithm of rareness. A view that is often far out becomes calm by itself, so the
 * same threshold suits every series.
 */
import type { Tuning } from './tuning.ts';

/** Numbers a tail keeps in its part of the state. */
export const TAIL_SIZE = 4;
const THRESHOLD = 0;
const EXCESS = 1;
const EXCEEDED = 2;
const SEEN = 3;

const START_EXCESS = 0.1;
const STEP = 5;
const SLOWEST = 0.002;
/** How events move the mean excess: by no more than so many times itself, with this weight in the long run. */
export interface Pace {
  readonly most: number;
  readonly gain: number;
  /** Mean of an exponential excess over the mean of what is counted of it, where most of it is cut off. */
  readonly uncut: number;
}
const READINGS: Pace = { most: 8, gain: 0.02, uncut: 1 };
/** For bands: what is usual is hardly another for an event of an hour. The mean m of what is counted of a mean of one is where m = 1 - exp(-2 m). */
export const USUAL: Pace = { most: 2, gain: 0.005, uncut: 1 / 0.797 };
const FEW = 5;
/** The 99 % quantile of the size of normal deviations is 3.2 mean sizes, the mean excess 0.4; rather more of that, since few tails are lighter. */
const NORMAL_THRESHOLD = 3;
const NORMAL_EXCESS = 0.7;
const NORMAL_EXCEEDED = 10;
const NORMAL_SEEN = 200;

export interface Tail {
  /** Surprise of a reading (0 and up); the reading counts from then on. */
  rate: (reading: number) => number;
  /** The reading that would just have this surprise now. */
  readingAt: (surprise: number) => number;
  /** Knows nothing any more, and takes readings for sizes of normal deviations, in mean sizes, until it knows better. */
  startAsNormal: () => void;
}

/** A tail that lives at `at` in the state. */
export function createTail(state: Float64Array, at: number, tuning: Tuning, { most, gain, uncut } = READINGS): Tail {
  const share = tuning.ordinaryShare;
  return {
    rate: (reading) => {
      const threshold = state[at + THRESHOLD] ?? 0;
      const excess = (state[at + EXCESS] ?? 0) || START_EXCESS;
      const seen = (state[at + SEEN] ?? 0) + 1;
      state[at + SEEN] = seen;
      let next = excess;
      const isBeyond = reading > threshold;
      if (isBeyond) {
        const exceeded = (state[at + EXCEEDED] ?? 0) + 1;
        state[at + EXCEEDED] = exceeded;
        const over = exceeded < FEW ? reading - threshold : Math.min(reading - threshold, excess * most);
        next = Math.max(1e-9, excess + Math.max(gain, 1 / exceeded) * (over - excess));
        state[at + EXCESS] = next;
      }
      const step = Math.max(1 / seen, SLOWEST) * Math.max(next, 1e-6) * STEP;
      state[at + THRESHOLD] = threshold + (isBeyond ? step * share : step * (share - 1));
      return isBeyond ? (reading - threshold) / excess : 0;
    },
    startAsNormal: () => {
      state[at + THRESHOLD] = NORMAL_THRESHOLD;
      state[at + EXCESS] = NORMAL_EXCESS;
      state[at + EXCEEDED] = NORMAL_EXCEEDED;
      state[at + SEEN] = NORMAL_SEEN;
    },
    readingAt: (surprise) => (state[at + THRESHOLD] ?? 0) + surprise * ((state[at + EXCESS] ?? 0) || START_EXCESS) * uncut,
  };
}
