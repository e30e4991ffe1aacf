/** Lists by pages over HTTP: going on from cursor to cursor gives every row once, also while rows are added. */
import { z } from 'zod';
import { audienceId, OPERATION_NAMES, operations, problem, type Operation } from '../../backend/contract/index.ts';
import { forecasted, predicted } from '../contract/exercises/insight.ts';
import { tellNobody } from '../contract/exercises/notifications.ts';
import { runbookText } from '../contract/exercises/runbooks.ts';
import { alwaysOn } from '../contract/exercises/schedules.ts';
import { ADA_ADMIN, ED_EDITOR } from '../harness/grafana.ts';
import { eventually, pathOf, startTestApp, type TestApp } from '../harness/app.ts';
import { grafanaAlert } from '../harness/pipeline.ts';

const ROWS = 23;
let muster: TestApp;
let number: number;
beforeAll(async () => {
  muster = await startTestApp();
  const token = await muster.addSource(ADA_ADMIN, 'grafana');
  // All at one instant, so that the order within it must be firm by itself.
  const alerts = Array.from({ length: ROWS }, (_, place) => grafanaAlert({ fingerprint: `f-${place}`, service: 'checkout', startsAt: Date.UTC(2026, 10, 24, 9) }));
  await muster.postWebhook('grafana', token, { groupKey: '{}:{}', alerts });
  for (let place = 0; place < ROWS; place += 1) {
    await muster.postWebhook('grafana', token, `{"broken ${place}`);
    await muster.call(ED_EDITOR, 'declareIncident', { body: { title: `Incident ${place}`, severity: 'sev3' } });
  }
  const list = await eventually(() => muster.call(ADA_ADMIN, 'listIncidents', { query: { service: 'checkout' } }), (answer) => answer.body.items[0]?.alertsTotal === ROWS);
  number = list.body.items[0]?.number ?? 0;
  // What is counted of the alerts is not to come between two looks.
  await muster.app.intake.flushCounts();
  await fillSmallLists();
  for (let place = 0; place < ROWS; place += 1) await muster.call(ED_EDITOR, 'addNote', { params: { number }, body: { text: `note ${place}` } });
});
afterAll(() => muster.close());

/** Rows of one name, one instant or one count, so that what is sorted by does not tell them apart. */
async function fillSmallLists(): Promise<void> {
  const { db } = muster.database;
  let { body: runbook } = await muster.call(ADA_ADMIN, 'createRunbook', { body: { source: runbookText('thing') } });
  for (let place = 0; place < ROWS; place += 1) {
    if (!runbook.hasDraft) ({ body: runbook } = await muster.call(ADA_ADMIN, 'putRunbookDraft', { params: { id: runbook.id }, body: { source: runbookText('thing') } }, { 'If-Match': `"${runbook.version}"` }));
    ({ body: runbook } = await muster.call(ADA_ADMIN, 'publishRunbook', { params: { id: runbook.id }, body: {} }, { 'If-Match': `"${runbook.version}"` }));
  }
  const me = (await muster.call(ADA_ADMIN, 'getMe')).body.user.key;
  const schedule = await muster.call(ADA_ADMIN, 'createSchedule', { body: alwaysOn('Another', me) });
  await muster.call(ADA_ADMIN, 'promoteIncident', { params: { number }, body: {} });
  for (let place = 0; place < ROWS; place += 1) {
    const id = `thing-${place}`;
    await muster.call(ADA_ADMIN, 'createSource', { body: { id, kind: 'generic', name: 'One name' } });
    await muster.call(ADA_ADMIN, 'createRunbook', { body: { source: runbookText(id) } });
    await muster.call(ADA_ADMIN, 'createTask', { params: { number }, body: { title: 'The same', ...(place % 3 === 0 ? {} : { dueAt: '2099-11-24T09:00:00Z' }) } });
    await muster.call(ADA_ADMIN, 'createStatusPageLink', { body: { name: 'The same' } });
    await muster.call(ADA_ADMIN, 'createStatusMaintenance', { body: { title: 'The same', startsAt: '2099-01-01T00:00:00Z', endsAt: '2099-01-02T00:00:00Z' } });
    await muster.call(ADA_ADMIN, 'createUpdate', { params: { number }, body: { audience: audienceId.parse('internal') } });
    await muster.call(ADA_ADMIN, 'declareIncident', { body: { title: 'To be told of', severity: 'sev1' } });
    await muster.call(ADA_ADMIN, 'createApiToken', { body: { name: 'One name', role: 'viewer' } });
    await muster.call(ADA_ADMIN, 'createBusinessService', { body: { name: id } });
    await muster.call(ADA_ADMIN, 'recordChange', { body: { id, title: 'One deploy', service: 'checkout', at: '2026-11-24T09:00:00.000Z' } });
    await muster.call(ADA_ADMIN, 'createEnrichmentTable', { body: { id, name: 'One name', matchLabel: 'host' } });
    await muster.call(ADA_ADMIN, 'createExtractionRule', { body: { id, name: 'One name', from: 'summary', pattern: '(?P<host>x)' } });
    await muster.call(ADA_ADMIN, 'putRunbookSecret', { params: { name: `thing${place}` }, body: { value: 'one value for all' } });
    await muster.call(ADA_ADMIN, 'startRun', { params: { id: runbook.id }, body: {} });
    await muster.call(ADA_ADMIN, 'createAgent', { body: { name: id } });
    await muster.call(ADA_ADMIN, 'createSchedule', { body: alwaysOn('One name', me) });
    await muster.call(ADA_ADMIN, 'requestSwap', { params: { id: schedule.body.id }, body: { startsAt: '2099-01-01T00:00:00Z', endsAt: '2099-01-02T00:00:00Z' } });
    await muster.call(ADA_ADMIN, 'declareIncident', { body: { title: 'The same', severity: 'sev3', private: { reason: 'for the list' } } });
    const doubled = await muster.call(ADA_ADMIN, 'declareIncident', { body: { title: 'The same again', severity: 'sev3' } });
    const merged = await muster.call(ADA_ADMIN, 'mergeIncident', { params: { number: doubled.body.number }, body: { into: number } });
    if (merged.status !== 200) throw new Error(JSON.stringify(merged.problem));
  }
  await db.query(
    `insert into trigger_records (org_id, at, position, runbook, trigger_index, trigger_on, outcome, reason) select 1, now(), n, 'thing', 0, 'declared', 'suggested', 'the same' from generate_series(1, $1::integer) as n`, [ROWS],
  );
  await db.query(
    `insert into preflight_reports (org_id, runbook, title, at, ok, faults, findings) select 1, 'thing-' || n, 'The same', now(), n % 2 = 0, n % 2, '[]' from generate_series(1, $1::integer) as n`, [ROWS],
  );
  await tellNobody(db, number, ROWS);
  await db.query(`insert into channels (org_id, id, kind, name, config, enabled, updated_at, updated_by) select 1, 'thing-' || n, 'webhook', 'One name', '{}', true, now(), 'Ada' from generate_series(1, $1::integer) as n`, [ROWS]);
  await db.query(`insert into rehearsals (org_id, hops, report, started_at, started_by, ended_at, passed) select 1, '[]', '[]', now(), 'Muster', now(), true from generate_series(1, $1::integer)`, [ROWS]);
  await db.query(`insert into teams (org_id, id, name, description, aliases) select 1, 'thing-' || n, 'One name', '', '{}' from generate_series(1, $1::integer) as n`, [ROWS]);
  await db.query(
    `insert into escalation_policies (org_id, id, body, updated_at, updated_by) select 1, 'thing-' || n, '{"name":"One name","steps":[{"kind":"wait","seconds":1}]}', now(), 'Ada' from generate_series(1, $1::integer) as n`, [ROWS],
  );
  await db.query(
    `insert into update_subscriptions (org_id, address, state, audiences, unsubscribe_token, asked_at, since) select 1, 'reader-' || n || '@example.com', 'active', '{customer}', 'token-' || n, now(), now() from generate_series(1, $1::integer) as n`, [ROWS],
  );
  await forecasted(db, Array.from({ length: ROWS }, (_, place) => `series-${place}`));
  await predicted(db, Array.from({ length: ROWS }, (_, place) => `service-${place}`));
  await db.query('update api_tokens set created_at = (select min(created_at) from api_tokens)');
  await db.query(
    `insert into users (org_id, user_key, login, name, derived_role, first_seen_at, last_seen_at)
     select 1, 'user:' || n, 'login', case when n % 2 = 0 then 'Same Name' else 'same name' end, 'viewer', now(), now() from generate_series(1, $1::integer) as n`, [ROWS],
  );
  await db.query(
    `insert into detectors (org_id, name, definition, state, state_since, trained_from, evaluated_to, due_at, created_at, created_by, updated_at)
     select 1, 'detector ' || n, $2::jsonb || jsonb_build_object('name', 'detector ' || n), 'shadow', now(), now(), now(), now() + interval '1 day', now(), 'somebody', now() from generate_series(1, $1::integer) as n`,
    [ROWS, JSON.stringify({ name: 'detector', query: { kind: 'alerts', by: 'source' } })],
  );
  await muster.database.db.query(
    `insert into detector_findings (org_id, detector_id, name, series_key, labels, mode, starts_at, value, score, views, alert, found_at)
     select 1, 1, 'detector', 'series ' || n, '{}', 'shadow', to_timestamp(1700000000 + n % 7), 9, 0.8, '{"point": 3, "sustained": 3, "level": 0, "shape": 0, "drift": 0}', '{"labels": {}, "annotations": {}, "generatorURL": null}', now()
     from generate_series(1, $1::integer) as n`, [ROWS],
  );
  await muster.database.db.query(
    `insert into drills (org_id, name, definition, created_at, updated_at) select 1, 'drill ' || n, $2::jsonb || jsonb_build_object('name', 'drill ' || n), now(), now() from generate_series(1, $1::integer) as n`, [ROWS, JSON.stringify(DRILL)],
  );
  await muster.database.db.query(
    `insert into drill_runs (org_id, drill_id, name, definition, started_at, started_by, deadline, state, outcome, ended_at)
     select 1, 1, 'drill', $2::jsonb, now(), $3::jsonb, now(), 'ended', 'stopped', now() from generate_series(1, $1::integer)`, [ROWS, JSON.stringify(DRILL), JSON.stringify({ kind: 'system', key: 'muster', name: 'Muster' })],
  );
  await muster.database.db.query(
    `insert into unmapped_values (org_id, kind, value, count, last_seen_at) select 1, 'severity', 'value-' || n, 3000000000 + n % 2, now() from generate_series(1, $1::integer) as n`, [ROWS],
  );
}

/** What a drill is made of. */
const DRILL = {
  name: 'drill', description: '', alerts: [{ name: 'Down', service: 'drilled', severity: 'sev2', summary: '', afterSeconds: 0 }], expects: [{ stage: 'detected', withinSeconds: 60 }], runbook: null, maxMinutes: 5,
  schedule: null,
};

const listed = z.object({ items: z.array(z.record(z.string(), z.unknown())), nextCursor: z.string().nullable() });
type Listed = z.infer<typeof listed>;

type ListName =
  | 'listIncidents' | 'listAlerts' | 'listIncidentAlerts' | 'listTimeline' | 'listAudit' | 'listDeadLetters' | 'listUsers' | 'listPeople' | 'listApiTokens' | 'listSources' | 'listUnmapped'
  | 'listBusinessServices' | 'listEnrichmentTables' | 'listExtractionRules' | 'listPrivateIncidents' | 'listRegroupings' | 'listChanges' | 'listIncidentChanges' | 'listTasks' | 'listIncidentTasks'
  | 'listTeams' | 'listPolicies'
  | 'listRunbooks' | 'listRunbookVersions' | 'listRunbookSecrets' | 'listRuns' | 'listTriggerRecords' | 'listPreflight' | 'listAgents' | 'listDetectors' | 'listDetectorFindings' | 'listPredictions' | 'listForecasts' | 'listDrills' | 'listDrillRuns' | 'listIncidentUpdates' | 'listUpdatesDue' | 'listStatusPageLinks' | 'listStatusMaintenance' | 'listChannels' | 'listDeliveries' | 'listIncidentDeliveries' | 'listRehearsals' | 'listSubscribers' | 'listSchedules' | 'listOnCall' | 'listSwaps';
const LISTS: readonly { name: ListName; query: Record<string, unknown>; key: string }[] = [
  ...(['newest', 'oldest', 'severity', 'last_alert', 'alerts'] as const).map((sort) => ({ name: 'listIncidents' as const, query: { phase: 'all', sort }, key: 'number' })),
  { name: 'listAlerts', query: {}, key: 'id' },
  { name: 'listIncidentAlerts', query: {}, key: 'id' },
  { name: 'listTimeline', query: { order: 'newest' }, key: 'position' },
  { name: 'listTimeline', query: { order: 'oldest', kind: 'notes' }, key: 'position' },
  { name: 'listAudit', query: {}, key: 'position' },
  { name: 'listDeadLetters', query: {}, key: 'id' },
  { name: 'listUsers', query: {}, key: 'key' },
  { name: 'listPeople', query: {}, key: 'key' },
  { name: 'listUnmapped', query: {}, key: 'kind+value' },
  { name: 'listBusinessServices', query: {}, key: 'name' },
  { name: 'listPrivateIncidents', query: {}, key: 'number' },
  { name: 'listRunbookSecrets', query: {}, key: 'name' },
  { name: 'listRunbookVersions', query: {}, key: 'version' },
  { name: 'listAgents', query: {}, key: 'name' },
  { name: 'listUpdatesDue', query: {}, key: 'incident+audience' },
  { name: 'listPreflight', query: {}, key: 'runbook' },
  { name: 'listOnCall', query: {}, key: 'schedule' },
  ...(['listDetectors', 'listDetectorFindings', 'listPredictions', 'listForecasts', 'listDrills', 'listDrillRuns', 'listSchedules', 'listSwaps', 'listRuns', 'listTriggerRecords', 'listRunbooks', 'listApiTokens', 'listSources', 'listEnrichmentTables', 'listExtractionRules', 'listRegroupings', 'listChanges', 'listIncidentChanges', 'listTasks', 'listIncidentTasks', 'listIncidentUpdates', 'listStatusPageLinks', 'listStatusMaintenance', 'listTeams', 'listPolicies', 'listChannels', 'listDeliveries', 'listIncidentDeliveries', 'listRehearsals', 'listSubscribers'] as const).map((name) => ({ name, query: {}, key: 'id' })),
];

async function ask(name: ListName, query: Record<string, unknown>): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${muster.url}${pathOf(name, { params: { number, id: 'thing' }, query })}`, { headers: await muster.headersOf(ADA_ADMIN) });
  return { status: response.status, body: await response.json() };
}

async function page(name: ListName, query: Record<string, unknown>): Promise<Listed> {
  const { status, body } = await ask(name, query);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return listed.parse(body);
}

function keysOf({ items }: Listed, key: string): unknown[] {
  return items.map((item) => key.split('+').map((part) => JSON.stringify(item[part])).join(' '));
}

test.each(LISTS)('$name by $query: pages of 5 and of 1000 are the same rows in the same order', async ({ name, query, key }) => {
  const whole = keysOf(await page(name, { ...query, limit: 1000 }), key);
  const pieces: unknown[] = [];
  for (let cursor: string | null = null, turns = 0; turns < 300; turns += 1) {
    const part: Listed = await page(name, { ...query, limit: 5, ...(cursor === null ? {} : { cursor }) });
    pieces.push(...keysOf(part, key));
    cursor = part.nextCursor;
    if (cursor === null) break;
    expect(part.items).toHaveLength(5);
  }

  expect(pieces).toEqual(whole);
  expect(new Set(pieces).size).toBe(pieces.length);
  expect(pieces.length).toBeGreaterThanOrEqual(ROWS);
});

/** Worked out anew at each call, and cut by themselves: `listUnresolved` says how many there are. War rooms: at most one a channel. Causes: five suspects and fifty hypotheses; similar incidents: five; recommended runbooks: five, and those that were rejected. */
const WITHOUT_PAGES = ['listWarRooms', 'getServiceStates', 'listUnresolved', 'getSimilarIncidents', 'getAlertMeanings', 'getCauses', 'getRecommendations', 'judgeRecommendation'];

test('every list of the contract comes in pages', () => {
  const lists = OPERATION_NAMES.filter((name) => operations[name].response instanceof z.ZodObject && 'items' in operations[name].response.shape);
  const paged = lists.filter((name) => {
    const { query, response }: Operation = operations[name];
    return query !== undefined && 'cursor' in query.shape && response instanceof z.ZodObject && 'nextCursor' in response.shape;
  });

  expect(lists.filter((name) => !paged.includes(name))).toEqual(WITHOUT_PAGES);
});

test('rows that are added while somebody turns pages are neither repeated nor do they push others out', async () => {
  const first = await page('listIncidents', { phase: 'all', limit: 10 });
  const before = keysOf(await page('listIncidents', { phase: 'all', limit: 1000 }), 'number');
  for (let place = 0; place < 5; place += 1) await muster.call(ED_EDITOR, 'declareIncident', { body: { title: `Late incident ${place}`, severity: 'sev3' } });

  const rest = await page('listIncidents', { phase: 'all', limit: 1000, cursor: first.nextCursor ?? '' });

  expect([...keysOf(first, 'number'), ...keysOf(rest, 'number')]).toEqual(before);
});

test.each(LISTS.filter((list, place) => LISTS.findIndex((other) => other.name === list.name) === place))('$name refuses a cursor that it did not give, and a page of nothing', async ({ name, query }) => {
  for (const [field, value] of [['cursor', 'made-up'], ['limit', 0], ['limit', 1001]] as const) {
    const { status, body } = await ask(name, { ...query, [field]: value });
    const fields = problem.parse(body).errors?.map((fault) => fault.field.replace('query.', ''));
    expect([name, field, status, fields]).toEqual([name, field, 400, [field]]);
  }
});
