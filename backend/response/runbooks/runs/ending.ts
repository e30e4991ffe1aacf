/** Asks a run to end: what is under way is given up, and what was done is taken back if wished. */
import type { Actor } from '#contract';
import type { NewEvent } from '../../../eventlog/index.ts';
import type { Transaction } from '../../../platform/db/database.ts';
import { isEndedRun } from '#contract';
import { runEvent } from './events.ts';
import type { RunRecord } from './record.ts';
import { keyOf, notifyRun, writeTurns } from './runStore.ts';

export interface EndRequest {
  readonly undo: boolean;
  readonly now: Date;
  readonly by: Actor;
  readonly reason: string;
}

/** Asks for it, for a run that the transaction holds. Gives the events to append. */
export async function requestEnd(tx: Transaction, run: RunRecord, { undo, now, by, reason }: EndRequest): Promise<readonly NewEvent[]> {
  if (isEndedRun(run.state) || run.ending !== null) return [];
  const nowMs = now.getTime();
  // What never began has nothing to give up.
  const after: RunRecord = run.state === 'queued'
    ? { ...run, state: 'cancelled', ending: 'cancelled', endedAt: nowMs, dueAt: null, error: reason === '' ? null : reason }
    : { ...run, ending: 'cancelled', endsUndoing: undo, error: reason === '' ? null : reason, dueAt: run.leaseOwner === null ? nowMs : run.dueAt };
  await writeTurns(tx, now, [{ before: run, after, steps: [], events: [] }]);
  await notifyRun(tx, keyOf(run));
  const cancelled = runEvent(run, 'run.cancelled', by, { reason: reason === '' ? null : reason, undo });
  return run.state === 'queued' ? [cancelled, runEvent(run, 'run.ended', by, { state: 'cancelled', reason: null })] : [cancelled];
}
