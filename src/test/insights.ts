/** Answers of an incident's overview for tests that are about something else. */
import type { CauseBoard, ChangesBefore, SimilarIncidents } from '#contract';
import type { FakeBackend } from './fakeBackend.ts';

export const NO_SIMILAR: SimilarIncidents = { state: 'ready', items: [], unusual: null, compared: 0 };
export const NO_CAUSES: CauseBoard = { items: [], confidence: null, onsetAt: null };
export const NO_CHANGES_BEFORE: ChangesBefore = { from: '2026-03-01T06:00:00.000Z', to: '2026-03-01T10:10:00.000Z', onsetAt: '2026-03-01T10:00:00.000Z', changes: [], leftOut: 0, rising: [], services: [] };

/** Nothing is made of the incident. */
export function answerNoInsights(backend: FakeBackend): void {
  backend.answer('getSimilarIncidents', { ok: NO_SIMILAR });
  backend.answer('getCauses', { ok: NO_CAUSES });
  backend.answer('getChangesBefore', { ok: NO_CHANGES_BEFORE });
}
