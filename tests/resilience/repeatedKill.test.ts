/** One replica, killed again and again in a storm: its senders come again, nothing is lost, each alert is in exactly one place. */
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { eventually } from '../harness/app.ts';
import { ADA_ADMIN, startTestGrafana, type TestGrafana } from '../harness/grafana.ts';
import { missing, settledLedger } from '../harness/ledger.ts';
import { callReplica, killReplicas, startReplica, type Replica } from '../harness/replica.ts';
import { newReport, sendAll } from '../harness/sender.ts';
import { stormOf, wholeStorm } from '../harness/storm.ts';

const ALERTS = 2_000;
const SERVICES = 40;
const KILLS = 4;

let database: TestDatabase;
let grafana: TestGrafana;
beforeAll(async () => {
  [database, grafana] = await Promise.all([createTestDatabase(), startTestGrafana()]);
});
afterAll(async () => {
  await killReplicas();
  await grafana.close();
  await database.drop();
});

test('cap 39: a single replica killed four times in a storm loses nothing that was acknowledged and doubles nothing', async () => {
  const options = { connectionString: database.connectionString, grafana };
  let living: Replica | null = await startReplica(options);
  const { token } = await callReplica(living, ADA_ADMIN, 'createSource', { body: { id: 'grafana', kind: 'grafana', name: 'Grafana' } });
  const report = newReport();
  const sending = sendAll({ token, source: 'grafana', urls: () => (living === null ? [] : [living.url]), concurrency: 4, limitMs: 180_000 }, stormOf(ALERTS, SERVICES), report);

  for (let kill = 0; kill < KILLS; kill += 1) {
    await eventually(async () => report.acknowledged.size, (size) => size > (ALERTS / (KILLS + 1)) * (kill + 0.5));
    const victim: Replica = living;
    living = null;
    await victim.kill9();
    const acknowledged = new Set(report.acknowledged);
    const stored = new Set((await database.db.query<{ fingerprint: string }>('select fingerprint from alerts')).map((row) => row.fingerprint));
    expect(missing(acknowledged, stored)).toEqual([]);
    living = await startReplica(options);
  }
  await sending;
  const ledger = await settledLedger(database.db, 60_000);

  expect(report.acknowledged.size).toBe(ALERTS);
  expect(report.statuses.get(0) ?? 0).toBeGreaterThan(0);
  expect(ledger).toMatchObject(wholeStorm(ALERTS, SERVICES));
});
