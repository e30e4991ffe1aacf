/**
 * How fast a channel may be used: a provider's limit as evenly spaced places in time. The next free place is kept in the
 * channel's row, so all replicas together stay within the limit, and few places are given out ahead, so that whoever is
 * more urgent waits for one place only. Pure; instants are milliseconds since 1970.
 */

/** Places are given out so far ahead. */
export const HORIZON_MS = 200;

export interface Places {
  /** When each message may begin, in order. */
  readonly atMs: readonly number[];
}

/** The distance between places. */
export function intervalMs(perSecond: number): number {
  return 1_000 / perSecond;
}

/** Places that may be given out now, at most `most`. */
export function freePlaces(nextFreeMs: number, perSecond: number, nowMs: number, most: number): Places {
  const interval = intervalMs(perSecond);
  const start = Math.max(nextFreeMs, nowMs);
  // With a slow provider none is given out ahead.
  const until = interval > HORIZON_MS ? nowMs : nowMs + HORIZON_MS;
  const atMs: number[] = [];
  for (let at = start; at <= until && atMs.length < most; at += interval) atMs.push(at);
  return { atMs };
}

/** The next free place after `taken` of them. */
export function afterTaking(nextFreeMs: number, perSecond: number, nowMs: number, taken: number): number {
  return Math.max(nextFreeMs, nowMs) + Math.ceil(taken * intervalMs(perSecond) * 1_000) / 1_000;
}

/** After the provider asked to wait. */
export function afterThrottle(nextFreeMs: number, retryAfterMs: number, nowMs: number): number {
  return Math.max(nextFreeMs, nowMs + retryAfterMs);
}
