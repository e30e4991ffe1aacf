/** Alerts in no incident, over HTTP: which they are, and why none took them. */
import { sourceId, type Alert, type AlertSummary } from '../../backend/contract/index.ts';
import { eventually, startTestApp, type TestApp } from '../harness/app.ts';
import { ADA_ADMIN, ED_EDITOR, VERA_VIEWER } from '../harness/grafana.ts';
import { grafanaAlert } from '../harness/pipeline.ts';

let muster: TestApp;
let token: string;
beforeAll(async () => {
  muster = await startTestApp({ env: { MUSTER_CORRELATION_MIN_ALERTS: '3' } });
  token = await muster.addSource(ADA_ADMIN, sourceId.parse('grafana'));
});
afterAll(() => muster.close());

async function post(service: string, severity: string): Promise<void> {
  const response = await muster.postWebhook('grafana', token, { groupKey: service, alerts: [grafanaAlert({ fingerprint: service, service, severity, startsAt: Date.now() })] });
  expect(response.status).toBe(202);
}

const loose = async (): Promise<AlertSummary[]> => (await muster.call(VERA_VIEWER, 'listAlerts', { query: { incident: 'none', status: 'firing' } })).body.items;
const drawerOf = async (id: AlertSummary['id']): Promise<Alert> => (await muster.call(VERA_VIEWER, 'getAlert', { params: { id } })).body;

test('cap 35: an alert that no incident took says why; those of incidents and those held back are not among them', async () => {
  await muster.call(ADA_ADMIN, 'createNoiseRule', { body: { kind: 'suppression', name: 'Test shop', reason: 'not ours', scope: { services: ['muted'] } } });
  await post('checkout', 'critical');
  await post('muted', 'warning');
  await post('search', 'warning');

  const all = await eventually(
    async () => (await muster.call(VERA_VIEWER, 'listAlerts')).body.items,
    (items) => items.length === 3 && items.some(({ incident }) => incident !== null) && items.some(({ whyNot }) => whyNot !== null),
  );
  const [search, ...others] = await loose();

  expect(others).toEqual([]);
  expect(search).toMatchObject({
    service: 'search', incident: null, why: null, whyNot: { nearest: null, reason: { summary: 'nothing else was going on within reach of search, and one such alert makes no incident' } },
  });
  expect(all.find(({ service }) => service === 'checkout')).toMatchObject({ incident: 1, whyNot: null, why: { summary: expect.any(String) } });
  expect((await muster.call(VERA_VIEWER, 'listAlerts', { query: { incident: 'none' } })).body.total).toBe(1);
});

test('cap 35, cap 52: the nearest incident is named to those who may see it; to others the reason stays untold', async () => {
  const [search] = await loose();
  if (search === undefined) throw new Error('no alert');
  await muster.database.db.query('update alerts_why_not set nearest = 1');
  expect((await drawerOf(search.id)).whyNot).toMatchObject({ nearest: 1 });

  await muster.call(ED_EDITOR, 'makeIncidentPrivate', { params: { number: 1 }, body: { reason: 'about people' } });

  expect((await drawerOf(search.id)).whyNot).toBeNull();
  expect((await loose()).map(({ service, whyNot }) => [service, whyNot])).toEqual([['search', null], ['checkout', null]]);
  expect((await muster.call(ED_EDITOR, 'getAlert', { params: { id: search.id } })).body.whyNot).toMatchObject({ nearest: 1 });
});

test('cap 35: an alert that an incident takes later has no reason against it any more', async () => {
  const [search] = await loose();
  if (search === undefined) throw new Error('no alert');

  await muster.call(ED_EDITOR, 'declareIncident', { body: { title: 'Search is slow', severity: 'sev3', alerts: [search.id] } });

  expect(await drawerOf(search.id)).toMatchObject({ incident: 2, whyNot: null });
  expect((await loose()).map(({ service }) => service)).not.toContain('search');
});
