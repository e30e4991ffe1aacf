/** Writes turns of many runs together: those that end while others are being written go out with the next statement. */
import type { Clock } from '../../../platform/clock.ts';
import { isRetryableDatabaseError, type Database } from '../../../platform/db/database.ts';
import { keyOf, writeTurns, type TurnWrite } from './runStore.ts';

export interface Committer {
  /** True when it was written; false when somebody else had moved the run. */
  write(turn: TurnWrite): Promise<boolean>;
}

const MAX_BATCH = 200;
/** Statements under way at a time. */
const AT_ONCE = 2;
const MAX_ATTEMPTS = 4;

interface Waiting {
  readonly turn: TurnWrite;
  readonly done: (written: boolean) => void;
  readonly failed: (error: unknown) => void;
}

/** Makes a committer. */
export function createCommitter({ db, clock }: { readonly db: Database; readonly clock: Clock }): Committer {
  let queue: Waiting[] = [];
  let busy = 0;

  async function send(batch: readonly Waiting[]): Promise<Set<string>> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await writeTurns(db, clock.now(), batch.map(({ turn }) => turn));
      } catch (error) {
        if (attempt >= MAX_ATTEMPTS || !isRetryableDatabaseError(error)) throw error;
      }
    }
  }

  async function flush(): Promise<void> {
    busy += 1;
    try {
      while (queue.length > 0) {
        const batch = queue.slice(0, MAX_BATCH);
        queue = queue.slice(MAX_BATCH);
        try {
          const written = await send(batch);
          for (const { turn, done } of batch) done(written.has(keyOf(turn.after)));
        } catch (error) {
          // One turn that cannot be written must not hold up the others.
          if (batch.length === 1) batch[0]?.failed(error);
          else await Promise.all(batch.map((one) => send([one]).then((written) => one.done(written.has(keyOf(one.turn.after))), one.failed)));
        }
      }
    } finally {
      busy -= 1;
    }
  }

  return {
    write: (turn) => new Promise((done, failed) => {
      queue.push({ turn, done, failed });
      // At the end of the present round of events, so that turns that end together go together.
      if (busy < AT_ONCE) setImmediate(() => { if (busy < AT_ONCE && queue.length > 0) void flush(); });
    }),
  };
}
