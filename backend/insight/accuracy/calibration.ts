/** How sure something was, beside how often it was right: of what is said to be 70 % likely, 70 % should come true. Pure. */
import type { Calibration, CalibrationFigures } from '#contract';
import { precisionOf } from '../../detection/index.ts';

/** A probability that was said, and what came. */
export interface Stated {
  readonly at: Date;
  /** 0 to 1. */
  readonly said: number;
  readonly came: boolean;
}

const BINS = 5;

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

/** The mean of what was said, and how much of it came true. */
export function calibrationFigures(stated: readonly Stated[]): CalibrationFigures {
  const count = stated.length;
  if (count === 0) return { count, said: null, came: null };
  return { count, said: rounded(stated.reduce((sum, { said }) => sum + said, 0) / count), came: rounded(stated.filter(({ came }) => came).length / count) };
}

/** In all, and by how sure it was; of what never was that sure nothing is said. */
export function calibrationOf(stated: readonly Stated[]): Calibration {
  return {
    ...calibrationFigures(stated),
    bins: Array.from({ length: BINS }, (_, bin) => bin).flatMap((bin) => {
      const own = stated.filter(({ said }) => Math.min(BINS - 1, Math.floor(said * BINS)) === bin);
      const right = own.filter(({ came }) => came).length;
      const { low, high } = precisionOf({ right, wrong: own.length - right, unjudged: 0 });
      return own.length === 0 || low === null || high === null ? [] : [{ ...calibrationFigures(own), from: bin / BINS, to: (bin + 1) / BINS, interval: { low: rounded(low), high: rounded(high) } }];
    }),
  };
}
