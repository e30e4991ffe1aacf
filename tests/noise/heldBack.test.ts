/** Whatever holds an alert back says so on the alert: why, by what, until when. Over HTTP. */
import type { Alert, AlertNoise } from '../../backend/contract/index.ts';
import { eventually, startTestApp, type TestApp } from '../harness/app.ts';
import { ADA_ADMIN, VERA_VIEWER } from '../harness/grafana.ts';
import { grafanaAlert } from '../harness/pipeline.ts';

let muster: TestApp;
let token: string;
beforeAll(async () => {
  muster = await startTestApp();
  token = await muster.addSource(ADA_ADMIN, 'grafana');
});
afterAll(() => muster.close());

const scopeOf = (service: string) => ({ services: [service] });
const addRule = async (body: object) => (await muster.call(ADA_ADMIN, 'createNoiseRule', { body: JSON.parse(JSON.stringify(body)) })).body.id;
const inHours = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();

const planned = async (service: string, startsAt = inHours(-1)) => (await muster.call(ADA_ADMIN, 'createMaintenance', {
  body: { name: 'Upgrade', scope: scopeOf(service), schedule: { kind: 'once', startsAt, endsAt: inHours(1) } },
})).body;

async function post(service: string, fields: Partial<Parameters<typeof grafanaAlert>[0]> = {}): Promise<void> {
  const response = await muster.postWebhook('grafana', token, { groupKey: service, alerts: [grafanaAlert({ fingerprint: service, service, startsAt: Date.now(), ...fields })] });
  expect(response.status).toBe(202);
}

/** The newest alert of a service, as its drawer shows it. */
async function drawerOf(service: string, isGood: (noise: AlertNoise, alert: Alert) => boolean): Promise<Alert> {
  return eventually(async () => {
    const { body } = await muster.call(VERA_VIEWER, 'listAlerts', { query: { q: service, limit: 1 } });
    const [newest] = body.items;
    if (newest === undefined) throw new Error('no alert');
    return (await muster.call(VERA_VIEWER, 'getAlert', { params: { id: newest.id } })).body;
  }, (alert) => isGood(alert.noise, alert));
}
const heldDrawer = async (service: string) => (await drawerOf(service, ({ held }) => held !== null)).noise.held;

test('caps 18, 20, 21, 25 to 28: an alert that is held back says by what, why and until when', async () => {
  const window = await planned('in-window');
  const silence = await muster.call(ADA_ADMIN, 'createSilence', {
    body: { matchers: [{ name: 'service', operator: '=', value: 'silenced' }], startsAt: inHours(-1), endsAt: inHours(1), comment: 'disk is exchanged' },
  });
  const suppression = await addRule({ kind: 'suppression', name: 'Test shop', reason: 'not ours', scope: scopeOf('suppressed') });
  const inhibition = await addRule({ kind: 'inhibition', name: 'Node down', form: 'matchers', source: scopeOf('node'), scope: scopeOf('explained'), equal: ['environment'] });
  const flapping = await addRule({ kind: 'flapping', name: 'Flaps', changes: 2, withinSeconds: 600, stableSeconds: 300, scope: scopeOf('flapping') });
  const threshold = await addRule({ kind: 'threshold', name: 'Three pods', count: 3, withinSeconds: 300, scope: scopeOf('few') });
  const hold = await addRule({ kind: 'hold', name: 'Blips', seconds: 600, scope: scopeOf('blip') });
  const began = Date.now() - 60_000;
  await post('flapping', { startsAt: began });
  await post('flapping', { startsAt: began, status: 'resolved', endsAt: began + 1000 });
  await post('flapping', { startsAt: began + 2000 });
  for (const service of ['in-window', 'silenced', 'suppressed', 'node', 'explained', 'few', 'blip']) await post(service);

  expect(await heldDrawer('in-window')).toMatchObject({ verdict: 'maintenance', reason: 'planned work: Upgrade', cause: { id: window.id }, until: window.occurrence?.endsAt, outcome: 'waiting' });
  expect(await heldDrawer('silenced')).toMatchObject({ verdict: 'silenced', reason: 'silenced: disk is exchanged', cause: { id: silence.body.id }, until: silence.body.endsAt });
  expect(await heldDrawer('suppressed')).toMatchObject({ verdict: 'suppressed', reason: 'suppressed by "Test shop": not ours', cause: { id: suppression }, until: null });
  expect(await heldDrawer('explained')).toMatchObject({ verdict: 'inhibited', cause: { id: inhibition }, explainedBy: { name: 'HighErrorRate', incident: expect.any(Number) } });
  expect(await heldDrawer('flapping')).toMatchObject({ verdict: 'flapping', cause: { id: flapping }, changes: 3, until: expect.any(String) });
  expect(await heldDrawer('few')).toMatchObject({ verdict: 'below_threshold', reason: expect.stringContaining('1 of 3 within 5 min'), cause: { id: threshold } });
  expect(await heldDrawer('blip')).toMatchObject({ verdict: 'held', cause: { id: hold }, until: expect.any(String) });
});

test('cap 21: work that begins while an incident is open shows on its alerts; when the window is ended, what waited says that it was let go', async () => {
  await post('late');
  const before = await drawerOf('late', () => true);
  expect(before.noise).toEqual({ held: null, now: [] });
  const window = await planned('late');
  const during = await drawerOf('late', ({ now }) => now.length > 0);
  expect(during.noise).toEqual({ held: null, now: [{ verdict: 'maintenance', reason: 'planned work: Upgrade', cause: { id: window.id, name: 'Upgrade' }, until: window.occurrence?.endsAt }] });

  await post('late', { fingerprint: 'late-2', name: 'Second' });
  await drawerOf('late', ({ held }) => held?.outcome === 'waiting');
  await muster.call(ADA_ADMIN, 'endMaintenance', { params: { id: window.id } });
  const after = await drawerOf('late', ({ held, now }, { incident }) => held?.outcome === 'released' && now.length === 0 && incident !== null);
  expect([after.name, after.noise.now, after.incident]).toEqual(['Second', [], expect.any(Number)]);
});
