/** cap 1, cap 12: alerts whose times cannot be true are kept, flagged, and counted from when they came. Over HTTP, into an incident. */
import type { AlertSummary } from '../../backend/contract/index.ts';
import { eventually, startTestApp, type TestApp } from '../harness/app.ts';
import { ADA_ADMIN, VERA_VIEWER } from '../harness/grafana.ts';

let muster: TestApp;
let token: string;
beforeAll(async () => {
  muster = await startTestApp();
  token = await muster.addSource(ADA_ADMIN, 'grafana');
});
afterAll(() => muster.close());

async function deliver(service: string, over: object): Promise<object> {
  const alert = { status: 'firing', labels: { alertname: 'Down', severity: 'critical', service }, endsAt: '0001-01-01T00:00:00Z', fingerprint: service, ...over };
  const response = await muster.postWebhook('grafana', token, { groupKey: service, alerts: [alert] });
  expect(response.status).toBe(202);
  return Object.assign({}, await response.json());
}

const alertsOf = async (service: string): Promise<AlertSummary[]> => (await muster.call(VERA_VIEWER, 'listAlerts', { query: { q: service } })).body.items;

test.each([
  { what: 'far in the future', service: 'ahead', startsAt: '9999-06-01T00:00:00Z', said: '9999-06-01T00:00:00.000Z' },
  { what: 'the zero time of Go', service: 'zero', startsAt: '0001-01-01T00:00:00Z', said: '0001-01-01T00:00:00.000Z' },
  { what: 'the zero time of Unix', service: 'epoch', startsAt: '1970-01-01T00:00:00Z', said: '1970-01-01T00:00:00.000Z' },
])('cap 1: a start that is $what is told with the alert; it begins when it came, repeats once, ends, and fires again', async ({ service, startsAt, said }) => {
  const before = Date.now();
  expect(await deliver(service, { startsAt })).toMatchObject({ accepted: 1, changed: 1, repeated: 0 });
  expect(await deliver(service, { startsAt })).toMatchObject({ changed: 0, repeated: 1 });
  const [first, ...others] = await alertsOf(service);
  expect(others).toEqual([]);
  expect(first).toMatchObject({ status: 'firing', saidStartsAt: said, endsAt: null });
  expect(Date.parse(first?.startsAt ?? '')).toBeGreaterThanOrEqual(before);
  expect(Date.parse(first?.startsAt ?? '')).toBeLessThanOrEqual(Date.now());

  const incident = await eventually(async () => (await muster.call(VERA_VIEWER, 'listIncidents', { query: { service } })).body.items[0], (found) => found !== undefined);
  expect(incident?.impactStartedAt).toBe(first?.startsAt);

  const endsAt = new Date().toISOString();
  expect(await deliver(service, { startsAt, status: 'resolved', endsAt })).toMatchObject({ changed: 1 });
  expect(await deliver(service, { startsAt, status: 'resolved', endsAt })).toMatchObject({ changed: 0, repeated: 1 });
  expect(await alertsOf(service)).toMatchObject([{ status: 'resolved', endsAt, saidStartsAt: said }]);

  // With a start that is always the same, only this shows that it fires again.
  expect(await deliver(service, { startsAt })).toMatchObject({ changed: 1 });
  expect((await alertsOf(service)).map((alert) => alert.status)).toEqual(['firing', 'resolved']);
});

test('cap 7: 20 deliveries at once of an alert without a true start make one episode', async () => {
  await Promise.all(Array.from({ length: 20 }, () => deliver('at-once', { startsAt: '9999-06-01T00:00:00Z' })));
  expect(await alertsOf('at-once')).toMatchObject([{ status: 'firing' }]);
});

test('a clock that is two hours ahead is believed about its alert, and makes no incident begin after it was known', async () => {
  const startsAt = new Date(Date.now() + 2 * 3_600_000).toISOString();
  await deliver('skewed', { startsAt });
  expect(await alertsOf('skewed')).toMatchObject([{ startsAt, saidStartsAt: null }]);
  const incident = await eventually(async () => (await muster.call(VERA_VIEWER, 'listIncidents', { query: { service: 'skewed' } })).body.items[0], (found) => found !== undefined);
  expect(Date.parse(incident?.impactStartedAt ?? '')).toBeLessThanOrEqual(Date.now());
});

test('an end far in the future ends the alert when that was told', async () => {
  const startsAt = new Date(Date.now() - 60_000).toISOString();
  await deliver('end-ahead', { startsAt });
  await deliver('end-ahead', { startsAt, status: 'resolved', endsAt: '9999-06-01T00:00:00Z' });
  const [alert] = await alertsOf('end-ahead');
  expect(alert).toMatchObject({ status: 'resolved', startsAt });
  expect(Date.parse(alert?.endsAt ?? '')).toBeLessThanOrEqual(Date.now());
});
