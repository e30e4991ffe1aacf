/** cap 26: an alert that the graph explains hurts its service: the incident of its cause says so. Over HTTP. */
import { alertId } from '../../backend/contract/index.ts';
import { eventually, startTestApp, type TestApp } from '../harness/app.ts';
import { ADA_ADMIN, VERA_VIEWER } from '../harness/grafana.ts';
import { grafanaAlert } from '../harness/pipeline.ts';

let muster: TestApp;
beforeAll(async () => {
  muster = await startTestApp();
});
afterAll(() => muster.close());

test('cap 26: a symptom adds its service to what is affected, what needs it to what is at risk, and the drawer says whose symptom it is', async () => {
  const token = await muster.addSource(ADA_ADMIN, 'grafana');
  await muster.call(ADA_ADMIN, 'importServices', {
    body: { csv: 'name,depends_on\nshop-front,checkout\ncheckout,payments-db:stores-in\npayments-db,\nsearch,\n', dryRun: false },
  });
  const rule = await muster.call(ADA_ADMIN, 'createNoiseRule', {
    body: { kind: 'inhibition', name: 'Symptoms', form: 'topology', source: { services: ['payments-db'] }, scope: {} },
  });
  const post = (fingerprint: string, service: string) => muster.postWebhook('grafana', token, {
    groupKey: fingerprint, alerts: [grafanaAlert({ fingerprint, service, severity: 'critical', startsAt: Date.now() })],
  });
  await post('db', 'payments-db');
  const list = await eventually(() => muster.call(VERA_VIEWER, 'listIncidents', {}), ({ body }) => body.items.length === 1);
  const number = list.body.items[0]?.number ?? 0;
  const impact = async () => (await muster.call(VERA_VIEWER, 'getIncident', { params: { number } })).body.impactDetails;
  expect(await impact()).toMatchObject({ affected: ['payments-db'], atRisk: ['checkout', 'shop-front'] });

  await post('co', 'checkout');
  expect(await eventually(impact, ({ affected }) => affected.length === 2)).toMatchObject({ affected: ['checkout', 'payments-db'], atRisk: ['shop-front'] });
  const radius = await muster.call(VERA_VIEWER, 'getBlastRadius', { params: { number } });
  expect(radius.body.nodes.map(({ service, state }) => [service, state])).toEqual(expect.arrayContaining([['checkout', 'failing'], ['shop-front', 'at-risk']]));
  expect((await muster.call(VERA_VIEWER, 'listIncidents', { query: { phase: 'all' } })).body.items).toHaveLength(1);

  const alerts = await muster.call(VERA_VIEWER, 'listIncidentAlerts', { params: { number } });
  const symptom = alerts.body.items.find(({ service }) => service === 'checkout');
  expect(symptom?.why?.summary).toMatch(/^symptom: checkout depends on payments-db/);
  const drawer = await muster.call(VERA_VIEWER, 'getAlert', { params: { id: symptom?.id ?? alertId.parse('') } });
  expect(drawer.body.noise).toMatchObject({
    held: { verdict: 'inhibited', outcome: 'attached', cause: { id: rule.body.id, name: 'Symptoms' }, explainedBy: { name: 'HighErrorRate', incident: number } }, now: [],
  });
});
