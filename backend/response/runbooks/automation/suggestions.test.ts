/** cap 70: what is suggested for an incident, why, and what would hold it back. */
import fc from 'fast-check';
import { incidentNumber, type SuggestionList } from '#contract';
import { deleteRejection, writeRejection } from './rejectionStore.ts';
import { askedBy, ORG, OTHER_ORG, START_MS, startAutomationStage, type AutomationStage } from './automation.testkit.ts';

let stage: AutomationStage;
beforeEach(async () => {
  stage = await startAutomationStage();
});
afterEach(() => stage.close());

const STEP = 'steps: [{ id: a, kind: wait, with: { for: 1s } }]';

function suggestions(number: number, query: { limit?: number; cursor?: string } = {}, org = ORG): Promise<SuggestionList> {
  return stage.automation.handlers.listSuggestions({ params: { number: incidentNumber.parse(number) }, query: { limit: 50, ...query }, body: undefined }, askedBy('vera', { org }));
}

/** A run as the engine leaves it behind. */
async function ran(runbook: string, incident: number | null, state: string, endedAt: Date, more: { readonly drill?: boolean } = {}): Promise<string> {
  const [row] = await stage.database.db.query<{ id: string }>(
    `insert into runbook_runs (org_id, runbook_id, runbook_version, title, document, state, incident_number, start, started_by, role, drill, deadline, created_at, ended_at)
     values (1, $1::text, 1, $1::text, '{}', $2::text, $3::integer, 'page', '{}', 'responder', $4::boolean, $5::timestamptz, $5::timestamptz, $5::timestamptz) returning id::text`,
    [runbook, state, incident, more.drill ?? false, endedAt],
  );
  return row?.id ?? '';
}

test('the best comes first, each with its reasons, its inputs, what is known of its runs and its last run here', async () => {
  stage.publish('any', `triggers: []\n${STEP}`);
  stage.publish('named', `inputs: [{ name: service, type: string, from: incident.primaryService }, { name: replicas, type: number, default: 3 }]\n${STEP}`, { services: ['checkout'] });
  stage.publish('other', STEP, { services: ['search'] });
  stage.publish('matching', STEP, { match: 'incident.severity == "sev2"' });
  await stage.incident(1);
  await stage.incident(2);
  stage.figures = new Map([['named', { runs: 4, successRate: 0.75, lastTestedAt: new Date(START_MS - 91 * 86_400_000) }], ['matching', { runs: 1, successRate: 1, lastTestedAt: new Date(START_MS - 90 * 86_400_000) }]]);
  await ran('matching', 2, 'succeeded', stage.clock.now());
  await ran('matching', 2, 'succeeded', stage.clock.now(), { drill: true });
  await ran('named', 1, 'succeeded', stage.clock.now());
  const last = await ran('named', 1, 'failed', stage.clock.now());

  const { items, none } = await suggestions(1);

  expect(none).toBeNull();
  expect(items.map(({ id, reasons, score }) => ({ id, reasons, score }))).toEqual([
    { id: 'named', reasons: ['It is for checkout'], score: 0.4 },
    { id: 'matching', reasons: ['Its condition holds for this incident', 'It succeeded once before on the same services'], score: 0.35 },
    { id: 'any', reasons: ['It fits any incident'], score: 0.05 },
  ]);
  expect(items[0]).toMatchObject({ inputs: { service: 'checkout', replicas: 3 }, runs: 4, successRate: 0.75, stale: true, run: { id: last, state: 'failed' }, steps: 1, heldBack: null });
  // Stale is what is older than 90 days, not what is as old, and what was never tested.
  expect(items.map(({ stale }) => stale)).toEqual([true, false, true]);
  expect(items[1]).toMatchObject({ run: null, runs: 1 });
});

test('a run for an incident that was merged in is the last run here, too', async () => {
  stage.publish('named', STEP, { services: ['checkout'] });
  await stage.incident(1);
  await stage.incident(2);
  const id = await ran('named', 2, 'succeeded', stage.clock.now());
  await stage.merge(2, 1);
  expect((await suggestions(1)).items[0]?.run).toEqual({ id, state: 'succeeded' });
  expect((await suggestions(2)).items.map((one) => one.id)).toEqual(['named']);
});

test('what would hold a trigger back is told, of those that have one', async () => {
  const targets = 'steps: [{ id: a, kind: wait, targets: 30, with: { for: 1s } }]';
  stage.publish('automatic', `policy: { automation: run }\ntriggers: [{ on: declared }]\n${targets}`);
  stage.publish('by-hand', `policy: { automation: run }\n${targets}`);
  stage.publish('modest', `policy: { automation: suggest }\ntriggers: [{ on: declared }]\n${targets}`);
  await stage.incident(1);
  const heldBack = async (): Promise<Record<string, string | null>> => Object.fromEntries((await suggestions(1)).items.map((one) => [one.id, one.heldBack]));
  expect(await heldBack()).toEqual({ automatic: 'it would touch 30 targets, with 0 touched in the last hour and 20 allowed', 'by-hand': null, modest: null });
  await stage.automation.handlers.freezeAutomation({ params: undefined, query: undefined, body: { reason: 'a migration' } }, askedBy('ada'));
  expect(await heldBack()).toEqual({ automatic: 'automation is frozen by Ada: a migration', 'by-hand': null, modest: null });
});

test('pages of them follow each other without a gap or a repeat', async () => {
  for (let n = 0; n < 7; n += 1) stage.publish(`r${n}`, STEP, n < 3 ? { services: ['checkout'] } : {});
  await stage.incident(1);
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page: SuggestionList = await suggestions(1, { limit: 2, ...(cursor === null ? {} : { cursor }) });
    seen.push(...page.items.map((one) => one.id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  expect(seen).toEqual(['r0', 'r1', 'r2', 'r3', 'r4', 'r5', 'r6']);
});

test('cap 119: what was rejected for the incident comes last, with who said why, through all pages; for another incident it stands where it did', async () => {
  for (const id of ['r0', 'r1', 'r2', 'r3', 'r4']) stage.publish(id, STEP, id === 'r0' || id === 'r3' ? { services: ['checkout'] } : {});
  await stage.incident(1);
  await stage.incident(2);
  const rejection = { reason: 'checkout does not do that', by: { kind: 'user', key: 'user:ada', name: 'Ada' }, at: stage.clock.now().toISOString() } as const;
  const { db } = stage.database;
  for (const id of ['r0', 'r2']) await db.transaction((tx) => writeRejection(tx, ORG, 1, id, rejection));
  const seen: SuggestionList['items'] = [];
  let cursor: string | null = null;
  do {
    const page: SuggestionList = await suggestions(1, { limit: 2, ...(cursor === null ? {} : { cursor }) });
    seen.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  expect(seen.map(({ id, rejected }) => [id, rejected])).toEqual([['r3', null], ['r1', null], ['r4', null], ['r0', rejection], ['r2', rejection]]);
  expect((await suggestions(2)).items.map(({ id, rejected }) => [id, rejected])).toEqual([['r0', null], ['r3', null], ['r1', null], ['r2', null], ['r4', null]]);
  await db.transaction((tx) => deleteRejection(tx, ORG, 1, 'r0'));
  expect((await suggestions(1)).items.map(({ id }) => id)).toEqual(['r0', 'r3', 'r1', 'r4', 'r2']);
});

test('whatever was published and taken out of use, only what is in use is suggested, and only within the organisation', async () => {
  await stage.incident(1);
  await stage.incident(1, { org: OTHER_ORG });
  stage.publish('theirs', STEP, { org: OTHER_ORG });
  const live = new Set<string>();
  await fc.assert(fc.asyncProperty(fc.array(fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd'), retire: fc.boolean(), named: fc.boolean() }), { maxLength: 6 }), async (acts) => {
    for (const { id, retire, named } of acts) {
      if (retire) {
        stage.retire(id);
        live.delete(id);
      } else {
        stage.publish(id, STEP, named ? { services: ['checkout'] } : {});
        live.add(id);
      }
    }
    const { items, none } = await suggestions(1);
    expect(items.map((one) => one.id).sort()).toEqual([...live].sort());
    expect(none).toBe(live.size === 0 ? 'No runbook is published yet.' : null);
  }), { numRuns: 25 });
  expect((await suggestions(1, {}, OTHER_ORG)).items.map((one) => one.id)).toEqual(['theirs']);
});

test('an incident that the asker does not see has no suggestions', async () => {
  stage.publish('any', STEP);
  await stage.incident(1);
  await stage.database.db.query(`insert into private_incidents (org_id, incident_number, members, made_at, made_by, reason) values (1, 1, '{user:ada}', now(), '{}', 'a leak')`);
  await expect(suggestions(1)).rejects.toMatchObject({ code: 'not_found' });
  await expect(suggestions(9)).rejects.toMatchObject({ code: 'not_found' });
});
