import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { createOutboundClient, type OutboundClient, type OutboundOptions, type OutboundRequest } from './client.ts';
import { OutboundError } from './outboundError.ts';

interface Peer {
  readonly url: string;
  readonly port: number;
  readonly seen: { readonly method: string; readonly url: string; readonly headers: IncomingMessage['headers']; readonly body: string }[];
  close(): Promise<void>;
}

const peers: Peer[] = [];
const clients: OutboundClient[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  for (const peer of peers.splice(0)) await peer.close();
});

async function startPeer(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<Peer> {
  const seen: Peer['seen'] = [];
  const server: Server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const peer: Peer = {
    url: `http://127.0.0.1:${address.port}`, port: address.port, seen,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  peers.push(peer);
  return peer;
}

function clientWith(options: Partial<OutboundOptions> = {}): OutboundClient {
  const client = createOutboundClient({ allow: ['*'], allowPrivate: ['127.0.0.1'], ...options });
  clients.push(client);
  return client;
}

async function failureOf(client: OutboundClient, request: Partial<OutboundRequest> & { url: string }): Promise<OutboundError> {
  try {
    await client.call({ method: 'GET', ...request });
  } catch (error) {
    if (error instanceof OutboundError) return error;
    throw error;
  }
  throw new Error('the call was answered');
}

const redirectTo = (status: number, location: string) => (_request: IncomingMessage, response: ServerResponse) => {
  response.writeHead(status, { location }).end();
};

test('gives status, headers and body of any answer', async () => {
  const peer = await startPeer((_request, response) => response.writeHead(418, { 'x-kind': 'teapot' }).end('short and stout'));
  const answer = await clientWith().call({ url: `${peer.url}/pot`, method: 'POST', headers: { 'content-type': 'text/plain', authorization: 'Bearer t' }, body: 'tea' });
  expect(answer).toMatchObject({ status: 418, body: 'short and stout', headers: { 'x-kind': 'teapot' } });
  expect(peer.seen).toMatchObject([{ method: 'POST', url: '/pot', body: 'tea', headers: { authorization: 'Bearer t' } }]);
});

test.each([
  { name: 'a host that is not listed', options: { allow: ['hooks.slack.com'] }, url: (port: number) => `http://127.0.0.1:${port}/` },
  { name: 'a private address', options: { allowPrivate: [] }, url: (port: number) => `http://127.0.0.1:${port}/` },
  { name: 'a private address as a number', options: { allowPrivate: [] }, url: (port: number) => `http://2130706433:${port}/` },
  { name: 'a private address mapped to IPv6', options: { allowPrivate: [] }, url: (port: number) => `http://[::ffff:7f00:1]:${port}/` },
  { name: 'a name that leads to a private address', options: { allowPrivate: [] }, url: (port: number) => `http://localhost:${port}/` },
  { name: 'another scheme', options: {}, url: () => 'file:///etc/passwd' },
  { name: 'a user in the address', options: {}, url: (port: number) => `http://user:hush@127.0.0.1:${port}/` },
  { name: 'no address', options: {}, url: () => 'hooks' },
])('denies $name without a connection', async ({ options, url }) => {
  const peer = await startPeer((_request, response) => response.end('reached'));
  const error = await failureOf(clientWith(options), { url: url(peer.port) });
  expect(error).toMatchObject({ reason: 'denied', retryable: false });
  expect(error.message).not.toContain('hush');
  expect(peer.seen).toEqual([]);
});

test('calls a private host that was allowed by its name', async () => {
  const peer = await startPeer((_request, response) => response.end('reached'));
  const answer = await clientWith({ allowPrivate: ['localhost'] }).call({ url: `http://localhost:${peer.port}/`, method: 'GET' });
  expect(answer.body).toBe('reached');
});

test('follows three redirects and no fourth', async () => {
  const peer = await startPeer((request, response) => {
    const left = Number(request.url?.slice(1));
    if (left === 0) response.end('there');
    else redirectTo(302, `/${left - 1}`)(request, response);
  });
  const client = clientWith();
  expect((await client.call({ url: `${peer.url}/3`, method: 'GET' })).body).toBe('there');
  expect(await failureOf(client, { url: `${peer.url}/4` })).toMatchObject({ reason: 'redirect', retryable: false });
  expect(await failureOf(client, { url: `${peer.url}/1`, maxRedirects: 0 })).toMatchObject({ reason: 'redirect' });
});

test.each([
  { name: 'a private address', location: (port: number) => `http://127.0.0.2:${port}/`, reason: 'denied' },
  { name: 'a host that is not listed', location: () => 'http://evil.example/', reason: 'denied' },
  { name: 'another scheme', location: () => 'file:///etc/passwd', reason: 'denied' },
  { name: 'a user in the address', location: (port: number) => `http://user:hush@127.0.0.1:${port}/`, reason: 'denied' },
  { name: 'no address', location: () => 'http://', reason: 'redirect' },
])('does not follow a redirect to $name', async ({ location, reason }) => {
  const target = await startPeer((_request, response) => response.end('reached'));
  const peer = await startPeer((request, response) => redirectTo(302, location(target.port))(request, response));
  const error = await failureOf(clientWith({ allow: ['127.0.0.1', '127.0.0.2'] }), { url: peer.url });
  expect(error.reason).toBe(reason);
  expect(error.message).not.toContain('hush');
  expect(target.seen).toEqual([]);
});

test('keeps credentials from another origin, whatever header holds them', async () => {
  const target = await startPeer((_request, response) => response.end());
  const peer = await startPeer(redirectTo(302, `${target.url}/there`));
  await clientWith().call({ url: peer.url, method: 'GET', headers: { Authorization: 'Bearer hush', Cookie: 'hush', 'X-Api-Key': 'hush', Accept: 'application/json' } });
  expect(JSON.stringify(target.seen)).not.toContain('hush');
  expect(target.seen[0]?.headers.accept).toBe('application/json');
});

test('keeps credentials on the same origin', async () => {
  const peer = await startPeer((request, response) => (request.url === '/there' ? response.end() : redirectTo(302, '/there')(request, response)));
  await clientWith().call({ url: peer.url, method: 'GET', headers: { 'X-Api-Key': 'mine' } });
  expect(peer.seen[1]?.headers['x-api-key']).toBe('mine');
});

test.each([
  { status: 301, method: 'GET', body: '' },
  { status: 302, method: 'GET', body: '' },
  { status: 303, method: 'GET', body: '' },
  { status: 307, method: 'POST', body: 'payload' },
  { status: 308, method: 'POST', body: 'payload' },
])('turns a POST into $method after status $status on the same origin', async ({ status, method, body }) => {
  const peer = await startPeer((request, response) => (request.url === '/there' ? response.end() : redirectTo(status, '/there')(request, response)));
  await clientWith().call({ url: peer.url, method: 'POST', body: 'payload' });
  expect(peer.seen[1]).toMatchObject({ method, body });
});

test('does not carry a body to another origin', async () => {
  const target = await startPeer((_request, response) => response.end());
  const peer = await startPeer(redirectTo(307, `${target.url}/there`));
  expect(await failureOf(clientWith(), { url: peer.url, method: 'POST', body: 'payload' })).toMatchObject({ reason: 'redirect' });
  expect(target.seen).toEqual([]);
});

test.each([
  { name: 'plain', send: (response: ServerResponse) => response.end('x'.repeat(1001)) },
  { name: 'compressed', send: (response: ServerResponse) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(1_000_000))) },
])('breaks off a $name answer that is too large', async ({ send }) => {
  const peer = await startPeer((_request, response) => send(response));
  expect(await failureOf(clientWith({ maxResponseBytes: 1000 }), { url: peer.url })).toMatchObject({ reason: 'too_large', retryable: false });
});

test('takes an answer of just the largest size', async () => {
  const peer = await startPeer((_request, response) => response.end('x'.repeat(1000)));
  expect((await clientWith({ maxResponseBytes: 1000 }).call({ url: peer.url, method: 'GET' })).body).toHaveLength(1000);
});

test.each([
  { name: 'never answers', answer: () => {} },
  { name: 'never ends its answer', answer: (_request: IncomingMessage, response: ServerResponse) => void response.writeHead(200).write('…') },
])('gives up on a peer that $name', async ({ answer }) => {
  const peer = await startPeer(answer);
  expect(await failureOf(clientWith({ timeoutMs: 100 }), { url: peer.url })).toMatchObject({ reason: 'timeout', retryable: true });
});

test("fails as timeout when the caller's own signal fires", async () => {
  const stop = new AbortController();
  const peer = await startPeer(() => stop.abort());
  expect(await failureOf(clientWith(), { url: peer.url, signal: stop.signal })).toMatchObject({ reason: 'timeout' });
});

test('tells a refused connection as retryable', async () => {
  const peer = await startPeer(() => {});
  await peers.pop()?.close();
  expect(await failureOf(clientWith(), { url: peer.url })).toMatchObject({ reason: 'network', retryable: true });
});

test('tells a name that does not exist as a network fault', async () => {
  expect(await failureOf(clientWith(), { url: 'http://nowhere.invalid/' })).toMatchObject({ reason: 'network', retryable: true });
});

test('property: no error shows a credential from user, path, query or header', async () => {
  const client = clientWith({ allow: ['hooks.example'] });
  const secret = fc.stringMatching(/^[A-Z0-9]{8,40}$/);
  await fc.assert(fc.asyncProperty(secret, fc.constantFrom('http://SECRET@hooks.example/', 'http://other.example/services/SECRET', 'http://other.example/?token=SECRET', 'http://hooks.example/SECRET#SECRET', 'ftp://hooks.example/SECRET', 'SECRET'), async (value, shape) => {
    const error = await failureOf(client, { url: shape.replaceAll('SECRET', value), headers: { authorization: `Bearer ${value}\n` } });
    expect(`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain(value);
  }), { numRuns: 60 });
});

test("tells a timeout of the transport's own clock as one, whichever clock strikes first", () => {
  const thrown = new TypeError('fetch failed', { cause: Object.assign(new Error('Headers Timeout Error'), { code: 'UND_ERR_HEADERS_TIMEOUT' }) });
  expect(OutboundError.from(thrown, new URL('http://prometheus.example.com/api'), false)).toMatchObject({ reason: 'timeout', retryable: true });
});
