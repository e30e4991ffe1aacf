/** Answers of an incident's overview for tests that are about something else. */
import { runbookId, type CauseBoard, type CauseMetrics, type ChangesBefore, type Prediction, type Recommendation, type Recommendations, type SimilarIncidents } from '#contract';
import type { FakeBackend } from './fakeBackend.ts';

export const NO_SIMILAR: SimilarIncidents = { state: 'ready', items: [], unusual: null, compared: 0 };
export const NO_METRICS: CauseMetrics = { state: 'none', at: null, series: 0, services: 0, failed: [], leftOut: 0 };
export const NO_CAUSES: CauseBoard = { items: [], confidence: null, onsetAt: null, metrics: NO_METRICS };
export const NO_CHANGES_BEFORE: ChangesBefore = { from: '2026-03-01T06:00:00.000Z', to: '2026-03-01T10:10:00.000Z', onsetAt: '2026-03-01T10:00:00.000Z', changes: [], leftOut: 0, rising: [], services: [] };

export const NO_RECOMMENDATIONS: Recommendations = { state: 'ready', items: [], none: 'No runbook is published yet.' };

/** A runbook that worked in four of five incidents like it. */
export function recommendationOf(overrides: Partial<Recommendation> = {}): Recommendation {
  return {
    runbook: runbookId.parse('restart-pool'), title: 'Restart the pool', description: '', steps: 3, probability: 0.67, low: 0.31, high: 0.94, similar: { worked: 4, tried: 5 }, all: { worked: 4, tried: 6 },
    reasons: ['It is for payments-db'], evidence: [], effect: null, explored: false, safe: false, heldBack: null, stale: false, inputs: {}, run: null, rejected: null, ...overrides,
  };
}

/** A service that is warned of, a minute after the alerts of the other fixtures. */
export function predictionOf(overrides: Partial<Prediction> = {}): Prediction {
  return {
    id: '4', service: 'payments-db', probability: 0.43, since: '2026-03-01T10:06:00.000Z', updatedAt: '2026-03-01T10:06:00.000Z', until: '2026-03-01T10:51:00.000Z', state: 'open', incident: null, endedAt: null,
    reasons: [{ kind: 'foresight', text: 'PoolBusy fires 5 times more rarely than other weak alerts do', weight: 1.9 }, { kind: 'foresight', text: 'it stirs often', weight: -0.3 }], ...overrides,
  };
}

/** Nothing is made of the incident. */
export function answerNoInsights(backend: FakeBackend): void {
  backend.answer('getSimilarIncidents', { ok: NO_SIMILAR });
  backend.answer('getRecommendations', { ok: NO_RECOMMENDATIONS });
  backend.answer('getCauses', { ok: NO_CAUSES });
  backend.answer('getChangesBefore', { ok: NO_CHANGES_BEFORE });
}
