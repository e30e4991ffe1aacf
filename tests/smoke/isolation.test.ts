/** The promise: what belongs to one organisation is neither seen nor changed from another. */
import { createHash } from 'node:crypto';
import { audienceId, channelId, incidentNumber, OPERATION_NAMES, operations, policyId, sourceId, teamId, userKey, type CallOf, type Operation, type OperationName } from '../../backend/contract/index.ts';
import { EXERCISES } from '../contract/exercises/index.ts';
import { forecasted } from '../contract/exercises/insight.ts';
import { tellNobody } from '../contract/exercises/notifications.ts';
import { runbookText } from '../contract/exercises/runbooks.ts';
import { alwaysOn } from '../contract/exercises/schedules.ts';
import type { Stage } from '../contract/stage.ts';
import { ADA_ADMIN, OTTO_OTHER_ORG } from '../harness/grafana.ts';
import { eventually, pathOf, startTestApp, type TestApp } from '../harness/app.ts';
import { grafanaAlert, ORG } from '../harness/pipeline.ts';

const MARK = 'only-for-organisation-one';
const SECRET = 'onlyForOrganisationOne';
/** A run of it waits until somebody answers. */
const ASKING = `apiVersion: muster/v1\nkind: Runbook\nmetadata: { id: asking, title: ${MARK} }\nsteps: [{ id: ask, kind: manual, with: { instruction: Look } }]\n`;
let muster: TestApp;
let token: string;
let ids: { number: number; alert: string; deadLetter: string; apiToken: string; sourceToken: string; note: string; user: string; regrouping: string; rule: string; window: string; silence: string; task: string; run: string; drill: string; drillRun: string; detector: string; finding: string; forecast: string; update: string; link: string; work: string; point: string; escalation: string; page: string; offer: string; delivery: string; rehearsal: string; subscriber: string; schedule: string; override: string; swap: string };

beforeAll(async () => {
  muster = await startTestApp();
  token = await muster.addSource(ADA_ADMIN, MARK);
  await muster.postWebhook(MARK, token, { groupKey: 'g', alerts: [grafanaAlert({ fingerprint: 'a1', service: MARK, severity: 'critical', startsAt: Date.now() })] });
  await muster.postWebhook(MARK, token, `{"broken": "${MARK}"`);
  const list = await eventually(() => muster.call(ADA_ADMIN, 'listIncidents'), (answer) => answer.body.items.length > 0);
  const number = list.body.items[0]?.number ?? 0;
  const note = await muster.call(ADA_ADMIN, 'addNote', { params: { number }, body: { text: MARK } });
  const alerts = await muster.call(ADA_ADMIN, 'listIncidentAlerts', { params: { number } });
  const letters = await muster.call(ADA_ADMIN, 'listDeadLetters');
  const apiToken = await muster.call(ADA_ADMIN, 'createApiToken', { body: { name: MARK, role: 'viewer' } });
  const sources = await muster.call(ADA_ADMIN, 'listSources');
  const me = await muster.call(ADA_ADMIN, 'getMe');
  const rule = { id: MARK, name: MARK, condition: 'rank == 1', groupBy: [], window: { kind: 'sliding' as const, seconds: 60 } };
  await muster.call(ADA_ADMIN, 'putCorrelationDraft', { body: { rules: [rule] } }, { 'If-Match': '"0"' });
  await muster.call(ADA_ADMIN, 'activateCorrelationDraft', { body: { note: MARK } }, { 'If-Match': '"1"' });
  await muster.call(ADA_ADMIN, 'putJudgement', { params: { number }, body: { verdict: 'correct' } }, { 'If-Match': '"0"' });
  const other = await muster.call(ADA_ADMIN, 'declareIncident', { body: { title: MARK, severity: 'sev3' } });
  await muster.call(ADA_ADMIN, 'mergeIncident', { params: { number: other.body.number }, body: { into: number } });
  const regroupings = await muster.call(ADA_ADMIN, 'listRegroupings', { params: { number } });
  const scope = { services: [MARK] };
  const noiseRule = await muster.call(ADA_ADMIN, 'createNoiseRule', { body: { ...NOISE_RULE, scope } });
  const window = await muster.call(ADA_ADMIN, 'createMaintenance', { body: { ...WINDOW, scope, change: MARK } });
  const silence = await muster.call(ADA_ADMIN, 'createSilence', { body: { ...SILENCE, comment: MARK } });
  const task = await muster.call(ADA_ADMIN, 'createTask', { params: { number }, body: { title: MARK, dueAt: '2026-11-24T09:00:00Z', owner: { kind: 'team', team: MARK } } });
  const update = await muster.call(ADA_ADMIN, 'createUpdate', { params: { number }, body: { audience: audienceId.parse('internal'), fields: { summary: MARK } } });
  const link = await muster.call(ADA_ADMIN, 'createStatusPageLink', { body: { name: MARK } });
  const work = await muster.call(ADA_ADMIN, 'createStatusMaintenance', { body: PAGE_WORK });
  await muster.call(ADA_ADMIN, 'putMySubscription', { body: { audiences: [audienceId.parse('internal')], services: [MARK] } }, { 'If-Match': '"1"' });
  const subscribers = await muster.call(ADA_ADMIN, 'listSubscribers');
  // The watch tells once that it is overdue; not between two looks.
  await eventually(() => muster.database.db.query(`select 1 from event_log where type = 'incident.task_overdue'`), (rows) => rows.length === 1);
  const admin = userKey.parse('user:ada');
  await muster.call(ADA_ADMIN, 'createChannel', { body: { id: channelId.parse('email'), kind: 'email', name: 'Mail', enabled: false, config: { host: 'mail.example.com', from: 'muster@example.com' } } });
  const contacts = await muster.call(ADA_ADMIN, 'addContactPoint', { body: { channel: 'email', address: `${MARK}@example.com`, consent: true } });
  await muster.database.db.query('update contact_points set verified_at = now()');
  await muster.call(ADA_ADMIN, 'createTeam', { body: { id: teamId.parse(MARK), name: MARK, members: [admin] } });
  await muster.call(ADA_ADMIN, 'createPolicy', { body: { id: policyId.parse(MARK), name: MARK, steps: [{ kind: 'user', user: admin }] } });
  await muster.call(ADA_ADMIN, 'promoteIncident', { params: { number }, body: {} });
  const mobilised = await muster.call(ADA_ADMIN, 'pagePerson', { params: { number }, body: { user: admin, reason: MARK } });
  const offered = await muster.call(ADA_ADMIN, 'offerRole', { params: { number }, body: { role: 'scribe', to: admin, note: MARK } });
  const runbook = await muster.call(ADA_ADMIN, 'createRunbook', { body: { source: runbookText(MARK) } });
  await muster.call(ADA_ADMIN, 'publishRunbook', { params: { id: runbook.body.id }, body: { note: MARK } }, { 'If-Match': '"2"' });
  const asking = await muster.call(ADA_ADMIN, 'createRunbook', { body: { source: ASKING } });
  await muster.call(ADA_ADMIN, 'publishRunbook', { params: { id: asking.body.id }, body: { note: MARK } }, { 'If-Match': `"${asking.body.version}"` });
  const run = await muster.call(ADA_ADMIN, 'startRun', { params: { id: asking.body.id }, body: { incident: incidentNumber.parse(number) } });
  await eventually(() => muster.call(ADA_ADMIN, 'getRun', { params: { id: run.body.id } }), (answer) => answer.body.waitsFor === 'input');
  await muster.call(ADA_ADMIN, 'putRunbookSecret', { params: { name: SECRET }, body: { value: 'a value of an example', description: MARK } });
  await muster.call(ADA_ADMIN, 'createAgent', { body: { name: MARK } });
  const [forecast] = await forecasted(muster.database.db, [MARK]);
  const detector = await muster.call(ADA_ADMIN, 'createDetector', { body: DETECTOR });
  const [finding] = await muster.database.db.query<{ id: string }>(
    `insert into detector_findings (org_id, detector_id, name, series_key, labels, mode, starts_at, value, score, views, alert, found_at)
     values (1, $1::bigint, $2::text, 'one', '{}', 'shadow', now(), 9, 0.8, '{"point": 3, "sustained": 3, "level": 0, "shape": 0, "drift": 0}', '{"labels": {}, "annotations": {}, "generatorURL": null}', now()) returning id::text`,
    [detector.body.id, MARK],
  );
  const drill = await muster.call(ADA_ADMIN, 'createDrill', { body: DRILL });
  const drillRun = await muster.call(ADA_ADMIN, 'startDrill', { params: { id: drill.body.id } });
  await muster.call(ADA_ADMIN, 'createChannel', { body: { id: channelId.parse(MARK), kind: 'webhook', name: MARK, config: { url: `https://${MARK}.example.com` } } });
  await muster.call(ADA_ADMIN, 'putChains', { body: { chains: [{ name: MARK, channels: [] }] } }, { 'If-Match': '"0"' });
  await tellNobody(muster.database.db, number, 1);
  const deliveries = await muster.call(ADA_ADMIN, 'listDeliveries');
  const rehearsal = await muster.call(ADA_ADMIN, 'startRehearsal', { body: {} });
  await eventually(() => muster.call(ADA_ADMIN, 'getRehearsal', { params: { id: rehearsal.body.id } }), (answer) => answer.body.state !== 'running');
  const schedule = await muster.call(ADA_ADMIN, 'createSchedule', { body: alwaysOn(MARK, me.body.user.key) });
  const onSchedule = { id: schedule.body.id };
  const override = await muster.call(ADA_ADMIN, 'createOverride', { params: onSchedule, body: { ...SHIFT, users: [me.body.user.key], reason: MARK } });
  const swap = await muster.call(ADA_ADMIN, 'requestSwap', { params: onSchedule, body: { ...SHIFT, message: MARK } });
  await muster.call(ADA_ADMIN, 'writeHandOver', { params: onSchedule, body: { text: MARK } });
  await muster.call(ADA_ADMIN, 'createService', { body: { name: MARK } });
  await muster.call(ADA_ADMIN, 'createService', { body: { name: `${MARK}-db` } });
  await muster.call(ADA_ADMIN, 'createBusinessService', { body: { name: MARK } });
  await muster.call(ADA_ADMIN, 'recordChange', { body: { id: MARK, title: MARK, service: MARK } });
  await muster.call(ADA_ADMIN, 'putInfrastructure', { body: { clusters: [{ name: MARK }] } }, { 'If-Match': '"0"' });
  await muster.call(ADA_ADMIN, 'createEnrichmentTable', { body: { id: MARK, name: MARK, matchLabel: 'host', rows: { [MARK]: { team: MARK } } } });
  await muster.call(ADA_ADMIN, 'createExtractionRule', { body: { id: MARK, name: MARK, from: 'summary', pattern: '(?P<host>x)' } });
  await muster.database.db.query(
    `insert into catalog_proposals (org_id, id, from_service, to_service, type, state, evidence, proposed_at)
     values (1, 'proposal', $1::text, $2::text, 'calls', 'open', $3::jsonb, now())`,
    [MARK, `${MARK}-db`, JSON.stringify({ basis: 'order', support: 3, lift: 9, medianLagSeconds: 5, direction: 1, examples: [] })],
  );
  await muster.database.db.query(
    `insert into back_tests (org_id, id, state, period_from, period_to, base_version, draft, requested_at, requested_by)
     values (1, 'back-test', 'cancelled', now() - interval '1 hour', now(), 1, '{}', now(), $1::jsonb)`,
    [JSON.stringify({ kind: 'user', key: 'user:ada', name: MARK })],
  );
  await muster.database.db.query(
    `insert into learned_items (org_id, key, kind, content, names, last_seen_at) values (1, $1::text, 'candidate', $2::jsonb, $1::text, now())`,
    [MARK, JSON.stringify(LEARNED)],
  );
  // What the correlator makes of the change, and what is counted of the alert, is not to come between two looks.
  await muster.app.correlator?.drain(ORG);
  await muster.app.intake.flushCounts();
  const [run1] = mobilised.body.escalations;
  // It would call again after a minute, in the middle of what is compared below.
  await muster.call(ADA_ADMIN, 'stopEscalation', { params: { id: run1?.id ?? '' }, body: { reason: MARK } });
  ids = {
    point: contacts.body.points[0]?.id ?? '', escalation: run1?.id ?? '', page: run1?.pages[0]?.id ?? '', offer: offered.body.roles.flatMap(({ offer }) => offer?.id ?? [])[0] ?? '',
    delivery: deliveries.body.items[0]?.id ?? '', rehearsal: rehearsal.body.id,
    schedule: schedule.body.id, override: override.body.id, swap: swap.body.id,
    task: task.body.id, run: run.body.id, drill: drill.body.id, drillRun: drillRun.body.id, detector: detector.body.id, finding: finding?.id ?? '', forecast: forecast ?? '', update: update.body.id, link: link.body.link.id, work: work.body.id, subscriber: subscribers.body.items[0]?.id ?? '', rule: noiseRule.body.id, window: window.body.id, silence: silence.body.id,
    number, alert: alerts.body.items[0]?.id ?? '', deadLetter: letters.body.items[0]?.id ?? '', apiToken: apiToken.body.apiToken.id,
    sourceToken: sources.body.items[0]?.tokens[0]?.id ?? '', note: note.body.position, user: me.body.user.key, regrouping: regroupings.body.items[0]?.id ?? '',
  };
});
afterAll(() => muster.close());

/** Of things that do not touch the alerts of this test. */
const NOISE_RULE: CallOf<'createNoiseRule'>['body'] = { kind: 'hold', name: MARK, scope: { services: ['none'] }, seconds: 60 };
const WINDOW: CallOf<'createMaintenance'>['body'] = { name: MARK, scope: { services: ['none'] }, schedule: { kind: 'once', startsAt: '2099-01-01T00:00:00Z', endsAt: '2099-01-02T00:00:00Z' } };
const DETECTOR: CallOf<'createDetector'>['body'] = { name: MARK, query: { kind: 'alerts', by: 'source' }, stepSeconds: 3_600 };
/** Its alert comes long after the test. */
const DRILL: CallOf<'createDrill'>['body'] = { name: MARK, alerts: [{ name: MARK, service: 'none', severity: 'sev5', afterSeconds: 3_600 }], expects: [{ stage: 'mitigated', withinSeconds: 60 }], maxMinutes: 240 };
const PAGE_WORK: CallOf<'createStatusMaintenance'>['body'] = { title: MARK, startsAt: '2099-01-01T00:00:00Z', endsAt: '2099-01-02T00:00:00Z' };
const SILENCE: CallOf<'createSilence'>['body'] = { matchers: [{ name: 'team', operator: '=', value: 'none' }], startsAt: '2099-01-01T00:00:00Z', endsAt: '2099-01-02T00:00:00Z', comment: 'from outside' };

const SHIFT = { startsAt: '2099-01-01T00:00:00Z', endsAt: '2099-01-02T00:00:00Z' };

const LEARNED = {
  kind: 'candidate', subject: { kind: 'cause', name: MARK }, other: null, effect: 'held', weight: 0, summary: MARK, incidents: [1], lastSeenAt: '2026-03-01T10:00:00.000Z',
  evidence: { together: 0, withSubject: 0, withOther: 0, incidents: 1, lift: null, merged: 0, parted: 0, rejected: 3, promoted: 0 },
};
const LEARNED_ID = createHash('md5').update(MARK).digest('hex');

const REASON = { reason: 'a reason that is long enough' };

/** What a stranger would send; every operation with parameters or a body must have an entry. */
function crossing(operation: OperationName): { params?: object; query?: object; body?: unknown } {
  const { path }: Operation = operations[operation];
  const params: Record<string, unknown> = {};
  if (path.includes('{number}')) params['number'] = ids.number;
  if (path.includes('{position}')) params['position'] = ids.note;
  if (path.includes('{source}')) params['source'] = MARK;
  if (path.includes('{service}')) params['service'] = MARK;
  if (path.includes('{businessService}')) params['businessService'] = MARK;
  if (path.includes('{version}')) params['version'] = 1;
  if (path.includes('/agents/{name}')) params['name'] = MARK;
  if (path.includes('/runbook-secrets/{name}')) params['name'] = SECRET;
  if (path.includes('{user}')) params['user'] = ids.user;
  if (path.includes('{team}')) params['team'] = MARK;
  if (path.includes('{policy}')) params['policy'] = MARK;
  if (path.includes('{role}')) params['role'] = 'scribe';
  if (path.includes('{override}')) params['override'] = ids.override;
  if (path.includes('/alerts/{id}')) params['id'] = ids.alert;
  else if (path.includes('/subscribers/{id}')) params['id'] = ids.subscriber;
  else if (path.includes('/status-page/links/{id}')) params['id'] = ids.link;
  else if (path.includes('/status-page/maintenance/{id}')) params['id'] = ids.work;
  else if (path.includes('/noise/rules/{id}')) params['id'] = ids.rule;
  else if (path.includes('/maintenance/{id}')) params['id'] = ids.window;
  else if (path.includes('/silences/{id}')) params['id'] = ids.silence;
  else if (path.includes('/api-tokens/{id}')) params['id'] = ids.apiToken;
  else if (path.includes('/dead-letters/{id}')) params['id'] = ids.deadLetter;
  else if (path.includes('/regroupings/{id}')) params['id'] = ids.regrouping;
  else if (path.includes('/back-tests/{id}')) params['id'] = 'back-test';
  else if (path.includes('/correlation/learned/{id}')) params['id'] = LEARNED_ID;
  else if (path.includes('/dependency-proposals/{id}')) params['id'] = 'proposal';
  else if (path.includes('/enrichment-tables/{id}')) params['id'] = MARK;
  else if (path.includes('/extraction-rules/{id}')) params['id'] = MARK;
  else if (path.includes('/runbooks/{id}')) params['id'] = MARK;
  else if (path.includes('/detectors/{id}')) params['id'] = ids.detector;
  else if (path.includes('/forecasts/{id}')) params['id'] = ids.forecast;
  else if (path.includes('/detector-findings/{id}')) params['id'] = ids.finding;
  else if (path.includes('/drill-runs/{id}')) params['id'] = ids.drillRun;
  else if (path.includes('/drills/{id}')) params['id'] = ids.drill;
  else if (path.includes('/runs/{id}')) params['id'] = ids.run;
  else if (path.includes('/status-updates/{id}')) params['id'] = ids.update;
  else if (path.includes('/channels/{id}')) params['id'] = MARK;
  else if (path.includes('/deliveries/{id}')) params['id'] = ids.delivery;
  else if (path.includes('/rehearsals/{id}')) params['id'] = ids.rehearsal;
  else if (path.includes('/tasks/{id}')) params['id'] = ids.task;
  else if (path.includes('/contact-points/{id}')) params['id'] = ids.point;
  else if (path.includes('/escalations/{id}')) params['id'] = ids.escalation;
  else if (path.includes('/pages/{id}')) params['id'] = ids.page;
  else if (path.includes('/role-offers/{id}')) params['id'] = ids.offer;
  else if (path.includes('/schedules/{id}')) params['id'] = ids.schedule;
  else if (path.includes('/swaps/{id}')) params['id'] = ids.swap;
  else if (path.includes('/tokens/{id}')) params['id'] = ids.sourceToken;
  const bodies: Partial<Record<OperationName, unknown>> = {
    putDetector: DETECTOR, setDetectorState: { state: 'train' }, judgeFinding: { verdict: 'right' }, putDrill: DRILL, editNoiseRule: NOISE_RULE, editMaintenance: WINDOW, editSilence: SILENCE,
    putSchedule: alwaysOn('taken over', userKey.parse('user:otto')), createOverride: { ...SHIFT, users: ['user:otto'] }, requestSwap: SHIFT, writeHandOver: { text: 'from outside' }, importCalendar: { layerName: 'x', text: 'BEGIN:VCALENDAR' },
    putRunbookDraft: { source: runbookText(MARK, '9s') },
    answerStep: { step: 'ask', answer: 'done' }, retryStep: { step: 'ask' }, skipStep: { step: 'ask' }, putRunbookSecret: { description: 'taken over' },
    editStatusMaintenance: PAGE_WORK, previewUpdate: { audience: 'internal' }, createUpdate: { audience: 'internal' }, pauseUpdates: { until: new Date(Date.now() + 3_600_000).toISOString(), reason: 'from outside' },
    verifyContactPoint: { code: '123456' }, putTeam: { name: 'taken over' }, putPolicy: { name: 'taken over', steps: [{ kind: 'wait', seconds: 1 }] }, startEscalation: { policy: MARK }, pagePerson: { user: 'user:otto' },
    stopEscalation: {}, answerPage: { answer: 'accept' }, assignRole: { user: 'user:otto' }, offerRole: { role: 'scribe', to: 'user:otto' }, answerRoleOffer: { answer: 'accept' },
    openWarRoom: {}, editChannel: { name: 'taken over', enabled: false, config: { url: 'https://hooks.example.com' } }, testChannel: {},
    createTask: { title: 'from outside' }, editTask: { title: 'taken over' },
    putJudgement: { verdict: 'correct' }, addHypothesis: { text: 'from outside' }, writeDraft: { audience: 'internal' }, previewDraft: { audience: 'internal' }, judgeCause: { cause: `service:${MARK}`, verdict: 'confirmed' }, judgeRecommendation: { runbook: MARK, verdict: 'rejected', ...REASON }, revertCorrelation: { note: 'from outside' }, putService: { team: 'taken over' }, putBusinessService: { tier: 'critical' },
    putEnrichmentTable: { name: 'taken over', matchLabel: 'host' }, putExtractionRule: { name: 'taken over', from: 'summary', pattern: '(?P<x>y)' },
    setIncidentSeverity: { severity: 'sev5', ...REASON }, assignCommander: { commander: null }, mergeIncident: { into: ids.number + 1 }, splitIncident: { alerts: [ids.alert], ...REASON },
    moveAlerts: { alerts: [ids.alert], into: null, ...REASON }, setIncidentFields: { fields: {} }, setIncidentMembers: { members: ['user:otto'] },
    editIncident: { title: 'taken over' }, addNote: { text: 'from outside' }, reviseNote: { text: 'from outside' }, setUserRole: { role: 'viewer' }, editSource: { name: 'taken over' }, previewFingerprint: { labels: ['alertname'] },
  };
  return { params, body: bodies[operation] ?? REASON, ...(operation === 'getStepOutput' ? { query: { step: 'ask' } } : {}), ...(operation === 'listShifts' ? { query: { from: SHIFT.startsAt, to: SHIFT.endsAt } } : {}) };
}

async function asOtto(operation: OperationName, headers: Record<string, string>): Promise<{ status: number; text: string }> {
  const { method }: Operation = operations[operation];
  const { params, query, body } = crossing(operation);
  const response = await fetch(`${muster.url}${pathOf(operation, { params: params ?? {}, ...(query === undefined ? {} : { query }) })}`, {
    method: method.toUpperCase(), headers: { ...headers, 'Content-Type': 'application/json', 'If-Match': '"1"' },
    ...(method === 'get' || method === 'delete' ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, text: await response.text() };
}

/** Written by the clock, whoever calls: how far correlation is, when heartbeats and silences were looked at. */
const BY_THE_CLOCK = ['correlator_cursors', 'heartbeat_watch', 'silence_syncs', 'trigger_cursors', 'update_dues', 'escalation_cursors', 'update_fanouts', 'prediction_states', 'predictions', 'breach_watches'];

/** Made anew by the clock every minute: not when, only what. */
const WHEN: Readonly<Record<string, readonly string[]>> = { incident_diagnoses: ['made_at', 'due_at', 'took_ms'] };

/** One statement over all tables. It is asked some hundred times, so it is planned once. */
let everything: Promise<string> | null = null;

async function readTables(): Promise<string> {
  const tables = await muster.database.db.query<{ name: string }>(
    `select c.table_name as name from information_schema.columns as c join information_schema.tables as t using (table_schema, table_name)
     where c.table_schema = 'public' and c.column_name = 'org_id' and t.table_type = 'BASE TABLE' and c.table_name <> all($1::text[]) order by 1`, [BY_THE_CLOCK],
  );
  expect(tables.length).toBeGreaterThan(40);
  return tables.map(({ name }) => {
    const row = ['last_seen_at', 'last_received_at', 'last_used_at', 'updated_at', ...(WHEN[name] ?? [])].reduce((json, column) => `${json} - '${column}'`, 'to_jsonb(t)');
    return `select '${name} ' || coalesce(jsonb_agg(${row} order by to_jsonb(t)::text)::text, '') as text from ${name} as t where t.org_id = 1`;
  }).join(' union all ');
}

/** Everything of organisation 1, as text, without what goes on by itself. */
async function stateOfOne(): Promise<string> {
  const rows = await muster.database.db.prepared<{ text: string }>('everything-of-one', await (everything ??= readTables()), []);
  return rows.map(({ text }) => text).join('\n');
}

/** As the last look showed it: what one test leaves is what the next one begins with. */
let seen: string | null = null;

async function expectUnchanged(): Promise<void> {
  const before = seen;
  seen = await stateOfOne();
  expect(seen).toBe(before);
}

const WITH_PARAMETERS = OPERATION_NAMES.filter((name) => operations[name].path.includes('{'));
const WITHOUT = OPERATION_NAMES.filter((name) => operations[name].method !== 'get' && !operations[name].path.includes('{'));
const LISTS = OPERATION_NAMES.filter((name) => operations[name].method === 'get' && !operations[name].path.includes('{') && name !== 'streamEvents');

test.each(WITH_PARAMETERS)('%s on what another organisation has finds nothing and changes nothing', async (operation) => {
  seen ??= await stateOfOne();

  const answer = await asOtto(operation, await muster.headersOf(OTTO_OTHER_ORG));

  expect([operation, answer.status]).toEqual([operation, 404]);
  expect(JSON.parse(answer.text)).toMatchObject({ code: 'not_found' });
  expect(answer.text).not.toContain('Ada Admin');
  await expectUnchanged();
});

test.each(LISTS)('%s shows nothing of another organisation', async (operation) => {
  const answer = await asOtto(operation, await muster.headersOf(OTTO_OTHER_ORG));

  expect(answer.status).toBe(200);
  expect(answer.text).not.toContain(MARK);
  expect(answer.text).not.toContain('Ada Admin');
});

test('an API token of one organisation opens nothing of the other', async () => {
  const issued = await muster.call(OTTO_OTHER_ORG, 'createApiToken', { body: { name: 'automation', role: 'manager' } });

  const answer = await asOtto('getIncident', { Authorization: `Bearer ${issued.body.token}` });

  expect(answer.status).toBe(404);
});

test('a webhook token of one organisation posts nothing into the other, though both have a source of that name', async () => {
  const ottos = await muster.addSource(OTTO_OTHER_ORG, MARK);
  seen ??= await stateOfOne();

  const posted = await muster.postWebhook(MARK, ottos, { groupKey: 'g', alerts: [grafanaAlert({ fingerprint: 'b1', service: 'otto', startsAt: Date.now() })] });
  await eventually(() => muster.call(OTTO_OTHER_ORG, 'listAlerts'), (answer) => answer.body.items.length === 1);

  expect(posted.status).toBe(202);
  await expectUnchanged();
});

/** As an admin of organisation 2, who takes every name that organisation 1 has. */
function stageOfOtto(name: OperationName): Stage {
  let made = 0;
  return {
    muster, name: () => (name === 'createSource' ? 'ottos-own' : made++ === 0 && name.startsWith('create') ? MARK : `ottos-${name.toLowerCase()}-${made}`), source: sourceId.parse(MARK), viewer: userKey.parse('user:otto'),
    async must(operation, input, headers) {
      const answer = await muster.call(OTTO_OTHER_ORG, operation, input, headers);
      if (answer.status >= 300) throw new Error(`${operation} gave ${JSON.stringify(answer.problem)}`);
      return answer.body;
    },
    chat: unused, alert: unused, candidate: unused, freeAlerts: unused, incident: unused, deadLetter: unused, close: unused,
  };
}

async function unused(): Promise<never> {
  throw new Error('no operation without a place in its path needs this');
}

/** Where the usual body would not reach for anything of organisation 1. */
const REACHING: Partial<Record<OperationName, () => unknown>> = {
  closeMaintenanceOfChange: () => ({ change: MARK }),
  previewNoiseScope: () => ({ scope: { services: [MARK] } }),
  tryDerivation: () => ({ labels: { alertname: 'Any', host: MARK }, annotations: { summary: 'x' } }),
  importServices: () => ({ csv: `name,team\n${MARK},taken over\n`, dryRun: false }),
  importInfrastructure: () => ({ csv: `kind,name,region\ncluster,${MARK},taken-over\n`, dryRun: false }),
  putInfrastructure: () => ({ clusters: [{ name: MARK, region: 'taken-over' }] }),
  editInfrastructure: () => ({ put: { clusters: [{ name: MARK, region: 'taken-over' }] } }),
  recordChange: () => ({ id: MARK, title: 'taken over', service: MARK, state: 'closed' }),
  putIncidentTypes: () => ({ types: [{ id: 'general', name: 'taken over', fields: [] }] }),
};

test.each(WITHOUT)('%s under the names of another organisation works on one\'s own and changes nothing there', async (operation) => {
  const stage = stageOfOtto(operation);
  const reaching = REACHING[operation]?.();
  const { input, headers } = await EXERCISES[operation](stage);
  const parts: { body?: unknown } = Object.assign({}, input, reaching === undefined ? {} : { body: reaching });
  seen ??= await stateOfOne();

  const response = await fetch(`${muster.url}${pathOf(operation, {})}`, {
    method: operations[operation].method.toUpperCase(), headers: { ...(await muster.headersOf(OTTO_OTHER_ORG)), ...headers, 'Content-Type': 'application/json' },
    ...(parts.body === undefined ? {} : { body: JSON.stringify(parts.body) }),
  });
  const text = await response.text();

  expect([operation, response.status, response.status < 300 ? null : text]).toEqual([operation, expect.any(Number), null]);
  expect(text).not.toContain('Ada Admin');
  await expectUnchanged();
});

test('what is looked for under the names of another organisation is looked for among one\'s own', async () => {
  const { must } = stageOfOtto('previewNoiseScope');

  expect(await must('previewNoiseScope', { body: { scope: { services: [MARK] } } })).toMatchObject({ matched: 0 });
  expect(await must('closeMaintenanceOfChange', { body: { change: MARK } })).toEqual({ ended: 0 });
  expect(await must('tryDerivation', { body: { labels: { alertname: 'Any', host: MARK }, annotations: { summary: 'x' } } })).not.toMatchObject({ derived: { team: MARK } });
});

test('an incident is not declared of alerts of another organisation', async () => {
  seen ??= await stateOfOne();
  const answer = await muster.call(OTTO_OTHER_ORG, 'declareIncident', { body: { title: 'taken over', severity: 'sev1', services: [MARK], alerts: [ids.alert] } });

  expect([answer.status, answer.problem.code]).toEqual([400, 'invalid_input']);
  await expectUnchanged();
});
