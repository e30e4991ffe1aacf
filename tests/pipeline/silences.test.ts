/** cap 25: silences exchanged with a stand-in for Grafana's API, which checks what it is sent and can fail. */
import { createNoise, type Noise } from '../../backend/noise/index.ts';
import { orgId, silenceBody, userKey } from '../../backend/contract/index.ts';
import { createLogger } from '../../backend/platform/logger.ts';
import { prepareJobQueue } from '../../backend/platform/jobs/worker.ts';
import { createOutboundClient, type OutboundClient } from '../../backend/platform/outbound/client.ts';
import { createKeyRing } from '../../backend/platform/secrets/keyRing.ts';
import { Secret } from '../../backend/platform/config/secret.ts';
import type { Caller, RequestContext } from '../../backend/platform/http/route.ts';
import { createSources } from '../../backend/sources/index.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { GRAFANA_TOKEN, startTestGrafanaApi, type Behaviour, type TestGrafanaApi } from '../harness/grafanaApi.ts';
import { grafanaAlert, ORG, START_MS, startPipeline, type Pipeline } from '../harness/pipeline.ts';

const logger = createLogger({ level: 'silent' });
const CALLER: Caller = {
  kind: 'user', orgId: orgId.parse(1), userKey: userKey.parse('user:ed'), login: 'ed', name: 'Ed Editor', role: 'admin', derivedRole: 'admin', seesPrivate: false,
  actor: { kind: 'user', key: 'user:ed', name: 'Ed Editor' }, expiresAt: new Date('2030-01-01T00:00:00Z'),
};
const NO_PARTS = { params: undefined, query: undefined, body: undefined };
const MINUTE = 60_000;

let database: TestDatabase;
let pipeline: Pipeline;
let grafana: TestGrafanaApi;
const LOOPBACK = { allow: ['127.0.0.1'], allowPrivate: ['127.0.0.1'] };
/** A Grafana that answers is waited for, however slow the machine; only one that never does is given up. */
const patient = createOutboundClient(LOOPBACK);
const impatient = createOutboundClient({ ...LOOPBACK, timeoutMs: 100 });
afterAll(() => Promise.all([patient.close(), impatient.close()]));

let outbound: OutboundClient;
let noise: Noise;

function contextWith(ifMatch: number): RequestContext {
  return { requestId: 'r', caller: CALLER, ifMatch, logger };
}

beforeEach(async () => {
  database = await createTestDatabase();
  await prepareJobQueue(database.db);
  pipeline = await startPipeline(database);
  grafana = await startTestGrafanaApi();
  outbound = patient;
  const sources = createSources({
    db: database.db, clock: pipeline.clock, logger, ring: createKeyRing([{ id: 'test', key: new Secret(Buffer.alloc(32, 7).toString('base64')) }]),
    recordEvent: () => Promise.resolve(), publicUrl: 'https://muster.example.com', grafana: { url: grafana.url, callOut: (request) => outbound.call(request) },
  });
  await sources.handlers.putGrafanaConnection({ ...NO_PARTS, body: { url: grafana.url, token: GRAFANA_TOKEN } }, contextWith(0));
  noise = createNoise({ db: database.db, clock: pipeline.clock, logger, gate: pipeline.noise, organisations: [ORG], alertDays: 90, grafana: sources.grafana });
});
afterEach(async () => {
  await pipeline.close();
  await grafana.close();
  await database.drop();
});

const BODY = silenceBody.parse({
  matchers: [{ name: 'service', operator: '=', value: 'checkout' }, { name: 'pod', operator: '!~', value: 'canary-.*' }],
  endsAt: new Date(START_MS + 60 * MINUTE).toISOString(), comment: 'disk is being exchanged',
});

const create = () => noise.handlers.createSilence({ ...NO_PARTS, body: BODY }, contextWith(1));
const listed = async (state: 'current' | 'expired' | 'all' = 'all') => (await noise.handlers.listSilences({ ...NO_PARTS, query: { state, limit: 10 } }, contextWith(1))).items;
const live = () => grafana.silences.filter((silence) => silence.status.state !== 'expired');

test('cap 25: a silence set here is made in Grafana by its matchers, changed there and ended there', async () => {
  const made = await create();
  expect(made).toMatchObject({ sync: 'pending', state: 'active', grafanaId: null });
  await noise.silenceSync.push(ORG, made.id);

  expect(live()).toMatchObject([{
    matchers: [{ name: 'service', value: 'checkout', isRegex: false, isEqual: true }, { name: 'pod', value: 'canary-.*', isRegex: true, isEqual: false }],
    comment: `disk is being exchanged [muster:${made.id}]`, createdBy: 'Ed Editor', endsAt: BODY.endsAt,
  }]);
  expect(await listed()).toMatchObject([{ sync: 'synced', grafanaId: 'silence-1', problem: null }]);

  await noise.handlers.editSilence({ ...NO_PARTS, params: { id: made.id }, body: { ...BODY, comment: 'takes longer' } }, contextWith(1));
  await noise.silenceSync.push(ORG, made.id);
  expect(live()).toMatchObject([{ id: 'silence-2', comment: `takes longer [muster:${made.id}]` }]);

  await noise.handlers.expireSilence({ ...NO_PARTS, params: { id: made.id } }, contextWith(2));
  await noise.silenceSync.push(ORG, made.id);
  expect(live()).toEqual([]);
  expect(await listed('current')).toEqual([]);
  expect(grafana.faults).toEqual([]);
});

test('cap 25: a silence set in Grafana is shown here, holds alerts back, and ends when Grafana ends it', async () => {
  grafana.silences.push({
    id: 'theirs', matchers: [{ name: 'service', value: 'check.*', isRegex: true, isEqual: true }], startsAt: new Date(START_MS).toISOString(),
    endsAt: new Date(START_MS + 60 * MINUTE).toISOString(), createdBy: 'ada', comment: 'set in Grafana', status: { state: 'active' },
  });
  await noise.silenceSync.pull(ORG);
  await noise.silenceSync.pull(ORG);

  expect(await listed()).toMatchObject([{ origin: 'grafana', comment: 'set in Grafana', createdBy: 'ada', matchers: [{ name: 'service', operator: '=~', value: 'check.*' }], state: 'active', version: 1 }]);
  await pipeline.deliver([grafanaAlert({ fingerprint: 'a', service: 'checkout', startsAt: START_MS })]);
  expect(await database.db.query('select 1 from incidents')).toEqual([]);

  pipeline.clock.advance(MINUTE);
  const [theirs] = grafana.silences;
  if (theirs === undefined) throw new Error('nothing there');
  theirs.status = { state: 'expired' };
  theirs.endsAt = new Date(pipeline.clock.nowMs()).toISOString();
  await noise.silenceSync.pull(ORG);
  await pipeline.correlator.settle();
  await pipeline.correlator.drain(ORG);

  expect(await listed('expired')).toMatchObject([{ state: 'expired', heldBack: 1 }]);
  expect(await database.db.query('select 1 from incidents')).toHaveLength(1);
});

test('cap 25: Grafana is read every minute by a job, for each organisation', async () => {
  grafana.silences.push({
    id: 'theirs', matchers: [{ name: 'service', value: 'search', isRegex: false, isEqual: true }], startsAt: new Date(START_MS).toISOString(),
    endsAt: new Date(START_MS + 60 * MINUTE).toISOString(), createdBy: 'ada', comment: 'set in Grafana', status: { state: 'active' },
  });
  const job = noise.jobs.find(({ name }) => name === 'noise.pull_silences');
  expect(job?.cron).toBe('* * * * *');
  await job?.run({});

  expect(await listed()).toMatchObject([{ origin: 'grafana', comment: 'set in Grafana' }]);
});

test('cap 25: one that Grafana no longer lists is over here too', async () => {
  const made = await create();
  await noise.silenceSync.push(ORG, made.id);
  grafana.silences = [];
  pipeline.clock.advance(MINUTE);
  await noise.silenceSync.pull(ORG);

  expect(await listed('current')).toEqual([]);
});

test('an answer that got lost makes no second silence', async () => {
  const made = await create();
  grafana.behaviour = 'lose_answer';
  await expect(noise.silenceSync.push(ORG, made.id)).rejects.toMatchObject({ fault: 'unreachable' });
  expect(await listed()).toMatchObject([{ sync: 'pending', problem: expect.any(String) }]);
  grafana.behaviour = 'answer';
  await noise.silenceSync.push(ORG, made.id);
  await noise.silenceSync.push(ORG, made.id);

  expect(live()).toHaveLength(1);
  expect(await listed()).toMatchObject([{ sync: 'synced', problem: null, grafanaId: live()[0]?.id }]);
});

test.each<Behaviour>(['fail', 'throttle', 'stall', 'drop', 'login_page'])('while Grafana answers with "%s" the silence holds here, is tried again, and what Grafana had is kept', async (behaviour) => {
  const made = await create();
  grafana.behaviour = behaviour;
  if (behaviour === 'stall') outbound = impatient;
  await expect(noise.silenceSync.push(ORG, made.id)).rejects.toThrow();
  await noise.silenceSync.pull(ORG);

  expect(await listed('current')).toMatchObject([{ sync: 'pending', problem: expect.any(String), state: 'active' }]);
  expect(await noise.handlers.getSilenceSync(NO_PARTS, contextWith(1))).toMatchObject({ connected: true, problem: expect.any(String) });
  await pipeline.deliver([grafanaAlert({ fingerprint: 'a', service: 'checkout', startsAt: START_MS })]);
  expect(await database.db.query('select 1 from incidents')).toEqual([]);
  grafana.behaviour = 'answer';
  outbound = patient;
  await noise.silenceSync.push(ORG, made.id);
  expect(await noise.handlers.syncSilences(NO_PARTS, contextWith(1))).toMatchObject({ problem: null, lastReadAt: expect.any(String) });
});

test('what Grafana refuses for good is said, and holds here only', async () => {
  const made = await create();
  grafana.behaviour = 'refuse';
  await noise.silenceSync.push(ORG, made.id);

  expect(await listed('current')).toMatchObject([{ sync: 'failed', problem: expect.stringContaining('additional permissions') }]);
});

test('when both sides change it, the newest word spoken here is sent and not overwritten', async () => {
  const made = await create();
  await noise.silenceSync.push(ORG, made.id);
  await noise.handlers.editSilence({ ...NO_PARTS, params: { id: made.id }, body: { ...BODY, comment: 'ours' } }, contextWith(1));
  const [theirs] = live();
  if (theirs === undefined) throw new Error('nothing there');
  theirs.comment = 'theirs';
  await noise.silenceSync.pull(ORG);
  expect(await listed()).toMatchObject([{ comment: 'ours', sync: 'pending' }]);
  await noise.silenceSync.push(ORG, made.id);
  await noise.silenceSync.pull(ORG);

  expect(live()).toMatchObject([{ comment: `ours [muster:${made.id}]` }]);
  expect(await listed('current')).toMatchObject([{ comment: 'ours', sync: 'synced' }]);
  await expect(noise.handlers.editSilence({ ...NO_PARTS, params: { id: made.id }, body: BODY }, contextWith(1))).rejects.toMatchObject({ code: 'version_mismatch' });
});
