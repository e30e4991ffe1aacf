/** The promise: what is held back over HTTP stays seen and comes again, and a silence set here reaches Grafana. */
import { ADA_ADMIN, ED_EDITOR, VERA_VIEWER } from '../harness/grafana.ts';
import { GRAFANA_TOKEN, startTestGrafanaApi, type TestGrafanaApi } from '../harness/grafanaApi.ts';
import { eventually, startTestApp, type TestApp } from '../harness/app.ts';
import { grafanaAlert } from '../harness/pipeline.ts';

let muster: TestApp;
let grafana: TestGrafanaApi;
let token: string;
beforeAll(async () => {
  muster = await startTestApp();
  grafana = await startTestGrafanaApi();
  token = await muster.addSource(ADA_ADMIN, 'grafana');
});
afterAll(async () => {
  await muster.close();
  await grafana.close();
});

test('cap 24: a window for a ticket holds alerts back; when the ticket is closed they make an incident', async () => {
  const planned = await muster.call(ED_EDITOR, 'createMaintenance', {
    body: {
      name: 'Upgrade', change: 'CHG-42', scope: { services: ['payments-db'] },
      schedule: { kind: 'once', startsAt: new Date(Date.now() - 60_000).toISOString(), endsAt: new Date(Date.now() + 3_600_000).toISOString() },
    },
  });
  expect([planned.status, planned.body.phase]).toEqual([201, 'active']);
  await muster.postWebhook('grafana', token, { groupKey: 'g', alerts: [grafanaAlert({ fingerprint: 'db', name: 'DiskFull', service: 'payments-db', severity: 'critical', startsAt: Date.now() })] });
  const held = await eventually(() => muster.call(VERA_VIEWER, 'listHeldBack'), (answer) => answer.body.items.length === 1);
  expect(held.body).toMatchObject({ counts: { maintenance: 1 }, items: [{ name: 'DiskFull', verdict: 'maintenance', reason: 'planned work: Upgrade', outcome: 'waiting' }] });
  expect((await muster.call(VERA_VIEWER, 'listIncidents')).body.items).toEqual([]);

  const closed = await muster.call(ED_EDITOR, 'closeMaintenanceOfChange', { body: { change: 'CHG-42' } });
  const incidents = await eventually(() => muster.call(VERA_VIEWER, 'listIncidents'), (answer) => answer.body.items.length === 1);

  expect(closed.body).toEqual({ ended: 1 });
  expect(incidents.body.items).toMatchObject([{ severity: 'sev1', primaryService: 'payments-db' }]);
  expect((await muster.call(VERA_VIEWER, 'listHeldBack', { query: { outcome: 'all' } })).body.items).toMatchObject([{ outcome: 'released' }]);
  const audit = await muster.call(ADA_ADMIN, 'listAudit', { query: { type: 'maintenance.ended' } });
  expect(audit.body.items).toMatchObject([{ actor: { name: ED_EDITOR.name }, data: { change: 'CHG-42' } }]);
});

test('cap 25: a silence set over HTTP is made in Grafana by a job, and ended there', async () => {
  const connection = await muster.call(ADA_ADMIN, 'getGrafanaConnection');
  await muster.call(ADA_ADMIN, 'putGrafanaConnection', { body: { url: grafana.url, token: GRAFANA_TOKEN } }, { 'If-Match': `"${connection.body.version}"` });
  const made = await muster.call(ED_EDITOR, 'createSilence', {
    body: { matchers: [{ name: 'service', operator: '=', value: 'mail' }], endsAt: new Date(Date.now() + 3_600_000).toISOString(), comment: 'disk is being exchanged' },
  });
  expect(made.status).toBe(201);
  const synced = await eventually(() => muster.call(VERA_VIEWER, 'listSilences'), (answer) => answer.body.items[0]?.sync === 'synced');
  expect(grafana.silences).toMatchObject([{ id: synced.body.items[0]?.grafanaId, matchers: [{ name: 'service', value: 'mail', isRegex: false, isEqual: true }] }]);

  await muster.call(ED_EDITOR, 'expireSilence', { params: { id: made.body.id } });
  await eventually(() => Promise.resolve(grafana.silences[0]?.status.state), (state) => state === 'expired');
  expect(grafana.faults).toEqual([]);
});

test('cap 25: a silence set in Grafana is shown over HTTP, holds alerts back, and lets them go when Grafana ends it', async () => {
  const theirs: TestGrafanaApi['silences'][number] = {
    id: 'theirs', matchers: [{ name: 'service', value: 'ledger.*', isRegex: true, isEqual: true }], startsAt: new Date(Date.now() - 60_000).toISOString(),
    endsAt: new Date(Date.now() + 3_600_000).toISOString(), createdBy: 'ada', comment: 'set in Grafana', status: { state: 'active' },
  };
  grafana.silences.push(theirs);
  expect((await muster.call(ED_EDITOR, 'syncSilences')).body).toMatchObject({ connected: true, problem: null });
  expect((await muster.call(VERA_VIEWER, 'listSilences')).body.items).toMatchObject([{ origin: 'grafana', comment: 'set in Grafana', createdBy: 'ada', state: 'active', matchers: [{ name: 'service', operator: '=~', value: 'ledger.*' }] }]);

  await muster.postWebhook('grafana', token, { groupKey: 'l', alerts: [grafanaAlert({ fingerprint: 'ledger', service: 'ledger-api', severity: 'critical', startsAt: Date.now() })] });
  const held = await eventually(() => muster.call(VERA_VIEWER, 'listHeldBack'), ({ body }) => body.items.length === 1);
  expect(held.body.items).toMatchObject([{ service: 'ledger-api', verdict: 'silenced', reason: 'silenced: set in Grafana' }]);
  theirs.status.state = 'expired';
  await muster.call(ED_EDITOR, 'syncSilences');
  await eventually(() => muster.call(VERA_VIEWER, 'listIncidents', { query: { service: 'ledger-api' } }), ({ body }) => body.items.length === 1);
  expect((await muster.call(VERA_VIEWER, 'listSilences')).body.items).toEqual([]);
});
