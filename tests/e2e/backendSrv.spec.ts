/** How calls behave that the plugin makes through `getBackendSrv()`, from the page through the proxy and back. */
import http from 'node:http';
import { expect, test, type Page } from '@playwright/test';
import type { BackendSrv } from '@grafana/runtime';
import { startPluginHost, type PluginHost } from '../../scripts/plugin-host/server.ts';

const BACKEND = '/api/plugin-proxy/muster-incidents-app/backend';

let host: PluginHost;
let upstream: http.Server;
let calls: string[];
let streamClosed: Promise<void>;

test.beforeAll(async () => {
  upstream = http.createServer((req, res) => {
    calls.push(`${req.method ?? ''} ${req.url ?? ''}`);
    switch (req.url) {
      case '/api/denied':
        return void res.writeHead(401, { 'content-type': 'application/json' }).end('{"message":"Not you"}');
      case '/api/broken':
        return void res.writeHead(500, { 'content-type': 'application/json' }).end('{"message":"It broke"}');
      case '/api/never':
        return;
      case '/api/stream':
        streamClosed = new Promise((resolve) => res.on('close', resolve));
        res.writeHead(200, { 'content-type': 'text/event-stream' });
        return void res.write('data: one\n\n');
      default:
        return void res.writeHead(200, { 'content-type': 'application/json' }).end('{"answer":42}');
    }
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const address = upstream.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  host = await startPluginHost({
    port: 0,
    apiUrl: `http://127.0.0.1:${address.port}`,
    pluginTokens: { 1: 'unused' },
    logger: { info: () => undefined, warn: () => undefined },
  });
});

test.afterAll(async () => {
  await host.close();
  upstream.close();
  upstream.closeAllConnections();
});

test.beforeEach(async ({ page }) => {
  calls = [];
  // a page of the host only: the plugin makes no calls of its own there
  await page.goto(host.url);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
});

/** Runs a function in the page with the `BackendSrv` that plugins get. */
function inPage<T>(page: Page, run: (srv: BackendSrv, base: string) => Promise<T>): Promise<T> {
  return page.evaluate(`(${run.toString()})(System.get('host:@grafana/runtime').getBackendSrv(), '${BACKEND}')`);
}

test('get() returns the data', async ({ page }) => {
  expect(await inPage(page, (srv, base) => srv.get<unknown>(`${base}/ok`, { a: [1, 2], b: undefined }))).toEqual({
    answer: 42,
  });
  expect(calls).toEqual(['GET /api/ok?a=1&a=2']);
});

test('an error that nobody handles is shown, one that is asked for quietly is not', async ({ page }) => {
  const status = await inPage(page, (srv, base) =>
    srv.get<unknown>(`${base}/broken`, undefined, undefined, { showErrorAlert: false }).then(
      () => 0,
      (error: { status: number }) => error.status
    )
  );
  expect(status).toBe(500);
  await inPage(page, (srv, base) => srv.get<unknown>(`${base}/denied`).catch(() => 0));
  await expect(page.getByText('Not you')).toBeVisible();
  await expect(page.getByText('It broke')).toHaveCount(0);
});

test('a 401 is taken for an expired session and sent once more, a POST too', async ({ page }) => {
  await inPage(page, (srv, base) => srv.post(`${base}/denied`, {}).catch(() => 0));
  expect(calls).toEqual(['POST /api/denied', 'POST /api/denied']);
});

test('a second call with the same request id cancels the first', async ({ page }) => {
  const cancelled = await inPage(page, async (srv, base) => {
    const options = { showErrorAlert: false };
    const first = srv
      .get<unknown>(`${base}/never`, undefined, 'same', options)
      .catch((error: { cancelled?: boolean }) => error.cancelled);
    await srv.get<unknown>(`${base}/ok`, undefined, 'same', options);
    return first;
  });
  expect(cancelled).toBe(true);
});

test('chunked() hands over events as they come; to unsubscribe ends the stream upstream', async ({ page }) => {
  const text = await inPage(
    page,
    (srv, base) =>
      new Promise<string>((resolve, reject) => {
        const subscription = srv.chunked({ url: `${base}/stream` }).subscribe({
          next: ({ data }) => {
            resolve(new TextDecoder().decode(data));
            setTimeout(() => subscription.unsubscribe());
          },
          error: reject,
        });
      })
  );
  expect(text).toBe('data: one\n\n');
  await streamClosed;
});
