/** caps 69, 112, 113, 114: from what is served and what fires to the runbook that waited for it, with all parts as they are: once, at its level, and not again within its cooldown. */
import type { DetectorId, RunbookId } from '../../backend/contract/index.ts';
import { createSimulatedClock, type SimulatedClock } from '../../backend/platform/clock.ts';
import { startStandIn, type StandIn } from '../channels/standIn.ts';
import { startPrometheus, type StandInPrometheus } from '../detection/prometheus.ts';
import { eventually, startTestApp, type TestApp } from '../harness/app.ts';
import { ADA_ADMIN, ED_EDITOR, VERA_VIEWER } from '../harness/grafana.ts';
import { grafanaAlert } from '../harness/pipeline.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const EXPR = 'disk_used_percent';
let muster: TestApp;
let clock: SimulatedClock;
let alerts: string;
let prometheus: StandInPrometheus;
/** What runbooks call: it counts by path and body. */
let hands: StandIn;

beforeAll(async () => {
  clock = createSimulatedClock(Date.now());
  prometheus = await startPrometheus();
  hands = await startStandIn({
    serve(request, tools) {
      tools.effect(`${request.method} ${request.url} ${request.body}`);
      return { status: 200, body: {} };
    },
    settings: (url) => ({ config: { url }, secrets: {}, address: null }),
  });
  muster = await startTestApp({ clock, env: { MUSTER_CORRELATION_MIN_ALERTS: '3', MUSTER_OUTBOUND_ALLOW: '127.0.0.1', MUSTER_OUTBOUND_ALLOW_PRIVATE: '127.0.0.1' } });
  alerts = await muster.addSource(ADA_ADMIN, 'grafana');
  await muster.call(ADA_ADMIN, 'importServices', { body: { csv: 'name,depends_on,clusters\nweb,payments-db,\npayments-db,,eu-1\nmail,,\nsearch,,\n', dryRun: false } });
});
afterAll(async () => {
  await muster.close();
  await prometheus.close();
  await hands.close();
  expect([prometheus.faults, hands.faults]).toEqual([[], []]);
});

/** Puts a runbook for payments-db into use that calls the hands with what it was told. */
async function attach(id: string, automation: string, on: 'anomaly' | 'forecast' | 'prediction', told: string): Promise<RunbookId> {
  const source = `apiVersion: muster/v1
kind: Runbook
metadata: { id: ${id}, title: ${id}, services: [payments-db] }
inputs: [{ name: told, type: string }]
policy: { automation: ${automation} }
triggers: [{ on: ${on}, cooldown: 24h, inputs: { told: "${told}" } }]
steps: [{ id: act, kind: http, with: { method: POST, url: "${hands.url}/${id}", body: "{{ inputs.told }}" } }]
`;
  const made = await muster.call(ADA_ADMIN, 'createRunbook', { body: { source } });
  await muster.call(ADA_ADMIN, 'publishRunbook', { params: { id: made.body.id }, body: {} }, { 'If-Match': `"${made.body.version}"` });
  return made.body.id;
}

/** Time goes on until something is so. */
async function until<T>(ask: () => Promise<T>, isGood: (answer: T) => boolean, stepMs = 1_000): Promise<T> {
  return eventually(async () => {
    clock.advance(stepMs);
    return ask();
  }, isGood);
}

async function eventsOf(type: string): Promise<Record<string, unknown>[]> {
  return (await muster.database.db.query<{ data: Record<string, unknown> }>('select e.data from event_log as e where e.type = $1 order by e.position', [type])).map(({ data }) => data);
}

const runsOf = async (runbook: RunbookId) => (await muster.call(VERA_VIEWER, 'listRuns', { query: { runbook } })).body.items;
const heldBack = async (runbook: RunbookId) => (await eventsOf('automation.held_back')).filter((data) => data['runbook'] === runbook);

test('caps 69, 113: a served metric rises, its detector forecasts the limit, and the runbook that waits for it runs once, another waits for its approval; the next forecast of the series starts nothing within the cooldown', async () => {
  const [run, ask] = [await attach('make-room', 'run', 'forecast', '{{ event.data.labels.mountpoint }}'), await attach('ask-first', 'approve', 'forecast', '{{ event.data.labels.mountpoint }}')];
  const begunMs = clock.nowMs();
  /** It fills by three percent an hour; when it is full it is emptied. */
  let emptiedMs = Number.POSITIVE_INFINITY;
  const used = (atMs: number): number => (atMs < emptiedMs ? 90 + (3 * (atMs - begunMs - 4 * HOUR)) / HOUR : 72 + (6 * (atMs - emptiedMs)) / HOUR) + 0.2 * (((Math.round(atMs / MINUTE) * 7_919) % 97) / 97);
  prometheus.expressions.set(EXPR, [
    { labels: { service: 'payments-db', mountpoint: '/data' }, valueAt: (atMs) => Math.max(5, used(atMs)) }, { labels: { service: 'payments-db', mountpoint: '/' }, valueAt: (atMs) => 40 + ((atMs / MINUTE) % 7) / 10 },
  ]);
  const made = await muster.call(ADA_ADMIN, 'createDetector', { body: { name: 'Disk full', query: { kind: 'prometheus', url: prometheus.url, expr: EXPR }, stepSeconds: 300, direction: 'above', threshold: { value: 90, side: 'above' } } });
  expect(made.status).toBe(201);
  const id: DetectorId = made.body.id;
  const card = async () => (await muster.call(VERA_VIEWER, 'getDetector', { params: { id } })).body;
  const { version } = await until(card, ({ state }) => state === 'shadow');
  // In shadow it keeps to itself what it sees coming.
  await until(async () => (await muster.call(VERA_VIEWER, 'listForecasts', { query: { detector: id, state: 'all' } })).body.items, (items) => items.length > 0, 10_000);
  expect([await eventsOf('forecast.warned'), await runsOf(run)]).toEqual([[], []]);

  await muster.call(ADA_ADMIN, 'setDetectorState', { params: { id }, body: { state: 'active' } }, { 'If-Match': `"${version}"` });
  const open = async () => (await muster.call(VERA_VIEWER, 'listForecasts', { query: { service: 'payments-db' } })).body.items;
  const [forecast] = await until(open, ([first]) => first?.runbooks.find(({ runbook }) => runbook === run)?.run?.state === 'succeeded', 10_000);
  expect(forecast).toMatchObject({ detector: id, labels: { mountpoint: '/data' }, state: 'open', threshold: { value: 90, side: 'above' } });
  expect(forecast?.runbooks).toEqual(expect.arrayContaining([
    expect.objectContaining({ runbook: run, level: 'run', outcome: 'started' }), expect.objectContaining({ runbook: ask, level: 'approve', outcome: 'waits_for_approval' }),
  ]));
  expect([...hands.effects]).toEqual([['POST /make-room /data', 1]]);
  expect(await eventsOf('forecast.warned')).toMatchObject([{ id: forecast?.id, detector: id, service: 'payments-db', labels: { mountpoint: '/data' }, limit: 90 }]);

  // It comes as it was said; the disk is emptied and fills again: a new forecast of the same series.
  await until(async () => (await muster.call(VERA_VIEWER, 'listForecasts', { query: { detector: id, state: 'ended' } })).body.items, ([ended]) => ended?.crossedAt != null, 5 * MINUTE);
  emptiedMs = clock.nowMs();
  await until(() => eventsOf('forecast.warned'), (warned) => warned.length === 2, 5 * MINUTE);
  await until(() => heldBack(run), (held) => held.length > 0);
  expect(await heldBack(run)).toMatchObject([{ on: 'forecast', reason: expect.stringMatching(/^run \d+ came of the same less than 24h ago$/) }]);
  expect([...hands.effects]).toEqual([['POST /make-room /data', 1]]);
  expect([(await runsOf(run)).length, (await runsOf(ask)).length]).toEqual([1, 1]);
  await muster.call(ADA_ADMIN, 'deleteDetector', { params: { id } }, { 'If-Match': `"${(await card()).version}"` });
});

test('caps 69, 112: what a detector found in shadow and goes on when it is let alert becomes an alert, and the runbook that waits for it runs once; what is found next starts nothing within the cooldown', async () => {
  const run = await attach('look-after', 'run', 'anomaly', '{{ event.data.name }}');
  const calm = (atMs: number): number => 100 + 20 * Math.sin((2 * Math.PI * atMs) / (24 * HOUR)) + ((Math.round(atMs / MINUTE) * 7_919) % 97) / 40;
  /** Times of trouble. */
  const troubles: { fromMs: number; toMs: number }[] = [];
  prometheus.expressions.set('orders', [{ labels: { service: 'payments-db' }, valueAt: (atMs) => (troubles.some(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs) ? 500 : calm(atMs)) }]);
  const made = await muster.call(ADA_ADMIN, 'createDetector', { body: { name: 'Orders of the shop', query: { kind: 'prometheus', url: prometheus.url, expr: 'orders' }, stepSeconds: 300, direction: 'above', service: 'payments-db' } });
  expect(made.status).toBe(201);
  const id: DetectorId = made.body.id;
  const card = async () => (await muster.call(VERA_VIEWER, 'getDetector', { params: { id } })).body;
  const found = async () => (await eventsOf('detector.found')).filter(({ detector }) => detector === id);
  const alertsOf = () => muster.database.db.query<{ status: string }>("select a.status from alerts as a where a.source_id = 'muster-detectors' and a.name = 'Orders of the shop' order by a.starts_at");
  /** Time goes on at once, and the detector looks at all that came. */
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await until(card, ({ evaluatedTo }) => Date.parse(evaluatedTo ?? '') > clock.nowMs() - 10 * MINUTE);
  };
  await until(card, ({ state }) => state === 'shadow');

  // In shadow nobody is alerted, and nothing starts.
  troubles.push({ fromMs: clock.nowMs(), toMs: Number.POSITIVE_INFINITY });
  await until(found, (events) => events.length === 1, MINUTE);
  await until(card, ({ openFindings }) => openFindings === 1, MINUTE);
  expect([await found(), await alertsOf(), await runsOf(run)]).toMatchObject([[{ mode: 'shadow' }], [], []]);

  const { version } = await card();
  expect((await muster.call(ADA_ADMIN, 'setDetectorState', { params: { id }, body: { state: 'active' } }, { 'If-Match': `"${version}"` })).status).toBe(200);
  await until(() => runsOf(run), ([first]) => first?.state === 'succeeded');
  await until(alertsOf, (rows) => rows.length === 1, MINUTE);
  expect(await found()).toMatchObject([{ mode: 'shadow' }, { mode: 'active', since: 'shadow', name: 'Orders of the shop', service: 'payments-db' }]);
  expect((await found())[1]?.['startsAt']).toBe((await found())[0]?.['startsAt']);
  expect(await runsOf(run)).toMatchObject([{ start: 'trigger' }]);
  expect(hands.effects.get('POST /look-after Orders of the shop')).toBe(1);

  // It is over, and half a day later comes again.
  for (const trouble of troubles) trouble.toMs = clock.nowMs();
  await pass(HOUR);
  await eventually(alertsOf, ([alert]) => alert?.status === 'resolved');
  await pass(12 * HOUR);
  troubles.push({ fromMs: clock.nowMs(), toMs: Number.POSITIVE_INFINITY });
  await pass(HOUR);
  await eventually(found, (events) => events.length === 3);
  await until(() => heldBack(run), (held) => held.length > 0);
  expect(await heldBack(run)).toMatchObject([{ on: 'anomaly', reason: expect.stringMatching(/^run \d+ came of the same less than 24h ago$/) }]);
  expect([(await runsOf(run)).length, hands.effects.get('POST /look-after Orders of the shop')]).toEqual([1, 1]);
  await muster.call(ADA_ADMIN, 'deleteDetector', { params: { id } }, { 'If-Match': `"${(await card()).version}"` });
});

test('caps 69, 114: alerts that come let a service be said to break soon, and the runbook that waits for it runs once; the next prediction of the service starts nothing within the cooldown', async () => {
  let sent = 0;
  const fire = async (name: string, service: string): Promise<void> => {
    sent += 1;
    await muster.postWebhook('grafana', alerts, { groupKey: `${sent}`, alerts: [grafanaAlert({ name, fingerprint: `${name}-${sent}`, service, severity: 'info', labels: { cluster: 'eu-1' }, startsAt: clock.nowMs() })] });
  };
  const run = await attach('warm-up', 'run', 'prediction', '{{ event.data.service }}');
  const warned = async () => (await eventsOf('prediction.warned')).filter(({ service }) => service === 'payments-db');
  for (let turn = 0; turn < 24; turn += 1) {
    await fire('CpuBusy', turn % 2 === 0 ? 'mail' : 'search');
    clock.advance(90_000);
  }
  for (const name of ['PoolNearlyFull', 'SlowCommit', 'ReplicaLag']) await fire(name, 'payments-db');
  await until(() => runsOf(run), ([first]) => first?.state === 'succeeded');
  expect([await warned(), hands.effects.get('POST /warm-up payments-db')]).toMatchObject([[{ service: 'payments-db', probability: expect.any(Number) }], 1]);
  const open = async () => (await muster.call(ED_EDITOR, 'listPredictions', { query: { service: 'payments-db' } })).body.items;
  expect((await open())[0]?.runbooks).toMatchObject([{ runbook: run, level: 'run', outcome: 'started', run: { state: 'succeeded' } }]);

  // Its time is over and nothing came; then others complain.
  clock.advance(50 * MINUTE);
  await until(open, (items) => items.length === 0, MINUTE);
  for (const name of ['LocksWait', 'CheckpointLate', 'CacheMisses', 'WalGrows']) await fire(name, 'payments-db');
  await until(warned, (all) => all.length === 2);
  await until(() => heldBack(run), (held) => held.length > 0);
  expect(await heldBack(run)).toMatchObject([{ on: 'prediction', reason: expect.stringMatching(/^run \d+ came of the same less than 24h ago$/) }]);
  expect([(await runsOf(run)).length, hands.effects.get('POST /warm-up payments-db')]).toEqual([1, 1]);
});
