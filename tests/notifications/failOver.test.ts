/** caps 89-91, 94: what providers do wrong, and what becomes of messages. Real HTTP, a clock of the test's own. */
import { userKey } from '../../backend/contract/index.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { startReceivingServer, type ReceivingServer } from './receivingServer.ts';
import { createStand, contextOf, ORG, type Stand } from './stand.ts';

let database: TestDatabase;
let server: ReceivingServer;
let stand: Stand;
beforeEach(async () => {
  database = await createTestDatabase();
  server = await startReceivingServer();
  stand = createStand(database.db, { hanging: () => server.hanging() });
});
afterEach(async () => {
  await stand.close();
  await server.close();
  await database.drop();
});

const deliveries = async () => (await stand.notifications.handlers.listDeliveries({ params: undefined, query: { limit: 1000 }, body: undefined }, contextOf(null))).items;

test('cap 89: a page whose provider answers 500 goes on over the next channel at once, and is told once', async () => {
  const [first, second] = [await stand.addChannel('first', `${server.url}/first`), await stand.addChannel('second', `${server.url}/second`)];
  await stand.setChains([{ channels: [second] }]);
  server.behave({ kind: 'status', status: 500 }, '/first');

  await stand.order({ to: [{ kind: 'channel', channel: first }], dedupKey: 'page-1' });
  await stand.order({ to: [{ kind: 'channel', channel: first }], dedupKey: 'page-1' });
  await stand.work();
  await stand.work();

  expect(server.arrived.map(({ path, subject }) => [path, subject])).toEqual([['/second', 'Checkout is down']]);
  expect(await deliveries()).toMatchObject([{ state: 'delivered', channel: 'second', hop: 2, hops: 2, tries: 2 }]);
  expect(stand.outcomes).toMatchObject([{ state: 'delivered', channel: 'second', dedupKey: 'page-1' }]);
});

test('cap 89: whatever the provider does, a critical page has gone on over the next channel within 15 s', async () => {
  const channels = [];
  for (const mood of [{ kind: 'stall' }, { kind: 'drop' }, { kind: 'status', status: 503 }, { kind: 'status', status: 401 }, { kind: 'throttle', seconds: 60 }] as const) {
    const path = `/${mood.kind}${'status' in mood ? mood.status : ''}`;
    server.behave(mood, path);
    channels.push(await stand.addChannel(path.slice(1), `${server.url}${path}`));
  }
  const good = await stand.addChannel('good', `${server.url}/good`);
  await stand.setChains([{ channels: [good] }]);

  for (const channel of channels) await stand.order({ to: [{ kind: 'channel', channel }], dedupKey: channel });
  await stand.work(15_000);

  expect(server.keys('/good').size).toBe(channels.length);
  expect(server.arrived).toHaveLength(channels.length);
  expect((await deliveries()).map(({ state, channel }) => [state, channel])).toEqual(channels.map(() => ['delivered', 'good']));
});

test('cap 89: a channel that fails rests, its messages go elsewhere, and it is taken back by itself', async () => {
  const [first, second] = [await stand.addChannel('first', `${server.url}/first`), await stand.addChannel('second', `${server.url}/second`)];
  await stand.setChains([{ channels: [second] }]);
  const page = (key: string) => stand.order({ to: [{ kind: 'channel', channel: first }], dedupKey: key });
  const health = async () => (await stand.notifications.handlers.listChannels({ params: undefined, query: { limit: 10 }, body: undefined }, contextOf(null))).items[0]?.health;
  server.behave({ kind: 'status', status: 500 }, '/first');

  for (let n = 0; n < 5; n += 1) {
    await page(`storm-${n}`);
    await stand.work(250);
  }
  expect(await health()).toMatchObject({ breaker: 'open', lastFailure: expect.stringContaining('500') });
  expect(server.calls.filter(({ path }) => path === '/first')).toHaveLength(3);
  expect(server.keys('/second').size).toBe(5);

  server.behave({ kind: 'well' }, '/first');
  await stand.work(10_000);
  await page('afterwards');
  await stand.work(250);
  await page('and again');
  await stand.work(250);
  expect(server.arrived.slice(5).map(({ path }) => path)).toEqual(['/first', '/first']);
  expect(await health()).toMatchObject({ breaker: 'closed', restsUntil: null });
  const told = await database.db.query<{ type: string }>(`select type from event_log where type like 'channel.%' and type <> 'channel.created' order by position`);
  expect(told.map(({ type }) => type)).toEqual(['channel.rests', 'channel.works_again']);
});

test('cap 89: a channel that the installation does not allow to be called rests, also when every message had an address of somebody; a bad address is not held against it', async () => {
  const denied = await stand.addChannel('denied', 'https://hooks.example.com/muster');
  const well = await stand.addChannel('well', `${server.url}/well`);
  server.behave({ kind: 'status', status: 410 }, '/well');
  for (const channel of [denied, well]) {
    for (let n = 0; n < 3; n += 1) await stand.order({ to: [{ kind: 'address', channel, address: `someone-${n}`, name: 'Someone' }] });
  }
  await stand.work(250);

  const { items } = await stand.notifications.handlers.listChannels({ params: undefined, query: { limit: 10 }, body: undefined }, contextOf(null));
  expect(items.find(({ id }) => id === denied)?.health).toMatchObject({ breaker: 'open', lastFailure: expect.stringContaining('does not allow it') });
  expect(items.find(({ id }) => id === well)?.health).toMatchObject({ breaker: 'closed', lastFailure: null });
});

test('cap 90: with no other way a page is tried again until it arrives, and what never works says so', async () => {
  const only = await stand.addChannel('only', `${server.url}/only`);
  const wrong = await stand.addChannel('wrong', `${server.url}/wrong`);
  server.behave({ kind: 'status', status: 500 }, '/only');
  server.behave({ kind: 'status', status: 410 }, '/wrong');
  await stand.order({ to: [{ kind: 'channel', channel: only }] });
  await stand.order({ to: [{ kind: 'channel', channel: wrong }], dedupKey: 'never' });
  await stand.order({ to: [{ kind: 'person', user: userKey.parse('user:nobody') }] });
  await stand.work(3_000);
  server.behave({ kind: 'well' }, '/only');
  await stand.work(30_000);

  expect((await deliveries()).map(({ state, error }) => [state, error])).toEqual([
    ['failed', 'there is no way to reach this recipient'], ['failed', expect.stringContaining('410')], ['delivered', null],
  ]);
  expect(server.arrived.map(({ path }) => path)).toEqual(['/only']);

  server.behave({ kind: 'well' }, '/wrong');
  const failed = (await deliveries()).find(({ channel }) => channel === 'wrong');
  if (failed === undefined) throw new Error('no delivery');
  await stand.notifications.handlers.retryDelivery({ params: { id: failed.id }, query: undefined, body: undefined }, contextOf(null));
  await stand.work(40_000);
  expect(server.keys('/wrong').size).toBe(1);
});

test('cap 91: a provider that asks to wait is not called before, and a critical page does not wait for its queue', async () => {
  const slow = await stand.addChannel('slow', `${server.url}/slow`, { perSecond: 2 });
  for (let n = 0; n < 20; n += 1) await stand.order({ to: [{ kind: 'channel', channel: slow }], messageClass: 'notice', urgency: 'normal', subject: `notice ${n}` });
  await stand.work(2_000);
  await stand.order({ to: [{ kind: 'channel', channel: slow }], subject: 'urgent' });
  await stand.work(1_000);
  expect(server.arrived.slice(-2).map(({ subject }) => subject)).toContain('urgent');
  expect(server.arrived.length).toBeLessThanOrEqual(8);

  server.behave({ kind: 'throttle', seconds: 5 }, '/slow');
  await stand.work(1_000);
  const before = server.calls.length;
  server.behave({ kind: 'well' }, '/slow');
  await stand.work(3_500);
  expect(server.calls.length - before).toBe(0);
  await stand.work(12_000);
  expect(server.keys().size).toBe(21);
  expect(server.arrived).toHaveLength(21);
});

test('cap 94: more than so many notices to one person become one; what is critical is never held back', async () => {
  const channel = await stand.addChannel('hook', `${server.url}/hook`);
  const to = [{ kind: 'address' as const, channel, address: 'someone', name: 'Someone' }];
  for (let n = 0; n < 12; n += 1) await stand.order({ to, messageClass: 'notice', urgency: 'normal', subject: `notice ${n}` });
  await stand.work();
  expect(server.arrived).toHaveLength(5);
  await stand.order({ to, messageClass: 'notice', urgency: 'critical', subject: 'urgent' });
  await stand.work();
  expect(server.arrived.map(({ subject }) => subject).at(-1)).toBe('urgent');
  await stand.work(120_000);

  expect(server.arrived).toHaveLength(7);
  expect(server.arrived.at(-1)?.subject).toBe('7 notices: notice 5');
  expect((await deliveries()).map(({ state }) => state)).toEqual(Array.from({ length: 13 }, () => 'delivered'));
  expect(stand.outcomes).toHaveLength(13);
});

test('what is called off is not sent any more', async () => {
  const channel = await stand.addChannel('hook', `${server.url}/hook`);
  await stand.order({ to: [{ kind: 'channel', channel }], dedupKey: 'late' });
  await database.db.transaction((tx) => stand.notifications.cancel(tx, ORG, 'late'));
  await stand.work(1_000);

  expect(server.calls).toHaveLength(0);
  expect((await deliveries())[0]).toMatchObject({ state: 'cancelled', dueAt: null });
});

test('a page that nobody answers goes on over the next contact point, until it is called off', async () => {
  const [chat, phone] = [await stand.addChannel('chat', `${server.url}/chat`), await stand.addChannel('phone', `${server.url}/phone`)];
  const user = userKey.parse('user:ada');
  stand.plans.set(user, [{ channel: chat, address: 'ada', waitSeconds: 60 }, { channel: phone, address: 'ada', waitSeconds: 60 }, { channel: chat, address: 'other', waitSeconds: 0 }]);
  await stand.order({ to: [{ kind: 'person', user }], dedupKey: 'p' });
  await stand.work(59_000);
  expect(server.arrived.map(({ path }) => path)).toEqual(['/chat']);
  await stand.work(2_000);
  expect(server.arrived.map(({ path }) => path)).toEqual(['/chat', '/phone']);
  await database.db.transaction((tx) => stand.notifications.cancel(tx, ORG, 'p'));
  await stand.work(120_000);
  expect(server.arrived).toHaveLength(2);
  expect((await deliveries())[0]).toMatchObject({ state: 'delivered', dueAt: null });
});
