/** A long series brought down to what a chart can show: of each stretch the most surprising value, so that no anomaly is lost. Pure. */
import type { Reading } from './detector.ts';
import type { Sample } from './episodes.ts';

export interface ChartLine {
  readonly times: number[];
  readonly values: (number | null)[];
  readonly low: (number | null)[];
  readonly high: (number | null)[];
}

export interface LineDrawer {
  add(sample: Sample, reading: Reading): void;
  /** What was drawn; a stretch without values is a gap. */
  line(): ChartLine;
}

/** Draws a line of at most `places` values over the span. */
export function createLineDrawer(fromMs: number, toMs: number, places: number, stepMs: number): LineDrawer {
  const width = Math.max(stepMs, Math.ceil((toMs - fromMs) / places / stepMs) * stepMs);
  const line: ChartLine = { times: [], values: [], low: [], high: [] };
  let place = -1;
  let most = -1;
  const put = (atMs: number, value: number | null, reading: Reading | null): void => {
    line.times.push(atMs);
    line.values.push(value);
    line.low.push(reading?.expected?.low ?? null);
    line.high.push(reading?.expected?.high ?? null);
  };
  return {
    add(sample, reading) {
      const here = Math.floor((sample.atMs - fromMs) / width);
      const weight = reading.anomaly ? 2 : reading.surprise;
      if (here === place) {
        if (weight <= most) return;
        most = weight;
        for (const values of [line.times, line.values, line.low, line.high]) values.pop();
        put(sample.atMs, sample.value, reading);
        return;
      }
      // A line must not lead across a time of which nothing is known.
      if (place >= 0 && here > place + 1) put(fromMs + (place + 1) * width, null, null);
      place = here;
      most = weight;
      put(sample.atMs, sample.value, reading);
    },
    line: () => line,
  };
}
