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

test('of many alerts at mixed times, fired and over, exactly the first two and the ten worst of each service are bars', async () => {
  const token = await muster.addSource(ADA_ADMIN, 'second');
  const services = ['search', 'orders'];
  // spread over eight minutes in an order that has nothing to do with how grave they are
  const alerts = Array.from({ length: 240 }, (_none, place) => {
    const startsAt = NOW - 480_000 + ((place * 7919) % 240) * 1_997;
    const over = place % 3 === 0;
    return grafanaAlert({
      fingerprint: `n${place}`, service: services[place % 2] ?? '', severity: ['info', 'warning', 'error', 'critical'][(place * 31) % 7 % 4] ?? 'info', startsAt,
      ...(over ? { status: 'resolved', endsAt: startsAt + 60_000 } : {}),
    });
  });
  await muster.postWebhook('second', token, { groupKey: 'g2', alerts });
  const number = await eventually(async () => {
    const { body } = await muster.call(ADA_ADMIN, 'listIncidents', { query: { q: 'search' } });
    return body.items[0]?.number ?? 0;
  }, (found) => found > 0);
  const others = await muster.call(ADA_ADMIN, 'listIncidents', { query: { service: 'orders' } });
  for (const other of others.body.items) if (other.number !== number) await muster.call(ADA_ADMIN, 'mergeIncident', { params: { number: other.number }, body: { into: number } });
  const members = await muster.call(VERA_VIEWER, 'listIncidentAlerts', { params: { number }, query: { limit: 1000 } });
  const { body: drawn } = await muster.call(VERA_VIEWER, 'getIncidentLanes', { params: { number } });

  expect(members.body.items.length).toBeGreaterThan(100);
  for (const lane of drawn.lanes) {
    const own = members.body.items.filter(({ service }) => service === lane.service).sort((a, b) => a.startsAt.localeCompare(b.startsAt));
    const byGrade = [...own].sort((a, b) => a.status.localeCompare(b.status) || a.severity.localeCompare(b.severity) || a.startsAt.localeCompare(b.startsAt));
    const wanted = new Set([...own.slice(0, 2), ...byGrade.slice(0, 10)].map(({ id }) => id));
    expect(new Set(lane.bars.map(({ id }) => id))).toEqual(wanted);
    expect([lane.alertsTotal, lane.alertsFiring]).toEqual([own.length, own.filter(({ status }) => status === 'firing').length]);
  }
});

test('the lanes of no incident, or of another organisation, are not found', async () => {
  expect((await muster.call(VERA_VIEWER, 'getIncidentLanes', { params: { number: 999 } })).status).toBe(404);
  expect((await muster.call(OTTO_OTHER_ORG, 'getIncidentLanes', { params: { number: 1 } })).status).toBe(404);
});
