import { startPluginHost, type PluginHost } from '../../scripts/plugin-host/server.ts';
import { makePlugin, rawRequest, silentLogger } from './harness.ts';

const SETTINGS = '/api/plugins/test-sample-app/settings';
const as = (login: string) => ({ cookie: `plugin_host_user=${login}` });

let host: PluginHost;

beforeAll(async () => {
  host = await startPluginHost({
    port: 0,
    apiUrl: 'http://service.example',
    pluginTokens: { 1: 'token-one' },
    distDir: makePlugin([]),
    rootUrl: 'http://grafana.example/',
    logger: silentLogger,
  });
});

afterAll(() => host.close());

async function read(login: string): Promise<unknown> {
  return JSON.parse((await rawRequest(host.url, SETTINGS, { headers: as(login) })).body);
}

test('secrets are never returned, only that they are set', async () => {
  const { body } = await rawRequest(host.url, SETTINGS, { headers: as('admin') });
  expect(body).not.toContain('token-one');
  expect(JSON.parse(body)).toMatchObject({
    enabled: true,
    jsonData: { apiUrl: 'http://service.example' },
    secureJsonFields: { apiToken: true },
  });
});

test('jsonData is replaced as a whole, secrets one by one, per organization', async () => {
  const body = JSON.stringify({ enabled: true, jsonData: { other: 1 }, secureJsonData: { second: 'x' } });
  expect(await rawRequest(host.url, SETTINGS, { method: 'POST', body })).toMatchObject({ status: 200 });
  expect(await read('admin')).toMatchObject({
    jsonData: { other: 1 },
    secureJsonFields: { apiToken: true, second: true },
  });
  expect(await read('otto')).toMatchObject({ jsonData: {}, secureJsonFields: {} });
});

test('only an admin may change them, and only with well-formed data', async () => {
  const denied = await rawRequest(host.url, SETTINGS, { method: 'POST', headers: as('editor'), body: '{}' });
  expect(denied.status).toBe(403);
  expect(await rawRequest(host.url, SETTINGS, { method: 'POST', body: 'not json' })).toMatchObject({ status: 400 });
});

test('the user is chosen by address and kept in a cookie', async () => {
  const chosen = await rawRequest(host.url, '/host/user?login=viewer&to=/a/test-sample-app/now');
  expect(chosen).toMatchObject({ status: 302, headers: { location: '/a/test-sample-app/now' } });
  const cookie = String(chosen.headers['set-cookie']);
  const { body } = await rawRequest(host.url, '/api/user', { headers: { cookie } });
  expect(JSON.parse(body)).toMatchObject({ login: 'viewer', email: 'viewer@example.com' });
  expect(await rawRequest(host.url, '/host/user?login=nobody')).toMatchObject({ status: 400 });
});

test.each(['//elsewhere.example', 'http://elsewhere.example', '/\\elsewhere.example'])(
  'never redirects to %s',
  async (to) => {
    const { headers } = await rawRequest(host.url, `/host/theme?theme=light&to=${encodeURIComponent(to)}`);
    expect(headers.location).toBe('/');
  }
);

test('files outside the plugin are not served', async () => {
  expect(await rawRequest(host.url, '/public/plugins/test-sample-app/module.js')).toMatchObject({ status: 200 });
  expect(await rawRequest(host.url, '/public/plugins/test-sample-app/..%2f..%2f..%2f..%2fetc/passwd')).toMatchObject({
    status: 404,
  });
});

test('the page carries Grafana’s policy and no secret', async () => {
  const { headers, body } = await rawRequest(host.url, '/a/test-sample-app/now');
  expect(headers['content-security-policy']).toContain("connect-src 'self'");
  expect(body).toContain('window.grafanaBootData');
  expect(body).not.toContain('token-one');
  expect(host.issuer).toBe('http://grafana.example/');
});
