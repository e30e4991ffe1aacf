/** Upkeep of the alert log's daily partitions: made ahead, dropped when past retention. */
import { sqlState, type Database, type Transaction } from '../platform/db/database.ts';

/** Days of partitions kept ready, today among them. */
export const PARTITION_DAYS_AHEAD = 7;

/** Only starters and upkeep of this service take this lock; any fixed number will do. */
const UPKEEP_LOCK_ID = '7203512604718836';
/** Making or dropping a partition waits for every reader of the log, and holds up every writer meanwhile: not for long. */
const LOCK_LIMIT_MS = 2_000;

/** One upkeep at a time, however many replicas start at once. */
async function upkeep<T>(db: Database, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return db.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1::bigint)', [UPKEEP_LOCK_ID]);
    await tx.query("select set_config('lock_timeout', $1::text, true)", [String(LOCK_LIMIT_MS)]);
    return work(tx);
  });
}

/** True when a long reader (a backup, a report) was in the way; partitions are made ahead, so it can wait. */
export function isUpkeepHeldUp(error: unknown): boolean {
  return sqlState(error) === '55P03';
}

/** Makes the partitions from today on that do not exist yet. Gives how many were made. */
export async function ensurePartitions(db: Database, now: Date): Promise<number> {
  const rows = await upkeep(db, (tx) =>
    tx.query<{ made: number }>('select ensure_alert_log_partitions($1::timestamptz, $2::integer) as made', [now, PARTITION_DAYS_AHEAD]));
  return rows[0]?.made ?? 0;
}

/** Drops partitions all of whose rows are older than `before`. Gives their names. */
export async function dropPartitions(db: Database, before: Date): Promise<string[]> {
  const rows = await upkeep(db, (tx) => tx.query<{ name: string }>('select name from drop_alert_log_partitions($1::timestamptz) as name', [before]));
  return rows.map((row) => row.name);
}
