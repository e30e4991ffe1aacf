/** How often a pattern is usual in a step: by the hour of the day, in the last hour and in the long run; and how far a count is beyond. Pure. */

export interface Rate {
  /** Mean count of a step by hour of the day (UTC); -1 where the hour was never seen whole. */
  readonly profile: readonly number[];
  /** The hour that is being counted, since the epoch, and its lines so far. */
  readonly hour: number;
  readonly hourLines: number;
  /** Of the last hour or so, and of the last weeks. */
  readonly recent: number;
  readonly long: number;
  /** Scatter against that of a Poisson process; 1 at least. */
  readonly scatter: number;
  /** The highest count, fading. */
  readonly high: number;
  /** The same of the last minutes together: their mean count, its scatter, the highest mean. */
  readonly short: number;
  readonly shortScatter: number;
  readonly shortHigh: number;
  /** The last step with lines. */
  readonly atMs: number;
}

const HOUR_MS = 3_600_000;
const RECENT_MS = HOUR_MS;
/** What comes in one minute by chance does not go on for five. */
const SHORT_MS = 5 * 60_000;
const LONG_MS = 7 * 86_400_000;
const HIGH_HALF_LIFE_MS = 28 * 86_400_000;
const PROFILE_GAIN = 0.3;
const SCATTER_GAIN = 0.02;
/** What is further out than so many standard deviations teaches no more than that: trouble must not hide itself. */
const MOST_TAUGHT = 2.5;
const MOST_HOURS = 28 * 24;

/** Of a pattern that begins at a step. */
export function emptyRate(atMs: number): Rate {
  return { profile: Array.from({ length: 24 }, () => -1), hour: Math.floor(atMs / HOUR_MS), hourLines: 0, recent: 0, long: 0, scatter: 1, high: 0, short: 0, shortScatter: 1, shortHigh: 0, atMs };
}

/** Closes the hours that have passed; those without lines count as such. */
function withHours(rate: Rate, atMs: number, stepMs: number): Rate {
  const hour = Math.floor(atMs / HOUR_MS);
  if (hour <= rate.hour) return rate;
  const profile = [...rate.profile];
  for (let closed = Math.max(rate.hour, hour - MOST_HOURS); closed < hour; closed += 1) {
    const mean = closed === rate.hour ? (rate.hourLines * stepMs) / HOUR_MS : 0;
    const before = profile[closed % 24] ?? -1;
    profile[closed % 24] = before < 0 ? mean : before + PROFILE_GAIN * (mean - before);
  }
  return { ...rate, profile, hour, hourLines: 0 };
}

export interface Usual {
  readonly mid: number;
  readonly high: number;
}

export interface Judged {
  /** With the count in it. */
  readonly rate: Rate;
  readonly usual: Usual;
  /** Lines of the step, or of the mean step of the last minutes where those are the more unusual. */
  readonly value: number;
  /** In standard deviations; 0 where it is not more than was seen lately. */
  readonly excess: number;
}

const LEAST_EXCESS = 3;
/** What comes weekly came once while it learned, and comes not always alike: so many times what was seen is more than that. */
const MORE = 1.4;
/** Fewer lines together are never too many. */
const LEAST_LINES = 8;
const root = (count: number): number => Math.sqrt(count + 0.375);

interface Weighed {
  readonly excess: number;
  readonly scatter: number;
  readonly usualHigh: number;
}

/**
 * The square root of a count varies alike whatever the rate (Anscombe 1948), so the distance of roots, over the scatter, is how unusual
 * it is. A mean is weighed as the count of the steps that it stands for.
 */
function weigh(mean: number, mid: number, steps: number, scatter: number, highBefore: number): Weighed {
  const deviation = 2 * (root(steps * mean) - root(steps * mid));
  const taught = Math.min(deviation ** 2, MOST_TAUGHT ** 2 * scatter);
  return {
    excess: mean > MORE * highBefore && steps * mean >= LEAST_LINES ? Math.max(0, deviation / Math.sqrt(scatter)) : 0,
    scatter: Math.max(1, scatter + SCATTER_GAIN * (taught - scatter)),
    usualHigh: Math.max(highBefore, ((root(steps * mid) + (LEAST_EXCESS * Math.sqrt(scatter)) / 2) ** 2 - 0.375) / steps),
  };
}

/** Judges the count of a step that has lines, by itself and with the minutes before it, and takes it in. */
export function judge(before: Rate, count: number, atMs: number, stepMs: number): Judged {
  const faded = (value: number, overMs: number): number => value * Math.exp(-Math.max(0, atMs - before.atMs - stepMs) / overMs);
  // A step belongs to the hour in which it begins.
  const rate = withHours(before, atMs - stepMs, stepMs);
  const [recent, long] = [faded(rate.recent, RECENT_MS), faded(rate.long, LONG_MS)];
  const fade = 0.5 ** (Math.max(0, atMs - before.atMs) / HIGH_HALF_LIFE_MS);
  const [highBefore, shortHighBefore] = [rate.high * fade, rate.shortHigh * fade];
  const place = rate.hour % 24;
  const mid = Math.max(recent, long, rate.profile[place] ?? 0, rate.profile[(place + 23) % 24] ?? 0, rate.profile[(place + 1) % 24] ?? 0, 0);
  const gain = (overMs: number): number => 1 - Math.exp(-stepMs / overMs);
  const shortBefore = faded(rate.short, SHORT_MS);
  const short = shortBefore + gain(SHORT_MS) * (count - shortBefore);
  // So many even steps vary as much as the fading mean does.
  const shortSteps = 2 / gain(SHORT_MS) - 1;
  const alone = weigh(count, mid, 1, rate.scatter, highBefore);
  const together = weigh(short, mid, shortSteps, rate.shortScatter, shortHighBefore);
  // A minute that is unusual by itself is the easier one to understand.
  const isTogether = together.excess > alone.excess && count <= alone.usualHigh;
  return {
    usual: { mid, high: isTogether ? together.usualHigh : alone.usualHigh }, value: isTogether ? Math.round(short * 10) / 10 : count, excess: Math.max(alone.excess, together.excess),
    rate: {
      ...rate, hourLines: rate.hourLines + count, recent: recent + gain(RECENT_MS) * (count - recent), long: long + gain(LONG_MS) * (count - long),
      scatter: alone.scatter, high: Math.max(highBefore, count), short, shortScatter: together.scatter, shortHigh: Math.max(shortHighBefore, short), atMs,
    },
  };
}
