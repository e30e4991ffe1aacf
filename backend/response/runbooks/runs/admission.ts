/** Lets runs in: two with the same lock never together, and no more at once than their limit says. */
import type { Clock } from '../../../platform/clock.ts';
import type { Database, Transaction } from '../../../platform/db/database.ts';
import { runEvent } from './events.ts';
import type { RunRecord } from './record.ts';
import { findHolders, keyOf, lockRun, notifyRun, takeNames, writeTurns } from './runStore.ts';

/** The names that a run goes by while it is let in. */
export function namesOf(run: Pick<RunRecord, 'lockKey' | 'limitKey'>): string[] {
  return [...(run.lockKey === null ? [] : [`lock:${run.lockKey}`]), ...(run.limitKey === null ? [] : [`limit:${run.limitKey}`])];
}

export type Place =
  | { readonly free: true }
  | { readonly free: false; readonly by: 'lock' | 'limit'; readonly holders: readonly RunRecord[] };

/** Whether there is room for a run. The transaction has to hold its names. */
export async function findPlace(tx: Transaction, run: Pick<RunRecord, 'orgId' | 'lockKey' | 'limitKey' | 'limitMost'> & { readonly id: RunRecord['id'] | null }): Promise<Place> {
  // First the limit: it may say that there is to be no second run at all, where a lock only has it wait.
  if (run.limitKey !== null) {
    const holders = await findHolders(tx, run.orgId, 'limit_key', run.limitKey, run.id);
    if (holders.length >= (run.limitMost ?? 1)) return { free: false, by: 'limit', holders };
  }
  if (run.lockKey !== null) {
    const holders = await findHolders(tx, run.orgId, 'lock_key', run.lockKey, run.id);
    if (holders.length > 0) return { free: false, by: 'lock', holders };
  }
  return { free: true };
}

/** Lets a queued run in that this replica has claimed, or lets it wait on. */
export async function admit({ db, clock }: { readonly db: Database; readonly clock: Clock }, claimed: RunRecord): Promise<void> {
  await db.transaction(async (tx) => {
    await takeNames(tx, claimed.orgId, namesOf(claimed));
    const run = await lockRun(tx, claimed.orgId, claimed.id);
    if (run === null || run.state !== 'queued' || run.rev !== claimed.rev) return;
    const now = clock.nowMs();
    const place = await findPlace(tx, run);
    const late = run.deadline <= now;
    const after: RunRecord = place.free || late
      ? { ...run, state: 'running', startedAt: now, dueAt: now, leaseOwner: null }
      // Whoever ends wakes those that wait for it.
      : { ...run, dueAt: run.deadline, leaseOwner: null };
    await writeTurns(tx, clock.now(), [{ before: run, after, steps: [], events: place.free ? [runEvent(run, 'run.started', run.startedBy, { reason: run.reason })] : [] }]);
    if (place.free) await notifyRun(tx, keyOf(run));
  });
}
