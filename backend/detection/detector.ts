/**
 * A strictly online detector of anomalies in one series: one pass, a state of less than 4 kB, nothing fitted beforehand.
 *
 * Five views look at each value: the value against the profile of its hour, what lasts of that difference, the level against
 * its own long run, the shape of the newest window and its drift off the profile against windows seen before. Four of them are
 * brought to one unit, the rareness among their own readings (as Lavin & Ahmad 2015 do with the errors of their predictor). An
 * anomaly is what at least two views call one: each of them errs, and they err differently. After a finding the detector rests
 * for a while, because what follows is mostly the same event: only what surprises twice as much is new. Where the series has a
 * season of its own that explains it better, that season stands in for the hour.
 */
import { DEFAULT_ALARMS_A_WEEK } from '#contract';
import { createAllowance } from './allowance.ts';
import { createDeviations } from './deviations.ts';
import { layOut, STATE_VERSION } from './layout.ts';
import { fromOlderState } from './olderState.ts';
import { createProfile } from './profile.ts';
import { createSeason } from './season.ts';
import { createSpread } from './spread.ts';
import { createTail, USUAL } from './tail.ts';
import { TUNING, type Tuning } from './tuning.ts';
import { createWindows } from './windows.ts';

const HOUR_MS = 3_600_000;
/** Greater sizes, which no measurement has, would overflow the state: they count as no value. */
const MOST_VALUE = 1e30;
const MOST_LEVEL_DEVIATION = 6;
const LEVEL_FREE = 50;
/** A residual that is so small beside what is expected is none. */
const NEGLIGIBLE = 1e-9;
const OUT_OF_THE_BLUE = 10;
/** Where the score of what is found is never, and of what is not found always below. */
export const SCORE_OF_FINDING = 0.5;
const RESTING_SCORE = 0.45;

export interface DetectorOptions {
  /** At most so many false alarms a week; as many as a new detector may have when not given. */
  readonly alarmsAWeek?: number;
  /** Hours since some Monday 00:00, with their fraction: for zones, and for holidays that are like Sundays. UTC when not given. */
  readonly hourOf?: ((timestampMs: number) => number) | undefined;
  /** For measurements only. */
  readonly tuning?: Partial<Tuning>;
}

export interface Band {
  readonly low: number;
  readonly mid: number;
  readonly high: number;
}

/** How surprising each view finds a value; 0 is ordinary, two views at the threshold are an anomaly. */
export interface Views {
  /** The value against the profile of its hour. */
  readonly point: number;
  /** What lasts of that difference. */
  readonly sustained: number;
  /** The level against its own long run. */
  readonly level: number;
  /** The newest window against windows seen before: by its shape, and by its drift off the profile. */
  readonly shape: number;
  readonly drift: number;
}

const NO_VIEWS: Views = { point: 0, sustained: 0, level: 0, shape: 0, drift: 0 };

export interface Reading {
  /** How sure it is that something new is wrong here, 0..1; at least 0.5 exactly where `anomaly` is set. */
  readonly score: number;
  readonly anomaly: boolean;
  /** The same without the rest after a finding: for charts. */
  readonly surprise: number;
  readonly views: Views;
  /** What was expected before the value came; null before the first value. */
  readonly expected: Band | null;
}

export interface Detector {
  /** The next value, in order of arrival. Null, what is no number and what is beyond 1e30 are gaps: they score 0 and change nothing. */
  step: (timestampMs: number, value: number | null) => Reading;
  /** All that is needed to go on elsewhere: less than 4 kB. */
  state: () => Uint8Array;
  /** Goes on from such a state, or from one of the version before. False, and unchanged, when it comes from another. */
  restore: (state: Uint8Array) => boolean;
}

/** The second largest: what two views agree on. */
function agreed({ point, sustained, level, shape, drift }: Views): number {
  let first = Math.max(point, sustained);
  let second = Math.min(point, sustained);
  for (const surprise of [level, shape, drift]) {
    if (surprise > first) {
      second = first;
      first = surprise;
    } else if (surprise > second) second = surprise;
  }
  return second;
}

/** Monday 1970-01-05 is hour 0. */
function utcHour(timestampMs: number): number {
  return timestampMs / HOUR_MS - 96;
}

/** Lengths of a season are told that exactly. */
const EXACTLY = 0.05;

function isOfDays(lengthMs: number): boolean {
  const days = lengthMs / (24 * HOUR_MS);
  return Math.round(days) >= 1 && Math.abs(days - Math.round(days)) < EXACTLY * days;
}

/** A detector that knows nothing yet. */
export function createDetector(options: DetectorOptions = {}): Detector {
  const tuning: Tuning = { ...TUNING, ...options.tuning };
  const hourOf = options.hourOf ?? utcHour;
  const layout = layOut(tuning);
  const { at } = layout;
  const bytes = new ArrayBuffer(layout.size);
  const state = new Float64Array(bytes, 0, layout.profileBytes / 8);
  state[at.version] = STATE_VERSION;
  const profile = createProfile(state, at.profile, bytes, layout.profileBytes, tuning);
  const deviations = createDeviations(state, at, tuning);
  /** Whoever gives a calendar wants days to follow it: then no season of days takes the place of hours. */
  const isOfCalendar = (period: number): boolean => options.hourOf !== undefined && isOfDays(period * (state[at.interval] ?? 0));
  const season = createSeason(state, bytes, layout, tuning, isOfCalendar);
  const band = createTail(state, at.band, tuning, USUAL);
  const windows = createWindows(state, bytes, layout, tuning);
  const levelSpread = createSpread(state, at.levelSpread, tuning.memoryPoints, MOST_LEVEL_DEVIATION, LEVEL_FREE);
  const levelTail = createTail(state, at.levelTail, tuning);
  const allowance = createAllowance(state, at.allowance, options.alarmsAWeek ?? DEFAULT_ALARMS_A_WEEK, tuning);

  /** Time since the point before, kept to the usual interval across gaps; notes a gap. */
  const elapsed = (timestampMs: number, seen: number): number => {
    const since = timestampMs - (state[at.time] ?? 0);
    state[at.time] = timestampMs;
    if (seen === 1 || since <= 0) return 0;
    const interval = state[at.interval] ?? 0;
    state[at.interval] = interval === 0 ? since : interval * (since > interval ? 1.02 : since < interval ? 0.98 : 1);
    if (interval > 0 && since > tuning.gapIntervals * interval) {
      windows.startAnew();
      season.doubt();
      return interval;
    }
    return since;
  };

  const levelSurprise = (value: number, seen: number): number => {
    const before = state[at.level] ?? 0;
    const level = seen === 1 ? value : before + Math.max(tuning.smoothing, 1 / seen) * (value - before);
    state[at.level] = level;
    const reading = seen > LEVEL_FREE ? Math.abs(levelSpread.deviation(level, OUT_OF_THE_BLUE)) : 0;
    levelSpread.add(level);
    return levelTail.rate(reading);
  };

  /** Points since the one before: more than one where some are missing. */
  const stepsUntil = (timestampMs: number): number => {
    const interval = state[at.interval] ?? 0;
    const since = timestampMs - (state[at.time] ?? 0);
    return interval > 0 && since > 0 && Number.isFinite(since) ? Math.max(1, Math.round(since / interval)) : 1;
  };

  const bandAt = (hour: number, threshold: number, steps: number): Band | null => {
    if ((state[at.seen] ?? 0) === 0) return null;
    // What was never negative is not expected to be.
    const floor = (state[at.lowest] ?? 0) >= 0 ? 0 : Number.NEGATIVE_INFINITY;
    const mid = Math.max(floor, season.isKnown() ? season.expected(steps) : profile.expected(hour));
    const half = season.isKnown() ? season.unit(steps) * band.readingAt(threshold / tuning.seasonPoint) : deviations.usual() * band.readingAt(threshold);
    return { low: Math.max(floor, mid - half), mid, high: mid + half };
  };

  return {
    step: (timestampMs, value) => {
      const hour = hourOf(timestampMs);
      const threshold = allowance.threshold();
      const steps = stepsUntil(timestampMs);
      const expected = bandAt(hour, threshold, steps);
      if (value === null || !(Math.abs(value) <= MOST_VALUE) || !Number.isFinite(timestampMs)) return { score: 0, anomaly: false, surprise: 0, views: NO_VIEWS, expected };
      const seen = (state[at.seen] ?? 0) + 1;
      state[at.seen] = seen;
      state[at.lowest] = seen === 1 ? value : Math.min(state[at.lowest] ?? 0, value);
      const wasKnown = season.isKnown();
      const elapsedMs = elapsed(timestampMs, seen);

      const mid = seen === 1 ? value : profile.expected(hour);
      const residual = value - mid;
      deviations.add(residual, NEGLIGIBLE * Math.abs(mid), profile.isKnown(hour), seen);
      season.add(value, mid, steps, seen);
      const isSeasonal = season.isKnown();
      if (isSeasonal !== wasKnown) {
        windows.startDrift(isSeasonal ? season.usual() : deviations.usual(), seen);
        band.startAsNormal();
      }
      band.rate(isSeasonal ? season.size : deviations.size);
      windows.add(value, isSeasonal ? season.residual : residual, seen);
      const { point, sustained } = isSeasonal ? season : deviations;
      const views = { point, sustained, level: levelSurprise(value, seen), shape: windows.shape, drift: windows.drift };
      const together = agreed(views);
      // What is far off belongs to no hour: it moves the profile as if it were at the edge of that.
      const most = profile.isKnown(hour) && seen > tuning.warmUpPoints ? tuning.profileReach * deviations.usual() : Number.POSITIVE_INFINITY;
      profile.add(hour, mid + Math.max(-most, Math.min(most, residual)));

      if (seen <= tuning.warmUpPoints) return { score: 0, anomaly: false, surprise: 0, views: NO_VIEWS, expected };
      const peak = allowance.peak();
      allowance.add(together, elapsedMs);
      const surprise = 1 - 2 ** (-together / threshold);
      const foundAt = state[at.found] ?? 0;
      const isResting = foundAt > 0 && seen - foundAt < Math.min(tuning.restPoints, tuning.restShare * foundAt);
      const isNew = !isResting || together >= tuning.restBreak * Math.max(threshold, peak);
      const anomaly = together >= threshold && isNew;
      if (anomaly) state[at.found] = seen;
      return { score: anomaly ? Math.max(SCORE_OF_FINDING, surprise) : Math.min(RESTING_SCORE, surprise), anomaly, surprise, views, expected };
    },
    state: () => new Uint8Array(bytes.slice(0)),
    restore: (saved) => {
      const copy = fromOlderState(saved, layout, tuning) ?? saved.slice();
      if (copy.byteLength !== layout.size || new Float64Array(copy.buffer, 0, 1)[0] !== STATE_VERSION) return false;
      new Uint8Array(bytes).set(copy);
      return true;
    },
  };
}
