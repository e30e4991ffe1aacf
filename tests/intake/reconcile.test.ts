/** cap 11: what lost webhooks left wrong is put right by asking Grafana, and never on half an answer. */
import { CONFIRM_MS } from '../../backend/ingest/reconcile/plan.ts';
import { createReconciler, RECONCILE_MS, type Reconciler } from '../../backend/ingest/reconcile/reconciler.ts';
import { createSimulatedClock, type SimulatedClock } from '../../backend/platform/clock.ts';
import { createLogger } from '../../backend/platform/logger.ts';
import { createOutboundClient, type OutboundClient } from '../../backend/platform/outbound/client.ts';
import { contextOf, createBench, createTestRing } from '../../backend/sources/sources.testkit.ts';
import { eventually, startTestApp } from '../harness/app.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { ADA_ADMIN } from '../harness/grafana.ts';
import { GRAFANA_TOKEN, startTestGrafanaApi, type Behaviour, type ListedAlert, type TestGrafanaApi } from '../harness/grafanaApi.ts';
import { grafanaAlert, ORG, START_MS, startPipeline, type Pipeline } from '../harness/pipeline.ts';

const STARTED = new Date(START_MS).toISOString();
const LOOPBACK = { allow: ['127.0.0.1'], allowPrivate: ['127.0.0.1'] };
/** A Grafana that answers is waited for, however slow the machine; only one that never does is given up. */
const patient = createOutboundClient(LOOPBACK);
const impatient = createOutboundClient({ ...LOOPBACK, timeoutMs: 100 });
afterAll(() => Promise.all([patient.close(), impatient.close()]));

let outbound: OutboundClient;

let database: TestDatabase;
let clock: SimulatedClock;
let pipeline: Pipeline;
let grafana: TestGrafanaApi;
let reconcilers: Reconciler[];

beforeEach(async () => {
  outbound = patient;
  database = await createTestDatabase();
  clock = createSimulatedClock(START_MS);
  pipeline = await startPipeline(database, { clock });
  grafana = await startTestGrafanaApi();
  const { sources } = createBench(database.db, clock, createTestRing(), undefined, (request) => outbound.call(request));
  await sources.handlers.putGrafanaConnection({ params: undefined, query: undefined, body: { url: grafana.url, token: GRAFANA_TOKEN } }, contextOf(ORG, 0));
  await database.db.query("insert into sources (org_id, id, kind, name) values (1, 'grafana', 'grafana', 'Grafana')");
  reconcilers = [0, 1].map(() => createReconciler({ db: database.db, clock, logger: createLogger({ level: 'silent' }), grafana: sources.grafana, intake: pipeline.intake, orgs: [ORG] }));
});
afterEach(async () => {
  expect(grafana.faults).toEqual([]);
  await pipeline.close();
  await grafana.close();
  await database.drop();
});

function listed(fingerprint: string, over: Partial<ListedAlert> = {}): ListedAlert {
  return { fingerprint, labels: { alertname: 'HighErrorRate', service: fingerprint, severity: 'critical', __alert_rule_uid__: 'rule1' }, annotations: { summary: 'Many errors' }, startsAt: STARTED, ...over };
}

const firing = (fingerprint: string) => grafanaAlert({ fingerprint, service: fingerprint, startsAt: START_MS });

/** Everybody looks, as at their ticks, after some time. */
async function look(afterMs: number): Promise<void> {
  clock.advance(afterMs);
  await Promise.all(reconcilers.map((reconciler) => reconciler.run(ORG)));
  await pipeline.correlator.drain(ORG);
}

async function states(): Promise<Record<string, string>> {
  const rows = await database.db.query<{ fingerprint: string; status: string }>('select a.fingerprint, a.status from alerts as a order by a.starts_at');
  return Object.fromEntries(rows.map((row) => [row.fingerprint, row.status]));
}

async function outcome() {
  const [row] = await database.db.query<{ ok: boolean; detail: string; repairs: { kind: string; name: string }[] }>('select r.ok, r.detail, r.repairs from source_reconciliations as r');
  return row;
}

async function repairEvents() {
  return (await database.db.query<{ data: object }>("select e.data from event_log as e where e.type = 'source.reconciled' order by e.position")).map((row) => row.data);
}

test('cap 11: a lost "firing" is delivered anew and correlated, once, with two replicas; a silenced one and one that goes elsewhere are not', async () => {
  await pipeline.deliver([firing('known')]);
  grafana.alerts = [
    listed('known'), listed('lost'), listed('silenced', { state: 'suppressed' }), listed('elsewhere', { receivers: [{ name: 'mail' }] }),
  ];
  await look(RECONCILE_MS);

  expect(await states()).toEqual({ known: 'firing', lost: 'firing' });
  const [lost] = await database.db.query<{ labels: object; incident: number }>(
    "select a.labels, k.incident_number as incident from alerts as a join incident_alerts as k on k.alert_key = a.alert_key where a.fingerprint = 'lost'",
  );
  expect(lost?.labels).toEqual({ alertname: 'HighErrorRate', service: 'lost', severity: 'critical' });
  expect(await repairEvents()).toMatchObject([{ source: 'grafana', firing: 1, resolved: 0, alerts: [{ kind: 'firing', name: 'HighErrorRate' }] }]);
  expect(await outcome()).toMatchObject({ ok: true, repairs: [{ kind: 'firing' }] });
  await look(RECONCILE_MS);
  expect(await repairEvents()).toHaveLength(1);
});

test('cap 11: a lost "resolved" is delivered anew after two looks a minute apart', async () => {
  await pipeline.deliver([firing('gone'), firing('stays')]);
  grafana.alerts = [listed('stays')];
  await look(RECONCILE_MS);
  expect(await states()).toEqual({ gone: 'firing', stays: 'firing' });
  await look(CONFIRM_MS);

  expect(await states()).toEqual({ gone: 'resolved', stays: 'firing' });
  expect(await repairEvents()).toMatchObject([{ firing: 0, resolved: 1 }]);
  const [row] = await database.db.query<{ ends_at: Date }>("select a.ends_at from alerts as a where a.fingerprint = 'gone'");
  expect(row?.ends_at.getTime()).toBe(START_MS + RECONCILE_MS);
});

test('cap 11: a Grafana that has just started and lists nothing ends nothing, if it lists them again a minute later', async () => {
  await pipeline.deliver([firing('a'), firing('b')]);
  await look(RECONCILE_MS);
  grafana.alerts = [listed('a'), listed('b')];
  await look(CONFIRM_MS);
  grafana.alerts = [];
  await look(RECONCILE_MS);

  expect(await states()).toEqual({ a: 'firing', b: 'firing' });
  expect(await repairEvents()).toEqual([]);
});

test('cap 11: an alert that is silenced in Grafana still fires here', async () => {
  await pipeline.deliver([firing('quiet')]);
  grafana.alerts = [listed('quiet', { state: 'suppressed' })];
  await look(RECONCILE_MS);
  await look(RECONCILE_MS);

  expect(await states()).toEqual({ quiet: 'firing' });
});

test('cap 11: the same alert under another fingerprint is known by its labels', async () => {
  await pipeline.deliver([firing('web')]);
  grafana.alerts = [listed('other', { labels: { alertname: 'HighErrorRate', severity: 'warning', service: 'web', __alert_rule_uid__: 'rule1' } })];
  await look(RECONCILE_MS);
  await look(RECONCILE_MS);

  expect(await states()).toEqual({ web: 'firing' });
});

test.each<Behaviour>(['fail', 'throttle', 'stall', 'drop', 'break_off', 'login_page', 'wrong_shape'])('cap 11: nothing is resolved or opened when Grafana answers with "%s"', async (behaviour) => {
  await pipeline.deliver([firing('a')]);
  grafana.alerts = [listed('b')];
  grafana.behaviour = behaviour;
  if (behaviour === 'stall') outbound = impatient;
  for (let round = 0; round < 3; round += 1) await look(RECONCILE_MS);

  expect(await states()).toEqual({ a: 'firing' });
  expect(await outcome()).toMatchObject({ ok: false, detail: expect.stringContaining('Nothing was changed.') });
  grafana.behaviour = 'answer';
  outbound = patient;
  await look(RECONCILE_MS);
  expect(await states()).toEqual({ a: 'firing', b: 'firing' });
});

test('cap 11: one alert that cannot be read makes the whole answer unusable', async () => {
  await pipeline.deliver([firing('a')]);
  grafana.alerts = [listed('b'), listed('c', { startsAt: 'yesterday' })];
  await look(RECONCILE_MS);

  expect(await states()).toEqual({ a: 'firing' });
  expect(await outcome()).toMatchObject({ ok: false });
});

test('cap 11: Grafana is asked at the start and then every five minutes, by one of two replicas', async () => {
  expect(RECONCILE_MS).toBe(5 * 60_000);
  const asked = () => grafana.requests.length;
  await pipeline.deliver([firing('a')]);
  grafana.alerts = [listed('a')];
  for (const reconciler of reconcilers) await reconciler.start();
  for (const reconciler of reconcilers) await reconciler.close();
  expect(asked()).toBe(1);
  await look(RECONCILE_MS - 1_000);
  expect(asked()).toBe(1);
  await look(1_000);

  expect(asked()).toBe(2);
});

test('cap 11: with two Grafanas in the organisation neither is taken for the connected one, until one says so', async () => {
  await database.db.query("insert into sources (org_id, id, kind, name) values (1, 'second', 'grafana', 'Second')");
  await look(RECONCILE_MS);
  expect(grafana.requests).toEqual([]);
  await expect(reconcilers[0]?.runNow(ORG, pipeline.origin.sourceId)).rejects.toMatchObject({ code: 'conflict' });
  await database.db.query("update sources set rules = '{\"reconcile\": true}' where id = 'grafana'");
  await look(RECONCILE_MS);

  expect(grafana.requests).toHaveLength(1);
});

test('cap 11: a service that starts asks Grafana at once and repairs what it did not hear while it was away', async () => {
  const own = await createTestDatabase();
  try {
    const before = await startTestApp({ database: own });
    const token = await before.addSource(ADA_ADMIN, 'grafana');
    const connection = await before.call(ADA_ADMIN, 'getGrafanaConnection');
    await before.call(ADA_ADMIN, 'putGrafanaConnection', { body: { url: grafana.url, token: GRAFANA_TOKEN } }, { 'If-Match': `"${connection.body.version}"` });
    const startsAt = new Date().toISOString();
    const told = { ...grafanaAlert({ fingerprint: 'heard', service: 'heard', startsAt: Date.parse(startsAt) }) };
    expect((await before.postWebhook('grafana', token, { receiver: 'muster', groupKey: 'g', alerts: [told] })).status).toBe(202);
    await before.close();

    grafana.alerts = [listed('heard', { startsAt }), listed('missed', { startsAt })];
    const after = await startTestApp({ database: own });
    try {
      const incidents = await eventually(() => after.call(ADA_ADMIN, 'listIncidents', { query: { service: 'missed' } }), ({ body }) => body.items.length === 1);
      expect(incidents.body.items).toMatchObject([{ primaryService: 'missed' }]);
      const [source] = (await eventually(() => after.call(ADA_ADMIN, 'listSources'), ({ body }) => body.items[0]?.reconciliation !== null)).body.items;
      expect(source?.reconciliation).toMatchObject({ ok: true, repairs: [{ kind: 'firing', name: 'HighErrorRate' }] });
      const audit = await after.call(ADA_ADMIN, 'listAudit', { query: { type: 'source.reconciled' } });
      expect(audit.body.items).toMatchObject([{ data: { source: 'grafana', firing: 1, resolved: 0 } }]);
    } finally {
      await after.close();
    }
  } finally {
    await own.drop();
  }
});
