import { STEP_KIND_SPECS, type WithOf } from '#contract';
import type { LookupAll, OutboundClient, OutboundOptions } from '../../../platform/outbound/client.ts';
import { createHttpKind } from './http.ts';
import type { StepCall, StepResult } from './kind.ts';
import { callOf, clientFor, createNotes, KEY, noStop, startEffectServer, type EffectServer } from './kinds.testkit.ts';

const servers: EffectServer[] = [];
const clients: OutboundClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  for (const server of servers.splice(0)) await server.close();
});

async function server(...usual: Parameters<typeof startEffectServer>): Promise<EffectServer> {
  const started = await startEffectServer(...usual);
  servers.push(started);
  return started;
}

interface Asked {
  readonly options?: Partial<OutboundOptions>;
  readonly signal?: AbortSignal;
  readonly call?: Partial<StepCall<'http'>>;
  readonly holds?: (condition: string, scope: Readonly<Record<string, unknown>>) => boolean;
}

async function run(filled: Partial<WithOf<'http'>> & { url: string }, { options, signal, call, holds }: Asked = {}): Promise<{ result: StepResult; lines: string[] }> {
  const client = clientFor(options);
  clients.push(client);
  const kind = createHttpKind({ callOut: (request) => client.call(request), holds: holds ?? (() => true) });
  if (!('run' in kind)) throw new Error('http is run');
  const out = createNotes();
  return { result: await kind.run(callOf('http', STEP_KIND_SPECS.http.with.parse(filled), call), signal ?? noStop(), out), lines: out.lines };
}

test('cap 70: gives status, headers and JSON of the answer', async () => {
  const peer = await server(() => ({ kind: 'answer', status: 200, body: '{"ready":true,"note":"a\\u0000b"}', headers: { 'content-type': 'application/json', 'set-cookie': 'session=hush' } }));
  const { result } = await run({ url: `${peer.url}/health`, headers: { Accept: 'application/json' } });
  expect(result).toMatchObject({ kind: 'done', text: 'answered 200', output: { status: 200, headers: { 'content-type': 'application/json' }, body: { ready: true, note: 'a\ufffdb' } } });
  expect(JSON.stringify(result)).not.toContain('hush');
  expect(peer.seen).toMatchObject([{ method: 'GET', url: '/health', headers: { accept: 'application/json' } }]);
  expect(peer.seen[0]?.headers['idempotency-key']).toBeUndefined();
});

test.each(['POST', 'PUT', 'PATCH', 'DELETE'] as const)('cap 76: sends the key of the step with %s, the same on each try, and no other', async (method) => {
  const peer = await server();
  await run({ url: peer.url, method, body: '{"a":1}', headers: { 'idempotency-KEY': 'mine' } });
  await run({ url: peer.url, method, body: 'plain' }, { call: { attempt: 2 } });
  expect(peer.seen.map(({ headers, body }) => [headers['idempotency-key'], headers['content-type'], body])).toEqual([[KEY, 'application/json', '{"a":1}'], [KEY, 'text/plain; charset=utf-8', 'plain']]);
  expect(peer.effects.size).toBe(1);
});

test.each([
  { status: 400, retryable: false }, { status: 401, retryable: false }, { status: 404, retryable: false }, { status: 409, retryable: false },
  { status: 408, retryable: true }, { status: 429, retryable: true }, { status: 500, retryable: true }, { status: 503, retryable: true },
])('cap 73: fails with $status, worth another try: $retryable', async ({ status, retryable }) => {
  const peer = await server(() => ({ kind: 'answer', status, body: 'no: hunter22 is wrong' }));
  expect((await run({ url: peer.url })).result).toEqual({ kind: 'failed', retryable, error: `answered ${status}: no: *** is wrong` });
});

test('cap 73: a dropped connection and a stalled answer are worth another try', async () => {
  const peer = await server();
  peer.next.push({ kind: 'drop' }, { kind: 'stall' });
  expect((await run({ url: peer.url })).result).toMatchObject({ kind: 'failed', retryable: true });
  expect((await run({ url: peer.url }, { options: { timeoutMs: 100 } })).result).toMatchObject({ kind: 'failed', retryable: true, error: expect.stringContaining('in time') });
});

test('stops when the engine says so', async () => {
  const stop = new AbortController();
  const peer = await server(() => {
    stop.abort();
    return { kind: 'stall' };
  });
  expect((await run({ url: peer.url }, { signal: stop.signal })).result).toMatchObject({ kind: 'failed', retryable: true });
});

test('`expect` decides, with the answer and the scope', async () => {
  const peer = await server(() => ({ kind: 'answer', status: 404, body: 'none' }));
  const asked: unknown[] = [];
  const told = (answer: boolean) => (_condition: string, scope: Readonly<Record<string, unknown>>) => {
    asked.push(scope);
    return answer;
  };
  expect((await run({ url: peer.url, expect: 'status == 404' }, { holds: told(true) })).result).toMatchObject({ kind: 'done' });
  expect(asked).toMatchObject([{ status: 404, body: 'none', inputs: { host: 'db1' } }]);
  expect((await run({ url: peer.url, expect: 'status == 200' }, { holds: told(false) })).result).toEqual({ kind: 'failed', retryable: false, error: 'answered 404, and `expect` does not hold: none' });
  const fault = () => {
    throw new Error('unknown name "stauts"');
  };
  expect((await run({ url: peer.url, expect: 'stauts == 1' }, { holds: fault })).result).toMatchObject({ kind: 'failed', retryable: false, error: expect.stringContaining('stauts') });
});

test('a good answer that is not yet the right one is worth another try', async () => {
  const peer = await server();
  expect((await run({ url: peer.url, expect: 'body.done' }, { holds: () => false })).result).toMatchObject({ kind: 'failed', retryable: true });
});

test('cap 83: keeps a MiB of an answer and says so', async () => {
  const peer = await server(() => ({ kind: 'answer', status: 200, body: 'x'.repeat(1024 * 1024 + 1) }));
  const { result, lines } = await run({ url: peer.url });
  expect(result.kind === 'done' && JSON.stringify(result.output).length).toBeLessThan(1024 * 1024 + 300);
  expect(lines.join()).toContain('the rest was left out');
  expect((await run({ url: peer.url }, { options: { maxResponseBytes: 1000 } })).result).toMatchObject({ kind: 'failed', retryable: false, error: expect.stringContaining('larger than') });
});

test('cap 78: is masked before it is cut, so that no half of a secret is left', async () => {
  const peer = await server(() => ({ kind: 'answer', status: 500, body: `${'x'.repeat(296)}hunter22` }));
  expect((await run({ url: peer.url })).result).toMatchObject({ error: `answered 500: ${'x'.repeat(296)}***` });
  peer.next.push({ kind: 'answer', status: 200, body: `${'x'.repeat(1024 * 1024 - 4)}hunter22` });
  const { result } = await run({ url: peer.url });
  expect(JSON.stringify(result)).not.toContain('hunt');
});

test.each([
  { name: 'a GET with a body', filled: { body: 'x' } },
  { name: 'a header that would lead elsewhere', filled: { headers: { Host: 'internal' } } },
  { name: 'a header that would cut the request', filled: { headers: { 'Transfer-Encoding': 'chunked' } } },
  { name: 'a line break in a header', filled: { headers: { 'X-Note': 'a\r\nX-Admin: 1' } } },
])('does not send $name', async ({ filled }) => {
  const peer = await server();
  expect((await run({ url: peer.url, ...filled })).result).toMatchObject({ kind: 'failed', retryable: false });
  expect(peer.seen).toEqual([]);
});

/** Ways to write 127.0.0.1 and others that belong to nobody outside, each refused before a connection. */
const PRIVATE_FORMS = [
  '127.0.0.1', '127.1', '127.0.1', '2130706433', '0x7f000001', '0x7f.0.0.1', '0177.0.0.1', '017700000001', '0', '0.0.0.0', '[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::127.0.0.1]',
  '[64:ff9b::7f00:1]', '[fe80::1]', '[fd00::1]', '[fec0::1]', '[2002:7f00:1::]', '10.0.0.1', '172.16.0.1', '192.168.0.1', '169.254.169.254', '[fd00:ec2::254]', '100.64.0.1', '168.63.129.16', '224.0.0.1', '255.255.255.255',
  '①②⑦.⓪.⓪.①', '127。0。0。1', 'localhost', 'LOCALHOST',
];

test.each(PRIVATE_FORMS)('cap 84: does not call %s, and says why', async (host) => {
  const peer = await server();
  const { result } = await run({ url: `http://${host}:${peer.port}/`, method: 'POST' }, { options: { allowPrivate: [] } });
  expect(result).toMatchObject({ kind: 'failed', retryable: false, error: expect.stringMatching(/^not called, since the installation does not allow it: .*(private or reserved|not a web address)/) });
  expect(peer.seen).toEqual([]);
});

/** A resolver that gives, for each question in turn, the next of these; the last one from then on. */
function leadsTo(...turns: readonly (readonly string[])[]): { readonly lookup: LookupAll; asked: () => number } {
  let asked = 0;
  return {
    asked: () => asked,
    lookup(_hostname, _options, done) {
      const found = turns[Math.min(asked, turns.length - 1)] ?? [];
      asked += 1;
      done(null, found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
    },
  };
}

test.each(PRIVATE_FORMS.filter((host) => /^[\x20-\x7e]+$/.test(host)))('cap 84: does not follow a redirect to %s', async (host) => {
  const target = await server();
  const peer = await server(() => ({ kind: 'answer', status: 302, headers: { location: `http://${host}:${target.port}/latest/meta-data` } }));
  const { result } = await run({ url: `http://first.example:${peer.port}/` }, { options: { allowPrivate: ['first.example'], lookup: leadsTo(['127.0.0.1']).lookup } });
  expect(result).toMatchObject({ kind: 'failed', retryable: false, error: expect.stringContaining('does not allow') });
  expect(peer.seen).toHaveLength(1);
  expect(target.seen).toEqual([]);
});

test.each([301, 302, 303, 307, 308])('cap 84: looks again at each redirect (%s)', async (status) => {
  const inner = await server();
  const last = await server(() => ({ kind: 'answer', status, headers: { location: `http://127.0.0.2:${inner.port}/` } }));
  const first = await server(() => ({ kind: 'answer', status: 302, headers: { location: last.url } }));
  const { result } = await run({ url: first.url, headers: { Authorization: 'Bearer hunter22' } });
  expect(result).toMatchObject({ kind: 'failed', retryable: false, error: expect.stringContaining('does not allow') });
  expect(last.seen).toHaveLength(1);
  expect(JSON.stringify(last.seen)).not.toContain('hunter22');
  expect(inner.seen).toEqual([]);
});

test.each(['http://ada:hunter22@hooks.example/', 'http://hunter22@hooks.example/', 'http://:hunter22@hooks.example/'])('cap 84: takes no credentials in an address, and does not repeat them', async (url) => {
  const { result } = await run({ url }, { call: { mask: (text) => text } });
  expect(result).toMatchObject({ kind: 'failed', retryable: false, error: expect.stringContaining('credentials in an address') });
  expect(JSON.stringify(result)).not.toContain('hunter22');
});

test.each(['file:///etc/passwd', 'gopher://127.0.0.1:25/x', 'ftp://example.org/', 'data:text/plain,hello', 'javascript:alert(1)', '//example.org/', 'example.org'])('cap 84: does not call %s', async (url) => {
  expect((await run({ url })).result).toMatchObject({ kind: 'failed', retryable: false });
});

test('cap 84: a host that is not listed is not called, and the fault says where it is allowed', async () => {
  const peer = await server();
  expect((await run({ url: peer.url }, { options: { allow: ['hooks.example.org'] } })).result).toEqual({
    kind: 'failed', retryable: false, error: `not called, since the installation does not allow it: http://127.0.0.1:${peer.port}/: the host is not allowed; add it under outbound.allow`,
  });
  expect(peer.seen).toEqual([]);
});

test.each([
  { name: 'a private address', found: ['10.0.0.1'] }, { name: 'this machine', found: ['127.0.0.1'] }, { name: 'this machine by IPv6', found: ['::1'] },
  { name: 'this machine, mapped', found: ['::ffff:127.0.0.1'] }, { name: 'the metadata of a cloud', found: ['169.254.169.254'] }, { name: 'several private ones', found: ['127.0.0.1', '::1', '192.168.1.1'] },
])('cap 84: does not call a name that leads to $name', async ({ found }) => {
  const peer = await server();
  const { result } = await run({ url: `http://hooks.example:${peer.port}/` }, { options: { allowPrivate: [], lookup: leadsTo(found).lookup } });
  expect(result).toMatchObject({ kind: 'failed', retryable: false, error: expect.stringContaining('leads to a private or reserved address') });
  expect(peer.seen).toEqual([]);
});

test('cap 84: a name that changes its address gains nothing: what is looked at is what is connected to', async () => {
  const peer = await server();
  // Allowed at first; what it leads to afterwards is not.
  const names = leadsTo(['127.0.0.1'], ['127.0.0.2']);
  const client = clientFor({ allowPrivate: ['127.0.0.1'], lookup: names.lookup });
  clients.push(client);
  const kind = createHttpKind({ callOut: (request) => client.call(request), holds: () => true });
  if (!('run' in kind)) throw new Error('http is run');
  const call = () => kind.run(callOf('http', STEP_KIND_SPECS.http.with.parse({ url: `http://hooks.example:${peer.port}/`, headers: { 'X-Note': 'a' } })), noStop(), createNotes());
  expect(await call()).toMatchObject({ kind: 'done' });
  expect(names.asked()).toBe(1);
  await peer.close();
  servers.splice(servers.indexOf(peer), 1);
  expect(await call()).toMatchObject({ kind: 'failed', retryable: false, error: expect.stringContaining(`hooks.example leads to a private`) });
});

test('cap 84: a redirect to the same name is looked at anew, and so is one to the same port elsewhere', async () => {
  const target = await server();
  const peer = await server(() => ({ kind: 'answer', status: 302, headers: { location: `http://hooks.example:${target.port}/` } }));
  const { result } = await run({ url: `http://hooks.example:${peer.port}/` }, { options: { allowPrivate: ['127.0.0.1'], lookup: leadsTo(['127.0.0.1'], ['127.0.0.2']).lookup } });
  expect(result).toMatchObject({ kind: 'failed', retryable: false, error: expect.stringContaining('leads to a private') });
  expect(target.seen).toEqual([]);
});

test('cap 84: of several addresses only those that are allowed are connected to', async () => {
  const peer = await server();
  const { result } = await run({ url: `http://hooks.example:${peer.port}/` }, { options: { allowPrivate: ['127.0.0.1'], lookup: leadsTo(['10.255.255.1', '127.0.0.1', '::1']).lookup } });
  expect(result).toMatchObject({ kind: 'done' });
});
