/** The swim-lanes of an incident: by service, the first to break on top, with the alerts that tell most. */
import { eventually, startTestApp, type TestApp } from '../harness/app.ts';
import { ADA_ADMIN, OTTO_OTHER_ORG, VERA_VIEWER } from '../harness/grafana.ts';
import { grafanaAlert } from '../harness/pipeline.ts';

const NOW = Date.now();
let muster: TestApp;
beforeAll(async () => {
  muster = await startTestApp();
});
afterAll(() => muster.close());

test('the first alert and the worst ones of each service stand in lanes by onset; all are counted', async () => {
  const token = await muster.addSource(ADA_ADMIN, 'grafana');
  const mild = Array.from({ length: 30 }, (_none, place) => grafanaAlert({ fingerprint: `m${place}`, service: 'checkout', severity: 'warning', startsAt: NOW - 60_000 + place * 100 }));
  await muster.postWebhook('grafana', token, {
    groupKey: 'g',
    alerts: [...mild, grafanaAlert({ fingerprint: 'worst', service: 'checkout', severity: 'critical', startsAt: NOW - 10_000 }), grafanaAlert({ fingerprint: 'origin', service: 'payments-db', severity: 'critical', startsAt: NOW - 120_000 })],
  });
  const { body } = await eventually(() => muster.call(ADA_ADMIN, 'listAlerts', { query: { limit: 100 } }), (answer) => answer.body.items.length === 32 && answer.body.items.every(({ incident }) => incident !== null));
  const [checkout, database] = ['checkout', 'payments-db'].map((service) => body.items.find((alert) => alert.service === service)?.incident ?? 0);
  if (checkout === undefined || database === undefined) throw new Error('both are incidents');
  if (checkout !== database) await muster.call(ADA_ADMIN, 'mergeIncident', { params: { number: database }, body: { into: checkout } });

  const { body: drawn } = await muster.call(VERA_VIEWER, 'getIncidentLanes', { params: { number: checkout } });

  expect(drawn.leftOut).toBe(0);
  expect(drawn.lanes.map(({ service, alertsFiring, alertsTotal, worst }) => [service, alertsFiring, alertsTotal, worst])).toEqual([['payments-db', 1, 1, 'sev1'], ['checkout', 31, 31, 'sev1']]);
  const bars = drawn.lanes[1]?.bars ?? [];
  expect(bars.length).toBeLessThanOrEqual(12);
  expect(bars[0]?.startsAt).toBe(new Date(NOW - 60_000).toISOString());
  expect(bars.at(-1)).toMatchObject({ severity: 'sev1', startsAt: new Date(NOW - 10_000).toISOString() });
});

test('the lanes of no incident, or of another organisation, are not found', async () => {
  expect((await muster.call(VERA_VIEWER, 'getIncidentLanes', { params: { number: 999 } })).status).toBe(404);
  expect((await muster.call(OTTO_OTHER_ORG, 'getIncidentLanes', { params: { number: 1 } })).status).toBe(404);
});
