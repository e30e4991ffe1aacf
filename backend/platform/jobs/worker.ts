/**
 * Background jobs on graphile-worker: effects and upkeep that must survive the process that asked
 * for them. A job is enqueued in the transaction that decided it. Handlers may run twice and say in
 * their own doc comment why that does no harm.
 */
import { EventEmitter } from 'node:events';
import { Logger as GraphileLogger, parseCronItems, run, type Runner, type TaskList, type WorkerEvents } from 'graphile-worker';
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
  /** Waits for running jobs, up to the grace time of the runner; the rest is freed for others. */
  close(): Promise<void>;
}

export interface JobWorkerOptions {
  readonly db: Database;
  readonly logger: Logger;
  readonly jobs: readonly Job[];
  readonly concurrency: number;
  readonly onWorkerIds: (ids: readonly string[]) => void;
}

/** Enqueues a job; call it with a transaction to make it part of that. `key` makes it the only waiting one of its kind. */
export async function enqueueJob(q: Queryable, name: string, payload: Readonly<Record<string, unknown>>, key?: string): Promise<void> {
  await q.query('select graphile_worker.add_job($1::text, payload := $2::json, job_key := $3::text)', [name, JSON.stringify(payload), key ?? null]);
}

/** Starts working on jobs. */
export async function startJobWorker(options: JobWorkerOptions): Promise<JobWorker> {
  const { db, logger, jobs } = options;
  const ids = new Set<string>();
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
  const events: WorkerEvents = new EventEmitter();
  // Listened to before the first worker exists, so that no lock is taken under an unknown id.
  events.on('worker:create', ({ worker }) => {
    ids.add(worker.workerId);
    options.onWorkerIds([...ids]);
  });
  events.on('pool:listen:error', ({ error }) => logger.warn({ err: error }, 'the job queue cannot listen; it polls meanwhile'));
  const runner: Runner = await run({
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
  return {
    workerIds: () => [...ids],
    close: () => runner.stop(),
  };
}
