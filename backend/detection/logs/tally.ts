/**
 * How often events of each height come, so that a height can be found above which at most so many a week come. All events count for
 * false, as in the allowance of series. What comes within an hour is one event, as high as its highest. Pure.
 */

export interface Tally {
  /** Events by height, fading. */
  readonly counts: readonly number[];
  /** Time that was watched, fading alike. */
  readonly weeks: number;
  readonly atMs: number;
  /** The event that may still grow. */
  readonly open: { readonly untilMs: number; readonly height: number } | null;
}

const WEEK_MS = 7 * 86_400_000;
const HALF_LIFE_MS = 3 * WEEK_MS;
const EVENT_MS = 3_600_000;
/** As if a week without events had been seen besides: one event alone, which may be a true one, must not deafen. */
const CALM_WEEKS = 1;

/** One that has seen nothing, for heights up to `heights - 1`. */
export function emptyTally(heights: number, atMs: number): Tally {
  return { counts: Array.from({ length: heights }, () => 0), weeks: 0, atMs, open: null };
}

/** Time passes. */
export function passed(tally: Tally, atMs: number): Tally {
  const ms = Math.max(0, atMs - tally.atMs);
  if (ms === 0) return tally;
  const fade = 0.5 ** (ms / HALF_LIFE_MS);
  return { ...tally, counts: tally.counts.map((count) => count * fade), weeks: tally.weeks * fade + ms / WEEK_MS, atMs };
}

/** Something of a height came at the time of the tally. */
export function withEvent(tally: Tally, height: number): Tally {
  const place = Math.min(tally.counts.length - 1, Math.max(0, Math.floor(height)));
  const grows = tally.open !== null && tally.atMs <= tally.open.untilMs ? tally.open : null;
  if (grows !== null && grows.height >= place) return tally;
  const counts = tally.counts.map((count, at) => (at === place ? count + 1 : at === grows?.height ? Math.max(0, count - 1) : count));
  return { ...tally, counts, open: { untilMs: grows?.untilMs ?? tally.atMs + EVENT_MS, height: place } };
}

/** The lowest height, from `least` on, of which no more come than allowed in a week. */
export function heightFor(tally: Tally, allowedAWeek: number, least: number): number {
  let height = tally.counts.length;
  let above = 0;
  while (height > least) {
    above += tally.counts[height - 1] ?? 0;
    if (above / (tally.weeks + CALM_WEEKS) > allowedAWeek + 1e-9) break;
    height -= 1;
  }
  return height;
}
