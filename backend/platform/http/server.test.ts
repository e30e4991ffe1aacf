import { once } from 'node:events';
import { Agent, request as send } from 'node:http';
import { connect } from 'node:net';
import express from 'express';
import { createKeptLog } from './testApi.testkit.ts';
import { startServer, type RunningServer, type ServerParts } from './server.ts';

const servers: RunningServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close(0);
});

async function start(parts: Partial<ServerParts> = {}): Promise<RunningServer> {
  const server = await startServer({
    webhook: (request, response) => response.writeHead(202).end(`webhook ${request.method}`),
    api: express.Router(), readiness: {}, metrics: async () => ({ contentType: 'text/plain; version=0.0.4', text: 'up 1\n' }),
    logger: createKeptLog().logger, trustProxy: false, ...parts,
  }, '127.0.0.1', 0);
  servers.push(server);
  return server;
}

/** A promise and the function that fulfils it. */
function signal(): { promise: Promise<void>; fire: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { promise, fire: resolve };
}

test('lives, whatever its parts do', async () => {
  const server = await start({ readiness: { database: async () => ({ ok: false, detail: 'gone' }) } });
  const answer = await fetch(`${server.url}/healthz`);
  expect([answer.status, await answer.json()]).toEqual([200, { ok: true }]);
});

test('is ready when every check is, and names the checks that are not', async () => {
  let databaseIsUp = true;
  const server = await start({
    readiness: {
      async database() {
        if (!databaseIsUp) throw new Error('connection refused');
        return { ok: true, detail: 'answers' };
      },
      migrations: async () => ({ ok: true, detail: 'all applied' }),
    },
  });
  const ready = await fetch(`${server.url}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([200, { ok: true, checks: { database: { ok: true, detail: 'answers' }, migrations: { ok: true, detail: 'all applied' } } }]);
  databaseIsUp = false;
  const failing = await fetch(`${server.url}/readyz`);
  expect(failing.status).toBe(503);
  expect(await failing.json()).toMatchObject({ ok: false, checks: { database: { ok: false, detail: 'connection refused' }, migrations: { ok: true } } });
});

test('shows the metrics as Prometheus reads them', async () => {
  const server = await start();
  const answer = await fetch(`${server.url}/metrics`);
  expect([answer.headers.get('content-type'), await answer.text()]).toEqual([expect.stringContaining('version=0.0.4'), 'up 1\n']);
});

test.each([
  { method: 'POST', path: '/webhooks/1/grafana', status: 202 },
  { method: 'PUT', path: '/webhooks/1/grafana', status: 202 },
  { method: 'GET', path: '/webhooks/1/grafana', status: 404 },
  { method: 'POST', path: '/webhooksish', status: 404 },
  { method: 'POST', path: '/api/webhooks/x', status: 404 },
])('$method $path is answered with $status', async ({ method, path, status }) => {
  const server = await start();
  expect((await fetch(`${server.url}${path}`, { method })).status).toBe(status);
});

test('takes no webhooks and serves no API on a replica without these roles', async () => {
  const server = await start({ webhook: null, api: null });
  expect((await fetch(`${server.url}/webhooks/1/grafana`, { method: 'POST' })).status).toBe(404);
  expect((await fetch(`${server.url}/api/me`)).status).toBe(404);
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
});

test('tells browsers to be careful and nobody what it is made of', async () => {
  const server = await start();
  const { headers } = await fetch(`${server.url}/nowhere`);
  expect(headers.get('x-powered-by')).toBeNull();
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
});

test('closing waits for running requests, takes no new ones, and is done at once when the last one is', async () => {
  const arrived = signal();
  const release = signal();
  const api = express.Router();
  api.get('/slow', async (_request, response) => {
    arrived.fire();
    await release.promise;
    response.json({ done: true });
  });
  const server = await start({ api });
  const agent = new Agent({ keepAlive: true });
  const call = send(`${server.url}/api/slow`, { agent }).end();
  await arrived.promise;

  const startedAt = performance.now();
  const closed = server.close(30_000);
  const refused = connect(server.port, '127.0.0.1');
  expect(await once(refused, 'error')).toMatchObject([{ code: 'ECONNREFUSED' }]);
  release.fire();
  const [response] = await once(call, 'response');
  expect(response.statusCode).toBe(200);
  response.resume();
  await closed;
  // The caller keeps its connection open; waiting for it would take the whole grace time.
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  agent.destroy();
});

test('closing cuts requests that do not end within the grace time', async () => {
  const arrived = signal();
  const api = express.Router();
  api.get('/stuck', () => arrived.fire());
  const server = await start({ api });
  const call = send(`${server.url}/api/stuck`).end();
  const cut = once(call, 'error');
  await arrived.promise;
  await server.close(10);
  expect(await cut).toMatchObject([{ code: 'ECONNRESET' }]);
});

test('says which port is taken', async () => {
  const server = await start();
  await expect(startServer({ webhook: null, api: null, readiness: {}, metrics: async () => ({ contentType: '', text: '' }), logger: createKeptLog().logger, trustProxy: false }, '127.0.0.1', server.port))
    .rejects.toMatchObject({ code: 'EADDRINUSE' });
});
