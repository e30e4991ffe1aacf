/** Ten replicas started at once on one empty database, as a roll-out does it: one migrates, all serve. */
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { eventually } from '../harness/app.ts';
import { startTestGrafana, ADA_ADMIN, type TestGrafana } from '../harness/grafana.ts';
import { callReplica, killReplicas, startReplica } from '../harness/replica.ts';
import { readdirSync } from 'node:fs';

const REPLICAS = 10;

let database: TestDatabase;
let grafana: TestGrafana;
beforeAll(async () => {
  [database, grafana] = await Promise.all([createTestDatabase({ empty: true }), startTestGrafana()]);
});
afterAll(async () => {
  await killReplicas();
  await grafana.close();
  await database.drop();
});

test('ten starters of the program on one empty database: every migration once, ten replicas that serve, one leader', async () => {
  const replicas = await Promise.all(Array.from({ length: REPLICAS }, () => startReplica({
    connectionString: database.connectionString, grafana, env: { MUSTER_DATABASE_POOL_SIZE: '2' },
  })));

  const migrations = readdirSync('backend/migrations').filter((name) => name.endsWith('.sql')).map((name) => name.replace(/\.sql$/, '')).sort();
  const applied = await database.db.query<{ name: string }>('select name from schema_migrations order by name');
  expect(applied.map((row) => row.name)).toEqual(migrations);
  expect(replicas.flatMap((replica) => replica.logs()).filter((line) => line['msg'] === 'database schema migrated' && Array.isArray(line['migrations']) && line['migrations'].length > 0)).toHaveLength(1);
  expect(new Set(replicas.map((replica) => replica.replicaId)).size).toBe(REPLICAS);
  const [first] = replicas;
  if (first === undefined) throw new Error('no replica');
  // Ten on a small machine may leave one without a heartbeat for a moment; its next one brings it back.
  await eventually(() => callReplica(first, ADA_ADMIN, 'getStatus'), (status) => status.replicas.filter((replica) => replica.alive).length === REPLICAS);
  const leading = (): string[] => replicas.flatMap((replica) => replica.logs().filter((line) => line['msg'] === 'this replica correlates the organisation').map(() => replica.replicaId));
  expect(await eventually(async () => leading(), (leaders) => leaders.length > 0)).toHaveLength(1);
  const ends = await Promise.all(replicas.map((replica) => replica.stop()));
  expect(ends).toEqual(replicas.map(() => ({ code: 0, signal: null })));
});
