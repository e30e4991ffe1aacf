/** Answers of an incident's overview for tests that are about something else. */
import { detectorId, forecastId, runbookId, type AttachedRunbook, type BreachForecast, type AlertMeanings, type CauseBoard, type CauseMetrics, type ChangesBefore, type ForecastSeries, type Prediction, type Recommendation, type Recommendations, type SimilarIncidents } from '#contract';
import type { FakeBackend } from './fakeBackend.ts';

export const NO_SIMILAR: SimilarIncidents = { state: 'ready', items: [], unusual: null, compared: 0 };
export const NO_MEANINGS: AlertMeanings = { state: 'ready', items: [], compared: 0 };
export const NO_METRICS: CauseMetrics = { state: 'none', at: null, series: 0, services: 0, failed: [], leftOut: 0 };
export const NO_CAUSES: CauseBoard = { items: [], confidence: null, onsetAt: null, metrics: NO_METRICS, shadow: false };
export const NO_CHANGES_BEFORE: ChangesBefore = { from: '2026-03-01T06:00:00.000Z', to: '2026-03-01T10:10:00.000Z', onsetAt: '2026-03-01T10:00:00.000Z', changes: [], noticed: [], leftOut: 0, rising: [], services: [] };

export const NO_RECOMMENDATIONS: Recommendations = { state: 'ready', items: [], none: 'No runbook is published yet.', shadow: false };

/** A runbook that worked in four of five incidents like it. */
export function recommendationOf(overrides: Partial<Recommendation> = {}): Recommendation {
  return {
    runbook: runbookId.parse('restart-pool'), title: 'Restart the pool', description: '', steps: 3, probability: 0.67, low: 0.31, high: 0.94, similar: { worked: 4, tried: 5 }, all: { worked: 4, tried: 6 },
    reasons: ['It is for payments-db'], evidence: [], effect: null, explored: false, safe: false, heldBack: null, stale: false, inputs: {}, run: null, rejected: null, ...overrides,
  };
}

/** A runbook that waits for a warning and that a person may start. */
export function attachedOf(overrides: Partial<AttachedRunbook> = {}): AttachedRunbook {
  return {
    record: '31', runbook: runbookId.parse('free-disk'), title: 'Free a disk', level: 'suggest', outcome: 'suggested', reason: 'the runbook says so', run: null, inputs: { mountpoint: '/data' }, mayStart: true, whyNot: null,
    ...overrides,
  };
}

/** A service that is warned of, a minute after the alerts of the other fixtures. */
export function predictionOf(overrides: Partial<Prediction> = {}): Prediction {
  return {
    id: '4', service: 'payments-db', probability: 0.43, since: '2026-03-01T10:06:00.000Z', updatedAt: '2026-03-01T10:06:00.000Z', until: '2026-03-01T10:51:00.000Z', state: 'open', incident: null, endedAt: null, runbooks: [],
    reasons: [{ kind: 'foresight', text: 'PoolBusy fires 5 times more rarely than other weak alerts do', weight: 1.9 }, { kind: 'foresight', text: 'it stirs often', weight: -0.3 }], ...overrides,
  };
}

/** A disk that will be full in a bit more than three hours from `nowMs`. */
export function forecastOf(nowMs: number, overrides: Partial<BreachForecast> = {}): BreachForecast {
  const at = (minutes: number): string => new Date(nowMs + minutes * 60_000).toISOString();
  const expected = { earliest: at(160), at: at(190), latest: at(245) };
  return {
    id: forecastId.parse('5'), detector: detectorId.parse('4'), name: 'Disk full', service: 'payments-db', labels: { mountpoint: '/data' }, threshold: { value: 95, side: 'above' }, value: 88.2, since: at(-20), updatedAt: at(-5),
    expected, said: expected, state: 'open', crossedAt: null, endedAt: null, runbooks: [], ...overrides,
  };
}

/** Its chart. */
export function forecastSeriesOf(nowMs: number): ForecastSeries {
  const { expected, labels } = forecastOf(nowMs);
  return {
    labels, times: [nowMs - 600_000, nowMs - 300_000, nowMs], values: [88, null, 88.2], ahead: { times: [nowMs + 300_000, nowMs + 600_000], low: [88.1, 88.1], middle: [88.3, 88.4], high: [88.5, 88.7] },
    breach: expected, isOver: false,
  };
}

/** Nothing is made of the incident. */
export function answerNoInsights(backend: FakeBackend): void {
  backend.answer('getSimilarIncidents', { ok: NO_SIMILAR });
  backend.answer('getRecommendations', { ok: NO_RECOMMENDATIONS });
  backend.answer('getAlertMeanings', { ok: NO_MEANINGS });
  backend.answer('getCauses', { ok: NO_CAUSES });
  backend.answer('getChangesBefore', { ok: NO_CHANGES_BEFORE });
}
