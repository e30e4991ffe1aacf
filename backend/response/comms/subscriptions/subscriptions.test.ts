/** Subscriptions: of people of Grafana and, by double opt-in, of readers of the status page; each told once of what they want. */
import { audienceId, channelId, putMySubscriptionBody, putStatusPageBody, type CallOf, type IncidentNumber } from '#contract';
import { ADA, callerOf, contextOf, ED, MINUTE, ORG, startBench, type Bench } from '../comms.testkit.ts';
import type { PageServer } from '../statusPage/index.ts';
import { isWanted, shortAddress } from './matching.ts';

let bench: Bench;
let server: PageServer | null;
const none = { params: undefined, query: undefined, body: undefined };
beforeAll(async () => {
  bench = await startBench();
  server = await bench.comms.serve();
  await setPage({ visibility: 'public', subscriptions: true, mailChannel: channelId.parse('mail'), components: [{ name: 'Online shop', label: 'Shop' }, { name: 'Mail' }] });
});
afterAll(async () => {
  await server?.close();
  await bench.close();
});
beforeEach(() => {
  bench.sent.splice(0);
  bench.pass(11);
});

async function setPage(body: CallOf<'putStatusPage'>['body']): Promise<void> {
  const { handlers, pages } = bench.comms;
  await handlers.putStatusPage({ ...none, body: putStatusPageBody.parse(body) }, contextOf(ADA, (await handlers.getStatusPage(none, contextOf(ADA))).version));
  await pages.look(ORG);
}
async function want(by: typeof ADA, body: CallOf<'putMySubscription'>['body']): Promise<void> {
  const { handlers } = bench.comms;
  await handlers.putMySubscription({ ...none, body: putMySubscriptionBody.parse(body) }, contextOf(by, (await handlers.getMySubscription(none, contextOf(by))).version));
}
async function publishTo(number: IncidentNumber) {
  const draft = await bench.draft(number, { audience: 'customer', fields: { title: 'Payments fail', summary: 'Cards are refused.' } });
  return bench.act('publishUpdate', await bench.act('approveUpdate', draft, ED));
}
const url = (path: string): string => `http://127.0.0.1:${server?.port ?? 0}${path}`;
const post = (path: string, form: Record<string, string> | [string, string][] = {}) => fetch(url(path), { method: 'POST', body: new URLSearchParams(form) });
const pathIn = (text: string, what: string): string => new RegExp(`https://status\\.example\\.com(/${what}/[\\w-]+)`).exec(text)?.[1] ?? 'none';
const look = () => bench.comms.fanoutWatch.look(ORG);
const customer = [audienceId.parse('customer')];

test('cap 97: what is left empty is wanted all; names are found however they are written; an address is shown in part', () => {
  const reach = { audience: 'customer', severity: 2, services: ['checkout', 'Online shop'], regions: ['eu'] };
  const all = { audiences: ['customer'], services: [], severities: [], regions: [] };
  expect(isWanted(all, reach)).toBe(true);
  expect([{ audiences: [] }, { audiences: ['internal'] }, { services: ['mail'] }, { severities: [1] }, { regions: ['us'] }].map((part) => isWanted({ ...all, ...part }, reach))).toEqual([false, false, false, false, false]);
  expect(isWanted({ audiences: ['customer'], services: ['online SHOP', 'mail'], severities: [1, 2], regions: ['EU'] }, reach)).toBe(true);
  expect(shortAddress('ada@example.com')).toBe('a…@example.com');
});

test('cap 97: people of Grafana subscribe themselves by service, severity and region, and are told once', async () => {
  await want(ADA, { audiences: customer, services: ['checkout'] });
  await want(ED, { audiences: customer, severities: ['sev3'] });
  await want(callerOf('Eva'), { audiences: customer, regions: ['us'] });
  const update = await publishTo(await bench.declare('sev1', ['checkout']));
  bench.sent.splice(0);
  const counts = await Promise.all([look(), look()]);
  expect(counts.sort()).toEqual([0, 1]);
  expect(await look()).toBe(0);
  expect(bench.sent).toMatchObject([{ dedupKey: `update/${update.id}/people/0`, messageClass: 'update', to: [{ kind: 'person', user: 'user:ada' }], text: 'Cards are refused.' }]);
  await expect(want(ADA, { audiences: [audienceId.parse('strangers')] })).rejects.toMatchObject({ status: 400, fields: [{ field: 'body.audiences' }] });
  for (const by of [ADA, ED, callerOf('Eva')]) await want(by, { audiences: [] });
});

test('cap 97: somebody outside is told only after confirming; opening a link does nothing; whoever asks learns nothing; the way out forgets the address', async () => {
  const form = await (await fetch(url('/subscribe'))).text();
  expect(form).toContain('<form method="post"');
  expect(form).not.toContain('<script');
  expect((await post('/subscribe', { address: 'not an address' })).status).toBe(400);
  const first = await (await post('/subscribe', [['address', 'Reader@Example.com'], ['service', 'Online shop'], ['service', 'secret']])).text();
  expect(bench.sent).toMatchObject([{ to: [{ kind: 'address', channel: 'mail', address: 'reader@example.com' }], incident: null }]);
  expect(await (await post('/subscribe', { address: 'reader@example.com' })).text()).toBe(first);
  expect(bench.sent).toHaveLength(1);
  await publishTo(await bench.declare());
  expect(await look()).toBe(0);

  const confirm = pathIn(bench.sent[0]?.text ?? '', 'confirm');
  expect((await fetch(url(confirm))).status).toBe(200);
  expect(await bench.database.db.query(`select state from update_subscriptions where address = 'reader@example.com'`)).toEqual([{ state: 'pending' }]);
  expect(await (await post(confirm)).text()).toContain('You are subscribed.');
  expect((await post(confirm)).status).toBe(404);
  expect(await (await post('/subscribe', { address: 'reader@example.com' })).text()).toBe(first);
  expect((await bench.comms.handlers.listSubscribers({ ...none, query: { limit: 10, kind: 'outside' } }, contextOf(ADA))).items).toMatchObject([{ address: 'r…@example.com', state: 'active', services: ['Online shop'], user: null }]);

  bench.sent.splice(0);
  await publishTo(await bench.declare('sev1', ['mail']));
  expect(await look()).toBe(0);
  const update = await publishTo(await bench.declare('sev1', ['checkout']));
  await publishTo(await bench.declare('sev1', ['checkout'], ED.userKey === null ? [] : [ED.userKey]));
  bench.sent.splice(0);
  expect(await look()).toBe(1);
  expect(bench.sent).toMatchObject([{ dedupKey: expect.stringMatching(`^update/${update.id}/subscriber/`), to: [{ kind: 'address', address: 'reader@example.com' }], incident: null, link: { url: 'https://status.example.com/' } }]);
  expect(JSON.stringify(bench.sent)).not.toMatch(/INC-|grafana\.example/);

  const unsubscribe = pathIn(bench.sent[0]?.text ?? '', 'unsubscribe');
  const shown = await (await fetch(url(unsubscribe))).text();
  expect(await (await fetch(url('/unsubscribe/this-token-is-not-there-at-all'))).text()).toBe(shown);
  expect(await bench.database.db.query('select 1 from update_subscriptions where address is not null')).toHaveLength(1);
  expect(await (await post(unsubscribe)).text()).toContain('You are unsubscribed');
  expect(await bench.database.db.query('select 1 from update_subscriptions where address is not null')).toEqual([]);
  expect(JSON.stringify(await bench.database.db.query('select * from event_log'))).not.toContain('eader@');
});

test('cap 97: one reader tries a few times only; what is never confirmed is forgotten; without a channel for mails nobody subscribes', async () => {
  const statuses: number[] = [];
  for (let index = 0; index < 12; index += 1) statuses.push((await post('/subscribe', { address: `reader-${index}@example.com` })).status);
  expect(statuses).toEqual([...Array.from({ length: 10 }, () => 200), 429, 429]);
  bench.clock.advance(4 * 24 * 60 * MINUTE);
  await look();
  expect(await bench.database.db.query('select 1 from update_subscriptions where address is not null')).toEqual([]);
  await expect(setPage({ visibility: 'public', subscriptions: true })).rejects.toMatchObject({ status: 400, fields: [{ field: 'body.mailChannel' }] });
  await setPage({ visibility: 'public', subscriptions: false });
  expect((await fetch(url('/subscribe'))).status).toBe(404);
});

test('cap 97: many subscribers are told in batches, each once, also when it stops on the way', async () => {
  await bench.database.db.query(
    `insert into update_subscriptions (org_id, address, state, audiences, unsubscribe_token, asked_at, since) select 1, 'many-' || n || '@example.com', 'active', '{customer}', 'many-token-of-the-test-' || n, now(), now() from generate_series(1, 450) as n`,
  );
  await setPage({ visibility: 'public', subscriptions: true, mailChannel: channelId.parse('mail') });
  await publishTo(await bench.declare());
  bench.sent.splice(0);
  const { push } = bench.sent;
  let left = 300;
  bench.sent.push = (...orders) => {
    left -= 1;
    if (left === 0) throw new Error('killed on the way');
    return push.apply(bench.sent, orders);
  };
  await expect(look()).rejects.toThrow('killed on the way');
  const before = new Set(bench.sent.slice(0, 200).map(({ dedupKey }) => dedupKey));
  bench.sent.splice(0);
  expect(await look()).toBe(250);
  expect(new Set([...before, ...bench.sent.map(({ dedupKey }) => dedupKey)]).size).toBe(450);
});
