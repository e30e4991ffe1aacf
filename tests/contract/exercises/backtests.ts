/** Back-tests of a draft. */
import type { backTestOperations } from '../../../backend/contract/operations/backtests.ts';
import { eventually } from '../../harness/app.ts';
import { ADA_ADMIN } from '../../harness/grafana.ts';
import type { Exercises, Stage } from '../stage.ts';

/** A draft, so that there is something to try, and no other back-test under way. */
async function draft({ must, muster }: Stage): Promise<void> {
  await eventually(() => muster.call(ADA_ADMIN, 'listBackTests'), ({ body }) => body.items.every(({ state }) => state !== 'queued' && state !== 'running'));
  const { version } = await must('getCorrelation');
  await must('putCorrelationDraft', { body: { tuning: { minAlerts: 2 } } }, { 'If-Match': `"${version}"` });
}

const period = () => ({ from: new Date(Date.now() - 3_600_000).toISOString(), to: new Date().toISOString() });

async function started(stage: Stage): Promise<string> {
  await draft(stage);
  const { id } = await stage.must('startBackTest', { body: period() });
  return id;
}

/** One that waits for ever: a real one may be over before it can be stopped. */
async function waiting(stage: Stage): Promise<string> {
  const id = stage.name();
  const { db } = stage.muster.database;
  await db.query(`delete from back_tests where org_id = 1 and state in ('queued', 'running')`);
  await db.query(
    `insert into back_tests (org_id, id, state, period_from, period_to, base_version, draft, requested_at, requested_by)
     values (1, $1::text, 'queued', now() - interval '1 hour', now(), 0, '{}', now(), '{"kind":"system","key":"system","name":"Muster"}')`,
    [id],
  );
  return id;
}

export const backTestExercises: Exercises<keyof typeof backTestOperations> = {
  async listBackTests(stage) {
    await started(stage);
    return { input: {} };
  },
  async startBackTest(stage) {
    await draft(stage);
    return { input: { body: period() } };
  },
  getBackTest: async (stage) => ({ input: { params: { id: await started(stage) } } }),
  cancelBackTest: async (stage) => ({ input: { params: { id: await waiting(stage) } } }),
};
