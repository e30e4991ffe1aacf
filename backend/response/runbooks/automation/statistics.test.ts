/** cap 82: the figures, worked out by hand. Now is 2026-03-02T10:00Z; 90 days before is 2025-12-02T10:00Z. */
import type { RunbookStatistics } from '#contract';
import { askedBy, ORG, OTHER_ORG, startAutomationStage, type AutomationStage } from './automation.testkit.ts';

let stage: AutomationStage;
beforeEach(async () => {
  stage = await startAutomationStage();
});
afterEach(() => stage.close());

const STEP = 'steps: [{ id: a, kind: wait, with: { for: 1s } }]';
const SINCE = new Date('2025-12-02T10:00:00.000Z');
const JUST_BEFORE = new Date(SINCE.getTime() - 1);
const statistics = (org = ORG): Promise<RunbookStatistics> => stage.automation.handlers.getRunbookStatistics({ params: undefined, query: undefined, body: undefined }, askedBy('vera', { org }));

async function ran(runbook: string, state: string, endedAt: Date | null, more: { readonly incident?: number; readonly drill?: boolean } = {}): Promise<void> {
  await stage.database.db.query(
    `insert into runbook_runs (org_id, runbook_id, runbook_version, title, document, state, incident_number, start, started_by, role, drill, deadline, created_at, ended_at)
     values (1, $1::text, 1, $1::text, '{}', $2::text, $3::integer, 'page', '{}', 'responder', $4::boolean, now(), now(), $5::timestamptz)`,
    [runbook, state, more.incident ?? null, more.drill ?? false, endedAt],
  );
}

test('coverage: of grave incidents that were ones, those for which something fits that is in use and was tested in time', async () => {
  stage.publish('for-checkout', STEP, { services: ['checkout'] });
  stage.publish('for-search', STEP, { services: ['search'] });
  stage.publish('never', STEP, { services: ['db'] });
  stage.publish('for-sev1', STEP, { match: 'incident.severity == "sev1"' });
  stage.publish('any', STEP);
  const tested = (at: Date | null) => ({ runs: 1, successRate: 1, lastTestedAt: at });
  stage.figures = new Map([['for-checkout', tested(SINCE)], ['for-search', tested(JUST_BEFORE)], ['for-sev1', tested(stage.clock.now())], ['any', tested(stage.clock.now())]]);
  await stage.incident(1, { services: ['checkout'], declaredAt: SINCE });      // covered, by its service
  await stage.incident(2, { services: ['search'] });                           // not: its runbook was tested too long ago
  await stage.incident(3, { services: ['db'] });                               // not: never tested
  await stage.incident(4, { services: ['queue'], severity: 1 });               // covered, by the condition
  await stage.incident(5, { services: ['queue'], state: 'resolved' });         // not: what fits anything covers nothing
  await stage.incident(6, { services: ['checkout'], severity: 3 });            // not grave
  await stage.incident(7, { services: ['checkout'], declaredAt: JUST_BEFORE }); // too long ago
  for (const [number, state] of [[8, 'candidate'], [9, 'rejected'], [10, 'cancelled'], [11, 'duplicate']] as const) await stage.incident(number, { state });

  const { since, incidents, covered, coverage, uncovered, stale } = await statistics();

  expect({ since, incidents, covered, coverage }).toEqual({ since: SINCE.toISOString(), incidents: 5, covered: 2, coverage: 0.4 });
  expect(uncovered.map(({ number }) => number)).toEqual([5, 3, 2]);
  expect(uncovered[1]).toEqual({ number: 3, title: 'Checkout is down', services: ['db'] });
  expect(stale).toEqual([{ id: 'for-search', title: 'for-search', lastTestedAt: JUST_BEFORE.toISOString() }, { id: 'never', title: 'never', lastTestedAt: null }]);
});

test('success and time saved: of runs that came to an end of their own in that time; drills and what people cancelled do not count', async () => {
  stage.publish('quick', `policy: { minutesSaved: 10 }\n${STEP}`);
  stage.publish('slow', `policy: { minutesSaved: 45 }\n${STEP}`);
  stage.publish('unsaid', STEP);
  const now = stage.clock.now();
  for (const state of ['succeeded', 'succeeded', 'failed', 'timed_out', 'undone', 'undo_failed', 'cancelled']) await ran('quick', state, now);
  await ran('slow', 'succeeded', SINCE);
  await ran('slow', 'succeeded', JUST_BEFORE);
  await ran('slow', 'succeeded', now, { drill: true });
  await ran('slow', 'running', null);
  await ran('unsaid', 'succeeded', now);
  // Out of use since: it ran, but nobody says how long it would have taken.
  await ran('retired', 'succeeded', now);

  // quick 6 (2 succeeded), slow 1 (1), unsaid 1 (1), retired 1 (1); minutes 2 × 10 + 1 × 45.
  expect(await statistics()).toMatchObject({ runs: 9, succeeded: 5, successRate: 5 / 9, minutesSaved: 65 });
});

test('without anything there is no share, never 0 %; another organisation counts nothing of this one', async () => {
  const none = { incidents: 0, covered: 0, coverage: null, uncovered: [], runs: 0, succeeded: 0, successRate: null, minutesSaved: 0, stale: [] };
  expect(await statistics()).toMatchObject(none);
  await stage.incident(1);
  await ran('quick', 'succeeded', stage.clock.now());
  expect(await statistics(OTHER_ORG)).toMatchObject(none);
});

test('a private incident and its runs count for its members alone', async () => {
  await stage.incident(1);
  await stage.incident(2);
  await ran('quick', 'succeeded', stage.clock.now(), { incident: 1 });
  await ran('quick', 'failed', stage.clock.now(), { incident: 2 });
  await stage.database.db.query(`insert into private_incidents (org_id, incident_number, members, made_at, made_by, reason) values (1, 1, '{user:ada}', now(), '{}', 'a leak')`);
  expect(await statistics()).toMatchObject({ incidents: 1, runs: 1, succeeded: 0 });
  expect(await stage.automation.handlers.getRunbookStatistics({ params: undefined, query: undefined, body: undefined }, askedBy('ada'))).toMatchObject({ incidents: 2, runs: 2, succeeded: 1 });
});
