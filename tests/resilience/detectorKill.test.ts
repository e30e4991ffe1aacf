/**
 * cap 112: kill -9 in the middle of its work, again and again: what a detector knows and found at the end is to the bit what it would
 * undisturbed, so no step was left out or counted twice.
 */
import { createDetector, seriesKeyOf } from '../../backend/detection/index.ts';
import { insertDetector } from '../../backend/detection/detectors/detectorStore.ts';
import { detectorBody } from '../../backend/contract/index.ts';
import { follow, patienceOf, type Sample } from '../../backend/detection/episodes.ts';
import { startPrometheus, type StandInPrometheus } from '../detection/prometheus.ts';
import { shopLike } from '../../scripts/demo/metrics/shopLike.ts';
import { eventually } from '../harness/app.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { ADA_ADMIN, startTestGrafana, type TestGrafana } from '../harness/grafana.ts';
import { ORG } from '../harness/pipeline.ts';
import { callReplica, killReplicas, startReplica, type Replica } from '../harness/replica.ts';

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

/** What the dead one had taken is taken up when its time is over. */
const endLeases = () => database.db.query("update detectors set due_at = now() - interval '1 second'");

interface Row { state: string; trained_from: Date; evaluated_to: Date; bytes: Buffer | null }
async function rowOf(): Promise<Row> {
  const [row] = await database.db.query<Row & Record<string, unknown>>('select d.state, d.trained_from, d.evaluated_to, s.state as bytes from detectors as d left join detector_series as s on s.org_id = d.org_id and s.detector_id = d.id');
  if (row === undefined) throw new Error('no detector');
  return row;
}

const start = () => startReplica({ connectionString: database.connectionString, grafana, env: { MUSTER_OUTBOUND_ALLOW: '127.0.0.1', MUSTER_OUTBOUND_ALLOW_PRIVATE: '127.0.0.1' } });

test('cap 112: killed again and again while it learns, it learns each step once', async () => {
  let replica = await start();
  const made = await callReplica(replica, ADA_ADMIN, 'createDetector', { body: { name: 'Orders', query: { kind: 'prometheus', url: prometheus.url, expr: EXPR }, stepSeconds: STEP_MS / 1_000, alarmsAWeek: 1 } });
  expect(made.state).toBe('train');
  let killedWhileTraining = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const before = (await rowOf()).evaluated_to.getTime();
    const seen = await eventually(rowOf, (row) => row.evaluated_to.getTime() > before || row.state !== 'train');
    if (seen.state === 'train') killedWhileTraining += 1;
    await replica.kill9();
    await endLeases();
    replica = await start();
  }
  const end = await eventually(rowOf, (row) => row.state === 'shadow');

  const undisturbed = createDetector({ alarmsAWeek: 1 });
  for (let atMs = end.trained_from.getTime(); atMs <= end.evaluated_to.getTime(); atMs += STEP_MS) undisturbed.step(atMs, Number(String(value(atMs))));
  expect(killedWhileTraining).toBeGreaterThan(0);
  expect(end.bytes?.equals(Buffer.from(undisturbed.state()))).toBe(true);
  expect(prometheus.faults).toEqual([]);
});

test('cap 112: of two replicas one after another is killed while a detector alerts: every trouble is found once, ends where it ended, and is one alert', async () => {
  await database.db.query('truncate detectors, detector_series, detector_findings cascade');
  const [stepMs, hourMs, dayMs] = [15_000, 3_600_000, 86_400_000];
  const toMs = Math.floor((Date.now() - 60_000) / stepMs) * stepMs;
  const fromMs = toMs - 27 * dayMs;
  const services = ['cart', 'checkout', 'orders'];
  const troubled = services.map((service, index) => ({
    labels: { service },
    // Every few days an hour of trouble, each service its own.
    valueAt: shopLike(100 + index, (atMs) => (atMs > fromMs + 8 * dayMs && Math.floor(atMs / hourMs) % (90 + 7 * index) === 0 ? 400 : 0)),
  }));
  prometheus.expressions.set('troubled', troubled);
  const body = detectorBody.parse({ name: 'Troubled', query: { kind: 'prometheus', url: prometheus.url, expr: 'troubled' }, stepSeconds: stepMs / 1_000, alarmsAWeek: 1 });
  // It has alerted since its first value: all that it looks at may be found.
  await database.db.transaction((tx) => insertDetector(tx, ORG, body, { from: new Date(fromMs), evaluatedTo: new Date(fromMs - stepMs) }, new Date(), 'Ada'));
  await database.db.query("update detectors set state = 'active', watched_since = now()");
  const evaluatedMs = async (): Promise<number> => (await database.db.query<{ at: Date }>('select d.evaluated_to as at from detectors as d'))[0]?.at.getTime() ?? 0;

  const replicas: Replica[] = await Promise.all([start(), start()]);
  let killedMidway = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const before = await evaluatedMs();
    await eventually(evaluatedMs, (at) => at > before);
    await replicas[kill % 2]?.kill9();
    if ((await evaluatedMs()) < toMs) killedMidway += 1;
    await endLeases();
    replicas[kill % 2] = await start();
  }
  expect(killedMidway).toBeGreaterThan(0);
  await eventually(evaluatedMs, (at) => at >= toMs);
  const untold = async (): Promise<number> => (await database.db.query("select 1 from detector_findings as f where f.told is null or (f.told = 'firing' and f.ends_at is not null)")).length;
  await eventually(untold, (left) => left === 0);
  await Promise.all(replicas.map((replica) => replica.stop()));

  const endMs = await evaluatedMs();
  const rows = await database.db.query<{ key: string; bytes: Buffer }>('select s.series_key as key, s.state as bytes from detector_series as s');
  const found = await database.db.query<{ key: string; starts: Date; ends: Date | null }>('select f.series_key as key, f.starts_at as starts, f.ends_at as ends from detector_findings as f');
  const expected: string[] = [];
  for (const { labels, valueAt } of troubled) {
    const samples: Sample[] = [];
    for (let atMs = fromMs; atMs <= endMs; atMs += stepMs) samples.push({ atMs, value: Number(String(valueAt(atMs))) });
    const undisturbed = createDetector({ alarmsAWeek: 1 / services.length });
    const { touched } = follow(undisturbed, { open: null, lastMs: fromMs - stepMs }, samples, endMs, { direction: 'both', ...patienceOf(stepMs) });
    const key = seriesKeyOf(labels);
    expect(rows.find((row) => row.key === key)?.bytes.equals(Buffer.from(undisturbed.state()))).toBe(true);
    expected.push(...touched.map(({ startsAtMs, endsAtMs }) => `${key} ${startsAtMs} ${endsAtMs}`));
  }
  expect(expected.length).toBeGreaterThan(services.length);
  expect(found.map(({ key, starts, ends }) => `${key} ${starts.getTime()} ${ends === null ? null : ends.getTime()}`).sort()).toEqual(expected.sort());
  const alerts = await database.db.query<{ status: string; n: number }>("select a.status, count(*)::integer as n from alerts as a where a.source_id = 'muster-detectors' group by 1");
  expect(alerts.reduce((sum, { n }) => sum + n, 0)).toBe(expected.length);
  expect(prometheus.faults).toEqual([]);
});
