import { createTestDatabase, type TestDatabase } from '../../../tests/harness/database.ts';
import { GRAFANA_TOKEN, startTestGrafanaApi, type Behaviour, type TestGrafanaApi } from '../../../tests/harness/grafanaApi.ts';
import { createSimulatedClock } from '../../platform/clock.ts';
import { createOutboundClient, type OutboundClient } from '../../platform/outbound/client.ts';
import { clearTables, contextOf, createBench, createTestRing, ORG_1, ORG_2, START_MS, type SourcesBench } from '../sources.testkit.ts';

const NO_PARTS = { params: undefined, query: undefined, body: undefined };
const ALERTS = { method: 'GET', path: '/api/alertmanager/grafana/api/v2/alerts' } as const;

let database: TestDatabase;
const LOOPBACK = { allow: ['127.0.0.1'], allowPrivate: ['127.0.0.1'] };
/** A Grafana that answers is waited for, however slow the machine; only one that never does is given up. */
const patient = createOutboundClient(LOOPBACK);
const impatient = createOutboundClient({ ...LOOPBACK, timeoutMs: 100 });
let outbound: OutboundClient;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await Promise.all([patient.close(), impatient.close()]);
  await database.drop();
});

let grafana: TestGrafanaApi;
let bench: SourcesBench;
beforeEach(async () => {
  outbound = patient;
  await clearTables(database.db);
  grafana = await startTestGrafanaApi();
  bench = createBench(database.db, createSimulatedClock(START_MS), createTestRing(), undefined, (request) => outbound.call(request));
});
afterEach(() => grafana.close());

function put(body: { url: string | null; token?: string | null }, version: number, organisation = ORG_1) {
  return bench.sources.handlers.putGrafanaConnection({ ...NO_PARTS, body }, contextOf(organisation, version));
}

function get(organisation = ORG_1) {
  return bench.sources.handlers.getGrafanaConnection(NO_PARTS, contextOf(organisation));
}

function check(organisation = ORG_1) {
  return bench.sources.handlers.testGrafanaConnection(NO_PARTS, contextOf(organisation));
}

test('the token is sealed: it opens calls, and stands in no answer, no event and no table', async () => {
  const set = await put({ url: grafana.url, token: GRAFANA_TOKEN }, 0);

  expect(set).toEqual({ url: grafana.url, effectiveUrl: grafana.url, hasToken: true, lastCheck: null, version: 1 });
  expect(await bench.sources.grafana.call(ORG_1, ALERTS)).toEqual([]);
  const rows = await database.db.query('select c::text as text from grafana_connections as c');
  expect(JSON.stringify([set, bench.events, rows])).not.toContain(GRAFANA_TOKEN);
  expect(bench.events).toMatchObject([{ type: 'grafana_connection.edited', data: { url: grafana.url, token: 'replaced' } }]);
  expect(grafana.faults).toEqual([]);
});

test('an organisation has its own: what one set another does not have', async () => {
  await put({ url: grafana.url, token: GRAFANA_TOKEN }, 0);

  expect(await get(ORG_2)).toEqual({ url: null, effectiveUrl: 'https://grafana.example.org', hasToken: false, lastCheck: null, version: 0 });
  await expect(bench.sources.grafana.call(ORG_2, ALERTS)).rejects.toMatchObject({ fault: 'not_connected' });
});

test('two people who set it at once get one result and one message', async () => {
  const outcomes = await Promise.allSettled([put({ url: null, token: GRAFANA_TOKEN }, 0), put({ url: null, token: `${GRAFANA_TOKEN}_2` }, 0)]);

  expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(outcomes.find((outcome) => outcome.status === 'rejected')).toMatchObject({ reason: { code: 'version_mismatch' } });
});

test('a new address needs the token again, so that a stored token is sent nowhere else', async () => {
  await put({ url: grafana.url, token: GRAFANA_TOKEN }, 0);

  await expect(put({ url: 'https://elsewhere.example.com' }, 1)).rejects.toMatchObject({ code: 'invalid_input', fields: [{ field: 'token' }] });
  expect(await put({ url: `${grafana.url}/grafana` }, 1)).toMatchObject({ hasToken: true, version: 2 });
  expect(await put({ url: null, token: null }, 2)).toMatchObject({ hasToken: false });
});

test('a test says step by step what works, and is kept until the settings change', async () => {
  await put({ url: grafana.url, token: GRAFANA_TOKEN }, 0);
  grafana.alerts = [{ labels: { alertname: 'A' }, fingerprint: 'a', startsAt: '2026-11-24T08:00:00Z' }];

  const result = await check();

  expect(result).toMatchObject({ ok: true, at: new Date(START_MS).toISOString() });
  expect(result.steps.map((step) => step.detail)).toEqual([
    'the token is good, for organisation "Main Org." (1)', 'it is a token of this organisation',
    "Grafana's active alerts can be read: 1", "Grafana's silences can be read: 0",
  ]);
  expect((await get()).lastCheck).toEqual(result);
  expect((await put({ url: grafana.url, token: `${GRAFANA_TOKEN}_wrong` }, 1)).lastCheck).toBeNull();
  expect((await check()).steps).toMatchObject([{ check: 'token', ok: false, fix: expect.stringContaining('make a new one') }]);
  expect(grafana.faults).toEqual([]);
});

test('a token of another organisation is found out', async () => {
  await put({ url: grafana.url, token: GRAFANA_TOKEN }, 0);
  grafana.orgId = 7;

  expect((await check()).steps.at(-1)).toMatchObject({ check: 'organisation', ok: false, fix: 'make the service account in organisation 1' });
});

test.each<{ behaviour: Behaviour; fault: string; check: string; more?: object }>([
  { behaviour: 'fail', fault: 'failed', check: 'token', more: { status: 500, message: 'Grafana answered 500: database is locked' } },
  { behaviour: 'throttle', fault: 'throttled', check: 'token', more: { retryAfterSeconds: 30 } },
  { behaviour: 'stall', fault: 'unreachable', check: 'address' },
  { behaviour: 'drop', fault: 'unreachable', check: 'address' },
  { behaviour: 'break_off', fault: 'unreachable', check: 'address' },
  { behaviour: 'login_page', fault: 'unreadable', check: 'token' },
])('a Grafana that answers with "$behaviour" gives an error that says so, and never half an answer', async ({ behaviour, fault, check: step, more }) => {
  await put({ url: grafana.url, token: GRAFANA_TOKEN }, 0);
  grafana.behaviour = behaviour;
  if (behaviour === 'stall') outbound = impatient;

  await expect(bench.sources.grafana.call(ORG_1, ALERTS)).rejects.toMatchObject({ fault, ...more });
  expect((await check()).steps).toMatchObject([{ check: step, ok: false, fix: expect.any(String) }]);
});

test('an address that is not allowed is not called', async () => {
  await put({ url: 'http://grafana.example.com', token: GRAFANA_TOKEN }, 0);

  expect((await check()).steps).toMatchObject([{ check: 'address', ok: false, detail: expect.stringContaining('outbound.allow'), fix: expect.stringContaining('outbound.allow') }]);
});

test('a provisioning file sets it, once', async () => {
  const file = { path: 'sources.yaml', text: `apiVersion: 1\ngrafana:\n  url: ${grafana.url}/\n  token: $TOKEN\nsources: []\n` };
  const apply = () => bench.sources.provisionSources(ORG_1, file, { TOKEN: GRAFANA_TOKEN });

  expect([await apply(), await apply()]).toEqual([1, 0]);
  expect(await get()).toMatchObject({ url: grafana.url, hasToken: true, version: 1 });
  expect((await check()).ok).toBe(true);
});
