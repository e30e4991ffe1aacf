/** Precision and recall of detections, window by window and point by point. */
import type { LabelledSeries } from './series.ts';

export interface Tally {
  windows: number;
  /** Windows with a detection in them. */
  found: number;
  /** Detections in no window. */
  outside: number;
  /** Points in windows, points called anomalous, and both. */
  labelled: number;
  called: number;
  both: number;
}

export const emptyTally = (): Tally => ({ windows: 0, found: 0, outside: 0, labelled: 0, called: 0, both: 0 });

/** Adds a series to a tally; what counts starts after its trial. */
export function tallyUp(tally: Tally, series: LabelledSeries, detections: readonly number[]): void {
  const counted = detections.filter((at) => at >= series.trial);
  const inside = ([from, to]: readonly [number, number]): number => counted.filter((at) => at >= from && at <= to).length;
  tally.windows += series.windows.length;
  tally.called += counted.length;
  for (const window of series.windows) {
    const hits = inside(window);
    tally.labelled += Math.max(0, window[1] - Math.max(window[0], series.trial) + 1);
    tally.both += hits;
    if (hits > 0) tally.found += 1;
  }
  tally.outside += counted.filter((at) => !series.windows.some(([from, to]) => at >= from && at <= to)).length;
}

export interface Rates {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

const rates = (hits: number, called: number, labelled: number, caught: number): Rates => {
  const precision = called === 0 ? 0 : hits / called;
  const recall = labelled === 0 ? 0 : caught / labelled;
  return { precision, recall, f1: precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall) };
};

/** Window by window: a window found is a hit, a detection outside is a false alarm. */
export const byWindow = (tally: Tally): Rates => rates(tally.found, tally.found + tally.outside, tally.windows, tally.found);

/** Point by point, without any adjustment: a detector that names an event once has a low recall here. */
export const byPoint = (tally: Tally): Rates => rates(tally.both, tally.called, tally.labelled, tally.both);
