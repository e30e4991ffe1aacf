/** cap 4, cap 5: changes of a source with a secret are taken from GitHub by their signature and from GitLab by its token, and from nobody else. */
import { createHmac } from 'node:crypto';
import { GITHUB_DEPLOYMENT, GITLAB_DEPLOYMENT } from '../../backend/catalog/changePayload.testkit.ts';
import { ADA_ADMIN, VERA_VIEWER } from '../harness/grafana.ts';
import { eventually, startTestApp, type TestApp } from '../harness/app.ts';

const SECRET = 'the webhook secret of an example';
let muster: TestApp;
let token: string;
beforeAll(async () => {
  muster = await startTestApp();
  token = await muster.addSource(ADA_ADMIN, 'ci', 'change');
  await muster.addSource(ADA_ADMIN, 'open', 'change');
  const edited = await muster.call(ADA_ADMIN, 'editSource', { params: { source: 'ci' }, body: { hmac: { enabled: true, secret: SECRET } } }, { 'If-Match': '"1"' });
  if (edited.status !== 200) throw new Error(JSON.stringify(edited.problem));
});
afterAll(() => muster.close());

let deployments = 0;
/** A deployment that nobody told of yet. */
function github(): string {
  deployments += 1;
  return JSON.stringify({ ...GITHUB_DEPLOYMENT, deployment: { ...GITHUB_DEPLOYMENT.deployment, id: 9_000 + deployments } });
}

function gitlab(): string {
  deployments += 1;
  return JSON.stringify({ ...GITLAB_DEPLOYMENT, deployment_id: 9_000 + deployments });
}

const signature = (body: string, secret = SECRET): string => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

function post(body: string, headers: Record<string, string>, source = 'ci'): Promise<Response> {
  return fetch(`${muster.url}/webhooks/change/${source}`, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body });
}

async function counts(): Promise<{ changes: number; refused: unknown[] }> {
  const changes = await muster.call(VERA_VIEWER, 'listChanges', { query: { limit: 1000 } });
  const audit = await muster.call(ADA_ADMIN, 'listAudit', { query: { type: 'source.rejected' } });
  return { changes: changes.body.items.length, refused: audit.body.items.map(({ data }) => data['reason']) };
}

test('cap 4: GitHub proves a deployment by its signature alone, since its webhooks send no token; a redelivery is taken and changes nothing', async () => {
  const body = github();
  const first = await post(body, { 'X-Hub-Signature-256': signature(body) });
  expect([first.status, await first.json()]).toMatchObject([202, { recorded: 1, repeated: 0 }]);
  const again = await post(body, { 'X-Hub-Signature-256': signature(body) });
  expect([again.status, await again.json()]).toMatchObject([202, { recorded: 0, repeated: 1 }]);
  const [change] = (await muster.call(VERA_VIEWER, 'listChanges', {})).body.items;
  expect(change).toMatchObject({ source: 'ci', recordedBy: { kind: 'source', key: 'ci' } });
  await eventually(() => muster.call(ADA_ADMIN, 'listSources'), ({ body: { items } }) => items.some(({ id, lastReceivedAt }) => id === 'ci' && lastReceivedAt !== null));
});

test('cap 4: GitLab proves it by its secret token, with the token of the source beside it or without', async () => {
  expect((await post(gitlab(), { 'X-Gitlab-Token': SECRET })).status).toBe(202);
  expect((await post(gitlab(), { 'X-Gitlab-Token': SECRET, Authorization: `Bearer ${token}` })).status).toBe(202);
});

test('cap 4: a sender of its own signs as Grafana does', async () => {
  const body = JSON.stringify({ id: 'signed-1', title: 'Release 1' });
  const timestamp = String(Math.floor(Date.now() / 1000));
  const headers = { Authorization: `Bearer ${token}`, 'X-Grafana-Alerting-Timestamp': timestamp, 'X-Grafana-Alerting-Signature': createHmac('sha256', SECRET).update(`${timestamp}:${body}`).digest('hex') };
  expect((await post(body, headers)).status).toBe(202);
});

test.each([
  { name: 'GitHub with another secret', reason: 'wrong_signature', body: github, headers: (body: string) => ({ 'X-Hub-Signature-256': signature(body, 'some other webhook secret') }) },
  { name: 'GitHub with a signature of another body', reason: 'wrong_signature', body: github, headers: (body: string) => ({ 'X-Hub-Signature-256': signature(`${body} `) }) },
  { name: 'GitHub with a signature cut short', reason: 'wrong_signature', body: github, headers: (body: string) => ({ 'X-Hub-Signature-256': signature(body).slice(0, -2) }) },
  { name: 'GitHub with the older SHA-1 only, and the token', reason: 'no_signature', body: github, headers: () => ({ 'X-Hub-Signature': 'sha1=0', Authorization: `Bearer ${token}` }) },
  { name: 'GitHub with the right token and a wrong signature', reason: 'wrong_signature', body: github, headers: (body: string) => ({ 'X-Hub-Signature-256': signature(body, 'some other webhook secret'), Authorization: `Bearer ${token}` }) },
  { name: 'GitLab with another secret', reason: 'wrong_signature', body: gitlab, headers: () => ({ 'X-Gitlab-Token': 'some other webhook secret' }) },
  { name: 'GitLab with the token of the source in place of the secret', reason: 'wrong_signature', body: gitlab, headers: () => ({ 'X-Gitlab-Token': token }) },
  { name: 'the right token and no signature', reason: 'no_signature', body: gitlab, headers: () => ({ Authorization: `Bearer ${token}` }) },
])('cap 4, cap 5: $name is answered with 401 and told to the audit log; nothing is stored', async ({ reason, body: make, headers }) => {
  const before = await counts();
  const body = make();
  const answer = await post(body, headers(body));
  expect([answer.status, await answer.json()]).toMatchObject([401, { code: 'unauthenticated', extra: { reason } }]);
  const after = await eventually(counts, ({ refused }) => refused.includes(reason));
  expect(after.changes).toBe(before.changes);
  expect(JSON.stringify(await muster.database.db.query('select * from event_log'))).not.toContain(SECRET);
});

test('a signature opens nothing where no secret is set, at no other address, and for no other kind of source', async () => {
  const body = github();
  const signed = { 'X-Hub-Signature-256': signature(body) };
  expect((await post(body, signed, 'open')).status).toBe(401);
  expect((await post(body, signed, 'nobody')).status).toBe(401);
  expect((await post(body, {})).status).toBe(401);
  const alerts = await fetch(`${muster.url}/webhooks/grafana/ci`, { method: 'POST', headers: { 'Content-Type': 'application/json', ...signed }, body });
  expect(alerts.status).toBe(401);
});

test('cap 4: deploys, configuration, flags and scaling of an incident\'s service all stand on its timeline', async () => {
  const alertToken = await muster.addSource(ADA_ADMIN, 'grafana');
  const at = new Date(Date.now() - 10 * 60_000).toISOString();
  const kinds = ['deploy', 'config', 'flag', 'scaling'] as const;
  const body = JSON.stringify({ changes: kinds.map((kind) => ({ id: `kind-${kind}`, kind, service: 'kinds', title: `A ${kind}`, author: 'ada', at, link: `https://ci.example.com/${kind}` })) });
  expect((await post(body, { 'X-Gitlab-Token': SECRET })).status).toBe(202);
  await muster.postWebhook('grafana', alertToken, {
    groupKey: 'k', alerts: [{ status: 'firing', labels: { alertname: 'Down', severity: 'critical', service: 'kinds' }, startsAt: new Date().toISOString(), fingerprint: 'k1' }],
  });
  const list = await eventually(() => muster.call(VERA_VIEWER, 'listIncidents', { query: { service: 'kinds' } }), (answer) => answer.body.items.length > 0);
  const timeline = await muster.call(VERA_VIEWER, 'listTimeline', { params: { number: list.body.items[0]?.number ?? 0 } });
  const told = timeline.body.items.filter(({ type }) => type === 'change.recorded').map(({ text }) => text);
  for (const kind of kinds) expect(told).toContainEqual(expect.stringContaining(`A ${kind}`));
});
