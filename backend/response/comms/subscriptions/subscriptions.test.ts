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
  await setPage({ visibility: 'public', subscriptions: true, mailChannel: channelId.parse('mail'), regions: ['eu'], components: [{ name: 'Online shop', label: 'Shop' }, { name: 'Mail' }] });
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
  const first = await (await post('/subscribe', [['address', 'Reader@Example.com'], ['service', 'Online shop'], ['service', 'secret'], ['region', 'eu'], ['region', 'secret'], ['grave', '1']])).text();
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
  expect((await bench.comms.handlers.listSubscribers({ ...none, query: { limit: 10, kind: 'outside' } }, contextOf(ADA))).items).toMatchObject([{ address: 'r…@example.com', state: 'active', services: ['Online shop'], regions: ['eu'], severities: ['sev1', 'sev2'], user: null }]);

  bench.sent.splice(0);
  await publishTo(await bench.declare('sev1', ['mail']));
  await publishTo(await bench.declare('sev3', ['checkout']));
  expect(await look()).toBe(0);
  const update = await publishTo(await bench.declare('sev1', ['checkout']));
  await publishTo(await bench.declare('sev1', ['checkout'], ED.userKey === null ? [] : [ED.userKey]));
  bench.sent.splice(0);
  expect(await look()).toBe(1);
  expect(bench.sent).toMatchObject([{ dedupKey: expect.stringMatching(`^update/${update.id}/subscribers/`), partOf: `update/${update.id}`, to: [{ kind: 'address', address: 'reader@example.com', unsubscribeUrl: expect.any(String) }], incident: null, link: { url: 'https://status.example.com/' } }]);
  expect(JSON.stringify(bench.sent)).not.toMatch(/INC-|grafana\.example/);

  const unsubscribe = pathIn(JSON.stringify(bench.sent[0]?.to), 'unsubscribe');
  const shown = await (await fetch(url(unsubscribe))).text();
  expect(await (await fetch(url('/unsubscribe/this-token-is-not-there-at-all'))).text()).toBe(shown);
  expect(await bench.database.db.query('select 1 from update_subscriptions where address is not null')).toHaveLength(1);
  expect(await (await post(unsubscribe)).text()).toContain('You are unsubscribed');
  expect(await bench.database.db.query('select 1 from update_subscriptions where address is not null')).toEqual([]);
  expect(JSON.stringify(await bench.database.db.query('select * from event_log'))).not.toContain('eader@');
});

test('cap 97: a token counts for three days, once, and for its own purpose; who left may come back; a mail provider ends a subscription with one call, also when the page is private by then', async () => {
  const subscribe = async (address: string): Promise<{ confirm: string; token: string }> => {
    bench.sent.splice(0);
    expect((await post('/subscribe', { address })).status).toBe(200);
    const confirm = pathIn(bench.sent[0]?.text ?? '', 'confirm');
    return { confirm, token: confirm.split('/')[2] ?? '' };
  };
  const stateOf = async (address: string) => (await bench.database.db.query<{ state: string }>('select state from update_subscriptions where address = $1::text', [address])).map(({ state }) => state);
  const [late, first] = [await subscribe('late@example.com'), await subscribe('back@example.com')];
  // Tokens that are not there, are of somebody else's purpose, or are no tokens.
  for (const path of ['/confirm/this-token-is-not-there-at-all', '/confirm/x', '/confirm/', `/confirm/${first.token}x`, `/confirm/${'%27or%271'.repeat(4)}`]) expect([404, 405]).toContain((await post(path)).status);
  expect((await post(`/unsubscribe/${first.token}`)).status).toBe(200);
  expect(await stateOf('back@example.com')).toEqual(['pending']);
  expect((await post(first.confirm)).status).toBe(200);
  // Three days later to the minute: it still counts; a minute after that it is forgotten.
  bench.pass(3 * 24 * 60 + 1);
  expect((await fetch(url(late.confirm))).status).toBe(404);
  expect((await post(late.confirm)).status).toBe(404);
  expect(await stateOf('late@example.com')).toEqual(['pending']);
  const again = await subscribe('late@example.com');
  expect(again.token).not.toBe(late.token);
  expect((await post(late.confirm)).status).toBe(404);
  bench.pass(3 * 24 * 60);
  expect((await post(again.confirm)).status).toBe(200);

  bench.sent.splice(0);
  await publishTo(await bench.declare());
  bench.sent.splice(0);
  expect(await look()).toBe(2);
  const wayOut = new Map(bench.sent.flatMap(({ to }) => to.flatMap((one) => (one.kind === 'address' ? [[one.address, pathIn(one.unsubscribeUrl ?? '', 'unsubscribe')]] : []))));
  const oneClick = (path: string) => fetch(url(path), { method: 'POST', body: 'List-Unsubscribe=One-Click', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, redirect: 'error' });
  await setPage({ visibility: 'off', mailChannel: channelId.parse('mail') });
  expect((await fetch(url('/'))).status).toBe(404);
  expect((await post('/subscribe', { address: 'new@example.com' })).status).toBe(404);
  // Nobody outside is told of a page that is not public.
  await publishTo(await bench.declare());
  bench.sent.splice(0);
  await look();
  expect(bench.sent.filter(({ to }) => to.some(({ kind }) => kind === 'address'))).toEqual([]);
  for (const path of wayOut.values()) expect((await oneClick(path)).status).toBe(200);
  expect((await oneClick(wayOut.get('back@example.com') ?? '')).status).toBe(200);
  expect(await bench.database.db.query('select 1 from update_subscriptions where address is not null')).toEqual([]);

  await setPage({ visibility: 'public', subscriptions: true, mailChannel: channelId.parse('mail'), components: [{ name: 'Online shop', label: 'Shop' }] });
  expect((await post((await subscribe('back@example.com')).confirm)).status).toBe(200);
  expect(await stateOf('back@example.com')).toEqual(['active']);
  // Ending is not rationed, guessing is.
  const guesses: number[] = [];
  for (let index = 0; index < 12; index += 1) guesses.push((await post(`/unsubscribe/guess-number-${index}-of-a-token`)).status);
  expect(guesses.slice(-2)).toEqual([429, 429]);
  await bench.database.db.query('delete from update_subscriptions where address is not null');
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
  let left = 2;
  bench.sent.push = (...orders) => {
    left -= 1;
    if (left === 0) throw new Error('killed on the way');
    return push.apply(bench.sent, orders);
  };
  await expect(look()).rejects.toThrow('killed on the way');
  expect(await look()).toBe(250);
  const told = bench.sent.flatMap(({ to }) => to.map((one) => (one.kind === 'address' ? one.address : '')));
  expect(told).toHaveLength(450);
  expect(new Set(told).size).toBe(450);
});
