/** The promise: an alert posted by Grafana becomes an incident that a person can acknowledge and close. */
import { ADA_ADMIN, ED_EDITOR, VERA_VIEWER } from '../harness/grafana.ts';
import { eventually, startTestApp, type TestApp } from '../harness/app.ts';
import { grafanaAlert } from '../harness/pipeline.ts';

let muster: TestApp;
beforeAll(async () => {
  muster = await startTestApp();
});
afterAll(() => muster.close());

test('cap 1: a Grafana payload becomes alerts and an incident; a person leads it to its end', async () => {
  const token = await muster.addSource(ADA_ADMIN, 'grafana');
  const startsAt = Date.now();

  const posted = await muster.postWebhook('grafana', token, {
    receiver: 'muster', status: 'firing', version: '1', groupKey: '{}:{}', truncatedAlerts: 0,
    alerts: [grafanaAlert({ fingerprint: 'a1', service: 'checkout', severity: 'critical', startsAt })],
  });
  const list = await eventually(() => muster.call(VERA_VIEWER, 'listIncidents'), (answer) => answer.body.items.length > 0);
  const number = list.body.items[0]?.number ?? 0;

  expect(posted.status).toBe(202);
  expect(list.body.items).toMatchObject([{ state: 'declared', severity: 'sev1', primaryService: 'checkout', alertsFiring: 1 }]);
  for (const [command, state] of [['acknowledgeIncident', 'investigating'], ['startMitigation', 'mitigating'], ['mitigateIncident', 'monitoring']] as const) {
    const answer = await muster.call(ED_EDITOR, command, { params: { number }, body: {} });
    expect(answer.problem).toMatchObject({ state });
  }
  const refused = await muster.call(ED_EDITOR, 'resolveIncident', { params: { number }, body: {} });
  expect(refused).toMatchObject({ status: 400, problem: { errors: [{ field: 'body.reason' }] } });
  const resolved = await muster.call(ED_EDITOR, 'resolveIncident', { params: { number }, body: { reason: 'traffic moved away' } });
  expect(resolved.body).toMatchObject({ state: 'resolved' });
  const timeline = await muster.call(VERA_VIEWER, 'listTimeline', { params: { number }, query: { order: 'oldest' } });
  expect(timeline.body.items.map((entry) => entry.type)).toEqual([
    'incident.opened', 'incident.declared', 'incident.acknowledged', 'incident.mitigation_started', 'incident.mitigated', 'incident.resolved',
  ]);
});
