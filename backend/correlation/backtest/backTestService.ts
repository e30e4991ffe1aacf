/** Use cases of back-tests: start, watch, stop; and the job that runs them. */
import { z } from 'zod';
import { orgId as orgIdSchema, type Actor, type BackTest, type OrgId } from '#contract';
import { appendEvents, SYSTEM_ACTOR } from '../../eventlog/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database, Queryable } from '../../platform/db/database.ts';
import { conflictError, inputError, notFoundError } from '../../platform/errors.ts';
import { enqueueJob, type Job } from '../../platform/jobs/worker.ts';
import type { Logger } from '../../platform/logger.ts';
import { selectActive, selectDraft } from '../settings/settingsStore.ts';
import { runBackTest, type BackTestRunDeps } from './backTestRun.ts';
import { beginBackTest, endBackTest, insertBackTest, removeOldBackTests, selectBackTest, selectBackTests } from './backTestStore.ts';

const JOB_NAME = 'correlation.run_back_test';
const MAX_PERIOD_MS = 92 * 86_400_000;
const KEEP = 50;
const jobPayload = z.object({ orgId: orgIdSchema, id: z.string() });

export interface BackTestService {
  start(orgId: OrgId, actor: Actor, from: Date, to: Date): Promise<BackTest>;
  get(orgId: OrgId, id: string): Promise<BackTest>;
  list(orgId: OrgId, before: { readonly at: Date; readonly id: string } | null, limit: number): Promise<BackTest[]>;
  cancel(orgId: OrgId, actor: Actor, id: string): Promise<BackTest>;
  readonly job: Job;
}

export interface BackTestServiceDeps extends Omit<BackTestRunDeps, 'db'> {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly newId: () => string;
}

function checkPeriod(from: Date, to: Date, now: Date): void {
  if (from >= to) throw inputError('the period ends before it begins', [{ field: 'body.to', message: 'must come after from' }]);
  if (from >= now) throw inputError('the period lies in the future', [{ field: 'body.from', message: 'must be in the past' }]);
  if (to.getTime() - from.getTime() > MAX_PERIOD_MS) throw inputError('the period is longer than 92 days', [{ field: 'body.from', message: 'must be at most 92 days before to' }]);
}

/** Use cases over a database. */
export function createBackTestService(deps: BackTestServiceDeps): BackTestService {
  const { db, clock, logger } = deps;

  async function get(q: Queryable, orgId: OrgId, id: string): Promise<BackTest> {
    const test = await selectBackTest(q, orgId, id);
    if (test === undefined) throw notFoundError('there is no such back-test');
    return test;
  }

  /** Ends it, with the event that makes the pages look. */
  async function end(orgId: OrgId, actor: Actor, id: string, run: number | null, outcome: Parameters<typeof endBackTest>[5]): Promise<boolean> {
    return db.transaction(async (tx) => {
      const ended = await endBackTest(tx, orgId, id, run, clock.now(), outcome);
      if (ended) await appendEvents(tx, orgId, clock.now(), [{ type: 'back_test.ended', incident: null, actor, data: { id, state: outcome.state } }]);
      return ended;
    });
  }

  return {
    get: (orgId, id) => get(db, orgId, id),
    list: (orgId, before, limit) => selectBackTests(db, orgId, before, limit),
    async start(orgId, actor, from, to) {
      checkPeriod(from, to, clock.now());
      const id = deps.newId();
      return db.transaction(async (tx) => {
        const [active, { draft }] = [await selectActive(tx, orgId), await selectDraft(tx, orgId)];
        if (draft === null) throw conflictError('there is no draft to try: write one first');
        await removeOldBackTests(tx, orgId, KEEP - 1);
        await insertBackTest(tx, orgId, clock.now(), actor, { id, from, to, baseVersion: active.version, draft: draft.settings });
        await enqueueJob(tx, JOB_NAME, { orgId, id }, `back-test ${orgId} ${id}`);
        // As it was made: once this is committed, a worker may begin with it before it is read.
        const made = await get(tx, orgId, id);
        await appendEvents(tx, orgId, clock.now(), [{ type: 'back_test.started', incident: null, actor, data: { id, from: from.toISOString(), to: to.toISOString() } }]);
        return made;
      });
    },
    async cancel(orgId, actor, id) {
      const stopped = await end(orgId, actor, id, null, { state: 'cancelled', report: null, error: null });
      const test = await get(db, orgId, id);
      if (!stopped) throw conflictError(`the back-test is over already: ${test.state}`);
      return test;
    },
    job: {
      name: JOB_NAME,
      cron: null,
      /** May run twice: it only writes its own row, and starts anew when the process that ran it has died. One that lives on is told at its next step that its run is over. */
      async run(payload) {
        const { orgId, id } = jobPayload.parse(payload);
        const test = await selectBackTest(db, orgId, id);
        const run = test === undefined ? null : await beginBackTest(db, orgId, id);
        if (test === undefined || run === null) return;
        try {
          const report = await runBackTest(deps, orgId, test, run);
          if (report !== null) await end(orgId, SYSTEM_ACTOR, id, run, { state: 'done', report, error: null });
        } catch (error) {
          logger.error({ err: error, orgId, backTest: id }, 'a back-test failed');
          await end(orgId, SYSTEM_ACTOR, id, run, { state: 'failed', report: null, error: error instanceof Error ? error.message : String(error) });
        }
      },
    },
  };
}
