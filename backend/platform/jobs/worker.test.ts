import { createTestDatabase, type TestDatabase } from '../../../tests/harness/database.ts';
import { eventually } from '../../../tests/harness/app.ts';
import { systemClock } from '../clock.ts';
import { createLogger } from '../logger.ts';
import { enqueueJob, startJobWorker, type Job, type JobWorker } from './worker.ts';

let database: TestDatabase;
let worker: JobWorker | null = null;
let ran: unknown[];
let ids: readonly string[];
beforeEach(async () => {
  database = await createTestDatabase();
  ran = [];
  ids = [];
});
afterEach(async () => {
  await worker?.close();
  worker = null;
  await database.drop();
});

async function start(run: Job['run'] = async (payload) => void ran.push(payload)): Promise<JobWorker> {
  worker = await startJobWorker({
    db: database.db, clock: systemClock, logger: createLogger({ level: 'silent' }), concurrency: 2, onWorkerIds: (told) => (ids = told),
    jobs: [{ name: 'tests.note', cron: null, run }],
  });
  return worker;
}

test('a job belongs to the transaction that enqueued it: it runs after the commit, and never after a rollback', async () => {
  await start();
  await expect(database.db.transaction(async (tx) => {
    await enqueueJob(tx, 'tests.note', { kept: false });
    throw new Error('changed my mind');
  })).rejects.toThrow('changed my mind');
  await database.db.transaction(async (tx) => enqueueJob(tx, 'tests.note', { kept: true }));

  await eventually(async () => ran, (all) => all.length > 0);
  expect(ran).toEqual([{ kept: true }]);
});

test('of jobs with one key the last one waits alone', async () => {
  await start();
  await database.db.transaction(async (tx) => {
    for (const turn of [1, 2, 3]) await enqueueJob(tx, 'tests.note', { turn }, 'only-one');
  });

  // A job is taken off its table a moment after it ran.
  await eventually(() => database.db.query('select 1 from graphile_worker.jobs'), (jobs) => jobs.length === 0);
  expect(ran).toEqual([{ turn: 3 }]);
});

test('a job that fails stays, with the reason, to be tried again later', async () => {
  await start(async () => {
    throw new Error('the other side is away');
  });
  await enqueueJob(database.db, 'tests.note', {});

  const [job] = await eventually(
    () => database.db.query<{ attempts: number; last_error: string | null; later: boolean }>('select attempts, last_error, run_at > created_at as later from graphile_worker.jobs'),
    (jobs) => jobs[0]?.last_error != null,
  );
  expect(job).toMatchObject({ attempts: 1, last_error: expect.stringContaining('the other side is away'), later: true });
});

test('tells every id under which a job may be locked, while it is at work', async () => {
  const end = Promise.withResolvers<void>();
  const running = await start(() => end.promise);
  await enqueueJob(database.db, 'tests.note', {});
  const [job] = await eventually(() => database.db.query<{ locked_by: string | null }>('select locked_by from graphile_worker.jobs'), (jobs) => jobs[0]?.locked_by != null);

  expect(ids).toContain(job?.locked_by);
  expect(running.workerIds()).toEqual(ids);
  end.resolve();
});

test('closing waits for the job at work, and until its end is written', async () => {
  const end = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const running = await start(async (payload) => {
    begun.resolve();
    await end.promise;
    ran.push(payload);
  });
  await enqueueJob(database.db, 'tests.note', { last: true });
  await begun.promise;

  let isClosed = false;
  const closed = running.close().then(() => (isClosed = true));
  await database.db.transaction(async (tx) => {
    await tx.query('select 1 from graphile_worker._private_jobs for update');
    end.resolve();
    // The note of the end now waits for this transaction.
    await eventually(() => database.db.query("select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"), (waiting) => waiting.length > 0);
    expect(isClosed).toBe(false);
  });
  await closed;

  expect(ran).toEqual([{ last: true }]);
  expect(await database.db.query('select 1 from graphile_worker.jobs')).toEqual([]);
});
