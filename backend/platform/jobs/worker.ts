/**
 * Background jobs on graphile-worker: effects and upkeep that must survive the process that asked
 * for them. A job is enqueued in the transaction that decided it. Handlers may run twice and say in
 * their own doc comment why that does no harm.
 */
import { EventEmitter } from 'node:events';
import { Logger as GraphileLogger, parseCronItems, run, runMigrations, type Runner, type TaskList, type WorkerEvents } from 'graphile-worker';
import type { Clock } from '../clock.ts';
import type { Database, Queryable } from '../db/database.ts';
import type { Logger } from '../logger.ts';

/** A kind of job: its name (`module.verb_noun`), and what it does. */
export interface Job {
  readonly name: string;
  /** Cron pattern in UTC, for upkeep; null for jobs that are enqueued. */
  readonly cron: string | null;
  /** Runs one job. Throwing makes it be tried again with growing pauses. */
  run(payload: unknown): Promise<void>;
}

export interface JobWorker {
  /** Ids under which this process locks jobs, for freeing them when it dies. */
  workerIds(): readonly string[];
  /** Waits for running jobs, up to a grace time; the rest is freed for others. */
  close(): Promise<void>;
}

export interface JobWorkerOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly jobs: readonly Job[];
  readonly concurrency: number;
  readonly onWorkerIds: (ids: readonly string[]) => void;
}

/** Enqueues a job; call it with a transaction to make it part of that. `key` makes it the only waiting one of its kind. */
export async function enqueueJob(q: Queryable, name: string, payload: Readonly<Record<string, unknown>>, key?: string): Promise<void> {
  await q.query('select graphile_worker.add_job($1::text, payload := $2::json, job_key := $3::text)', [name, JSON.stringify(payload), key ?? null]);
}

/** Makes the queue's own tables. A replica without workers needs them too: whoever decides an effect enqueues it. */
export async function prepareJobQueue(db: Pick<Database, 'pool'>): Promise<void> {
  await runMigrations({ pgPool: db.pool, logger: new GraphileLogger(() => () => undefined) });
}

/** How long running jobs are waited for at shut-down. */
const DRAIN_LIMIT_MS = 15_000;
const RESTART_MS = 2_000;

/**
 * Starts working on jobs. The runner gives itself up when it cannot note the end of a job (the
 * database went away meanwhile); a new one then takes its place, and the ids of the old one are
 * told no more, so that jobs it left locked are freed.
 */
export async function startJobWorker(options: JobWorkerOptions): Promise<JobWorker> {
  const { db, clock, logger, jobs } = options;
  let ids = new Set<string>();
  let runner: Runner | null = null;
  let starting: Promise<void> = Promise.resolve();
  let closed = false;
  const taskList: TaskList = {};
  for (const job of jobs) {
    taskList[job.name] = async (payload) => {
      try {
        await job.run(payload);
      } catch (error) {
        logger.warn({ err: error, job: job.name }, 'a job failed and is tried again');
        throw error;
      }
    };
  }
  const cronItems = jobs.flatMap((job) => (job.cron === null ? [] : [{ task: job.name, match: job.cron, options: { backfillPeriod: 0 } }]));

  async function start(): Promise<void> {
    const own = new Set<string>();
    ids = own;
    const events: WorkerEvents = new EventEmitter();
    // Listened to before the first worker exists, so that no lock is taken under an unknown id. Jobs are locked
    // under the id of the pool; a worker's own is told as well, as the library may go by either.
    const tell = (id: string): void => {
      own.add(id);
      options.onWorkerIds([...ids]);
    };
    events.on('pool:create', ({ workerPool }) => tell(workerPool.id));
    events.on('worker:create', ({ worker }) => tell(worker.workerId));
    events.on('pool:listen:error', ({ error }) => logger.warn({ err: error }, 'the job queue cannot listen; it polls meanwhile'));
    const fresh = await run({
      // Ends are noted in batches (of what ends at the same moment): without them the library neither waits at its
      // stop for the last note to be written, nor handles one that fails.
      preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
      pgPool: db.pool,
      concurrency: options.concurrency,
      noHandleSignals: true,
      pollInterval: 2000,
      taskList,
      parsedCronItems: parseCronItems(cronItems),
      events,
      logger: new GraphileLogger(() => (graphileLevel, message) => {
        const level: string = graphileLevel;
        if (level === 'error') logger.error(message);
        else if (level === 'warning') logger.warn(message);
        else logger.debug(message);
      }),
    });
    runner = fresh;
    const ended = (error: unknown): void => {
      if (runner !== fresh) return;
      runner = null;
      if (closed) return;
      logger.warn({ err: error }, 'the job runner ended by itself; a new one takes its place');
      restartSoon();
    };
    fresh.promise.then(() => ended(undefined), ended);
  }

  function restartSoon(): void {
    clock.after(RESTART_MS, () => {
      if (closed) return;
      starting = start().catch((error: unknown) => {
        logger.warn({ err: error }, 'the job runner cannot start yet; trying again');
        restartSoon();
      });
    });
  }

  await start();
  return {
    workerIds: () => [...ids],
    async close() {
      closed = true;
      await starting;
      const last = runner;
      if (last === null) return;
      let limit: NodeJS.Timeout | undefined;
      const late = new Promise<'late'>((resolve) => {
        limit = setTimeout(() => resolve('late'), DRAIN_LIMIT_MS);
      });
      const stopped = last.stop().catch((error: unknown) => logger.warn({ err: error }, 'the job runner did not stop in order'));
      const outcome = await Promise.race([stopped, late]);
      clearTimeout(limit);
      if (outcome === 'late') logger.warn('jobs still run after the grace time; they are left to the other replicas');
    },
  };
}
