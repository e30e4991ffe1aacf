/** Channels as people and files set them: checked by the kind, secrets sealed, not deleted while in use; rehearsals; the heartbeat to another system; steps of runbooks. */
import { createServer, type Server } from 'node:http';
import { channelId, incidentNumber, userKey, type ChannelId } from '../../backend/contract/index.ts';
import { createTellChannel } from '../../backend/tellChannel.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { startReceivingServer, type ReceivingServer } from './receivingServer.ts';
import { contextOf, createStand, ORG, START_MS, type Stand } from './stand.ts';

const CANARY = 'canary-of-the-channel';
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

const none = { params: undefined, query: undefined, body: undefined } as const;

test('a channel is checked by its kind, keeps its secrets to itself, and is not removed while a chain names it', async () => {
  const { handlers } = stand.notifications;
  const make = (config: Record<string, unknown>, secrets: Record<string, string> = {}) => handlers.createChannel({ params: undefined, query: undefined, body: { id: channelId.parse('hook'), kind: 'webhook', name: 'Hook', enabled: true, config, secrets, perSecond: null } }, contextOf(null));
  await expect(make({ url: 'no address' })).rejects.toMatchObject({ status: 400, fields: [{ field: 'body.config.url', message: expect.any(String) }] });
  await expect(make({ url: server.url, more: 1 })).rejects.toMatchObject({ status: 400, fields: [{ field: 'body.config.more', message: expect.any(String) }] });
  await expect(make({ url: server.url }, { other: 'x' })).rejects.toMatchObject({ status: 400, fields: [{ field: 'body.secrets.other', message: expect.any(String) }] });

  const made = await make({ url: `${server.url}/hook` }, { signingKey: CANARY });
  expect(made).toMatchObject({ secretsSet: ['signingKey'], version: 1, usedBy: [] });
  const params = { id: made.id };
  const edited = await handlers.editChannel({ params, query: undefined, body: { name: 'Other', enabled: true, config: { url: `${server.url}/hook` }, secrets: {}, perSecond: null } }, contextOf(1));
  expect(edited).toMatchObject({ name: 'Other', secretsSet: ['signingKey'], version: 2 });
  await expect(handlers.editChannel({ params, query: undefined, body: { name: 'Late', enabled: true, config: { url: server.url }, secrets: {}, perSecond: null } }, contextOf(1))).rejects.toMatchObject({ status: 412 });
  expect(JSON.stringify([made, edited, await database.db.query('select * from channels, event_log')])).not.toContain(CANARY);

  await stand.setChains([{ channels: [made.id] }]);
  await expect(handlers.deleteChannel({ params, query: undefined, body: undefined }, contextOf(2))).rejects.toMatchObject({ status: 409, message: expect.stringContaining('the chain “Default”') });
  await expect(stand.setChains([{ channels: [channelId.parse('unknown')] }])).rejects.toMatchObject({ status: 400, fields: [{ field: 'body.chains.0.channels.0', message: expect.any(String) }] });
  await stand.setChains([{ channels: [] }]);
  expect(await handlers.deleteChannel({ params, query: undefined, body: undefined }, contextOf(2))).toEqual({ ok: true });
});

test('a test tells at once whether a channel works', async () => {
  const id = await stand.addChannel('hook', `${server.url}/hook`);
  const ask = () => stand.notifications.handlers.testChannel({ params: { id }, query: undefined, body: { address: null } }, contextOf(null));
  expect(await ask()).toMatchObject({ ok: true });
  server.behave({ kind: 'status', status: 500 });
  expect(await ask()).toMatchObject({ ok: false, detail: expect.stringContaining('500') });
});

test('cap 143: a rehearsal tries every way of every chain and reports which does not work', async () => {
  const [good, bad] = [await stand.addChannel('good', `${server.url}/good`), await stand.addChannel('bad', `${server.url}/bad`)];
  await stand.setChains([{ channels: [good, bad] }, { name: 'Pages', messageClass: 'page', channels: [good] }]);
  server.behave({ kind: 'status', status: 410 }, '/bad');
  const { handlers } = stand.notifications;
  const rehearse = { params: undefined, query: undefined, body: { people: false } };
  const { id } = await handlers.startRehearsal(rehearse, contextOf(null));
  await expect(handlers.startRehearsal(rehearse, contextOf(null))).rejects.toMatchObject({ status: 409 });
  await stand.work(1_000);
  stand.notifications.watch.tick();
  await stand.notifications.watch.close();

  expect(await handlers.getRehearsal({ params: { id }, query: undefined, body: undefined }, contextOf(null))).toMatchObject({
    state: 'failed', hops: [{ chain: 'Default', channel: 'good', state: 'passed' }, { chain: 'Default', channel: 'bad', state: 'failed', detail: expect.stringContaining('410') }, { chain: 'Pages', channel: 'good', state: 'passed' }],
  });
  expect(server.arrived).toHaveLength(2);

  // The schedule asks for the next one on Monday.
  stand.clock.moveTo(START_MS + 7 * 86_400_000);
  stand.notifications.watch.tick();
  await stand.notifications.watch.close();
  expect((await handlers.listRehearsals({ params: undefined, query: { limit: 10 }, body: undefined }, contextOf(null))).items.map(({ startedBy }) => startedBy)).toEqual(['Muster', 'Ada']);
});

test('cap 143: a rehearsal tries every address of people too; who sleeps is left alone, and who has none is told', async () => {
  const [good, bad] = [await stand.addChannel('good', `${server.url}/good`), await stand.addChannel('bad', `${server.url}/bad`)];
  server.behave({ kind: 'status', status: 410 }, '/bad');
  const somebody = (name: string) => ({ key: userKey.parse(`user:${name}`), login: name, name });
  const way = (channel: ChannelId, address: string, isProven = true) => ({ channel, address, isProven });
  stand.people.push(
    { person: somebody('ann'), isQuiet: false, ways: [way(good, 'https://ann.example.com/1'), way(bad, 'https://ann.example.com/2'), way(good, 'https://ann.example.com/3', false)] },
    { person: somebody('bob'), isQuiet: true, ways: [way(good, 'https://bob.example.com/1')] }, { person: somebody('cem'), isQuiet: false, ways: [] },
  );
  const { handlers } = stand.notifications;
  const look = async (): Promise<void> => {
    await stand.work(1_000);
    stand.notifications.watch.tick();
    await stand.notifications.watch.close();
  };
  const { id } = await handlers.startRehearsal({ params: undefined, query: undefined, body: { people: true } }, contextOf(null));
  await look();
  const ended = await handlers.getRehearsal({ params: { id }, query: undefined, body: undefined }, contextOf(null));
  const told = (hops: typeof ended.hops) => hops.map(({ person, channel, place, state, detail }) => [person?.login, channel, place, state, detail]);
  expect([ended.state, told(ended.hops)]).toEqual(['failed', [
    ['ann', 'good', 1, 'passed', null], ['ann', 'bad', 2, 'failed', expect.stringContaining('410')], ['ann', 'good', 3, 'skipped', expect.stringContaining('not proven')],
    ['bob', 'good', 1, 'skipped', expect.stringContaining('quiet')], ['cem', null, null, 'failed', expect.stringContaining('no proven address')],
  ]]);
  expect(server.arrived).toHaveLength(1);
  // Addresses are their owners' business.
  expect(JSON.stringify(ended)).not.toContain('example.com');

  const bob = { ...contextOf(null), caller: { ...contextOf(null).caller, userKey: userKey.parse('user:bob'), name: 'Bob' } };
  expect(await handlers.getMyRehearsal(none, bob)).toEqual({ rehearsal: null });
  expect((await handlers.rehearseMyContacts(none, bob)).hops).toMatchObject([{ state: 'waiting', address: 'ht…/1' }]);
  await expect(handlers.rehearseMyContacts(none, bob)).rejects.toMatchObject({ status: 409 });
  await look();
  expect(await handlers.getMyRehearsal(none, bob)).toMatchObject({ rehearsal: { state: 'passed', startedBy: 'Ada', hops: [{ state: 'passed' }] } });
  await expect(handlers.rehearseMyContacts(none, bob)).rejects.toMatchObject({ status: 409, message: 'your addresses were tried just now; again in 5 min' });
  stand.clock.advance(5 * 60_000);
  const again = await handlers.rehearseMyContacts(none, bob);
  await expect(handlers.getRehearsal({ params: { id: again.id }, query: undefined, body: undefined }, contextOf(null))).rejects.toMatchObject({ status: 404 });
  expect((await handlers.listRehearsals({ params: undefined, query: { limit: 10 }, body: undefined }, contextOf(null))).items.map((one) => one.id)).toEqual([id]);
  await expect(handlers.rehearseMyContacts(none, contextOf(null))).rejects.toMatchObject({ status: 409 });

  // The schedule tries people only where that was said.
  await look();
  stand.clock.moveTo(START_MS + 7 * 86_400_000);
  await handlers.putNotificationSettings({ params: undefined, query: undefined, body: { bundleAfter: 5, bundleSeconds: 60, heartbeatUrl: null, rehearse: 'weekly', rehearseHour: 9, rehearsePeople: true } }, contextOf(0));
  await look();
  const [scheduled] = (await handlers.listRehearsals({ params: undefined, query: { limit: 1 }, body: undefined }, contextOf(null))).items;
  expect([scheduled?.startedBy, scheduled?.hops.length]).toEqual(['Muster', 5]);
});

test('cap 143: the heartbeat calls another system once a minute, and its failure is told once', async () => {
  let status = 204;
  let calls = 0;
  const watcher: Server = createServer((_request, response) => {
    calls += 1;
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => { watcher.listen(0, '127.0.0.1', resolve); });
  const address = watcher.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const { handlers, watch } = stand.notifications;
  const beat = async () => {
    watch.tick();
    await watch.close();
  };
  await handlers.putNotificationSettings({ params: undefined, query: undefined, body: { bundleAfter: 5, bundleSeconds: 60, heartbeatUrl: `http://127.0.0.1:${address.port}/ping`, rehearse: 'never', rehearseHour: 0, rehearsePeople: false } }, contextOf(0));
  await beat();
  await beat();
  expect(calls).toBe(1);
  status = 500;
  for (let minute = 0; minute < 2; minute += 1) {
    stand.clock.advance(60_000);
    await beat();
  }
  expect(calls).toBe(3);
  expect(await handlers.getNotificationSettings(none, contextOf(null))).toMatchObject({ heartbeat: { lastFailure: 'it answered 500' } });
  expect(await database.db.query(`select 1 from event_log where type = 'heartbeat_out.failed'`)).toHaveLength(1);
  watcher.closeAllConnections();
  await new Promise((resolve) => { watcher.close(resolve); });
});

test('a file sets channels and chains, with secrets of the environment; applying it again changes nothing', async () => {
  process.env['MUSTER_TEST_CHANNEL_KEY'] = CANARY;
  const file = { path: 'channels.yaml', text: `apiVersion: 1\nchannels:\n  - { id: hook, kind: webhook, name: Hook, config: { url: "${server.url}/hook" }, secrets: { signingKey: $MUSTER_TEST_CHANNEL_KEY } }\nchains:\n  - { name: Default, channels: [hook] }\n` };
  expect(await stand.notifications.provision(ORG, file)).toBe(2);
  expect(await stand.notifications.provision(ORG, file)).toBe(0);
  const shown = await stand.notifications.handlers.getChannel({ params: { id: channelId.parse('hook') }, query: undefined, body: undefined }, contextOf(null));
  expect(shown).toMatchObject({ provisioned: true, secretsSet: ['signingKey'] });
  await expect(stand.notifications.handlers.editChannel({ params: { id: shown.id }, query: undefined, body: { name: 'x', enabled: true, config: {}, secrets: {}, perSecond: null } }, contextOf(1))).rejects.toMatchObject({ status: 409 });
  await expect(stand.notifications.provision(ORG, { ...file, text: file.text.replace('url:', 'uri:') })).rejects.toThrow(/channels\.yaml:3.*config/);
});

test('a step of a runbook tells a channel once for its key', async () => {
  const channel = await stand.addChannel('hook', `${server.url}/hook`);
  const tell = createTellChannel(database.db, stand.notifications);
  const message = { key: 'step/1', channel, kind: 'notify' as const, critical: false, incident: incidentNumber.parse(1), subject: 'Restart: done', text: 'done' };
  expect([await tell(ORG, message), await tell(ORG, message), await tell(ORG, { ...message, key: 'step/2', channel: 'unknown' })]).toEqual([true, true, false]);
  await stand.work();
  expect(server.arrived.map(({ subject }) => subject)).toEqual(['Restart: done']);
});
