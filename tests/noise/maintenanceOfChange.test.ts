/** cap 24: a window of a change ends with it, whoever tells that it is over; what it held back comes back. Over HTTP. */
import { GITHUB_DEPLOYMENT, GITHUB_DEPLOYMENT_STATUS, GITLAB_DEPLOYMENT } from '../../backend/catalog/changePayload.testkit.ts';
import type { MaintenanceWindow } from '../../backend/contract/index.ts';
import { eventually, startTestApp, type TestApp } from '../harness/app.ts';
import { ADA_ADMIN, ED_EDITOR, VERA_VIEWER } from '../harness/grafana.ts';
import { grafanaAlert } from '../harness/pipeline.ts';

let muster: TestApp;
let ci: string;
let alerts: string;
beforeAll(async () => {
  muster = await startTestApp();
  ci = await muster.addSource(ADA_ADMIN, 'ci', 'change');
  alerts = await muster.addSource(ADA_ADMIN, 'grafana');
});
afterAll(() => muster.close());

async function plan(change: string, service: string): Promise<MaintenanceWindow> {
  const made = await muster.call(ADA_ADMIN, 'createMaintenance', {
    body: {
      name: `Work on ${service}`, change, scope: { services: [service] },
      schedule: { kind: 'once', startsAt: new Date(Date.now() - 60_000).toISOString(), endsAt: new Date(Date.now() + 6 * 3_600_000).toISOString() },
    },
  });
  expect([made.status, made.body.phase]).toEqual([201, 'active']);
  return made.body;
}

async function find(id: string): Promise<MaintenanceWindow | undefined> {
  return (await muster.call(VERA_VIEWER, 'listMaintenance', { query: { phase: 'all' } })).body.items.find((window) => window.id === id);
}

const tell = async (body: unknown) => {
  const response = await muster.postWebhook('ci', ci, body, 'change');
  return [response.status, await response.json()];
};

test('cap 24: a deploy is told as begun, its window holds alerts back; told as over, the window says why it ended and the alert has its incident', async () => {
  const begun = { ...GITHUB_DEPLOYMENT, deployment: { ...GITHUB_DEPLOYMENT.deployment, created_at: new Date().toISOString() } };
  expect(await tell(begun)).toEqual([202, { accepted: 1, recorded: 1, repeated: 0, ignored: null }]);
  const window = await plan('github:710', 'checkout');
  await muster.postWebhook('grafana', alerts, { groupKey: 'w', alerts: [grafanaAlert({ fingerprint: 'w1', service: 'checkout', severity: 'critical', startsAt: Date.now() })] });
  const held = await eventually(() => muster.call(VERA_VIEWER, 'listHeldBack', {}), ({ body }) => body.items.length > 0);
  expect(held.body.items).toMatchObject([{ verdict: 'maintenance', cause: { id: window.id } }]);

  expect(await tell(GITHUB_DEPLOYMENT_STATUS)).toEqual([202, { accepted: 1, recorded: 0, repeated: 1, ignored: null }]);
  expect(await find(window.id)).toMatchObject({ phase: 'past', endReason: 'github:710 is closed', endedBy: { kind: 'source', key: 'ci' }, heldBack: 1 });
  expect((await muster.call(VERA_VIEWER, 'listChanges', {})).body.items).toMatchObject([{ id: 'github:710', closedAt: expect.any(String) }]);

  const found = await eventually(() => muster.call(VERA_VIEWER, 'listIncidents', { query: { service: 'checkout' } }), ({ body }) => body.items.length > 0);
  const timeline = await muster.call(VERA_VIEWER, 'listTimeline', { params: { number: found.body.items[0]?.number ?? 0 }, query: { order: 'oldest' } });
  expect(timeline.body.items.map((entry) => entry.text)).toEqual(expect.arrayContaining([
    'Change github:710 is over (checkout): main to production', 'Maintenance window “Work on checkout” ended, as change github:710 is closed',
  ]));
  const audit = await muster.call(ADA_ADMIN, 'listAudit', { query: { type: 'maintenance.ended' } });
  expect(audit.body.items).toMatchObject([{ data: { window: window.id, change: 'github:710' }, actor: { key: 'ci' } }]);
});

test('cap 24: told again, a closed change stays closed once; a change nobody told of before is recorded as over', async () => {
  expect(await tell(GITHUB_DEPLOYMENT_STATUS)).toEqual([202, { accepted: 1, recorded: 0, repeated: 1, ignored: null }]);
  const window = await plan('CHG-42', 'cart');
  expect(await tell({ id: 'CHG-42', state: 'closed', kind: 'config', service: 'cart', title: 'Bigger pool' })).toEqual([202, { accepted: 1, recorded: 1, repeated: 0, ignored: null }]);
  expect(await find(window.id)).toMatchObject({ phase: 'past', endReason: 'CHG-42 is closed' });
  const closes = await muster.call(ADA_ADMIN, 'listAudit', { query: { type: 'change.closed' } });
  expect(closes.body.items.map(({ data }) => data['id'])).toEqual(['github:710']);
});

test('cap 24: a deployment that is called off ends its window; called off before it began, it is no change', async () => {
  await tell({ ...GITLAB_DEPLOYMENT, status: 'running' });
  const window = await plan('gitlab:deployment:15', 'payments');
  expect(await tell({ ...GITLAB_DEPLOYMENT, status: 'canceled' })).toEqual([202, { accepted: 1, recorded: 0, repeated: 1, ignored: expect.stringContaining('canceled') }]);
  expect(await find(window.id)).toMatchObject({ phase: 'past' });
  await tell({ ...GITLAB_DEPLOYMENT, deployment_id: 16, status: 'canceled' });
  expect((await muster.call(VERA_VIEWER, 'listChanges', { query: { service: 'payments' } })).body.items).toMatchObject([{ id: 'gitlab:deployment:15' }]);
});

test('cap 24: a ticket of an ITSM tool, closed through the API with its token, ends its window too', async () => {
  const window = await plan('TICKET-7', 'search');
  const byHand = await plan('TICKET-8', 'ledger');
  const issued = await muster.call(ADA_ADMIN, 'createApiToken', { body: { name: 'itsm', role: 'commander' } });
  const closed = await fetch(`${muster.url}/api/maintenance/close`, {
    method: 'POST', headers: { Authorization: `Bearer ${issued.body.token}`, 'Content-Type': 'application/json' }, body: JSON.stringify({ change: 'TICKET-7' }),
  });
  expect([closed.status, await closed.json()]).toEqual([200, { ended: 1 }]);
  expect(await find(window.id)).toMatchObject({ phase: 'past', endReason: 'TICKET-7 is closed', endedBy: { kind: 'token', name: 'itsm' } });
  const told = await muster.call(ED_EDITOR, 'recordChange', { body: { id: 'TICKET-8', title: 'Move the ledger', state: 'closed' } });
  expect([told.status, (await find(byHand.id))?.endReason]).toEqual([201, 'TICKET-8 is closed']);
});
