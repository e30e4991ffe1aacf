/** The simulated shop's metrics: what each query gives at each instant. They follow from the story alone. Pure. */
import type { StandInSeries } from '../../../tests/detection/prometheus.ts';
import { DEMO_HOST } from '../demoAgent.ts';
import { busyness, jitter } from './shopLike.ts';
import { outageShare, pastShare, type Story } from './story.ts';

/** The queries of the demo's detectors. */
export const EXPRESSIONS = {
  checkoutLatency: 'histogram_quantile(0.95, sum by (le, service) (rate(http_request_duration_seconds_bucket{service="checkout"}[2m])))',
  databaseTime: 'histogram_quantile(0.95, sum by (le, service) (rate(db_statement_duration_seconds_bucket{service="payments-db"}[2m])))',
  errors: '100 * sum by (service) (rate(http_requests_total{code=~"5.."}[5m])) / sum by (service) (rate(http_requests_total[5m]))',
  requests: 'sum by (service) (rate(http_requests_total[5m]))',
  volume: '100 - 100 * node_filesystem_avail_bytes{mountpoint="/var/lib/search-index"} / node_filesystem_size_bytes',
} as const;

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const SHORT_MS = 2 * MINUTE_MS;
const LONG_MS = 5 * MINUTE_MS;

/** Share of the volume that is used, percent: calm, then it fills; what is full is emptied, and is calm again. */
const CALM_PERCENT = 52;
const FILLS_BEFORE_MS = 16 * HOUR_MS;
/** It crosses this so long after the beginning. */
export const VOLUME_LIMIT = 95;
export const FULL_AFTER_MS = 3 * HOUR_MS + 10 * MINUTE_MS;
const EMPTIED_PERCENT = 97;

function volumeUsed({ begunMs, roomMs }: Story, atMs: number): number {
  const slope = (VOLUME_LIMIT - CALM_PERCENT) / (FILLS_BEFORE_MS + FULL_AFTER_MS);
  const filled = CALM_PERCENT + slope * Math.max(0, atMs - (begunMs - FILLS_BEFORE_MS));
  return (filled < EMPTIED_PERCENT && (roomMs === null || atMs < roomMs) ? filled : CALM_PERCENT) + 0.2 * busyness(atMs) + jitter(atMs, 5, 0.1);
}

/** Seconds of a latency: longer the busier it is, and much longer in trouble. */
function seconds(story: Story, service: string, usual: number, inTrouble: number, salt: number): (atMs: number) => number {
  return (atMs) => {
    const caught = Math.max(outageShare(story, service, atMs, SHORT_MS), pastShare(story, 'slow', service, atMs, SHORT_MS));
    return usual * (0.75 + 0.25 * busyness(atMs)) + jitter(atMs, salt, usual * 0.06) + caught * inTrouble * (0.85 + jitter(atMs, salt + 50, 0.1));
  };
}

function errorsOf(story: Story, service: string, salt: number): (atMs: number) => number {
  return (atMs) => {
    const caught = Math.max(outageShare(story, service, atMs, LONG_MS), pastShare(story, 'failing', service, atMs, LONG_MS));
    return Math.max(0, 0.35 + jitter(atMs, salt, 0.12) + caught * (26 + jitter(atMs, salt + 50, 4)));
  };
}

function requestsOf(story: Story, service: string, usual: number, salt: number): (atMs: number) => number {
  return (atMs) => {
    const lost = 0.6 * outageShare(story, service, atMs, LONG_MS) + 0.7 * pastShare(story, 'quiet', service, atMs, LONG_MS) - 0.8 * pastShare(story, 'busy', service, atMs, LONG_MS);
    return Math.max(0, usual * busyness(atMs) * (1 - lost) * (1 + jitter(atMs, salt, 0.03)));
  };
}

const of = (service: string, valueAt: (atMs: number) => number): StandInSeries => ({ labels: { service }, valueAt });

/** The series of every query. `storyOf` is asked at each answer: the story goes on while the demo runs. */
export function shopSeries(storyOf: () => Story): ReadonlyMap<string, readonly StandInSeries[]> {
  const now = (make: (story: Story) => (atMs: number) => number) => (atMs: number): number => make(storyOf())(atMs);
  return new Map<string, readonly StandInSeries[]>([
    [EXPRESSIONS.checkoutLatency, [of('checkout', now((story) => seconds(story, 'checkout', 0.24, 4.2, 1)))]],
    [EXPRESSIONS.databaseTime, [of('payments-db', now((story) => seconds(story, 'payments-db', 0.03, 2.6, 2)))]],
    [EXPRESSIONS.errors, ['payments', 'ledger', 'orders', 'storefront'].map((service, index) => of(service, now((story) => errorsOf(story, service, 10 + index))))],
    [EXPRESSIONS.requests, ([['storefront', 620], ['checkout', 84], ['search', 190], ['cart', 130]] as const).map(([service, usual], index) => of(service, now((story) => requestsOf(story, service, usual, 20 + index))))],
    [EXPRESSIONS.volume, [{ labels: { service: 'search-indexer', instance: DEMO_HOST, mountpoint: '/var/lib/search-index' }, valueAt: (atMs) => volumeUsed(storyOf(), atMs) }]],
  ]);
}
