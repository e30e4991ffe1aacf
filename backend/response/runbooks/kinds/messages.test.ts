import { createHmac } from 'node:crypto';
import { STEP_KIND_SPECS } from '#contract';
import type { OutboundClient } from '../../../platform/outbound/client.ts';
import { inDrill } from './inDrill.ts';
import type { StepCall } from './kind.ts';
import { callOf, clientFor, createNotes, KEY, noStop, NOW, ORG, startEffectServer, type EffectServer } from './kinds.testkit.ts';
import { createNotifyKind, createPageKind, createTicketKind } from './messages.ts';
import type { StepAddresses } from './ports.ts';

const SIGNING_KEY = 'a key of an example';
let server: EffectServer;
let client: OutboundClient;
beforeEach(async () => {
  server = await startEffectServer();
  client = clientFor();
});
afterEach(async () => {
  await client.close();
  await server.close();
});

function portsWith(addresses: Partial<StepAddresses> = {}, signingKey: string | null = SIGNING_KEY) {
  return {
    callOut: (request: Parameters<OutboundClient['call']>[0]) => client.call(request),
    addressesOf: (orgId: number) => Promise.resolve(orgId === ORG ? { notifyUrl: `${server.url}/notify`, pageUrl: `${server.url}/page`, ticketUrl: `${server.url}/ticket`, ...addresses } : { notifyUrl: null, pageUrl: null, ticketUrl: null }),
    signingKeyOf: () => Promise.resolve(signingKey),
  };
}

const KINDS = {
  notify: (ports = portsWith(), call: Partial<StepCall<'notify'>> = {}) => {
    const kind = inDrill(createNotifyKind(ports));
    if (!('run' in kind)) throw new Error('is run');
    return kind.run(callOf('notify', STEP_KIND_SPECS.notify.with.parse({ to: '#checkout', message: 'Pool restarted', severity: 'warning' }), call), noStop(), createNotes());
  },
  page: (ports = portsWith(), call: Partial<StepCall<'page'>> = {}) => {
    const kind = inDrill(createPageKind(ports));
    if (!('run' in kind)) throw new Error('is run');
    return kind.run(callOf('page', { to: 'payments', message: 'Please look' }, call), noStop(), createNotes());
  },
  ticket: (ports = portsWith(), call: Partial<StepCall<'ticket'>> = {}) => {
    const kind = inDrill(createTicketKind(ports));
    if (!('run' in kind)) throw new Error('is run');
    return kind.run(callOf('ticket', STEP_KIND_SPECS.ticket.with.parse({ title: 'Pool too small' }), call), noStop(), createNotes());
  },
};
const NAMES = ['notify', 'page', 'ticket'] as const;

test.each([
  { name: 'notify' as const, said: { to: '#checkout', message: 'Pool restarted', severity: 'warning' } },
  { name: 'page' as const, said: { to: 'payments', message: 'Please look' } },
  { name: 'ticket' as const, said: { title: 'Pool too small', description: '', priority: '3' } },
])('cap 70: $name posts the documented body, signed and with the key of the step', async ({ name, said }) => {
  expect(await KINDS[name]()).toMatchObject({ kind: 'done' });
  const [request] = server.seen;
  expect(request).toMatchObject({ method: 'POST', url: `/${name}`, headers: { 'content-type': 'application/json', 'idempotency-key': KEY } });
  expect(JSON.parse(request?.body ?? '')).toEqual({
    kind: name, version: 1, key: KEY, ...said, incident: { number: 5, key: 'INC-5' }, runbook: { title: 'Restart the pool', run: '7', step: 'restart' }, undo: false, sentAt: NOW.toISOString(),
  });
  const timestamp = String(request?.headers['x-muster-timestamp']);
  expect(timestamp).toBe(String(NOW.getTime() / 1000));
  expect(request?.headers['x-muster-signature']).toBe(`sha256=${createHmac('sha256', SIGNING_KEY).update(`${timestamp}.${request?.body ?? ''}`).digest('hex')}`);
});

test.each(NAMES)('%s is unsigned without a key, and of no incident without one', async (name) => {
  await KINDS[name](portsWith({}, null), { incident: null });
  expect(server.seen[0]?.headers['x-muster-signature']).toBeUndefined();
  expect(JSON.parse(server.seen[0]?.body ?? '')).toMatchObject({ incident: null });
});

test.each(NAMES)('%s says where its address is set when there is none', async (name) => {
  expect(await KINDS[name](portsWith({ notifyUrl: null, pageUrl: null, ticketUrl: null }))).toEqual({ kind: 'failed', retryable: false, error: expect.stringMatching(/there is no address for (messages|pages|tickets): a manager sets it under Runbooks, Automation/) });
});

test.each(NAMES)('cap 73: %s tells which failures are worth another try', async (name) => {
  server.next.push({ kind: 'answer', status: 403, body: 'token hunter22' }, { kind: 'answer', status: 429 }, { kind: 'answer', status: 502 }, { kind: 'drop' }, { kind: 'answer', status: 302, headers: { location: 'http://127.0.0.2/' } });
  expect(await KINDS[name]()).toMatchObject({ kind: 'failed', retryable: false, error: expect.stringContaining('answered 403: token ***') });
  expect(await KINDS[name]()).toMatchObject({ kind: 'failed', retryable: true });
  expect(await KINDS[name]()).toMatchObject({ kind: 'failed', retryable: true });
  expect(await KINDS[name]()).toMatchObject({ kind: 'failed', retryable: true });
  expect(await KINDS[name]()).toMatchObject({ kind: 'failed', retryable: false });
});

test.each(NAMES)('cap 76: a second try of %s comes with the same key, so that a receiver takes it once', async (name) => {
  server.next.push({ kind: 'drop' });
  await KINDS[name]();
  await KINDS[name](portsWith(), { attempt: 2 });
  expect(server.seen).toHaveLength(2);
  expect(server.effects.size).toBe(1);
});

test.each([
  { body: '{"id":"OPS-7","url":"https://tickets.example.org/OPS-7"}', output: { id: 'OPS-7', url: 'https://tickets.example.org/OPS-7' } },
  { body: '{"id":42}', output: { id: '42', url: null } },
  { body: '{"id":"1","url":"javascript:alert(1)"}', output: { id: '1', url: null } },
  { body: 'created', output: { id: null, url: null } },
  { body: '', output: { id: null, url: null } },
])('a ticket is what the answer says: $body', async ({ body, output }) => {
  server.next.push({ kind: 'answer', status: 201, body });
  expect(await KINDS.ticket()).toMatchObject({ kind: 'done', output });
});

test.each(NAMES)('cap 81: a drill sends no %s', async (name) => {
  expect(await KINDS[name](portsWith(), { drill: true })).toMatchObject({ kind: 'done', text: 'drill: not sent' });
  expect(server.seen).toEqual([]);
});

test('cap 72: a dry run shows what would be sent', () => {
  const kind = createPageKind(portsWith());
  const filled = { to: 'payments', message: 'Please look' };
  expect(kind.describe(filled)).toBe('Pages payments: Please look');
  expect(kind.requests(filled)).toMatchObject([{ method: 'POST', to: 'the configured address for pages', body: expect.stringContaining('Please look') }]);
  expect(server.seen).toEqual([]);
});
