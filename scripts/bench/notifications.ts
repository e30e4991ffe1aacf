/**
 * `npm run bench -- notifications [--quick] [--into docs/benchmarks.md]`: from declaring an incident to the acceptance of its pages
 * by the provider, 50 within a minute and 50 at once (declared.ts); the same from the order of a page; and how long critical pages wait while one update goes to 10,000 subscribers
 * over three channels. Real database, real HTTP; provider, service and database share the machine. Fails when a message is lost; never for being slow.
 */
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { channelId, orgId, type ChannelId } from '../../backend/contract/index.ts';
import { systemClock } from '../../backend/platform/clock.ts';
import { Secret } from '../../backend/platform/config/secret.ts';
import { createDatabase } from '../../backend/platform/db/database.ts';
import { migrate } from '../../backend/platform/db/migrate.ts';
import { createLogger } from '../../backend/platform/logger.ts';
import { createOutboundClient } from '../../backend/platform/outbound/client.ts';
import { createKeyRing } from '../../backend/platform/secrets/keyRing.ts';
import { createNotifications, type Order, type Recipient } from '../../backend/response/notifications/index.ts';
import { declaredRow, measureDeclared, type DeclaredJob, type DeclaredTimes } from './declared.ts';
import { putBetween } from './document.ts';
import { percentile } from './load.ts';
import { createDatabase as createBenchDatabase } from './processes.ts';
import { startScratch } from './scratch.ts';

const { values } = parseArgs({ args: process.argv.slice(3), options: { quick: { type: 'boolean', default: false }, into: { type: 'string' } } });
const ROUNDS = values.quick ? 4 : 20;
const AT_ONCE = 50;
const SUBSCRIBERS = values.quick ? 2_000 : 10_000;
const PER_SECOND = 200;
const PAGE_EVERY_MS = 250;
const ORG = orgId.parse(1);
const logger = createLogger({ level: 'error' });
const lines: string[] = [];
const write = (...added: readonly string[]): void => {
  lines.push(...added, '');
  process.stdout.write(`${added.join('\n')}\n\n`);
};
const bodyShape = z.looseObject({ key: z.string() });

await using stack = new AsyncDisposableStack();
const { dir, postgres } = await startScratch(stack);

const IN_A_MINUTE: DeclaredJob = { count: AT_ONCE, everyMs: values.quick ? 100 : 60_000 / AT_ONCE };
const ALL_AT_ONCE: DeclaredJob = { count: AT_ONCE, everyMs: 0 };
const [inAMinute, ...atOnce] = await measureDeclared(dir, postgres, [IN_A_MINUTE, ...Array.from({ length: values.quick ? 1 : 4 }, () => ALL_AT_ONCE)]);
if (inAMinute === undefined) throw new Error('nothing was declared');
const allAtOnce: DeclaredTimes = { answered: atOnce.flatMap(({ answered }) => answered), first: atOnce.flatMap(({ first }) => first), all: atOnce.flatMap(({ all }) => all) };
write(
  `From the request that declares a SEV1 to its answer, to the first page that the provider took, and to the last of the four that go out at once (three policies: a person, one of a team, a whole team): p50 / p99 ms.`, '',
  '| declared | answered | first page | all pages | n |', '|--|--|--|--|--|', declaredRow(`${AT_ONCE}, one each ${IN_A_MINUTE.everyMs} ms`, inAMinute), declaredRow(`${AT_ONCE} at once`, allAtOnce),
);
const connectionString = await createBenchDatabase(postgres, 'bench_notifications');
await migrate({ connectionString, dir: new URL('../../backend/migrations', import.meta.url).pathname, logger });
const db = createDatabase({ connectionString, maxConnections: 10, applicationName: 'bench', logger });

/** When each key came first. */
const accepted = new Map<string, number>();
const provider = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { key } = bodyShape.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    if (!accepted.has(key)) accepted.set(key, performance.now());
    response.writeHead(200).end();
  });
});
await new Promise<void>((resolve) => { provider.listen(0, '127.0.0.1', resolve); });
const address = provider.address();
if (address === null || typeof address === 'string') throw new Error('no port');
const outbound = createOutboundClient({ allow: ['127.0.0.1'], allowPrivate: ['127.0.0.1'] });
const notifications = createNotifications({
  db, clock: systemClock, logger, replicaId: 'bench', orgs: [ORG], publicUrl: 'http://127.0.0.1', ring: createKeyRing([{ id: 'bench', key: new Secret(Buffer.alloc(32, 7).toString('base64')) }]),
  ports: {
    users: { find: async () => new Map() }, contactPlan: async () => [], onOutcome: [], channelUsers: [], callOut: (request) => outbound.call(request),
    rehearsalPeople: async () => [],
    mail: { send: async () => undefined, close: async () => undefined }, grafana: { isConnected: async () => false, call: async () => undefined },
  },
});

const channels: ChannelId[] = ['one', 'two', 'three'].map((id) => channelId.parse(id));
for (const id of channels) {
  await db.query(`insert into channels (org_id, id, kind, name, config, enabled, per_second, updated_at, updated_by) values (1, $1::text, 'webhook', $1::text, $2::jsonb, true, $3::double precision, now(), 'bench')`, [id, JSON.stringify({ url: `http://127.0.0.1:${address.port}/${id}` }), PER_SECOND]);
  await db.query('insert into channel_health (org_id, channel) values (1, $1::text)', [id]);
}
await notifications.worker.start();
stack.defer(async () => {
  await notifications.worker.close();
  await outbound.close();
  provider.close();
  await db.close();
});

async function order(key: string, to: readonly Recipient[], parts: Pick<Order, 'messageClass' | 'urgency'>): Promise<void> {
  await db.transaction((tx) => notifications.send(tx, ORG, { dedupKey: key, ...parts, incident: null, to, subject: 'Checkout is down', text: 'Every second order fails.', facts: [], link: null, actions: [], thread: 'incident/1' }));
}

async function come(keys: readonly string[], limitMs: number): Promise<void> {
  const end = performance.now() + limitMs;
  while (!keys.every((key) => accepted.has(key))) {
    if (performance.now() > end) throw new Error(`${keys.filter((key) => !accepted.has(key)).length} messages are lost`);
    await new Promise<void>((resolve) => { setTimeout(resolve, 20); });
  }
}

let made = 0;
/** Orders a page and gives how long it took until the provider had it, once it has. */
function page(channel: ChannelId): { readonly key: string; readonly ordered: Promise<number> } {
  made += 1;
  const name = `page-${made}`;
  const startedAt = performance.now();
  return { key: `${name}/channel:${channel}`, ordered: order(name, [{ kind: 'channel', channel }], { messageClass: 'page', urgency: 'critical' }).then(() => startedAt) };
}

function shown(list: readonly number[]): string {
  const sorted = [...list].sort((a, b) => a - b);
  return `p50 ${percentile(sorted, 0.5).toFixed(0)} ms, p99 ${percentile(sorted, 0.99).toFixed(0)} ms, most ${percentile(sorted, 1).toFixed(0)} ms (n = ${list.length})`;
}

async function timesOf(pages: readonly ReturnType<typeof page>[]): Promise<number[]> {
  await come(pages.map(({ key }) => key), 60_000);
  return Promise.all(pages.map(async ({ key, ordered }) => (accepted.get(key) ?? 0) - (await ordered)));
}

const together: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  together.push(...(await timesOf(Array.from({ length: AT_ONCE }, (_one, place) => page(channels[place % channels.length] ?? channelId.parse('one'))))));
}
write(`From the order of a page to its acceptance by the provider, ${AT_ONCE} ordered at once over three channels of ${PER_SECOND} messages a second each: ${shown(together)}.`);

const to = Array.from({ length: SUBSCRIBERS }, (_one, place): Recipient => ({ kind: 'address', channel: channels[place % channels.length] ?? channelId.parse('one'), address: `s${place}`, name: `s${place}` }));
const fanOutAt = performance.now();
await order('update', to, { messageClass: 'update', urgency: 'normal' });
const orderedMs = performance.now() - fanOutAt;
const during: ReturnType<typeof page>[] = [];
const all = to.map((recipient) => (recipient.kind === 'address' ? `update/address:${recipient.channel}:${recipient.address}` : ''));
while (!all.every((key) => accepted.has(key))) {
  during.push(page(channels[during.length % channels.length] ?? channelId.parse('one')));
  await new Promise<void>((resolve) => { setTimeout(resolve, PAGE_EVERY_MS); });
  if (performance.now() - fanOutAt > 600_000) throw new Error('the fan-out does not end');
}
const seconds = (performance.now() - fanOutAt) / 1_000;
write(`One update to ${SUBSCRIBERS.toLocaleString('en')} subscribers over the three channels: ordered in ${orderedMs.toFixed(0)} ms, all accepted after ${seconds.toFixed(1)} s (the limit of the channels: ${(SUBSCRIBERS / PER_SECOND / channels.length).toFixed(1)} s).`);
write(`Critical pages ordered meanwhile, one each ${PAGE_EVERY_MS} ms: ${shown(await timesOf(during))}.`);

if (values.into !== undefined) await putBetween(values.into, 'notifications', lines);
