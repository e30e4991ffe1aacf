/**
 * Sensitivity as a promise: at most so many false alarms a week. The detector counts how often its own scores rise above a low
 * mark, event by event, and by how much; both give the height that is reached so many times a week (a Poisson process of events
 * with exponential excesses, as in peaks over a threshold). All events are taken for false: true ones only make it more careful. Where the
 * tail is heavier than that, or is learnt too late, the alarms themselves correct it: each adds caution, and time takes it back at
 * the rate aimed at. That rate lies below the limit, the more the lower the limit is: a limit is kept when what comes on average is less, and
 * the rarer a height, the further beyond everything seen it has to be guessed.
 */
import { DEFAULT_ALARMS_A_WEEK } from '#contract';
import type { Tuning } from './tuning.ts';

export const ALLOWANCE_SIZE = 7;
const EVENTS = 0;
const WEEKS = 1;
/** A high quantile of the excesses. */
const EXCESS = 2;
const LEFT = 3;
const PEAK = 4;
const CLOSED = 5;
/** Logarithm of what the excess is multiplied by. */
const CAUTION = 6;

/** An agreed surprise that is low enough to be seen often on noise. */
const MARK = 0.7;
const WEEK_MS = 7 * 86_400_000;
/** Events are forgotten by half in so many weeks. */
const HALF_LIFE_WEEKS = 4;
const USUAL_EXCESS = 0.5;
/** The quantile that is followed, and how many mean excesses it is in an exponential tail. High, as small events and great ones differ in kind. */
const HIGH_SHARE = 0.9;
const HIGH_FACTOR = -Math.log(1 - HIGH_SHARE);
const LEAST_STEP = 0.06;
/** More caution after each alarm; so many alarms a week as are aimed at take it back. */
const CAUTION_STEP = 0.2;
const MOST_CAUTION = Math.log(3);
/** Share of the caution that also raises the threshold of the tuning, where the tail alone would allow less. */
const BASE_CAUTION = 0.5;
const LEAST_THRESHOLD = 0.8;

export interface Allowance {
  /** The surprise at which something is an anomaly, before this point is counted. */
  threshold: () => number;
  /** The greatest surprise of the newest event, over or not. */
  peak: () => number;
  /** Counts a point: its surprise and the time since the point before, with no more than an ordinary gap. */
  add: (surprise: number, elapsedMs: number) => void;
}

/** An allowance that lives at `at` in the state. */
export function createAllowance(state: Float64Array, at: number, alarmsAWeek: number, tuning: Tuning): Allowance {
  const base = Math.max(LEAST_THRESHOLD, tuning.threshold + Math.log(DEFAULT_ALARMS_A_WEEK / alarmsAWeek) * USUAL_EXCESS);
  // Surprises of a view have an excess of 1 by the making of tail.ts. Two that agree have less, but who allows few alarms is not to wait until that is seen.
  const startExcess = Math.max(USUAL_EXCESS, 1 - (1 - USUAL_EXCESS) * (alarmsAWeek / DEFAULT_ALARMS_A_WEEK));
  const aim = alarmsAWeek * (alarmsAWeek / (alarmsAWeek + 1));
  const threshold = (): number => {
    const weeks = state[at + WEEKS] ?? 0;
    const events = state[at + EVENTS] ?? 0;
    if (events === 0) return base;
    const caution = state[at + CAUTION] ?? 0;
    const excess = ((state[at + EXCESS] ?? 0) || startExcess * HIGH_FACTOR) / HIGH_FACTOR;
    const byTail = excess * Math.exp(caution) * Math.log(events / Math.max(weeks, 1 / 7) / aim);
    return MARK + Math.max((base - MARK) * Math.exp(BASE_CAUTION * caution), byTail);
  };
  return {
    threshold,
    peak: () => state[at + PEAK] ?? 0,
    add: (surprise, elapsedMs) => {
      const elapsed = elapsedMs / WEEK_MS;
      const kept = 2 ** (-elapsed / HALF_LIFE_WEEKS);
      state[at + WEEKS] = (state[at + WEEKS] ?? 0) * kept + elapsed;
      state[at + EVENTS] = (state[at + EVENTS] ?? 0) * kept;
      state[at + CAUTION] = Math.max(0, (state[at + CAUTION] ?? 0) - CAUTION_STEP * aim * elapsed);
      const left = state[at + LEFT] ?? 0;
      if (left > 0) {
        state[at + LEFT] = left - 1;
        state[at + PEAK] = Math.max(state[at + PEAK] ?? 0, surprise);
        if (left > 1) return;
        if ((state[at + PEAK] ?? 0) >= threshold()) state[at + CAUTION] = Math.min(MOST_CAUTION, (state[at + CAUTION] ?? 0) + CAUTION_STEP);
        const closed = (state[at + CLOSED] ?? 0) + 1;
        state[at + CLOSED] = closed;
        const before = (state[at + EXCESS] ?? 0) || startExcess * HIGH_FACTOR;
        const over = (state[at + PEAK] ?? 0) - MARK;
        // Towards the quantile: how far a true anomaly lies beyond it does not matter.
        state[at + EXCESS] = before * Math.exp((over > before ? HIGH_SHARE : HIGH_SHARE - 1) * Math.max(LEAST_STEP, 1 / closed));
        return;
      }
      if (surprise < MARK) return;
      state[at + EVENTS] = (state[at + EVENTS] ?? 0) + 1;
      state[at + PEAK] = surprise;
      state[at + LEFT] = tuning.restPoints;
    },
  };
}
