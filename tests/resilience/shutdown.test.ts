/** What a replica leaves behind: told to stop it finishes what it began; killed, its jobs run elsewhere within ten seconds. */
import pg from 'pg';
import { freeOrphanedJobs } from '../../backend/health/replicaStore.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { eventually } from '../harness/app.ts';
import { ADA_ADMIN, startTestGrafana, type TestGrafana } from '../harness/grafana.ts';
import { grafanaAlert } from '../harness/pipeline.ts';
import { callReplica, killReplicas, startReplica, type Replica } from '../harness/replica.ts';

const TAKEN_OVER_WITHIN_MS = 10_000;

let database: TestDatabase;
let grafana: TestGrafana;
let blocker: pg.Client;
beforeEach(async () => {
  [database, grafana] = await Promise.all([createTestDatabase(), startTestGrafana()]);
  blocker = new pg.Client({ connectionString: database.connectionString });
  await blocker.connect();
});
afterEach(async () => {
  await blocker.end();
  await killReplicas();
  await grafana.close();
  await database.drop();
});

function start(): Promise<Replica> {
  return startReplica({ connectionString: database.connectionString, grafana });
}

/** How many sessions of the replica wait for a lock that somebody else holds. */
async function waiting(): Promise<number> {
  const [row] = await database.db.query<{ n: number }>(
    "select count(*)::integer as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and application_name like 'muster %'",
  );
  return row?.n ?? 0;
}

async function jobsLeft(): Promise<{ locked_by: string | null }[]> {
  return database.db.query<{ locked_by: string | null }>("select locked_by from graphile_worker.jobs where task_identifier = 'keys.prune'");
}

/** Keeps the job at work: it deletes from this table. */
async function holdJobs(): Promise<void> {
  await blocker.query('begin');
  await blocker.query('lock table idempotency_keys in access exclusive mode');
}

test('cap 142: told to stop in the middle of requests, a replica answers them, takes no new ones, and goes with code 0', async () => {
  const replica = await start();
  const { token } = await callReplica(replica, ADA_ADMIN, 'createSource', { body: { id: 'grafana', kind: 'grafana', name: 'Grafana' } });
  const incident = await callReplica(replica, ADA_ADMIN, 'declareIncident', { body: { title: 'Checkout is down', severity: 'sev1' } });
  await blocker.query('begin');
  await blocker.query('select * from incidents for update');
  await blocker.query('lock table alerts in exclusive mode');

  const command = callReplica(replica, ADA_ADMIN, 'acknowledgeIncident', { params: { number: incident.number }, body: {} });
  const webhook = fetch(`${replica.url}/webhooks/grafana/grafana`, {
    method: 'POST', headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    body: JSON.stringify({ groupKey: '{}:{}', alerts: [grafanaAlert({ fingerprint: 'last-one', service: 'checkout', startsAt: Date.now() })] }),
  });
  await eventually(waiting, (count) => count >= 2);
  replica.terminate();
  await eventually(() => fetch(`${replica.url}/healthz`).then(() => 'taken', () => 'refused'), (answer) => answer === 'refused');
  await blocker.query('commit');

  expect((await command).state).toBe('investigating');
  expect((await webhook).status).toBe(202);
  expect(await replica.exited).toEqual({ code: 0, signal: null });
  expect(await database.db.query("select fingerprint from alerts")).toEqual([{ fingerprint: 'last-one' }]);
  expect(await database.db.query('select id from replicas')).toEqual([]);
});

test('told to stop in the middle of a job, a replica finishes it first', async () => {
  const replica = await start();
  await holdJobs();
  await database.db.query("select graphile_worker.add_job('keys.prune')");
  await eventually(waiting, (count) => count > 0);

  replica.terminate();
  await eventually(() => fetch(`${replica.url}/healthz`).then(() => 'taken', () => 'refused'), (answer) => answer === 'refused');
  expect(await jobsLeft()).toMatchObject([{ locked_by: expect.any(String) }]);
  await blocker.query('commit');

  expect(await replica.exited).toEqual({ code: 0, signal: null });
  expect(await jobsLeft()).toEqual([]);
});

test('the jobs of a killed replica run elsewhere within ten seconds of its last heartbeat', async () => {
  const victim = await start();
  await holdJobs();
  await database.db.query("select graphile_worker.add_job('keys.prune')");
  await eventually(waiting, (count) => count > 0);
  const survivor = await start();
  const [locked] = await jobsLeft();
  const [owner] = await database.db.query<{ id: string }>('select id from replicas where $1::text = any(worker_ids)', [locked?.locked_by]);
  expect(owner?.id).toBe(victim.replicaId);
  // However long a job takes, it is nobody else's while its replica lives.
  expect(await freeOrphanedJobs(database.db, 0)).toBe(0);

  await victim.kill9();
  const [beat] = await database.db.query<{ at: Date }>('select heartbeat_at as at from replicas where id = $1', [victim.replicaId]);
  await blocker.query('commit');
  await eventually(jobsLeft, (jobs) => jobs.length === 0);
  const [now] = await database.db.query<{ at: Date }>('select clock_timestamp() as at');

  const tookMs = (now?.at.getTime() ?? Number.NaN) - (beat?.at.getTime() ?? Number.NaN);
  console.info(`the job ran elsewhere ${tookMs} ms after the last heartbeat`);
  expect(tookMs).toBeLessThanOrEqual(TAKEN_OVER_WITHIN_MS);
  expect((await database.db.query<{ id: string }>('select id from replicas')).map((row) => row.id)).toEqual([survivor.replicaId]);
});
