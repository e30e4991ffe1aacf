/** Forgets what communication no longer needs: due times that no report looks at, pauses of that age, and subscribers that were told. */
import type { Clock } from '../../platform/clock.ts';
import type { Queryable } from '../../platform/db/database.ts';
import type { Job } from '../../platform/jobs/worker.ts';
import type { Logger } from '../../platform/logger.ts';

const DAY_MS = 86_400_000;
/** As long as the report on cadence looks back at most. */
export const DUES_DAYS = 400;
/** After that nobody asks whether all subscribers were told. */
export const FANOUT_DAYS = 30;

/** Deletes what is older; gives how many rows of each. What is not done is never deleted. */
export async function forgetOldTellings(q: Queryable, nowMs: number): Promise<{ readonly dues: number; readonly pauses: number; readonly fanouts: number }> {
  const dues = await q.query('delete from update_dues as d where d.due_at < $1::timestamptz returning 1 as gone', [new Date(nowMs - DUES_DAYS * DAY_MS)]);
  const pauses = await q.query('delete from update_pauses as p where p.until < $1::timestamptz returning 1 as gone', [new Date(nowMs - DUES_DAYS * DAY_MS)]);
  const fanouts = await q.query(
    `delete from update_fanouts as f using status_updates as s
      where f.done and s.org_id = f.org_id and s.id = f.update_id and s.published_at < $1::timestamptz returning 1 as gone`, [new Date(nowMs - FANOUT_DAYS * DAY_MS)],
  );
  return { dues: dues.length, pauses: pauses.length, fanouts: fanouts.length };
}

/** The job, once a day; twice does no harm. */
export function createCleanUpJob({ db, clock, logger }: { readonly db: Queryable; readonly clock: Clock; readonly logger: Logger }): Job {
  return {
    name: 'comms.forget_old',
    cron: '52 3 * * *',
    async run() {
      const gone = await forgetOldTellings(db, clock.nowMs());
      logger.info(gone, 'old due times, pauses and fan-outs forgotten');
    },
  };
}
