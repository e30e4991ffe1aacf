/** cap 4: what was changed shortly before feeds the ranking of causes. Over HTTP, on a simulated clock. */
import { createSimulatedClock, type SimulatedClock } from '../../backend/platform/clock.ts';
import { eventually, startTestApp, type TestApp } from '../harness/app.ts';
import { ADA_ADMIN, VERA_VIEWER } from '../harness/grafana.ts';
import { grafanaAlert } from '../harness/pipeline.ts';

const MINUTE = 60_000;
let muster: TestApp;
let clock: SimulatedClock;
let ci: string;
let alerts: string;
beforeAll(async () => {
  clock = createSimulatedClock(Date.now());
  muster = await startTestApp({ clock });
  ci = await muster.addSource(ADA_ADMIN, 'ci', 'change');
  alerts = await muster.addSource(ADA_ADMIN, 'grafana');
});
afterAll(() => muster.close());

/** A service and the one that it needs fail together, the first one louder; gives what is made of their incident. */
async function assessmentOf(gateway: string, needed: string) {
  for (const [name, service] of [['Down', needed], ['Slow', gateway], ['Failing', gateway]] as const) {
    const alert = grafanaAlert({ name, fingerprint: `${service}${name}`, service, severity: 'critical', startsAt: clock.nowMs() });
    await muster.postWebhook('grafana', alerts, { groupKey: `${service}${name}`, alerts: [alert] });
  }
  const found = async () => {
    const { body } = await muster.call(VERA_VIEWER, 'listIncidents', { query: { service: needed } });
    return (await muster.call(VERA_VIEWER, 'getIncident', { params: { number: body.items[0]?.number ?? 0 } })).body;
  };
  const incident = await eventually(found, (body) => (body.assessment?.roots.length ?? 0) > 1);
  return { number: incident.number, assessment: incident.assessment };
}

test('cap 4: a service that was deployed a moment before is ranked as the cause, with the deploy as evidence; without one the same alerts speak for another', async () => {
  await muster.call(ADA_ADMIN, 'importServices', { body: { csv: 'name,depends_on\nweb,web-db\nweb-db,\nmail,mail-db\nmail-db,\n', dryRun: false } });
  const at = new Date(clock.nowMs()).toISOString();
  const change = { id: 'release-42', kind: 'deploy', service: 'web-db', title: 'Release 42', author: 'ada', link: 'https://ci.example.com/42', at };
  expect((await muster.postWebhook('ci', ci, change, 'change')).status).toBe(202);
  clock.advance(3 * MINUTE);
  // The correlator takes up the new topology.
  await muster.app.correlator?.settle();

  const deployed = await assessmentOf('web', 'web-db');
  const untouched = await assessmentOf('mail', 'mail-db');
  const evidence = { kind: 'change', text: 'Release 42', weight: 1 };
  expect(deployed.assessment).toMatchObject({ causeChangeId: change.id, roots: [{ service: 'web-db', evidence: expect.arrayContaining([evidence]) }, { service: 'web' }] });
  expect(untouched.assessment).toMatchObject({ causeChangeId: null, roots: [{ service: 'mail' }, { service: 'mail-db', evidence: expect.not.arrayContaining([evidence]) }] });
  const told = (await muster.call(VERA_VIEWER, 'listIncidentChanges', { params: { number: deployed.number } })).body.items;
  expect(told).toMatchObject([{ id: change.id, service: 'web-db', at, author: 'ada', link: change.link }]);
});
