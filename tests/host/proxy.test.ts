import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { startPluginHost, type PluginHost } from '../../scripts/plugin-host/server.ts';
import { makePlugin, rawRequest, silentLogger, startUpstream, type Upstream } from './harness.ts';

const PROXY = '/api/plugin-proxy/test-sample-app';
const as = (login: string) => ({ cookie: `plugin_host_user=${login}` });

let upstream: Upstream;
let host: PluginHost;

beforeAll(async () => {
  upstream = await startUpstream();
  const routes = [
    { path: 'admin/*', method: '*', reqRole: 'Admin', url: '{{ .JsonData.apiUrl }}/admin' },
    {
      path: 'backend/*',
      method: '*',
      reqRole: 'Viewer',
      url: '{{ .JsonData.apiUrl }}/api',
      headers: [
        { name: 'Authorization', content: 'Bearer {{ .SecureJsonData.apiToken }}' },
        { name: 'X-Grafana-User', content: '' },
        { name: 'X-Grafana-Org-Id', content: '' },
      ],
    },
  ];
  host = await startPluginHost({
    port: 0,
    apiUrl: upstream.url,
    pluginTokens: { 1: 'token-one', 2: 'token-two' },
    distDir: makePlugin(routes),
    logger: silentLogger,
  });
});

afterAll(async () => {
  await host.close();
  await upstream.close();
});

beforeEach(() => {
  upstream.received.length = 0;
  upstream.answer = (_req, res) => void res.end('ok');
  host.setSigning(true);
});

function lastReceived() {
  const last = upstream.received.at(-1);
  if (last === undefined) throw new Error('nothing reached the upstream');
  return last;
}

test('forwards method, path, query and body', async () => {
  const answer = await rawRequest(host.url, `${PROXY}/backend/incidents?state=open&tag=a&tag=b`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"title":"x"}',
  });
  expect(answer).toMatchObject({ status: 200, body: 'ok' });
  expect(lastReceived()).toMatchObject({
    method: 'POST',
    url: '/api/incidents?state=open&tag=a&tag=b',
    body: '{"title":"x"}',
  });
});

test('frames a chunked body anew, also for DELETE', async () => {
  const headers = { 'transfer-encoding': 'chunked' };
  await rawRequest(host.url, `${PROXY}/backend/x`, { method: 'DELETE', headers, body: 'why' });
  expect(lastReceived()).toMatchObject({ method: 'DELETE', body: 'why' });
});

test('refuses a role with 403 and an unknown path with 404, and asks nothing upstream', async () => {
  expect(await rawRequest(host.url, `${PROXY}/admin/x`, { headers: as('viewer') })).toMatchObject({
    status: 403,
    body: '{"message":"plugin proxy route access denied"}',
  });
  expect(await rawRequest(host.url, `${PROXY}/other`)).toMatchObject({
    status: 404,
    body: '{"message":"plugin route match not found"}',
  });
  expect(await rawRequest(host.url, `${PROXY}/backend/`)).toMatchObject({ status: 404 });
  expect(upstream.received).toHaveLength(0);
});

test('dot segments are resolved before the route is chosen, encoded ones reach the service', async () => {
  expect(await rawRequest(host.url, `${PROXY}/backend/../admin/x`, { headers: as('viewer') })).toMatchObject({
    status: 403,
  });
  await rawRequest(host.url, `${PROXY}/backend/a/%2e%2e/b`);
  expect(lastReceived().url).toBe('/api/a/../b');
});

test('removes, sets and keeps request headers as Grafana does', async () => {
  await rawRequest(host.url, `${PROXY}/backend/x`, {
    headers: {
      ...as('editor'),
      authorization: 'Bearer forged',
      'x-grafana-user': 'forged',
      'x-grafana-org-id': '7',
      'x-grafana-id': 'forged',
      'x-grafana-context': 'forged',
      'x-grafana-device-id': 'device',
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-host': 'forged.example',
      'x-forwarded-proto': 'https',
      origin: host.url,
      referer: `${host.url}/a/test-sample-app`,
      connection: 'keep-alive, x-hop',
      'x-hop': 'only to the host',
      'x-own': 'kept',
      'x-panel-id': '3',
      'user-agent': 'browser',
    },
  });
  const { headers } = lastReceived();
  expect(headers).toMatchObject({
    authorization: 'Bearer token-one',
    'x-grafana-user': '',
    'x-grafana-org-id': '',
    'x-grafana-referer': `${host.url}/a/test-sample-app`,
    'x-own': 'kept',
    'x-panel-id': '3',
    'user-agent': 'browser',
    host: new URL(upstream.url).host,
  });
  expect(headers['x-forwarded-for']).toBe('203.0.113.9, 127.0.0.1');
  expect(headers['x-grafana-id']).not.toBe('forged');
  expect(JSON.parse(String(headers['x-grafana-context']))).toMatchObject({
    Login: 'editor',
    OrgID: 1,
    OrgRole: 'Editor',
  });
  for (const name of [
    'cookie',
    'x-grafana-device-id',
    'x-forwarded-host',
    'x-forwarded-proto',
    'origin',
    'referer',
    'x-hop',
  ]) {
    expect(headers).not.toHaveProperty(name);
  }
});

test('the settings of the caller’s organization are used', async () => {
  await rawRequest(host.url, `${PROXY}/backend/x`, { headers: as('otto') });
  expect(lastReceived().headers.authorization).toBe('Bearer token-two');
});

test('sends an ID token that the published keys verify', async () => {
  await rawRequest(host.url, `${PROXY}/backend/x`, { headers: as('otto') });
  const token = String(lastReceived().headers['x-grafana-id']);
  const published: unknown = await (await fetch(host.keysUrl)).json();
  expect(published).toEqual(host.keys);
  expect(host.keys.keys[0]).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' });
  expect(host.keys.keys[0]).not.toHaveProperty('d');

  const { payload } = await jwtVerify(token, createLocalJWKSet(host.keys), {
    algorithms: ['ES256'],
    issuer: `${host.url}/`,
    audience: 'org:2',
  });
  expect(decodeProtectedHeader(token)).toEqual({ alg: 'ES256', typ: 'jwt', kid: host.keys.keys[0]?.kid });
  expect(payload).toMatchObject({
    aud: ['org:2'],
    sub: 'user:host-user-otto',
    identifier: 'host-user-otto',
    type: 'user',
    role: 'Admin',
    namespace: 'org-2',
    username: 'otto',
    email: 'otto@example.com',
    name: 'Otto Other-Org',
    authenticatedBy: 'password',
  });
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(600);

  await rawRequest(host.url, `${PROXY}/backend/x`, { headers: as('otto') });
  expect(lastReceived().headers['x-grafana-id']).toBe(token);
});

test('without signing, a forged ID token passes through, which the service must refuse', async () => {
  host.setSigning(false);
  await rawRequest(host.url, `${PROXY}/backend/x`);
  expect(lastReceived().headers).not.toHaveProperty('x-grafana-id');
  await rawRequest(host.url, `${PROXY}/backend/x`, { headers: { 'x-grafana-id': 'forged' } });
  expect(lastReceived().headers['x-grafana-id']).toBe('forged');
});

test('cleans the answer and passes status and body on, 401 too', async () => {
  upstream.answer = (_req, res) => {
    res.writeHead(401, {
      'content-type': 'application/json',
      'set-cookie': 'session=1',
      server: 'secret/1.0',
      'alt-svc': 'h3',
      'strict-transport-security': 'max-age=1',
      'content-security-policy': "default-src 'none'",
      via: '1.1 inner',
      'x-own': 'kept',
    });
    res.end('{"code":"unauthorized"}');
  };
  const { status, headers, body } = await rawRequest(host.url, `${PROXY}/backend/x`);
  expect(status).toBe(401);
  expect(body).toBe('{"code":"unauthorized"}');
  expect(headers).toMatchObject({
    'content-security-policy': 'sandbox',
    via: '1.1 grafana, 1.1 inner',
    'x-own': 'kept',
  });
  for (const name of ['set-cookie', 'server', 'alt-svc', 'strict-transport-security'])
    expect(headers).not.toHaveProperty(name);
});

test('passes compressed answers through unchanged', async () => {
  upstream.answer = (req, res) => {
    res.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'text/plain' });
    res.end(String(req.headers['accept-encoding']));
  };
  const { headers, body } = await rawRequest(host.url, `${PROXY}/backend/x`, {
    headers: { 'accept-encoding': 'gzip, br' },
  });
  expect(headers['content-encoding']).toBe('gzip');
  expect(body).toBe('gzip, br');
});

test('answers 502 with an empty body when the service is not there', async () => {
  const gone = await startUpstream();
  await gone.close();
  await setUp({ apiUrl: gone.url });
  expect(await rawRequest(host.url, `${PROXY}/backend/x`)).toMatchObject({ status: 502, body: '' });
  await setUp({});
  expect(await rawRequest(host.url, `${PROXY}/backend/x`)).toMatchObject({ status: 502, body: '' });
  await setUp({ apiUrl: upstream.url });
  expect(await rawRequest(host.url, `${PROXY}/backend/x`)).toMatchObject({ status: 200 });
});

async function setUp(jsonData: Record<string, unknown>): Promise<void> {
  const answer = await rawRequest(host.url, '/api/plugins/test-sample-app/settings', {
    method: 'POST',
    body: JSON.stringify({ enabled: true, pinned: true, jsonData }),
  });
  expect(answer.status).toBe(200);
}

test('hands events on as they come and ends upstream when the client leaves', async () => {
  const upstreamClosed = new Promise<void>((resolve) => {
    upstream.answer = (_req, res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write('data: first\n\n');
      res.on('close', resolve);
    };
  });
  const leave = new AbortController();
  const response = await fetch(`${host.url}${PROXY}/backend/stream`, { signal: leave.signal });
  const reader = response.body?.getReader();
  const first = await reader?.read();
  expect(new TextDecoder().decode(first?.value)).toBe('data: first\n\n');
  leave.abort();
  await upstreamClosed;
});

test('an answer that breaks off upstream breaks off for the client', async () => {
  upstream.answer = (_req, res) => {
    res.writeHead(200, { 'content-length': '100' });
    res.write('half', () => res.destroy());
  };
  await expect(rawRequest(host.url, `${PROXY}/backend/x`)).rejects.toThrow();
});

test('refuses writes from pages of another origin', async () => {
  const headers = { origin: 'http://elsewhere.example' };
  expect(await rawRequest(host.url, `${PROXY}/backend/x`, { method: 'POST', headers })).toMatchObject({ status: 403 });
  expect(await rawRequest(host.url, `${PROXY}/backend/x`, { headers })).toMatchObject({ status: 200 });
});

test('another plugin’s proxy is not served', async () => {
  expect(await rawRequest(host.url, '/api/plugin-proxy/test-sample-app-two/backend/x')).toMatchObject({ status: 404 });
});
