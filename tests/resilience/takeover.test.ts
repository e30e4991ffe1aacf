/** cap 39, 142: two replicas on one database, and the one that correlates is killed in the middle of a storm. */
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { eventually } from '../harness/app.ts';
import { ADA_ADMIN, startTestGrafana, type TestGrafana } from '../harness/grafana.ts';
import { missing, settledLedger } from '../harness/ledger.ts';
import { grafanaAlert } from '../harness/pipeline.ts';
import { callReplica, killReplicas, startReplica, type Replica } from '../harness/replica.ts';
import { inParts, newReport, sendAll, type Delivery } from '../harness/sender.ts';

const ALERTS = 3_000;
const KEYS = 60;
const TAKEOVER_LIMIT_MS = 10_000;

let database: TestDatabase;
let grafana: TestGrafana;
beforeAll(async () => {
  database = await createTestDatabase();
  grafana = await startTestGrafana();
});
afterAll(async () => {
  await killReplicas();
  await grafana.close();
  await database.drop();
});

/** Each alert fires; every fourth ends in the second half of the storm. */
function storm(startsAt: number): Delivery[] {
  const deliver = (place: number, status: 'firing' | 'resolved'): object =>
    grafanaAlert({ fingerprint: `alert-${place}`, service: `service-${place % KEYS}`, startsAt, status, ...(status === 'resolved' ? { endsAt: startsAt + 1000 } : {}) });
  const places = Array.from({ length: ALERTS }, (_, place) => place);
  const ends = places.filter((place) => place % 4 === 0 && place < ALERTS / 2).map((place) => ({ place, status: 'resolved' as const }));
  const messages = [...places.map((place) => ({ place, status: 'firing' as const })), ...ends];
  return inParts(messages, 5).map((part) => ({
    fingerprints: part.map(({ place, status }) => `alert-${place}/${status}`),
    body: { groupKey: 'storm', alerts: part.map(({ place, status }) => deliver(place, status)) },
  }));
}

async function leaderId(): Promise<{ replica: string | null; at: Date }> {
  const [row] = await database.db.query<{ replica: string | null; at: Date }>(
    'select (select c.replica_id from correlator_cursors as c where c.org_id = 1) as replica, clock_timestamp() as at',
  );
  if (row === undefined) throw new Error('no answer');
  return row;
}

test('cap 39, 142: the replica that correlates is killed in a storm; the other takes over within 10 s, and every alert is in exactly one incident', async () => {
  const options = { connectionString: database.connectionString, grafana };
  const replicas: Replica[] = await Promise.all([startReplica(options), startReplica(options)]);
  const [first] = replicas;
  if (first === undefined) throw new Error('no replica');
  const { token } = await callReplica(first, ADA_ADMIN, 'createSource', { body: { id: 'grafana', kind: 'grafana', name: 'Grafana' } });
  const report = newReport();
  let living = replicas;
  const sending = sendAll({ token, source: 'grafana', urls: () => living.map((replica) => replica.url), concurrency: 8 }, storm(Date.now()), report);

  const { replica: leading } = await eventually(leaderId, (leader) => leader.replica !== null && report.acknowledged.size > ALERTS / 4);
  const victim = replicas.find((replica) => replica.replicaId === leading);
  const survivor = replicas.find((replica) => replica !== victim);
  if (victim === undefined || survivor === undefined) throw new Error(`no replica is ${leading}`);
  const acknowledgedBefore = report.acknowledged.size;
  await victim.kill9();
  const killedAt = (await leaderId()).at;
  living = [survivor];
  const taken = await eventually(leaderId, (leader) => leader.replica === survivor.replicaId);
  const takeoverMs = taken.at.getTime() - killedAt.getTime();
  await sending;
  const ledger = await settledLedger(database.db);

  console.info(`taken over within ${takeoverMs} ms of database time; ${acknowledgedBefore} of ${report.acknowledged.size} messages were acknowledged before the kill`);
  expect(acknowledgedBefore).toBeLessThan(report.acknowledged.size);
  expect(takeoverMs).toBeLessThanOrEqual(TAKEOVER_LIMIT_MS);
  expect(missing(Array.from({ length: ALERTS }, (_, place) => `alert-${place}`), ledger.stored)).toEqual([]);
  expect(ledger).toMatchObject({ alerts: ALERTS, incidents: KEYS, links: ALERTS, loose: 0, doubledKeys: 0, miscounted: 0, doubledChanges: 0, pending: 0 });
  const [firing] = await database.db.query<{ n: number }>("select sum(alerts_firing)::integer as n from incidents");
  expect(firing?.n).toBe(ALERTS - ALERTS / 8);
  expect(await survivor.stop()).toEqual({ code: 0, signal: null });
});
