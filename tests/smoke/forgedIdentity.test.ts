/** cap 131, over HTTP: whoever does not bring both proofs, each whole and for the same organisation, gets nothing. */
import { SignJWT, UnsecuredJWT } from 'jose';
import { ADA_ADMIN, OTTO_OTHER_ORG, startTestGrafana, VERA_VIEWER, type TestGrafana } from '../harness/grafana.ts';
import { eventually, PLUGIN_TOKENS, PREVIOUS_PLUGIN_TOKEN, startTestApp, type TestApp } from '../harness/app.ts';

let muster: TestApp;
let impostor: TestGrafana;
beforeAll(async () => {
  [muster, impostor] = await Promise.all([startTestApp(), startTestGrafana()]);
});
afterAll(async () => {
  await muster.close();
  await impostor.close();
});

const SECRET = `Bearer ${PLUGIN_TOKENS[1] ?? ''}`;
const nowSeconds = (): number => Math.floor(Date.now() / 1000);

/** Claims of an admin's ID token, for tokens that are made by hand. */
function claimsOfAda(): Record<string, unknown> {
  return { type: 'user', role: 'Admin', username: 'ada', name: 'Ada Admin', iss: muster.grafana.rootUrl, aud: ['org:1'], sub: 'user:ada', iat: nowSeconds(), exp: nowSeconds() + 600 };
}

async function bent(claims: Record<string, unknown>): Promise<Record<string, string>> {
  return { Authorization: SECRET, 'X-Grafana-Id': await muster.grafana.sign(ADA_ADMIN, claims) };
}

/** Headers of each forgery, and the reason that it is refused for. */
const FORGERIES: readonly { name: string; reason: string; headers: () => Promise<Record<string, string>> }[] = [
  { name: 'nothing at all', reason: 'no_secret', headers: async () => ({}) },
  { name: 'an ID token without the secret', reason: 'no_secret', headers: async () => ({ 'X-Grafana-Id': await muster.grafana.sign(ADA_ADMIN) }) },
  { name: 'the secret without an ID token', reason: 'no_id_token', headers: async () => ({ Authorization: SECRET }) },
  { name: 'a wrong secret', reason: 'wrong_secret', headers: async () => ({ Authorization: 'Bearer plugin-token-of-organisation-nine-9', 'X-Grafana-Id': await muster.grafana.sign(ADA_ADMIN) }) },
  { name: 'the ID token in place of the secret', reason: 'wrong_secret', headers: async () => {
    const token = await muster.grafana.sign(ADA_ADMIN);
    return { Authorization: `Bearer ${token}`, 'X-Grafana-Id': token };
  } },
  { name: 'a token that nobody signed (alg none)', reason: 'bad_id_token', headers: async () => ({ Authorization: SECRET, 'X-Grafana-Id': new UnsecuredJWT(claimsOfAda()).encode() }) },
  { name: 'a token with a secret that everybody knows (HS256 over the public key)', reason: 'bad_id_token', headers: async () => {
    const keys = await (await fetch(`${muster.grafana.url}/api/signing-keys/keys`)).text();
    const token = await new SignJWT(claimsOfAda()).setProtectedHeader({ alg: 'HS256', kid: 'id-test-1', typ: 'jwt' }).sign(new TextEncoder().encode(keys));
    return { Authorization: SECRET, 'X-Grafana-Id': token };
  } },
  { name: 'a token of another key under the same name', reason: 'bad_id_token', headers: async () => ({ Authorization: SECRET, 'X-Grafana-Id': await impostor.sign(ADA_ADMIN, { iss: muster.grafana.rootUrl }) }) },
  { name: 'a token with its claims changed', reason: 'bad_id_token', headers: async () => {
    const [head, , signature] = (await muster.grafana.sign(VERA_VIEWER)).split('.');
    return { Authorization: SECRET, 'X-Grafana-Id': [head, Buffer.from(JSON.stringify(claimsOfAda())).toString('base64url'), signature].join('.') };
  } },
  { name: 'an expired token', reason: 'expired_id_token', headers: () => bent({ iat: nowSeconds() - 700, exp: nowSeconds() - 100 }) },
  { name: 'a token without an end', reason: 'bad_id_token', headers: () => bent({ exp: undefined }) },
  { name: 'a token of another organisation', reason: 'wrong_org', headers: () => bent({ aud: ['org:2'] }) },
  { name: 'a token for two organisations', reason: 'wrong_org', headers: () => bent({ aud: ['org:1', 'org:2'] }) },
  { name: 'a token of another Grafana', reason: 'wrong_issuer', headers: () => bent({ iss: 'https://grafana.example.com/' }) },
  { name: 'a token without a role', reason: 'role_missing', headers: () => bent({ role: undefined }) },
  { name: 'a token with a role that is none', reason: 'role_missing', headers: () => bent({ role: 'GrafanaAdmin' }) },
  { name: 'a role of None', reason: 'role_none', headers: () => bent({ role: 'None' }) },
  { name: 'a token of no person', reason: 'identity_type_denied', headers: () => bent({ type: 'api-key' }) },
  { name: 'somebody anonymous', reason: 'anonymous_denied', headers: () => bent({ type: 'anonymous' }) },
  { name: 'two ID tokens at once', reason: 'bad_id_token', headers: async () => {
    const token = await muster.grafana.sign(ADA_ADMIN);
    return { Authorization: SECRET, 'X-Grafana-Id': `${token}, ${token}` };
  } },
  { name: 'an API token that nobody made', reason: 'unknown_token', headers: async () => ({ Authorization: 'Bearer mst_made-up' }) },
  { name: 'headers that a browser can send, beside the secret', reason: 'no_id_token', headers: async () => ({
    Authorization: SECRET, 'X-Grafana-User': 'ada', 'X-Grafana-Org-Id': '1', 'X-Webauth-User': 'ada', Cookie: 'grafana_session=0123456789abcdef',
    'X-Grafana-Context': JSON.stringify({ OrgID: 1, OrgRole: 'Admin', IsGrafanaAdmin: true, Login: 'ada' }),
  }) },
];

test.each(FORGERIES)('$name reads nothing, writes nothing and streams nothing: 403, with what to do', async ({ reason, headers }) => {
  const forged = await headers();
  const declare = { method: 'POST', body: JSON.stringify({ title: 'declared by a stranger', severity: 'sev1' }) };
  const requests = [['/api/me', {}], ['/api/events', {}], ['/api/incidents', declare]] as const;
  for (const [path, init] of requests) {
    const response = await fetch(`${muster.url}${path}`, { ...init, headers: { ...forged, 'Content-Type': 'application/json' } });
    // Grafana's client takes a 401 for an ended session and sends the request again.
    expect([path, response.status, response.headers.get('content-type'), response.headers.get('www-authenticate')]).toEqual([path, 403, 'application/problem+json; charset=utf-8', null]);
    expect(await response.json()).toMatchObject({ code: 'unauthenticated', extra: { reason }, detail: expect.stringMatching(/.{20,}/) });
  }
  const list = await muster.call(ADA_ADMIN, 'listIncidents', { query: { phase: 'all' } });
  expect(list.body.items).toEqual([]);
});

test('headers that a browser can send do not make a viewer more than a viewer', async () => {
  const headers = {
    ...(await muster.headersOf(VERA_VIEWER)), 'X-Grafana-User': 'ada', 'X-Grafana-Org-Id': '2',
    'X-Grafana-Context': JSON.stringify({ OrgID: 2, OrgRole: 'Admin', IsGrafanaAdmin: true, Login: 'ada' }),
  };

  const me = await (await fetch(`${muster.url}/api/me`, { headers })).json();
  const write = await fetch(`${muster.url}/api/incidents`, { method: 'POST', headers: { ...headers, 'Content-Type': 'application/json' }, body: JSON.stringify({ title: 'by a viewer', severity: 'sev1' }) });

  expect(me).toMatchObject({ user: { login: 'vera' }, orgId: 1, role: 'viewer' });
  expect([write.status, await write.json()]).toMatchObject([403, { code: 'not_allowed' }]);
});

test('while Grafana\'s keys cannot be read nobody is believed: 503, come again', async () => {
  const grafana = await startTestGrafana();
  const lonely = await startTestApp({ database: muster.database, env: { MUSTER_GRAFANA_URL: 'http://127.0.0.1:9', MUSTER_GRAFANA_ROOT_URL: grafana.rootUrl } });
  try {
    const response = await fetch(`${lonely.url}/api/me`, { headers: { Authorization: SECRET, 'X-Grafana-Id': await grafana.sign(ADA_ADMIN) } });

    expect([response.status, Number(response.headers.get('retry-after')) > 0]).toEqual([503, true]);
    expect(await response.json()).toMatchObject({ extra: { reason: 'keys_unreachable' } });
  } finally {
    await lonely.close();
    await grafana.close();
  }
});

test('a plugin secret is exchanged without a gap: the old and the new one are both believed, for their organisation only', async () => {
  for (const secret of [PLUGIN_TOKENS[1] ?? '', PREVIOUS_PLUGIN_TOKEN]) {
    const as = async (user: typeof ADA_ADMIN): Promise<number> => (await fetch(`${muster.url}/api/me`, {
      headers: { Authorization: `Bearer ${secret}`, 'X-Grafana-Id': await muster.grafana.sign(user) },
    })).status;
    expect([await as(ADA_ADMIN), await as(OTTO_OTHER_ORG)]).toEqual([200, 403]);
  }
});

test('a revoked API token ends at once, an issued one says who it is', async () => {
  const issued = await muster.call(ADA_ADMIN, 'createApiToken', { body: { name: 'automation', role: 'responder' } });
  const ask = (): Promise<Response> => fetch(`${muster.url}/api/me`, { headers: { Authorization: `Bearer ${issued.body.token}` } });
  const before = await ask();
  await muster.call(ADA_ADMIN, 'revokeApiToken', { params: { id: issued.body.apiToken.id } });
  const after = await eventually(ask, () => true);

  expect([before.status, await before.json()]).toMatchObject([200, { user: { name: 'automation' }, role: 'responder' }]);
  expect([after.status, await after.json()]).toMatchObject([403, { extra: { reason: 'token_revoked' } }]);
});
