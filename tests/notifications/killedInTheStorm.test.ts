/** cap 90: kill -9 of a replica in the middle of a storm of pages, with a provider that fails at times: each page arrived, once, and none was late. */
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { eventually } from '../harness/app.ts';
import { startTestGrafana, type TestGrafana } from '../harness/grafana.ts';
import { killReplicas, startReplica } from '../harness/replica.ts';
import { startReceivingServer, type ReceivingServer } from './receivingServer.ts';
import { createStand, type Stand } from './stand.ts';

const PAGES = 200;
const LIMIT_MS = 15_000;
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

test('a replica is killed while pages are under way: everybody has exactly one that arrived, in time', async () => {
  const first = await stand.addChannel('first', `${server.url}/first`, { perSecond: 20 });
  const second = await stand.addChannel('second', `${server.url}/second`, { perSecond: 60 });
  await stand.setChains([{ channels: [second] }]);
  server.behave({ kind: 'slow', ms: 120 }, '/first');
  const settings = { connectionString: database.connectionString, grafana, env: { MUSTER_OUTBOUND_ALLOW: '127.0.0.1', MUSTER_OUTBOUND_ALLOW_PRIVATE: '127.0.0.1' } };
  const [doomed] = await Promise.all([startReplica(settings), startReplica(settings)]);
  stand.clock.moveTo(Date.now());
  const ordered = Date.now();
  await Promise.all(Array.from({ length: PAGES }, (_one, n) => stand.order({ to: [{ kind: 'channel', channel: first }], dedupKey: `page-${n}` })));

  await eventually(async () => server.arrived.length, (n) => n >= PAGES / 8);
  // First the provider dies, then, while its messages are under way over the other one, a replica does.
  server.behave({ kind: 'status', status: 503 }, '/first');
  server.behave({ kind: 'slow', ms: 120 }, '/second');
  await eventually(async () => server.keys('/second').size, (n) => n >= PAGES / 8);
  await doomed.kill9();
  await eventually(async () => server.keys().size, (n) => n === PAGES, 30_000);
  await eventually(async () => (await database.db.query<{ n: number }>(`select count(*)::integer as n from notification_deliveries where state = 'delivered'`))[0]?.n, (n) => n === PAGES, 30_000);

  console.info(`${server.calls.length} calls, ${server.arrived.length} arrived, the last one after ${(server.arrived.at(-1)?.at ?? 0) - ordered} ms`);
  expect(server.arrived).toHaveLength(PAGES);
  expect(Math.max(...server.arrived.map(({ at }) => at)) - ordered).toBeLessThan(LIMIT_MS);
}, 90_000);
