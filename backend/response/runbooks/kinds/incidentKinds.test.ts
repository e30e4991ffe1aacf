/** The kinds that change Muster itself, over real incidents and silences. */
import { createTestDatabase, type TestDatabase } from '../../../../tests/harness/database.ts';
import { incidentTypes, STEP_KIND_SPECS, type LeafKind, type WithOf } from '#contract';
import { ALL_SEEING } from '../../../access/index.ts';
import { appendEvents, listEvents, SYSTEM_ACTOR } from '../../../eventlog/index.ts';
import {
  createIncidents, createSettingsReader, DEFAULT_INCIDENT_TYPES, DEFAULT_LIFECYCLE_RULES, DEFAULT_SEVERITY_POLICY, defaultDeclarePolicy, NO_CATALOG, type Incidents,
} from '../../../incidents/index.ts';
import { createNoise, type Noise } from '../../../noise/index.ts';
import { EMPTY_TOPOLOGY } from '../../../catalog/index.ts';
import { createProgramUpdates, type SendOrder } from '../../comms/index.ts';
import { createSimulatedClock } from '../../../platform/clock.ts';
import { prepareJobQueue } from '../../../platform/jobs/worker.ts';
import { createLogger } from '../../../platform/logger.ts';
import { createDeclareKind } from './declare.ts';
import { inDrill } from './inDrill.ts';
import type { KindHandler, StepCall, StepResult } from './kind.ts';
import { callOf, NOW, ORG } from './kinds.testkit.ts';
import { createSetFieldKind } from './setField.ts';
import { createSilenceKind } from './silence.ts';
import { createStatusUpdateKind } from './statusUpdate.ts';

const TYPES = incidentTypes.parse({
  types: [{ id: 'general', name: 'General', description: '', fields: [
    { key: 'cause', label: 'Root cause', kind: 'text', choices: [], requiredIn: ['resolved'] }, { key: 'users', label: 'Users hurt', kind: 'number', choices: [], requiredIn: [] },
    { key: 'public', label: 'Public', kind: 'boolean', choices: [], requiredIn: [] },
  ] }],
});

let database: TestDatabase;
let incidents: Incidents;
let noise: Noise;
let isConnected = false;

beforeEach(async () => {
  isConnected = false;
  database = await createTestDatabase();
  const { db } = database;
  const clock = createSimulatedClock(NOW.getTime());
  await prepareJobQueue(db);
  const settings = createSettingsReader({ declarePolicy: defaultDeclarePolicy([]), severityPolicy: DEFAULT_SEVERITY_POLICY, incidentTypes: { ...DEFAULT_INCIDENT_TYPES, ...TYPES } });
  incidents = createIncidents({
    db, clock, rules: DEFAULT_LIFECYCLE_RULES, settings, catalog: NO_CATALOG, users: { find: () => Promise.resolve(new Map()) }, leadingCauses: () => Promise.resolve(new Map()), roleMoved: () => Promise.resolve([]),
  });
  noise = createNoise({
    db, clock, logger: createLogger({ level: 'silent' }), gate: { invalidate: () => {} }, organisations: [ORG], alertDays: 90,
    grafana: { isConnected: () => Promise.resolve(isConnected), call: () => Promise.reject(new Error('not asked')) },
  });
});
afterEach(() => database.drop());

/** As the engine does it: the step and its events in one transaction. */
async function apply<K extends LeafKind>(kind: KindHandler<K>, call: StepCall<K>): Promise<StepResult> {
  if (!('apply' in kind)) throw new Error('is applied');
  return database.db.transaction(async (tx) => {
    const { result, events } = await kind.apply(tx, call);
    await appendEvents(tx, call.orgId, call.now, events ?? []);
    return result;
  });
}

async function declared(): Promise<number> {
  return incidents.service.declare({ orgId: ORG, actor: SYSTEM_ACTOR, userKey: null, viewer: ALL_SEEING, ifMatch: null }, { title: 'Checkout is down', severity: 'sev3', services: [], description: '', alerts: [], links: [], fields: {} });
}
async function candidate(): Promise<number> {
  const number = await declared();
  await database.db.query("update incidents as i set state = 'candidate', declared_at = null where i.number = $1::integer", [number]);
  return number;
}
async function incidentOf(number: number) {
  const rows = await database.db.query<{ state: string; severity: number; fields: unknown }>('select i.state, i.severity, i.fields from incidents as i where i.number = $1::integer', [number]);
  return rows[0];
}
async function newest(incident?: number) {
  const [event] = await listEvents(database.db, ORG, { viewer: ALL_SEEING, order: 'newest', limit: 1, ...(incident === undefined ? {} : { incident }) });
  return event;
}
const ACTOR = { kind: 'system', key: 'run:7', name: 'Restart the pool' };

function setField(filled: Pick<WithOf<'setField'>, 'field' | 'value'>, incident: number | null): Promise<StepResult> {
  return apply(createSetFieldKind({ incidents: incidents.changes }), callOf('setField', STEP_KIND_SPECS.setField.with.parse(filled), { incident }));
}

const sent: SendOrder[] = [];
function updates() {
  return createProgramUpdates({
    async send(_tx, _org, order) {
      sent.push(order);
    },
    spreadOf: () => Promise.reject(new Error('nobody asks')), teamMembers: () => Promise.resolve([]), users: { find: () => Promise.resolve(new Map()) }, snapshotOf: () => Promise.resolve({ version: 0, topology: EMPTY_TOPOLOGY, facts: new Map(), businessServices: new Map() }),
    urlOfIncident: (number) => `https://grafana.example.com/incidents/${number}`,
  });
}

test('cap 70: a status update stands on the timeline, with when the next one is due', async () => {
  const incident = await declared();
  const kind = createStatusUpdateKind({ updates: updates() });
  expect(await apply(kind, callOf('statusUpdate', { text: 'The pool is being restarted', nextUpdate: '30m' }, { incident }))).toMatchObject({ kind: 'done', output: { nextUpdateAt: '2026-11-26T09:30:00.000Z' } });
  expect(await newest(incident)).toMatchObject({ type: 'incident.status_updated', actor: ACTOR, data: { text: 'The pool is being restarted', nextUpdateAt: '2026-11-26T09:30:00.000Z', by: 'Restart the pool' } });
});

test('cap 100: a runbook drafts for an audience, and publishes only where its rules say so', async () => {
  const incident = await declared();
  const kind = createStatusUpdateKind({ updates: updates() });
  let steps = 0;
  const step = (audience: string) => apply(kind, callOf('statusUpdate', { text: 'Payments fail', audience, fields: audience === 'customer' ? { title: 'Payments' } : {} }, { incident, key: `run-7/${(steps += 1)}` }));

  expect(await step('customer')).toMatchObject({ kind: 'done', output: { state: 'draft', update: '1' }, text: 'update written as a draft' });
  expect(await newest(incident)).toMatchObject({ type: 'incident.update_drafted', data: { audienceName: 'Customers', approval: 'second_person' } });
  expect(await step('nobody')).toMatchObject({ kind: 'failed', error: expect.stringContaining('there is no audience “nobody”') });
  await database.db.query(`insert into communication_settings (org_id, version, document) values (1, 2, $1::jsonb)`, [JSON.stringify({
    audiences: [{ id: 'customer', name: 'Customers', kind: 'customer', subject: '{{ fields.title }}', text: '{{ fields.summary }}', autoPublish: true, approval: 'second_person', channels: ['main'], fields: [{ key: 'summary', label: 'S' }, { key: 'title', label: 'T', requiredFor: ['sev3'] }] }],
  })]);
  sent.length = 0;
  expect(await apply(kind, callOf('statusUpdate', { text: 'Payments fail', audience: 'customer' }, { incident, key: 'untitled' }))).toMatchObject({ output: { state: 'draft' }, text: 'update written as a draft; to be filled in: T' });
  expect(await step('customer')).toMatchObject({ kind: 'done', output: { state: 'published' } });
  expect(await newest(incident)).toMatchObject({ type: 'incident.status_updated', actor: ACTOR, data: { subject: 'Payments', text: 'Payments fail', audience: 'customer' } });
  expect(sent).toMatchObject([{ subject: 'Payments', to: [{ kind: 'channel', channel: 'main' }], link: null }]);
});

test('what needs an incident says so', async () => {
  const kind = createStatusUpdateKind({ updates: updates() });
  expect(await apply(kind, callOf('statusUpdate', { text: 'x' }, { incident: null }))).toMatchObject({ kind: 'failed', retryable: false, error: expect.stringContaining('not for an incident') });
  expect(await apply(kind, callOf('statusUpdate', { text: 'x' }, { incident: 99 }))).toMatchObject({ kind: 'failed', retryable: false, error: 'INC-99 does not exist' });
  expect(await setField({ field: 'severity', value: 'sev1' }, null)).toMatchObject({ kind: 'failed' });
});

test('cap 70: sets severity and custom fields, as the runbook', async () => {
  const incident = await declared();
  expect(await setField({ field: 'severity', value: 'SEV1' }, incident)).toMatchObject({ kind: 'done', output: { field: 'severity', value: 'sev1' } });
  expect(await newest(incident)).toMatchObject({ type: 'incident.severity_changed', actor: ACTOR, data: { from: 'sev3', to: 'sev1', reason: 'set by a runbook' } });
  for (const [field, value, kept] of [['cause', '42', '42'], ['users', '1200', 1200], ['public', 'true', true], ['users', 3, 3]] as const) {
    expect(await setField({ field, value }, incident)).toMatchObject({ kind: 'done', output: { field, value: kept } });
  }
  expect(await incidentOf(incident)).toMatchObject({ severity: 1, fields: { cause: '42', users: 3, public: true } });
});

test.each([
  { field: 'severity', value: 'worst', error: /is no severity/ }, { field: 'state', value: 'close', error: /none of acknowledge/ }, { field: 'nothing', value: 'x', error: /no such field/ },
  { field: 'users', value: 'many', error: /must be a number/ }, { field: 'state', value: 'resolve', error: /fill in Root cause first/ },
])('does not set $field to $value, and says why', async ({ field, value, error }) => {
  const incident = await declared();
  const before = await incidentOf(incident);
  if (value === 'resolve') for (const step of ['acknowledge', 'mitigate']) await setField({ field: 'state', value: step }, incident);
  expect(await setField({ field, value }, incident)).toMatchObject({ kind: 'failed', retryable: false, error: expect.stringMatching(error) });
  if (value !== 'resolve') expect(await incidentOf(incident)).toEqual(before);
});

test('cap 70: moves the incident on; where somebody was quicker, that is as well', async () => {
  const incident = await declared();
  expect(await setField({ field: 'state', value: 'acknowledge' }, incident)).toMatchObject({ kind: 'done', output: { value: 'investigating' } });
  expect(await newest(incident)).toMatchObject({ type: 'incident.acknowledged', actor: ACTOR });
  expect(await setField({ field: 'state', value: 'acknowledge' }, incident)).toMatchObject({ kind: 'done', text: expect.stringContaining('already') });
  expect(await incidentOf(incident)).toMatchObject({ state: 'investigating' });
});

test('cap 70: declares the candidate of the run once, and new incidents', async () => {
  const kind = createDeclareKind({ incidents: incidents.changes });
  const incident = await candidate();
  const promote = callOf('declare', STEP_KIND_SPECS.declare.with.parse({}), { incident });
  expect(await apply(kind, promote)).toEqual({ kind: 'done', output: { number: incident }, text: `INC-${incident} declared` });
  expect(await newest(incident)).toMatchObject({ type: 'incident.promoted', actor: ACTOR });
  expect(await apply(kind, promote)).toMatchObject({ kind: 'done', text: expect.stringContaining('already') });
  expect(await apply(kind, callOf('declare', STEP_KIND_SPECS.declare.with.parse({}), { incident: null }))).toMatchObject({ kind: 'failed' });
  const fresh = await apply(kind, callOf('declare', STEP_KIND_SPECS.declare.with.parse({ title: 'Payments slow', severity: 'sev2', services: ['payments'] }), { incident: null }));
  expect(fresh).toMatchObject({ kind: 'done', output: { number: incident + 1 } });
  expect(await newest(incident + 1)).toMatchObject({ type: 'incident.declared', actor: ACTOR, data: { severity: 'sev2', reason: 'declared by a runbook' } });
});

test('cap 76: nothing is changed when the transaction of the step does not come about', async () => {
  const incident = await declared();
  const before = await incidentOf(incident);
  const kind = createSetFieldKind({ incidents: incidents.changes });
  if (!('apply' in kind)) throw new Error('is applied');
  const call = callOf('setField', STEP_KIND_SPECS.setField.with.parse({ field: 'severity', value: 'sev1' }), { incident });
  await expect(database.db.transaction(async (tx) => {
    await kind.apply(tx, call);
    throw new Error('the process dies here');
  })).rejects.toThrow('dies here');
  expect(await incidentOf(incident)).toEqual(before);
});

describe('silence', () => {
  const FILLED = { matchers: [{ name: 'service', value: 'checkout' }], for: '30m', comment: 'pool restart' };
  async function silences() {
    return database.db.query<{ id: string; ends_at: Date; sync: string; comment: string; created_by: string; matchers: unknown }>('select s.id, s.ends_at, s.sync, s.comment, s.created_by, s.matchers from silences as s');
  }
  const kindOf = () => inDrill(createSilenceKind({ silences: noise.silenceChanges }));

  test('cap 70: silences here at once, and its undo ends it', async () => {
    const made = await apply(kindOf(), callOf('silence', FILLED, { path: 'each[2]/quiet' }));
    const [stored] = await silences();
    expect(made).toEqual({ kind: 'done', output: { id: stored?.id, endsAt: '2026-11-26T09:30:00.000Z' }, text: expect.any(String) });
    expect(stored).toMatchObject({ sync: 'local', comment: 'pool restart (runbook “Restart the pool”)', created_by: 'Restart the pool', matchers: [{ name: 'service', operator: '=', value: 'checkout' }] });
    expect(await newest()).toMatchObject({ type: 'silence.created', actor: ACTOR });
    const undo = callOf('silence', FILLED, { path: 'each[2]/quiet', undoing: true, scope: { steps: { quiet: { output: made.kind === 'done' ? made.output : null } } } });
    expect(await apply(kindOf(), undo)).toMatchObject({ kind: 'done', text: 'silence ended' });
    expect((await silences())[0]?.ends_at).toEqual(NOW);
    expect(await newest()).toMatchObject({ type: 'silence.expired' });
    expect(await apply(kindOf(), undo)).toMatchObject({ kind: 'done', text: 'the silence was over already' });
  });

  test('cap 25: Grafana is told by the job of every silence', async () => {
    isConnected = true;
    await apply(kindOf(), callOf('silence', FILLED));
    expect(await silences()).toMatchObject([{ sync: 'pending' }]);
    const jobs = await database.db.query<{ n: number }>("select count(*)::integer as n from graphile_worker.jobs as j where j.task_identifier like '%silence%'");
    expect(jobs).toEqual([{ n: 1 }]);
  });

  test.each([
    { name: 'every alert', filled: { ...FILLED, matchers: [{ name: 'service', value: '' }] } }, { name: 'no time', filled: { ...FILLED, for: '0s' } },
  ])('does not silence for $name', async ({ filled }) => {
    expect(await apply(kindOf(), callOf('silence', filled))).toMatchObject({ kind: 'failed', retryable: false });
    expect(await silences()).toEqual([]);
  });

  test('an undo that does not know the silence says so', async () => {
    expect(await apply(kindOf(), callOf('silence', FILLED, { undoing: true }))).toMatchObject({ kind: 'failed', retryable: false });
    expect(await apply(kindOf(), callOf('silence', FILLED, { undoing: true, scope: { steps: { restart: { output: { id: 'gone' } } } } }))).toMatchObject({ kind: 'failed', error: 'there is no silence "gone"' });
  });

  test('cap 81: a drill silences nothing', async () => {
    expect(await apply(kindOf(), callOf('silence', FILLED, { drill: true }))).toMatchObject({ kind: 'done', text: 'drill: not sent' });
    expect(await silences()).toEqual([]);
  });
});
