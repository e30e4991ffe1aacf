/**
 * The past of a series in few numbers, and the season that shows in it. The past is kept whole, but ever coarser: when it is full,
 * neighbours are put together. So short seasons are looked for first, longer ones when more has been seen, always in about two
 * to ten cycles. A season shows as the first of the high peaks of the correlation of the past with itself.
 */
import { pack, unpack } from './packedFloat.ts';

/** Numbers a history keeps in its part of the state. */
export const HISTORY_SIZE = 5;
/** Points put together in one that is kept. */
const STRIDE = 0;
const KEPT = 1;
const SUM = 2;
const COUNT = 3;
/** The first value: what is kept are differences from it. */
const OFFSET = 4;

const MOST_KEPT = 192;
export const HISTORY_BYTES = MOST_KEPT * 2;
/** Where seasons of so many times what is kept do not show either, it starts over with short ones. */
const MOST_STRIDE = 16;
const LEAST_KEPT = 48;
const LOOKED_EVERY = 16;

const LEAST_LAG = 4;
/** Cycles that must have been seen. */
const LEAST_CYCLES = 2.2;
const LEAST_LIKENESS = 0.3;
/** What lies between two cycles is so much less alike. */
const LEAST_DIP = 0.2;
/** A multiple of the season is as alike as the season: the first peak that nearly reaches the highest is taken. */
const NEARLY = 0.85;
/** Later peaks tell the length of the season more exactly, as long as they are so high beside the first. */
const STILL = 0.6;
const REACH = 0.05;

export interface Past {
  readonly stride: number;
  /** The mean of each `stride` points, the newest last. */
  readonly values: Float64Array;
}

export interface History {
  /** Takes in a value; true when it is worth looking for a season. */
  add: (value: number) => boolean;
  /** The length of the season in points; 0 where none shows. */
  period: () => number;
  past: () => Past;
  clear: () => void;
}

/** How like itself the past is after each lag: correlation of what overlaps, for lags up to `most`. */
function likenesses(past: Float64Array, most: number): Float64Array {
  const likeness = new Float64Array(most + 2);
  let headSum = 0;
  let headSquares = 0;
  for (const value of past) {
    headSum += value;
    headSquares += value * value;
  }
  let tailSum = headSum;
  let tailSquares = headSquares;
  for (let lag = 1; lag <= most + 1; lag += 1) {
    const last = past[past.length - lag] ?? 0;
    const first = past[lag - 1] ?? 0;
    headSum -= last;
    headSquares -= last * last;
    tailSum -= first;
    tailSquares -= first * first;
    let products = 0;
    for (let index = lag; index < past.length; index += 1) products += (past[index] ?? 0) * (past[index - lag] ?? 0);
    const pairs = past.length - lag;
    const energy = (headSquares - (headSum * headSum) / pairs) * (tailSquares - (tailSum * tailSum) / pairs);
    likeness[lag] = energy > 1e-12 * headSquares * tailSquares ? (products - (headSum * tailSum) / pairs) / Math.sqrt(energy) : 0;
  }
  return likeness;
}

/** The top of the parabola through a peak and its neighbours. */
function topOf(likeness: Float64Array, lag: number): number {
  const before = likeness[lag - 1] ?? 0;
  const after = likeness[lag + 1] ?? 0;
  const bend = before - 2 * (likeness[lag] ?? 0) + after;
  return bend < 0 ? lag + Math.max(-0.5, Math.min(0.5, (before - after) / (2 * bend))) : lag;
}

/** The season in such likenesses, as a lag with its fraction; 0 where there is none. */
function seasonIn(likeness: Float64Array, most: number): number {
  const peaks: number[] = [];
  let lowest = 1;
  let highest = 0;
  for (let lag = 2; lag <= most; lag += 1) {
    const here = likeness[lag] ?? 0;
    lowest = Math.min(lowest, here);
    if (lag < LEAST_LAG || here < LEAST_LIKENESS || here < lowest + LEAST_DIP || here < (likeness[lag - 1] ?? 0) || here < (likeness[lag + 1] ?? 0)) continue;
    peaks.push(lag);
    highest = Math.max(highest, here);
  }
  const first = peaks.find((lag) => (likeness[lag] ?? 0) >= NEARLY * highest);
  if (first === undefined) return 0;
  let period = topOf(likeness, first);
  for (let times = 2; ; times += 1) {
    const around = Math.round(times * period);
    const reach = Math.max(1, Math.round(REACH * period));
    if (around + reach > most) return period;
    let top = around - reach;
    for (let lag = top; lag <= around + reach; lag += 1) if ((likeness[lag] ?? 0) > (likeness[top] ?? 0)) top = lag;
    if ((likeness[top] ?? 0) < STILL * (likeness[first] ?? 0)) return period;
    period = topOf(likeness, top) / times;
  }
}

/** A history whose scalars live at `at` in the state and whose past in `bytes` from `from`. */
export function createHistory(state: Float64Array, at: number, bytes: ArrayBuffer, from: number): History {
  const kept = new Uint16Array(bytes, from, MOST_KEPT);
  const strideOf = (): number => Math.max(1, state[at + STRIDE] ?? 0);
  const clear = (): void => void state.fill(0, at, at + HISTORY_SIZE);

  const past = (): Past => {
    const offset = state[at + OFFSET] ?? 0;
    return { stride: strideOf(), values: Float64Array.from({ length: state[at + KEPT] ?? 0 }, (_, index) => offset + unpack(kept[index] ?? 0)) };
  };

  /** Neighbours become one; true while there is room for that. */
  const coarsen = (): boolean => {
    const stride = strideOf();
    if (stride >= MOST_STRIDE) return false;
    for (let index = 0; index < MOST_KEPT / 2; index += 1) kept[index] = pack((unpack(kept[2 * index] ?? 0) + unpack(kept[2 * index + 1] ?? 0)) / 2);
    state[at + KEPT] = MOST_KEPT / 2;
    state[at + STRIDE] = 2 * stride;
    return true;
  };

  return {
    past,
    clear,
    add: (value) => {
      if (state[at + KEPT] === MOST_KEPT && !coarsen()) clear();
      const sum = (state[at + SUM] ?? 0) + value;
      const count = (state[at + COUNT] ?? 0) + 1;
      const isWhole = count >= strideOf();
      state[at + SUM] = isWhole ? 0 : sum;
      state[at + COUNT] = isWhole ? 0 : count;
      if (!isWhole) return false;
      const place = state[at + KEPT] ?? 0;
      if (place === 0) state[at + OFFSET] = value;
      kept[place] = pack(sum / count - (state[at + OFFSET] ?? 0));
      state[at + KEPT] = place + 1;
      return place + 1 >= LEAST_KEPT && (place + 1) % LOOKED_EVERY === 0;
    },
    period: () => {
      const { stride, values } = past();
      const offset = state[at + OFFSET] ?? 0;
      const most = Math.floor(values.length / LEAST_CYCLES);
      return stride * seasonIn(likenesses(values.map((value) => value - offset), most), most);
    },
  };
}
