/** Upkeep of the alert log's daily partitions: made ahead, dropped when past retention. */
import type { Queryable } from '../platform/db/database.ts';

/** Days of partitions kept ready beyond today. */
export const PARTITION_DAYS_AHEAD = 7;

/** Makes the partitions from today on that do not exist yet. Gives how many were made. */
export async function ensurePartitions(q: Queryable, now: Date): Promise<number> {
  const rows = await q.query<{ made: number }>('select ensure_alert_log_partitions($1::timestamptz, $2::integer) as made', [now, PARTITION_DAYS_AHEAD]);
  return rows[0]?.made ?? 0;
}

/** Drops partitions all of whose rows are older than `before`. Gives their names. */
export async function dropPartitions(q: Queryable, before: Date): Promise<string[]> {
  const rows = await q.query<{ name: string }>('select name from drop_alert_log_partitions($1::timestamptz) as name', [before]);
  return rows.map((row) => row.name);
}
