/**
 * Group commit: requests that arrive together share a transaction, and each is answered only after
 * that transaction is committed.
 *
 * There is no timer. A batch goes out at once when none is under way; what arrives meanwhile gathers
 * for the next one. Beside a running one another is begun only once enough has gathered to be worth a
 * transaction of its own, up to `maxInFlight`. So a lone request waits for nothing, and under load
 * batches grow by themselves (a fixed wait was measured, and only hurt).
 *
 * A batch that the database refuses for its data (for example a NUL character, or JSON too deep for it)
 * is written again request by request, so that one bad request does not spoil its neighbours.
 */
import type { OrgId } from '#contract';
import { sqlState } from '../platform/db/database.ts';
import { overloadedError } from '../platform/errors.ts';
import { toBatch, type AlertWrite } from './alertWrite.ts';

export interface GroupCommitOptions {
  /** Alerts in one transaction at most; one larger request still goes as a whole. */
  readonly maxBatch: number;
  /** Transactions under way at once. */
  readonly maxInFlight: number;
  /** Alerts that must have gathered for a transaction beside a running one. */
  readonly worthAnother: number;
  /** Alerts waiting at most; above it `submit` refuses with 503. */
  readonly maxQueued: number;
  /** Writes a batch and commits; gives the writes that changed something. */
  write(orgId: OrgId, batch: readonly AlertWrite[]): Promise<ReadonlySet<AlertWrite>>;
}

export interface GroupCommit {
  /** Resolves when the alerts are durable; of `writes`, those in the set changed something. */
  submit(orgId: OrgId, writes: readonly AlertWrite[]): Promise<ReadonlySet<AlertWrite>>;
  queuedAlerts(): number;
  /** True while `submit` would refuse. */
  isFull(): boolean;
  /** Resolves when nothing waits and nothing is under way. */
  drain(): Promise<void>;
}

interface Waiting {
  readonly orgId: OrgId;
  readonly writes: readonly AlertWrite[];
  resolve(changed: ReadonlySet<AlertWrite>): void;
  reject(error: unknown): void;
}

/** The data itself cannot be stored: SQLSTATE class 22, or 54 when it goes beyond a limit, for example in depth. */
export function isDataError(error: unknown): boolean {
  const state = sqlState(error);
  return state !== null && (state.startsWith('22') || state.startsWith('54'));
}

/** Makes a group commit over one writer. */
export function createGroupCommit(options: GroupCommitOptions): GroupCommit {
  const queue: Waiting[] = [];
  const idleWaiters: (() => void)[] = [];
  /** Waiting and under way. */
  let queued = 0;
  let waiting = 0;
  /** Organisations of the transactions under way. */
  const running: OrgId[] = [];
  let scheduled = false;

  function takeBatch(): Waiting[] {
    const first = queue.shift();
    if (first === undefined) return [];
    const batch = [first];
    let size = first.writes.length;
    for (let index = 0; index < queue.length && size < options.maxBatch; ) {
      const next = queue[index];
      if (next === undefined || next.orgId !== first.orgId) {
        index += 1;
        continue;
      }
      if (size + next.writes.length > options.maxBatch) break;
      queue.splice(index, 1);
      batch.push(next);
      size += next.writes.length;
    }
    return batch;
  }

  async function writeAlone(request: Waiting): Promise<void> {
    try {
      request.resolve(await options.write(request.orgId, toBatch(request.writes)));
    } catch (error) {
      request.reject(error);
    }
  }

  async function writeTogether(orgId: OrgId, requests: readonly Waiting[]): Promise<void> {
    try {
      const changed = await options.write(orgId, toBatch(requests.flatMap((request) => request.writes)));
      for (const request of requests) request.resolve(changed);
    } catch (error) {
      if (isDataError(error) && requests.length > 1) {
        for (const request of requests) await writeAlone(request);
      } else {
        for (const request of requests) request.reject(error);
      }
    }
  }

  /** Another organisation never waits for a slow transaction of the first. */
  function mayBegin(): boolean {
    const [first] = queue;
    if (first === undefined || running.length >= options.maxInFlight) return false;
    return !running.includes(first.orgId) || waiting >= options.worthAnother;
  }

  function pump(): void {
    scheduled = false;
    while (mayBegin()) {
      const requests = takeBatch();
      const first = requests[0];
      if (first === undefined) break;
      const size = requests.reduce((sum, request) => sum + request.writes.length, 0);
      running.push(first.orgId);
      waiting -= size;
      void writeTogether(first.orgId, requests).finally(() => {
        running.splice(running.indexOf(first.orgId), 1);
        queued -= size;
        pump();
        if (running.length === 0 && queue.length === 0) for (const wake of idleWaiters.splice(0)) wake();
      });
    }
  }

  return {
    submit(orgId, writes) {
      if (queued >= options.maxQueued) {
        return Promise.reject(overloadedError(`${queued} alerts wait to be stored; try again shortly`, 2));
      }
      return new Promise<ReadonlySet<AlertWrite>>((resolve, reject) => {
        queue.push({ orgId, writes, resolve, reject });
        queued += writes.length;
        waiting += writes.length;
        if (!scheduled) {
          // After this turn of the event loop, so that requests read in it go together.
          scheduled = true;
          setImmediate(pump);
        }
      });
    },
    queuedAlerts: () => queued,
    isFull: () => queued >= options.maxQueued,
    drain() {
      if (running.length === 0 && queue.length === 0) return Promise.resolve();
      return new Promise<void>((resolve) => idleWaiters.push(resolve));
    },
  };
}
