/**
 * From readings to findings: one begins at an anomaly in the direction that counts, and is over when the values have been back
 * in the band for a while, or stay away. It ends where they came back, not where that was certain. Pure.
 */
import { SCORE_OF_FINDING, type Band, type Detector, type Reading, type Views } from './detector.ts';

export type Direction = 'both' | 'above' | 'below';

/** One finding of one series. Times are epoch milliseconds. */
export interface Episode {
  readonly startsAtMs: number;
  readonly endsAtMs: number | null;
  /** The value that began it, and what was expected instead. */
  readonly value: number;
  readonly expected: Band | null;
  /** The highest so far. */
  readonly score: number;
  /** Of the value that began it. */
  readonly views: Views;
  /** Since when, and for how many values, it has been back in the band; null while it is not. */
  readonly calmSinceMs: number | null;
  readonly calm: number;
}

export interface Sample {
  readonly atMs: number;
  readonly value: number;
}

export interface FollowOptions {
  readonly direction: Direction;
  /** Values in the band in a row after which it is over. */
  readonly calmSteps: number;
  /** Without values for so long, it is over too. */
  readonly gapMs: number;
  /** Told each reading, for charts. */
  readonly onReading?: (sample: Sample, reading: Reading) => void;
}

export interface Followed {
  /** Findings that began, went on or ended, in order. */
  readonly touched: readonly Episode[];
  /** The one that is not over. */
  readonly open: Episode | null;
  /** Time of the newest value; as given where there was none. */
  readonly lastMs: number;
}

const LEAST_CALM_STEPS = 3;
const CALM_MS = 5 * 60_000;
const LEAST_GAP_MS = 30 * 60_000;
const GAP_STEPS = 10;

/** How long is waited, for values a step apart. */
export function patienceOf(stepMs: number): Pick<FollowOptions, 'calmSteps' | 'gapMs'> {
  return { calmSteps: Math.max(LEAST_CALM_STEPS, Math.ceil(CALM_MS / stepMs)), gapMs: Math.max(LEAST_GAP_MS, GAP_STEPS * stepMs) };
}

function counts(direction: Direction, value: number, expected: Band | null): boolean {
  if (direction === 'both' || expected === null) return true;
  return direction === 'above' ? value >= expected.mid : value <= expected.mid;
}

/**
 * What left the band is back when it is no longer beyond the edge that it crossed: the slow views remember for long, and the
 * profile has learned a little of the trouble, so that the ordinary may lie beyond the other edge for a while. What was found
 * within the band, by how it moves, is back when no two views agree any more.
 */
function isBack(direction: Direction, open: Episode, value: number, { expected, surprise }: Reading): boolean {
  if (!counts(direction, value, expected)) return true;
  if (open.expected !== null && open.value > open.expected.high) return expected === null || value <= expected.high;
  if (open.expected !== null && open.value < open.expected.low) return expected === null || value >= expected.low;
  return surprise < SCORE_OF_FINDING;
}

/** Takes the next values of a series in, up to `untilMs`, and follows its findings. */
export function follow(detector: Detector, before: { readonly open: Episode | null; readonly lastMs: number }, samples: readonly Sample[], untilMs: number, options: FollowOptions): Followed {
  const touched: Episode[] = [];
  let { open, lastMs } = before;

  const settle = (nowMs: number): void => {
    if (open === null || nowMs - lastMs <= options.gapMs) return;
    touched.push({ ...open, endsAtMs: open.calmSinceMs ?? lastMs });
    open = null;
  };

  for (const sample of samples) {
    settle(sample.atMs);
    const reading = detector.step(sample.atMs, sample.value);
    options.onReading?.(sample, reading);
    lastMs = sample.atMs;
    if (open === null) {
      if (!reading.anomaly || !counts(options.direction, sample.value, reading.expected)) continue;
      open = { startsAtMs: sample.atMs, endsAtMs: null, value: sample.value, expected: reading.expected, score: reading.score, views: reading.views, calmSinceMs: null, calm: 0 };
      continue;
    }
    const isCalm = isBack(options.direction, open, sample.value, reading);
    const calm: number = isCalm ? open.calm + 1 : 0;
    open = { ...open, score: Math.max(open.score, isCalm ? 0 : reading.surprise), calm, calmSinceMs: isCalm ? (open.calmSinceMs ?? sample.atMs) : null };
    if (calm < options.calmSteps) continue;
    touched.push({ ...open, endsAtMs: open.calmSinceMs });
    open = null;
  }
  settle(untilMs);
  return { touched: open === null ? touched : [...touched, open], open, lastMs };
}
