/** What is remembered of a series, and the simple ways to continue it. */
import { theilSen, type Line } from './theilSen.ts';

export interface TrackSnapshot {
  readonly recent: readonly number[];
  readonly mean: number;
  readonly level: number;
  readonly trend: number;
  readonly count: number;
  readonly profile: readonly (number | null)[];
  /** What came at each place of the profile the last time. */
  readonly daysBefore: readonly (number | null)[];
  readonly deviation: number;
}

export interface Track {
  push(value: number): void;
  /** One continuation of each kind for so many steps ahead; as many, in the same order, whenever. */
  continuations(steps: number): readonly number[];
  readonly count: number;
  /** The newest value; 0 before there is one. */
  readonly last: number;
  snapshot(): TrackSnapshot;
}

/** Points of which the robust line is drawn. */
const WINDOW = 48;
const MEAN_SHARE = 1 / 500;
/** Holt's smoothing with a trend that fades (Gardner and McKenzie, 1985). */
const LEVEL_SHARE = 0.3;
const TREND_SHARE = 0.05;
const FADE = 0.98;
/** How much a day's value moves its place of the profile, and how fast a deviation from the profile fades. */
const PROFILE_SHARE = 0.25;
const DEVIATION_SHARE = 0.3;
const DEVIATION_FADE = 0.97;
/** Redrawn every so many points, as it is the costly one. */
const LINE_EVERY = 4;
export const KINDS = 5;

function middleOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

/** Of a series whose points come at even steps; `period` in steps, 0 for none. */
export function createTrack(period: number, from?: TrackSnapshot): Track {
  const recent = [...(from?.recent ?? [])];
  const profile: (number | null)[] = [...(from?.profile ?? Array.from({ length: period }, () => null))];
  const daysBefore: (number | null)[] = [...(from?.daysBefore ?? Array.from({ length: period }, () => null))];
  let { mean, level, trend, count, deviation } = from ?? { mean: 0, level: 0, trend: 0, count: 0, deviation: 0 };
  let line: Line | null = null;
  let lineCount = -1;

  function lineNow(): Line {
    // At the same points after a restart as without one.
    const drawnAt = count - (count % LINE_EVERY);
    if (lineCount !== drawnAt) {
      line = theilSen(recent.slice(0, recent.length - (count - drawnAt)));
      lineCount = drawnAt;
    }
    return line === null ? { slope: 0, end: level } : { slope: line.slope, end: line.end + line.slope * (count - drawnAt) };
  }

  return {
    push(value) {
      if (count === 0) {
        mean = value;
        level = value;
      }
      mean += (value - mean) * Math.max(MEAN_SHARE, 1 / (count + 1));
      const before = level;
      level = LEVEL_SHARE * value + (1 - LEVEL_SHARE) * (level + FADE * trend);
      trend = TREND_SHARE * (level - before) + (1 - TREND_SHARE) * FADE * trend;
      if (period > 0) {
        const place = count % period;
        const known = profile[place] ?? null;
        deviation = DEVIATION_SHARE * (value - (known ?? value)) + (1 - DEVIATION_SHARE) * deviation;
        // An hour of trouble on one day is not how days are: what counts is the middle of today, the day before and the profile.
        profile[place] = known === null ? value : known + PROFILE_SHARE * (middleOf(value, daysBefore[place] ?? known, known) - known);
        daysBefore[place] = value;
      }
      recent.push(value);
      if (recent.length > WINDOW + LINE_EVERY) recent.shift();
      count += 1;
    },
    continuations(steps) {
      const last = recent.at(-1) ?? 0;
      const { slope, end } = lineNow();
      const faded = (FADE * (1 - FADE ** steps)) / (1 - FADE);
      const usual = period > 0 ? (profile[(count - 1 + steps) % period] ?? null) : null;
      return [last, mean, level + faded * trend, end + slope * steps, usual === null ? level : usual + deviation * DEVIATION_FADE ** steps];
    },
    get count() {
      return count;
    },
    get last() {
      return recent.at(-1) ?? 0;
    },
    snapshot: () => ({ recent: [...recent], mean, level, trend, count, profile: [...profile], daysBefore: [...daysBefore], deviation }),
  };
}
