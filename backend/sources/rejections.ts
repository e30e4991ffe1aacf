/**
 * Tells the audit log of refused deliveries without letting a sender flood it: the first refusal of a
 * source and reason is written at once; those of the next minute are counted and written as one.
 */
import type { OrgId, SourceId } from '#contract';
import type { Clock, Timer } from '../platform/clock.ts';
import type { Database } from '../platform/db/database.ts';
import type { Logger } from '../platform/logger.ts';
import type { EventSink } from './ports.ts';

export const REJECTION_PERIOD_MS = 60_000;

/** Why a delivery was refused. */
export type RejectionReason =
  | 'no_token'
  | 'unknown_token'
  | 'expired_token'
  | 'wrong_address'
  | 'source_disabled'
  | 'no_signature'
  | 'no_timestamp'
  | 'stale_timestamp'
  | 'wrong_signature'
  | 'replayed';

export interface RejectedSource {
  readonly orgId: OrgId;
  readonly sourceId: SourceId;
  readonly name: string;
}

interface OpenPeriod {
  readonly source: RejectedSource;
  readonly reason: RejectionReason;
  readonly timer: Timer;
  suppressed: number;
}

export interface RejectionLog {
  /** Counts one refusal. Does not fail: a refusal that cannot be written down is a refusal all the same. */
  note(source: RejectedSource, reason: RejectionReason): Promise<void>;
  /** Writes what is still only counted; at shut-down. */
  flush(): Promise<void>;
}

export interface RejectionLogOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly recordEvent: EventSink;
}

/** A log with no open period. */
export function createRejectionLog({ db, clock, logger, recordEvent }: RejectionLogOptions): RejectionLog {
  const periods = new Map<string, OpenPeriod>();
  /** Writes that nobody waits for, one after the other: the audit log tells them in their order. */
  let writing: Promise<void> = Promise.resolve();

  async function write(source: RejectedSource, reason: RejectionReason, count: number): Promise<void> {
    logger.warn({ orgId: source.orgId, source: source.sourceId, reason, count }, 'webhook delivery refused');
    try {
      await db.transaction((tx) =>
        recordEvent(tx, source.orgId, {
          type: 'source.rejected',
          actor: { kind: 'source', key: source.sourceId, name: source.name },
          incident: null,
          data: { source: source.sourceId, reason, count },
        }),
      );
    } catch (error) {
      logger.warn({ err: error, orgId: source.orgId, source: source.sourceId, reason }, 'refusal could not be recorded');
    }
  }

  /** Queues a write, so that `flush` can wait for it. */
  function writeInBackground(source: RejectedSource, reason: RejectionReason, count: number): void {
    writing = writing.then(() => write(source, reason, count));
  }

  function open(key: string, source: RejectedSource, reason: RejectionReason): void {
    const timer = clock.after(REJECTION_PERIOD_MS, () => {
      const period = periods.get(key);
      periods.delete(key);
      if (period === undefined || period.suppressed === 0) return;
      writeInBackground(period.source, period.reason, period.suppressed);
      // What was just written opens the next period, or a steady stream would be written twice a minute.
      open(key, period.source, period.reason);
    });
    periods.set(key, { source, reason, timer, suppressed: 0 });
  }

  return {
    async note(source, reason) {
      const key = `${source.orgId}/${source.sourceId}/${reason}`;
      const period = periods.get(key);
      if (period !== undefined) {
        period.suppressed += 1;
        return;
      }
      open(key, source, reason);
      await write(source, reason, 1);
    },
    async flush() {
      for (const period of periods.values()) {
        period.timer.stop();
        if (period.suppressed > 0) writeInBackground(period.source, period.reason, period.suppressed);
      }
      periods.clear();
      await writing;
    },
  };
}
