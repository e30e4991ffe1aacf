/**
 * The score of the Numenta Anomaly Benchmark for detections that are decided already (Lavin & Ahmad 2015, NAB 1.1), standard
 * profile unless said otherwise: the same figures as score.mjs beside the data, fast enough for sweeps.
 */
import type { LabelledSeries } from './series.ts';

export interface Profile {
  readonly missed: number;
  readonly outside: number;
}

export const STANDARD: Profile = { missed: 1, outside: 0.11 };
export const FEW_FALSE: Profile = { missed: 1, outside: 0.22 };
export const FEW_MISSED: Profile = { missed: 2, outside: 0.11 };

export interface SeriesResult {
  readonly windows: number;
  readonly found: number;
  readonly outside: number;
  /** Sum of what is earned and lost, before it is brought to 0..100. */
  readonly raw: number;
}

const sigmoid = (y: number): number => (y > 3 ? -1 : 2 / (1 + Math.exp(5 * y)) - 1);
const FULL = sigmoid(-1);

/** What the detections (indexes in order) of one series earn. */
export function judge(series: LabelledSeries, detections: ArrayLike<number>, profile: Profile = STANDARD): SeriesResult {
  let raw = 0;
  let found = 0;
  let outside = 0;
  let next = 0;
  let lastFound = -1;
  let past: readonly [number, number] | null = null;
  for (let at = 0; at < detections.length; at += 1) {
    const i = detections[at] ?? 0;
    let window = series.windows[next];
    while (window !== undefined && i > window[1]) {
      past = window;
      next += 1;
      window = series.windows[next];
    }
    if (i < series.trial) continue;
    if (window !== undefined && i >= window[0]) {
      if (lastFound === next) continue;
      lastFound = next;
      found += 1;
      raw += sigmoid(-(window[1] - i + 1) / (window[1] - window[0] + 1)) / FULL;
    } else {
      outside += 1;
      raw += profile.outside * (past === null ? -1 : sigmoid((i - past[1]) / (past[1] - past[0])));
    }
  }
  return { windows: series.windows.length, found, outside, raw: raw - profile.missed * (series.windows.length - found) };
}

/** All series together: nothing detected is 0, perfect is 100. */
export function total(results: readonly SeriesResult[], profile: Profile = STANDARD): number {
  let windows = 0;
  let raw = 0;
  for (const result of results) {
    windows += result.windows;
    raw += result.raw;
  }
  return windows === 0 ? Number.NaN : (100 * (raw + profile.missed * windows)) / (windows + profile.missed * windows);
}
