/** The audit log over HTTP: who did what, found again by who and by what about. */
import { ADA_ADMIN, VERA_VIEWER } from '../harness/grafana.ts';
import { eventually, startTestApp, type TestApp } from '../harness/app.ts';
import { grafanaAlert } from '../harness/pipeline.ts';

let muster: TestApp;
beforeAll(async () => {
  muster = await startTestApp();
  const token = await muster.addSource(ADA_ADMIN, 'grafana');
  await muster.call(ADA_ADMIN, 'createService', { body: { name: 'checkout' } });
  await muster.postWebhook('grafana', token, { groupKey: 'g', alerts: [grafanaAlert({ fingerprint: 'a1', service: 'checkout', severity: 'critical', startsAt: Date.now() })] });
  await eventually(() => muster.call(ADA_ADMIN, 'listIncidents'), ({ body }) => body.items.length === 1);
});
afterAll(() => muster.close());

const audit = async (query: { by?: 'user' | 'system'; subject?: 'incidents' | 'services' | 'sources' }) => (await muster.call(ADA_ADMIN, 'listAudit', { query })).body.items;

test('what people did is told apart from what alerts did, each in a sentence', async () => {
  const [people, own] = [await audit({ by: 'user' }), await audit({ by: 'system' })];

  expect(people.map(({ text }) => text)).toEqual(expect.arrayContaining(['Service “checkout” added', 'Source “Source grafana” added']));
  expect(new Set(people.map(({ actor }) => actor.name))).toEqual(new Set(['Ada Admin']));
  expect(own.map(({ text }) => text)).toContainEqual(expect.stringContaining('Opened as a candidate with 1 alert'));
});

test('a subject shows what is about it and nothing else', async () => {
  expect((await audit({ subject: 'services' })).map(({ type }) => type)).toEqual(['service.created']);
  expect((await audit({ subject: 'services', by: 'system' }))).toEqual([]);
});

test('who is neither manager nor auditor may not read it; an auditor may', async () => {
  expect((await muster.call(VERA_VIEWER, 'listAudit')).status).toBe(403);
  const vera = (await muster.call(VERA_VIEWER, 'getMe')).body.user.key;
  await muster.call(ADA_ADMIN, 'setUserRole', { params: { user: vera }, body: { role: 'auditor' } }, { 'If-Match': '"1"' });
  const answer = await muster.call(VERA_VIEWER, 'listAudit', { query: { subject: 'access' } });
  expect(answer.body.items.map(({ text }) => text)).toEqual(['Role of Vera Viewer set to auditor']);
});
