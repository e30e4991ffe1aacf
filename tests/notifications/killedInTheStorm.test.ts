/** cap 85 to 91: kill -9 of a replica in the middle of a storm of pages, while providers stall, throttle, drop, answer 500 and die: each page arrived, once, and none was late. */
import type { ChannelId } from '../../backend/contract/index.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { eventually } from '../harness/app.ts';
import { startTestGrafana, type TestGrafana } from '../harness/grafana.ts';
import { killReplicas, startReplica } from '../harness/replica.ts';
import { startReceivingServer, type ReceivingServer } from './receivingServer.ts';
import { createStand, type Stand } from './stand.ts';

const PAGES = 200;
/** Cap 89, on a machine that has time for it. */
const LIMIT_MS = 15_000;
/** What as many pages take there while nothing fails. */
const CALM_MS = 1_500;
/** For waiting, not for judging. */
const PATIENCE_MS = 60_000;
let database: TestDatabase;
let grafana: TestGrafana;
let server: ReceivingServer;
let stand: Stand;
beforeAll(async () => {
  database = await createTestDatabase();
  grafana = await startTestGrafana();
  server = await startReceivingServer();
  stand = createStand(database.db);
});
afterAll(async () => {
  await killReplicas();
  await stand.close();
  await server.close();
  await grafana.close();
  await database.drop();
});

/** Orders the pages over some channels in turn. */
function orderAll(name: string, channels: readonly ChannelId[]): Promise<unknown> {
  return Promise.all(Array.from({ length: PAGES }, async (_one, n) => {
    const channel = channels[n % channels.length];
    if (channel !== undefined) await stand.order({ to: [{ kind: 'channel', channel }], dedupKey: `${name}-${n}` });
  }));
}

/** How much slower than a machine that has time for it this one is now, by a storm in which nothing fails; 1 at least. */
async function slowness(): Promise<number> {
  const path = '/calm';
  server.behave({ kind: 'slow', ms: 120 }, path);
  const channels = await Promise.all(Array.from({ length: 5 }, (_one, n) => stand.addChannel(`calm-${n}`, `${server.url}${path}`, { perSecond: 100 })));
  const ordered = Date.now();
  await orderAll('calm', channels);
  await eventually(async () => server.keys(path).size, (n) => n === PAGES, PATIENCE_MS);
  const tookMs = Math.max(...server.arrived.filter((one) => one.path === path).map(({ at }) => at)) - ordered;
  console.info(`${PAGES} calm pages took ${tookMs} ms`);
  return Math.max(1, tookMs / CALM_MS);
}

test('providers stall, throttle, drop, answer 500 and die, and a replica is killed: everybody has exactly one page that arrived, in time', async () => {
  const dying = await startReceivingServer();
  const moods = { stalls: { kind: 'stall' }, throttles: { kind: 'throttle', seconds: 60 }, drops: { kind: 'drop' }, fails: { kind: 'status', status: 500 } } as const;
  const paths = Object.keys(moods).map((name) => `/${name}`);
  const firsts = [...(await Promise.all(Object.keys(moods).map((name) => stand.addChannel(name, `${server.url}/${name}`, { perSecond: 10 })))), await stand.addChannel('dies', `${dying.url}/dies`, { perSecond: 10 })];
  const second = await stand.addChannel('second', `${server.url}/second`, { perSecond: 60 });
  await stand.setChains([{ channels: [second] }]);
  for (const path of paths) server.behave({ kind: 'slow', ms: 120 }, path);
  dying.behave({ kind: 'slow', ms: 120 });
  const settings = { connectionString: database.connectionString, grafana, env: { MUSTER_OUTBOUND_ALLOW: '127.0.0.1', MUSTER_OUTBOUND_ALLOW_PRIVATE: '127.0.0.1' } };
  const [doomed] = await Promise.all([startReplica(settings), startReplica(settings)]);
  stand.clock.moveTo(Date.now());
  const slower = await slowness();
  stand.clock.moveTo(Date.now());
  const ordered = Date.now();
  await orderAll('page', firsts);
  const arrived = () => [...server.arrived.filter(({ path }) => path !== '/calm'), ...dying.arrived];

  await eventually(async () => arrived().length, (n) => n >= PAGES / 8);
  // First the providers fail, each in its own way; then, while their messages are under way over another one, a replica dies.
  for (const [name, mood] of Object.entries(moods)) server.behave(mood, `/${name}`);
  await dying.close();
  server.behave({ kind: 'slow', ms: 120 }, '/second');
  await eventually(async () => server.keys('/second').size, (n) => n >= PAGES / 8);
  await doomed.kill9();
  const keys = () => new Set(arrived().map(({ key }) => key));
  await eventually(async () => keys().size, (n) => n === PAGES, PATIENCE_MS);
  await eventually(async () => (await database.db.query<{ n: number }>(`select count(*)::integer as n from notification_deliveries where state = 'delivered'`))[0]?.n, (n) => n === 2 * PAGES, PATIENCE_MS);

  const over = Object.fromEntries([...paths, '/second'].map((path) => [path, server.keys(path).size]));
  console.info(`${server.calls.length + dying.calls.length} calls, ${arrived().length} arrived (${JSON.stringify(over)}, ${dying.arrived.length} at the one that died), the last one after ${Math.max(...arrived().map(({ at }) => at)) - ordered} ms`);
  expect(arrived()).toHaveLength(PAGES);
  for (const path of paths) expect(server.calls.filter((call) => call.path === path).length).toBeGreaterThan(server.keys(path).size);
  expect(Math.max(...arrived().map(({ at }) => at)) - ordered).toBeLessThan(LIMIT_MS * slower);
});
