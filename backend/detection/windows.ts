/** Two views of the newest window: its shape (means over times of doubling length) and its drift off the profile (smoothed ever slower). */
import type { Layout } from './layout.ts';
import { createSpread } from './spread.ts';
import { createTail } from './tail.ts';
import type { Tuning } from './tuning.ts';
import { createWindowMemory, toUnits } from './windowMemory.ts';

const MOST_DEVIATION = 4;
const FREE = 30;
/** Windows that are seen before any is judged. */
const JUDGED_AFTER = 60;
const OUT_OF_THE_BLUE = 10;
/** The standard deviation of normal residuals, in their mean size; and values that a spread counts as if it had seen them. */
const NORMAL_DEVIATION = 1.25;
const SPREAD_KNOWN = 100;

export interface Windows {
  /** Takes in a value and its residual; afterwards `shape` and `drift` are the surprises of the newest window. */
  add: (value: number, residual: number, seen: number) => void;
  shape: number;
  drift: number;
  /** After a gap: the next window is of one value only. */
  startAnew: () => void;
  /** From the `seen`-th value on residuals are others, of this usual size: the windows of before tell nothing. */
  startDrift: (usual: number, seen: number) => void;
}

/** The two views, in the state. */
export function createWindows(state: Float64Array, bytes: ArrayBuffer, layout: Layout, tuning: Tuning): Windows {
  const { at, ringLength } = layout;
  const ring = new Int16Array(bytes, layout.ringBytes, ringLength);
  const shapeMemory = createWindowMemory(state, at.shape, bytes, layout.shapeBytes, { windows: tuning.windows, lengths: tuning.shapeLengths, radius: tuning.shapeRadius });
  const driftMemory = createWindowMemory(state, at.drift, bytes, layout.driftBytes, { windows: tuning.windows, lengths: tuning.driftLengths, radius: tuning.driftRadius });
  const shapeSpread = createSpread(state, at.shapeSpread, tuning.memoryPoints, MOST_DEVIATION, FREE);
  const driftSpread = createSpread(state, at.driftSpread, tuning.memoryPoints, MOST_DEVIATION, FREE);
  const shapeTail = createTail(state, at.shapeTail, tuning);
  const driftTail = createTail(state, at.driftTail, tuning);
  const shape = new Int16Array(tuning.shapeLengths);
  const drift = new Int16Array(tuning.driftLengths);

  /** Means of the newest value, the one before, the two before that, the four before those … */
  const readShape = (newest: number): void => {
    let end = newest;
    for (let length = 0; length < shape.length; length += 1) {
      const span = length === 0 ? 1 : 2 ** (length - 1);
      let sum = 0;
      for (let step = 0; step < span; step += 1) sum += ring[(end - step) & (ringLength - 1)] ?? 0;
      shape[length] = Math.round(sum / span);
      end -= span;
    }
  };

  const views: Windows = {
    shape: 0,
    drift: 0,
    startDrift: (usual, seen) => {
      driftSpread.startWith(NORMAL_DEVIATION * usual, Math.min(SPREAD_KNOWN, seen));
      driftMemory.forget();
      state.fill(0, at.driftLevels, at.driftLevels + drift.length);
      state[at.driftSince] = seen;
    },
    startAnew: () => void (state[at.fresh] = 1),
    add: (value, residual, seen) => {
      const isFresh = seen === 1 || state[at.fresh] === 1;
      state[at.fresh] = 0;
      shapeSpread.add(value);
      const newest = seen & (ringLength - 1);
      const units = toUnits(shapeSpread.deviation(value, OUT_OF_THE_BLUE));
      if (isFresh) ring.fill(units);
      else ring[newest] = units;
      readShape(newest);

      driftSpread.add(residual);
      const deviation = driftSpread.deviation(residual, OUT_OF_THE_BLUE);
      let gain = 1;
      for (let length = 0; length < drift.length; length += 1) {
        const place = at.driftLevels + length;
        const before = state[place] ?? 0;
        const level = isFresh ? deviation : before + gain * (deviation - before);
        state[place] = level;
        drift[length] = toUnits(level);
        gain /= 2;
      }

      const shapeNovelty = shapeMemory.novelty(shape);
      const driftNovelty = driftMemory.novelty(drift);
      views.shape = shapeTail.rate(seen > JUDGED_AFTER ? shapeNovelty : 0);
      views.drift = driftTail.rate(seen - (state[at.driftSince] ?? 0) > JUDGED_AFTER ? driftNovelty : 0);
    },
  };
  return views;
}
