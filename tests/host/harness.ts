import { once } from 'node:events';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import http, { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface Received {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Upstream {
  url: string;
  received: Received[];
  /** What the next requests are answered with. */
  answer: (req: IncomingMessage, res: ServerResponse) => void;
  close(): Promise<void>;
}

/** A stand-in for the service that notes what reaches it. */
export async function startUpstream(): Promise<Upstream> {
  const upstream: Upstream = {
    url: '',
    received: [],
    answer: (_req, res) => void res.end('ok'),
    close: async () => undefined,
  };
  const server = http.createServer((req, res) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of req) chunks.push(Buffer.from(chunk));
      const body = Buffer.concat(chunks).toString('utf8');
      upstream.received.push({ method: req.method ?? '', url: req.url ?? '', headers: req.headers, body });
      upstream.answer(req, res);
    })();
  });
  upstream.url = await listen(server);
  upstream.close = () => close(server);
  return upstream;
}

async function listen(server: http.Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return `http://127.0.0.1:${address.port}`;
}

async function close(server: http.Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

/** A request with its path exactly as written: `fetch` would resolve `..` and change some escapes. */
export function rawRequest(
  base: string,
  rawPath: string,
  { method = 'GET', headers = {}, body }: { method?: string; headers?: http.OutgoingHttpHeaders; body?: string } = {}
): Promise<{ status: number; headers: IncomingHttpHeaders; body: string }> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    // A connection of its own: one that is kept may be closed by the other side at the moment it is used again.
    const req = http.request({ hostname, port, path: rawPath, method, headers, agent: false }, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('error', reject);
      res.on('end', () =>
        resolve({ status: res.statusCode ?? 0, headers: res.headers, body: Buffer.concat(chunks).toString('utf8') })
      );
    });
    req.on('error', reject);
    req.end(body);
  });
}

/** A built plugin of the smallest kind, with the given proxy routes. */
export function makePlugin(routes: unknown[]): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'plugin-host-test-'));
  mkdirSync(path.join(folder, 'img'));
  writeFileSync(path.join(folder, 'img/logo.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  writeFileSync(path.join(folder, 'module.js'), 'define([], () => ({}));');
  writeFileSync(
    path.join(folder, 'plugin.json'),
    JSON.stringify({
      id: 'test-sample-app',
      type: 'app',
      name: 'Sample',
      info: { version: '1.0.0', logos: { small: 'img/logo.svg', large: 'img/logo.svg' } },
      includes: [],
      routes,
    })
  );
  return folder;
}

export const silentLogger = { info: () => undefined, warn: () => undefined };
