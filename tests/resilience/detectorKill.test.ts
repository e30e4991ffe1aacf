/** cap 112: kill -9 in the middle of its training, again and again: what a detector knows at the end is to the bit what it would know undisturbed, so no step was left out or counted twice. */
import { createDetector } from '../../backend/detection/index.ts';
import { startPrometheus, type StandInPrometheus } from '../detection/prometheus.ts';
import { shopLike } from '../../scripts/demo/metrics/shopLike.ts';
import { eventually } from '../harness/app.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { ADA_ADMIN, startTestGrafana, type TestGrafana } from '../harness/grafana.ts';
import { callReplica, killReplicas, startReplica } from '../harness/replica.ts';

const EXPR = 'sum(rate(orders_total[5m]))';
const STEP_MS = 30_000;
const KILLS = 3;
const value = shopLike(100);

let database: TestDatabase;
let grafana: TestGrafana;
let prometheus: StandInPrometheus;
beforeAll(async () => {
  database = await createTestDatabase();
  grafana = await startTestGrafana();
  prometheus = await startPrometheus();
  prometheus.expressions.set(EXPR, [{ labels: { service: 'checkout' }, valueAt: value }]);
});
afterAll(async () => {
  await killReplicas();
  await prometheus.close();
  await grafana.close();
  await database.drop();
});

interface Row { state: string; trained_from: Date; evaluated_to: Date; bytes: Buffer | null }
async function rowOf(): Promise<Row> {
  const [row] = await database.db.query<Row & Record<string, unknown>>('select d.state, d.trained_from, d.evaluated_to, s.state as bytes from detectors as d left join detector_series as s on s.org_id = d.org_id and s.detector_id = d.id');
  if (row === undefined) throw new Error('no detector');
  return row;
}

const start = () => startReplica({ connectionString: database.connectionString, grafana, env: { MUSTER_OUTBOUND_ALLOW: '127.0.0.1', MUSTER_OUTBOUND_ALLOW_PRIVATE: '127.0.0.1' } });

test('cap 112: killed again and again while it learns, it learns each step once', async () => {
  let replica = await start();
  const made = await callReplica(replica, ADA_ADMIN, 'createDetector', { body: { name: 'Orders', query: { kind: 'prometheus', url: prometheus.url, expr: EXPR }, stepSeconds: STEP_MS / 1_000 } });
  expect(made.state).toBe('train');
  let killedWhileTraining = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const before = (await rowOf()).evaluated_to.getTime();
    const seen = await eventually(rowOf, (row) => row.evaluated_to.getTime() > before || row.state !== 'train', 30_000);
    if (seen.state === 'train') killedWhileTraining += 1;
    await replica.kill9();
    // What the dead one had taken is taken up when its time is over.
    await database.db.query("update detectors set due_at = now() - interval '1 second'");
    replica = await start();
  }
  const end = await eventually(rowOf, (row) => row.state === 'shadow', 60_000);

  const undisturbed = createDetector({ alarmsAWeek: 1 });
  for (let atMs = end.trained_from.getTime(); atMs <= end.evaluated_to.getTime(); atMs += STEP_MS) undisturbed.step(atMs, Number(String(value(atMs))));
  expect(killedWhileTraining).toBeGreaterThan(0);
  expect(end.bytes?.equals(Buffer.from(undisturbed.state()))).toBe(true);
  expect(prometheus.faults).toEqual([]);
}, 180_000);
