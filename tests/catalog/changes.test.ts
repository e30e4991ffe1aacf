/** cap 4: changes come in by webhook and API, once each, in one order with the alerts, and show on the timeline. */
import { setTimeout as delay } from 'node:timers/promises';
import { readChangesAfter, readRecentChanges } from '../../backend/catalog/index.ts';
import { GITHUB_DEPLOYMENT, GITHUB_DEPLOYMENT_STATUS, GITLAB_DEPLOYMENT, JENKINS_BUILD } from '../../backend/catalog/changePayload.testkit.ts';
import { orgId } from '../../backend/contract/index.ts';
import { readAlertChanges } from '../../backend/ingest/index.ts';
import { ADA_ADMIN, ED_EDITOR, VERA_VIEWER } from '../harness/grafana.ts';
import { eventually, startTestApp, type TestApp } from '../harness/app.ts';
import { grafanaAlert } from '../harness/pipeline.ts';

const ORG = orgId.parse(1);
let muster: TestApp;
let token: string;
let alertToken: string;
beforeAll(async () => {
  muster = await startTestApp();
  token = await muster.addSource(ADA_ADMIN, 'ci', 'change');
  alertToken = await muster.addSource(ADA_ADMIN, 'grafana');
});
afterAll(() => muster.close());

const changes = async (query: object = {}) => (await muster.call(VERA_VIEWER, 'listChanges', { query })).body.items;

test('cap 4: a deploy is stored before it is acknowledged, once, whoever sends it again', async () => {
  const first = await muster.postWebhook('ci', token, GITHUB_DEPLOYMENT, 'change');
  expect([first.status, await first.json()]).toEqual([202, { accepted: 1, recorded: 1, repeated: 0, ignored: null }]);
  const again = await Promise.all([1, 2, 3].map(() => muster.postWebhook('ci', token, GITHUB_DEPLOYMENT_STATUS, 'change')));
  expect(await Promise.all(again.map((response) => response.json()))).toEqual([1, 2, 3].map(() => ({ accepted: 1, recorded: 0, repeated: 1, ignored: null })));
  expect(await changes()).toMatchObject([{ id: 'github:710', source: 'ci', service: 'checkout', kind: 'deploy', author: 'ada', recordedBy: { kind: 'source', key: 'ci' } }]);
});

test('the token decides: none, a wrong one, one of another address; GitLab sends its own header', async () => {
  const post = (headers: Record<string, string>, address = 'change/ci') => fetch(`${muster.url}/webhooks/${address}`, {
    method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(GITLAB_DEPLOYMENT),
  });
  expect((await post({})).status).toBe(401);
  expect((await post({ Authorization: 'Bearer wrong' })).status).toBe(401);
  expect((await post({ Authorization: `Bearer ${alertToken}` })).status).toBe(403);
  expect((await post({ 'X-Gitlab-Token': 'wrong' })).status).toBe(401);
  expect(await changes({ service: 'payments' })).toEqual([]);
  expect((await post({ 'X-Gitlab-Token': token })).status).toBe(202);
  expect(await changes({ service: 'payments' })).toMatchObject([{ id: 'gitlab:deployment:15', title: 'Raise the pool size' }]);
});

test('cap 4: a build of Jenkins, with the token as password in the address, is one change that ends', async () => {
  const post = (phase: string) => fetch(`${muster.url}/webhooks/change/ci`, {
    method: 'POST', headers: { 'Content-Type': 'application/json;charset=UTF-8', Authorization: `Basic ${Buffer.from(`ci:${token}`).toString('base64')}` },
    body: JSON.stringify({ ...JENKINS_BUILD, build: { ...JENKINS_BUILD.build, phase } }),
  });
  const told = async () => (await changes()).filter(({ id }) => id.startsWith('jenkins:')).map(({ service, closedAt }) => [service, closedAt !== null]);
  expect((await post('STARTED')).status).toBe(202);
  expect(await told()).toEqual([['checkout', false]]);
  for (const phase of ['COMPLETED', 'FINALIZED']) expect((await post(phase)).status).toBe(202);
  expect(await told()).toEqual([['checkout', true]]);
});

test('cap 9: what cannot be read is kept with its field, and can be replayed', async () => {
  const refused = await muster.postWebhook('ci', token, { id: 'x1', title: '', kind: 'deploy' }, 'change');
  const problem = await refused.json();
  expect([refused.status, problem.detail]).toEqual([400, expect.stringContaining('title')]);
  const replayed = await muster.call(ADA_ADMIN, 'replayDeadLetter', { params: { id: problem.extra.deadLetter } });
  expect(replayed.body).toMatchObject({ replayed: false, error: expect.stringContaining('title') });
  expect((await muster.postWebhook('ci', token, '{"id": ', 'change')).status).toBe(400);
});

test('the API takes a change of whoever may respond, and says when it is known', async () => {
  const body = { id: 'flag-1', kind: 'flag' as const, service: 'Checkout', title: 'New basket', link: 'https://flags.example.com/1' };
  const told = await muster.call(ED_EDITOR, 'recordChange', { body });
  expect([told.status, told.body.recorded]).toEqual([201, true]);
  expect((await muster.call(ED_EDITOR, 'recordChange', { body })).body).toEqual({ recorded: false, position: told.body.position });
  expect((await muster.call(VERA_VIEWER, 'recordChange', { body })).status).toBe(403);
  expect((await muster.call(ED_EDITOR, 'recordChange', { body: { ...body, link: 'javascript:alert(1)' } })).problem.errors).toMatchObject([{ field: 'body.link' }]);
  const issued = await muster.call(ADA_ADMIN, 'createApiToken', { body: { name: 'ci', role: 'responder' } });
  const byToken = await fetch(`${muster.url}/api/changes`, {
    method: 'POST', headers: { Authorization: `Bearer ${issued.body.token}`, 'Content-Type': 'application/json' }, body: JSON.stringify({ ...body, id: 'flag-2' }),
  });
  expect(byToken.status).toBe(201);
  expect(await changes({ kind: 'flag', limit: 1 })).toMatchObject([{ id: 'flag-2', source: null, recordedBy: { kind: 'token', name: 'ci' } }]);
});

test('changes and alerts have one numbering in the order of commits: a reader of both misses none', async () => {
  const { db } = muster.database;
  const [before] = await db.query<{ position: string }>('select coalesce(max(position), 0)::text as position from event_log where org_id = 1');
  const seen: string[] = [];
  let cursor = before?.position ?? '0';
  let done = false;
  const reading = (async () => {
    while (!done || seen.length < 40) {
      const [alerts, told] = await Promise.all([readAlertChanges(db, ORG, cursor, 1000), readChangesAfter(db, ORG, cursor, 1000)]);
      // Both must be read up to one position: what a read has not seen yet lies beyond.
      const upTo = [...alerts, ...told].reduce((max, { position }) => (BigInt(position) > max ? BigInt(position) : max), BigInt(cursor));
      const checked = await Promise.all([readAlertChanges(db, ORG, cursor, 1000), readChangesAfter(db, ORG, cursor, 1000)]);
      const merged = checked.flat().filter(({ position }) => BigInt(position) <= upTo).sort((a, b) => (BigInt(a.position) < BigInt(b.position) ? -1 : 1));
      seen.push(...merged.map((item) => ('title' in item ? item.id : item.fingerprint)));
      cursor = upTo.toString();
      await delay(0);
    }
  })();
  await Promise.all(Array.from({ length: 20 }, async (_, index) => {
    await Promise.all([
      muster.postWebhook('ci', token, { id: `c${index}`, title: 'mix', service: 'mixed' }, 'change'),
      muster.postWebhook('grafana', alertToken, { groupKey: `{}:{${index}}`, alerts: [grafanaAlert({ fingerprint: `m${index}`, service: 'mixed', severity: 'warning', startsAt: Date.now() })] }),
    ]);
  }));
  done = true;
  await reading;
  expect([...seen].sort()).toEqual([...Array.from({ length: 20 }, (_, index) => `c${index}`), ...Array.from({ length: 20 }, (_, index) => `m${index}`)].sort());
  const recent = await readRecentChanges(db, ORG, cursor, new Date(0), 20);
  expect(recent.map(({ id }) => id).sort()).toEqual(Array.from({ length: 20 }, (_, index) => `c${index}`).sort());
});

test('cap 4: a change of an incident\'s service, or of what it needs, stands on its timeline; another one does not', async () => {
  await muster.call(ADA_ADMIN, 'importServices', { body: { csv: 'name,depends_on\nbasket,basket-api\nbasket-api,basket-db:stores-in\nbasket-db,\nsearch,\n', dryRun: false } });
  const at = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
  for (const [id, service, minutes] of [['near', 'basket', 10], ['upstream', 'basket-db', 20], ['old', 'basket', 90], ['elsewhere', 'search', 10]] as const) {
    await muster.call(ED_EDITOR, 'recordChange', { body: { id, service, title: `Change ${id}`, at: at(minutes) } });
  }
  await muster.postWebhook('grafana', alertToken, { groupKey: 'b', alerts: [grafanaAlert({ fingerprint: 'b1', service: 'basket', severity: 'critical', startsAt: Date.now() })] });
  const list = await eventually(() => muster.call(VERA_VIEWER, 'listIncidents', { query: { service: 'basket' } }), (answer) => answer.body.items.length > 0);
  const number = list.body.items[0]?.number ?? 0;
  const timeline = await muster.call(VERA_VIEWER, 'listTimeline', { params: { number } });
  const told = timeline.body.items.filter((entry) => entry.type === 'change.recorded');
  expect(told.map((entry) => entry.text).sort()).toEqual(['Deploy of basket-db: Change upstream', 'Deploy of basket: Change near']);
  const near = await muster.call(VERA_VIEWER, 'listIncidentChanges', { params: { number } });
  expect(near.body.items.map(({ id }) => id)).toEqual(['near', 'upstream']);
  const notes = await muster.call(VERA_VIEWER, 'listTimeline', { params: { number }, query: { kind: 'notes' } });
  expect(notes.body.items).toEqual([]);
});
