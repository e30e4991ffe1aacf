/**
 * Acts on events of the log in their order, each once: the cursor of the organisation is held while an event is acted on, and
 * moved in the same transaction. Any number of replicas may follow with the same cursor.
 */
import type { LiveEvent, OrgId } from '#contract';
import { ALL_SEEING } from '../access/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database, Transaction } from '../platform/db/database.ts';
import type { Logger } from '../platform/logger.ts';
import { createPatience } from '../platform/patience.ts';
import { appendEvents, type NewEvent } from './append.ts';
import { listEvents, newestEventPosition } from './read.ts';

/** Where a follower stands in the log of each organisation; kept in a table of its own module. */
export interface EventCursor {
  /** Holds it until the transaction ends; null while another one holds it, unless it is waited for. */
  take(tx: Transaction, orgId: OrgId, wait: boolean): Promise<string | null>;
  /** Moves it; whoever calls holds it. */
  move(tx: Transaction, orgId: OrgId, position: string): Promise<void>;
}

export interface FollowerDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly cursor: EventCursor;
  /** The events that are acted on; the others are passed over. */
  readonly types: readonly string[];
  /** Acts in the transaction that moves the cursor; gives the events to append. */
  act(tx: Transaction, orgId: OrgId, event: LiveEvent, at: Date): Promise<readonly NewEvent[]>;
  /** So many events in one transaction at most; 1 unless told. */
  readonly atOnce?: number;
  /** What is logged of an event that fails again and again, and is passed over. */
  readonly fault: string;
}

export interface Follower {
  /** Acts on the next event, or the next few. False: there is none, or another one is at it. Throws what failed, until the event is passed over. */
  next(orgId: OrgId): Promise<boolean>;
}

/** The cursor lags by so many events that concern nobody, before it is written. */
const MOVE_AFTER = 200n;

/** Makes one. An event that fails too often is passed over, so that it does not hold up those behind it. */
export function createFollower({ db, clock, logger, cursor, types, act, atOnce = 1, fault }: FollowerDeps): Follower {
  const patience = createPatience();
  /** Where one failed it is found alone, so that it takes none with it. */
  const failing = new Map<OrgId, string>();

  async function passOver(orgId: OrgId, position: string, error: unknown): Promise<void> {
    logger.error({ err: error, orgId, position }, fault);
    await db.transaction(async (tx) => {
      const standing = await cursor.take(tx, orgId, true);
      if (standing !== null && BigInt(standing) < BigInt(position)) await cursor.move(tx, orgId, position);
    });
  }

  return {
    async next(orgId) {
      let position: string | null = null;
      try {
        return await db.transaction(async (tx) => {
          const standing = await cursor.take(tx, orgId, false);
          if (standing === null) return false;
          const newest = await newestEventPosition(tx, orgId);
          if (BigInt(newest) <= BigInt(standing)) return false;
          const failed = failing.get(orgId);
          const events = await listEvents(tx, orgId, { viewer: ALL_SEEING, types, beyond: standing, order: 'oldest', limit: failed === undefined ? atOnce : 1 });
          const last = events.at(-1);
          if (last === undefined) {
            if (BigInt(newest) - BigInt(standing) >= MOVE_AFTER) await cursor.move(tx, orgId, newest);
            return false;
          }
          const at = clock.now();
          const told: NewEvent[] = [];
          for (const event of events) {
            position = event.position;
            told.push(...await act(tx, orgId, event, at));
          }
          await cursor.move(tx, orgId, last.position);
          await appendEvents(tx, orgId, at, told);
          if (failed !== undefined && BigInt(last.position) >= BigInt(failed)) failing.delete(orgId);
          return true;
        });
      } catch (error) {
        if (position === null) throw error;
        failing.set(orgId, position);
        if (!patience.endsWith(String(orgId), position)) throw error;
        await passOver(orgId, position, error);
        failing.delete(orgId);
        return true;
      }
    },
  };
}
