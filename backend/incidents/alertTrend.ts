/** The past of one alert in a few figures. Pure. */
import type { AlertTrend } from '#contract';

export interface PastEpisode {
  readonly startsAtMs: number;
  /** Null while it fires, or when nobody knows how it ended. */
  readonly endsAtMs: number | null;
  /** It ended without an incident, or before anybody had acknowledged it. */
  readonly endedByItself: boolean;
}

const BUCKETS = 30;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Stretches of time that a sparkline may have, so that its bars mean something people know. */
const BUCKET_SIZES_MS = [HOUR_MS, 6 * HOUR_MS, DAY_MS];

/** The smallest bars with which the whole past, or the newest 30 days of it, fits. */
function bucketMs(firstMs: number, nowMs: number): number {
  return BUCKET_SIZES_MS.find((size) => size * BUCKETS >= nowMs - firstMs) ?? DAY_MS;
}

/** Sums up; `episodes` are the newest ones, at least one, in any order. */
export function summariseTrend(episodes: readonly PastEpisode[], firstMs: number, capped: boolean, nowMs: number): AlertTrend {
  const size = bucketMs(firstMs, nowMs);
  const lastBucket = Math.floor(nowMs / size);
  const firstBucket = lastBucket - BUCKETS + 1;
  const counts = Array.from({ length: BUCKETS }, () => 0);
  let lastMs = firstMs;
  let ended = 0;
  let endedMs = 0;
  let byItself = 0;
  for (const { startsAtMs, endsAtMs, endedByItself } of episodes) {
    lastMs = Math.max(lastMs, startsAtMs);
    const place = Math.floor(startsAtMs / size) - firstBucket;
    const count = counts[place];
    if (count !== undefined) counts[place] = count + 1;
    if (endsAtMs === null) continue;
    ended += 1;
    endedMs += endsAtMs - startsAtMs;
    if (endedByItself) byItself += 1;
  }
  return {
    episodes: episodes.length, firstSeenAt: new Date(firstMs).toISOString(), lastSeenAt: new Date(lastMs).toISOString(),
    meanSeconds: ended === 0 ? null : endedMs / ended / 1000, selfResolvedRatio: ended === 0 ? null : byItself / ended, capped,
    sparkline: { from: new Date(firstBucket * size).toISOString(), bucketSeconds: size / 1000, counts },
  };
}
