import { summariseTrend } from './alertTrend.ts';

const NOW = Date.UTC(2026, 2, 2, 12, 30);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

test('cap 19: figures are made of the episodes that ended; one that fires counts as an occurrence only', () => {
  const trend = summariseTrend([
    { startsAtMs: NOW - 5 * HOUR, endsAtMs: NOW - 5 * HOUR + 60_000, endedByItself: true },
    { startsAtMs: NOW - 3 * HOUR, endsAtMs: NOW - 3 * HOUR + 180_000, endedByItself: false },
    { startsAtMs: NOW - HOUR, endsAtMs: null, endedByItself: true },
  ], NOW - 5 * HOUR, false, NOW);

  expect(trend).toMatchObject({ episodes: 3, meanSeconds: 120, selfResolvedRatio: 0.5, firstSeenAt: new Date(NOW - 5 * HOUR).toISOString(), lastSeenAt: new Date(NOW - HOUR).toISOString() });
});

test.each([
  { past: 5 * HOUR, bucketSeconds: 3_600 },
  { past: 5 * DAY, bucketSeconds: 6 * 3_600 },
  { past: 25 * DAY, bucketSeconds: 86_400 },
  { past: 400 * DAY, bucketSeconds: 86_400 },
])('cap 19: the sparkline of a past of $past ms has 30 bars of $bucketSeconds s, and counts what falls into it', ({ past, bucketSeconds }) => {
  const trend = summariseTrend([{ startsAtMs: NOW - past, endsAtMs: null, endedByItself: false }, { startsAtMs: NOW, endsAtMs: null, endedByItself: false }], NOW - past, false, NOW);

  expect(trend.sparkline.bucketSeconds).toBe(bucketSeconds);
  expect(trend.sparkline.counts).toHaveLength(30);
  expect(trend.sparkline.counts.reduce((sum, count) => sum + count)).toBe(past > 30 * DAY ? 1 : 2);
  expect(trend.sparkline.counts.at(-1)).toBeGreaterThan(0);
});

test('cap 19: an alert that never ended has no mean and no share', () => {
  expect(summariseTrend([{ startsAtMs: NOW, endsAtMs: null, endedByItself: true }], NOW, false, NOW)).toMatchObject({ meanSeconds: null, selfResolvedRatio: null });
});
