import { pack, unpack } from './profile.ts';
/** The past of a series in 384 bytes, ever coarser, and the season that shows in it by itself. */

export const HISTORY_SIZE = 5;
const STRIDE = 0;
const KEPT = 1;
const SUM = 2;
const COUNT = 3;
const OFFSET = 4;
const MOST_KEPT = 192;

export const HISTORY_BYTES = 2 * MOST_KEPT;
const LEAST_KEPT = 48;
const SEARCH_EVERY = 16;
const MOST_STRIDE = 16;
const LEAST_LAG = 4;
/** Cycles that must be seen. */
const CYCLES = 2.2;
const LEAST_LIKENESS = 0.3;
const DIP = 0.2;
const NEARLY = 0.85;

export interface History {
  /** Takes in a deviation in standard deviations; true when it is time to look for a season. */
  add: (value: number) => boolean;
  /** The season in points; 0 where none shows. */
  period: () => number;
  stride: () => number;
  kept: () => number;
  /** A value of the past in standard deviations, 0 the oldest. */
  at: (index: number) => number;
  clear: () => void;
}

const likeness = new Float64Array(MOST_KEPT);
const opened = new Float64Array(MOST_KEPT);

export function createHistory(state: Float64Array, at: number, bytes: ArrayBuffer, from: number): History {
  const past = new Uint16Array(bytes, from, MOST_KEPT);

  const clear = (): void => {
    state[at + STRIDE] = 1;
    state[at + KEPT] = 0;
    state[at + SUM] = 0;
    state[at + COUNT] = 0;
  };

  const measure = (kept: number, most: number): void => {
    for (let index = 0; index < kept; index += 1) opened[index] = unpack(past[index] ?? 0);
    let [headSum, headSquares] = [0, 0];
    for (let index = 0; index < kept; index += 1) {
      headSum += opened[index] ?? 0;
      headSquares += (opened[index] ?? 0) ** 2;
    }
    let [tailSum, tailSquares] = [headSum, headSquares];
    for (let lag = 1; lag <= most; lag += 1) {
      const [last, first] = [opened[kept - lag] ?? 0, opened[lag - 1] ?? 0];
      headSum -= last;
      headSquares -= last * last;
      tailSum -= first;
      tailSquares -= first * first;
      let sum = 0;
      for (let index = lag; index < kept; index += 1) sum += (opened[index] ?? 0) * (opened[index - lag] ?? 0);
      const pairs = kept - lag;
      const energy = (headSquares - (headSum * headSum) / pairs) * (tailSquares - (tailSum * tailSum) / pairs);
      likeness[lag] = energy > 1e-12 * headSquares * tailSquares ? (sum - (headSum * tailSum) / pairs) / Math.sqrt(energy) : 0;
    }
  };

  const peakNear = (lag: number): number => {
    const [before, here, after] = [likeness[lag - 1] ?? 0, likeness[lag] ?? 0, likeness[lag + 1] ?? 0];
    const bend = before - 2 * here + after;
    return bend < 0 ? lag + Math.max(-0.5, Math.min(0.5, (before - after) / (2 * bend))) : lag;
  };

  return {
    clear,
    stride: () => state[at + STRIDE] || 1,
    kept: () => state[at + KEPT] ?? 0,
    at: (index) => (state[at + OFFSET] ?? 0) + unpack(past[index] ?? 0),
    add: (value) => {
      const stride = state[at + STRIDE] || 1;
      state[at + STRIDE] = stride;
      const sum = (state[at + SUM] ?? 0) + value;
      const count = (state[at + COUNT] ?? 0) + 1;
      if (count < stride) {
        state[at + SUM] = sum;
        state[at + COUNT] = count;
        return false;
      }
      state[at + SUM] = 0;
      state[at + COUNT] = 0;
      let kept = state[at + KEPT] ?? 0;
      if (kept === MOST_KEPT) {
        if (stride === MOST_STRIDE) {
          // start over with the fine view
          clear();
          return false;
        }
        for (let index = 0; index < MOST_KEPT / 2; index += 1) past[index] = pack((unpack(past[2 * index] ?? 0) + unpack(past[2 * index + 1] ?? 0)) / 2);
        kept = MOST_KEPT / 2;
        state[at + STRIDE] = 2 * stride;
        state[at + SUM] = sum;
        state[at + COUNT] = count;
        state[at + KEPT] = kept;
        return false;
      }
      if (kept === 0) state[at + OFFSET] = sum / count;
      past[kept] = pack(sum / count - (state[at + OFFSET] ?? 0));
      state[at + KEPT] = kept + 1;
      return kept + 1 >= LEAST_KEPT && (kept + 1) % SEARCH_EVERY === 0;
    },
    period: () => {
      const kept = state[at + KEPT] ?? 0;
      const most = Math.floor(kept / CYCLES);
      measure(kept, most + 1);
      let lowest = 1;
      let best = 0;
      const peaks: number[] = [];
      for (let lag = 2; lag <= most; lag += 1) {
        const here = likeness[lag] ?? 0;
        if (here < lowest) lowest = here;
        if (lag < LEAST_LAG || here < LEAST_LIKENESS || here < lowest + DIP || here < (likeness[lag - 1] ?? 0) || here < (likeness[lag + 1] ?? 0)) continue;
        peaks.push(lag);
        best = Math.max(best, here);
      }
      const first = peaks.find((lag) => (likeness[lag] ?? 0) >= NEARLY * best);
      if (first === undefined) return 0;
      let period = peakNear(first);
      for (let times = 2; ; times += 1) {
        const around = Math.round(times * period);
        const reach = Math.max(1, Math.round(0.05 * period));
        if (around + reach > most) break;
        let top = around - reach;
        for (let lag = around - reach; lag <= around + reach; lag += 1) if ((likeness[lag] ?? 0) > (likeness[top] ?? 0)) top = lag;
        if ((likeness[top] ?? 0) < 0.6 * (likeness[first] ?? 0)) break;
        period = peakNear(top) / times;
      }
      return period * (state[at + STRIDE] || 1);
    },
  };
}
