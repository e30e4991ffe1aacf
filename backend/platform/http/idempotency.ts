/**
 * `Idempotency-Key` on POST: a repeat of the same request gets the answer of the first, without
 * doing anything again. The key is claimed before the work and the answer stored after it.
 *
 * A claim without an answer belongs to a request that is still at work, or whose process died. It
 * is refused for a minute and may then be taken anew; the first one, should it still end, then leaves
 * the key to the second (its claim is known by its time). What that second run does again is bounded by
 * the work itself: commands on incidents refuse a state they are in already.
 */
import { hash } from 'node:crypto';
import type { OperationName } from '#contract';
import type { Clock } from '../clock.ts';
import type { Queryable } from '../db/database.ts';
import { conflictError, inputError } from '../errors.ts';
import type { Caller } from './route.ts';

export interface IdempotentRequest {
  readonly caller: Caller;
  readonly operation: OperationName;
  readonly key: string;
  /** The parsed request; it must be the same for a repeat. */
  readonly request: unknown;
  readonly ifMatch: number | null;
  /** The answer holds a secret: it is not kept, and a repeat is told so. */
  readonly shownOnce: boolean;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface Idempotency {
  /** Runs the work once for the key; a repeat gets the stored answer. */
  once(request: IdempotentRequest, run: () => Promise<Answer>): Promise<Answer & { readonly replayed: boolean }>;
  /** Forgets keys older than a day. Gives how many. */
  prune(): Promise<number>;
}

const KEY_PATTERN = /^[\x21-\x7e]{1,200}$/;
const STUCK_AFTER_MS = 60_000;
const KEEP_MS = 24 * 3_600_000;

interface KeyRow {
  request_hash: string;
  status: number | null;
  body: unknown;
}

/** Makes idempotency over the table `idempotency_keys`. */
export function createIdempotency(db: Queryable, clock: Clock): Idempotency {
  /** Claims the key. Null: it is ours now; else what stands there. */
  async function claim(values: readonly unknown[], now: Date): Promise<KeyRow | null> {
    const claimed = await db.query(
      `insert into idempotency_keys as k (org_id, caller_key, operation, key, request_hash, created_at)
       values ($1::bigint, $2::text, $3::text, $4::text, $5::text, $6::timestamptz)
       on conflict (org_id, caller_key, operation, key) do update set
         request_hash = excluded.request_hash, created_at = excluded.created_at, status = null, body = null
       where k.created_at < $7::timestamptz or (k.status is null and k.created_at < $8::timestamptz and k.request_hash = excluded.request_hash)
       returning 1`,
      [...values, now, new Date(now.getTime() - KEEP_MS), new Date(now.getTime() - STUCK_AFTER_MS)],
    );
    if (claimed.length > 0) return null;
    const rows = await db.query<KeyRow>(
      `select k.request_hash, k.status, k.body from idempotency_keys as k
       where k.org_id = $1::bigint and k.caller_key = $2::text and k.operation = $3::text and k.key = $4::text`,
      values.slice(0, 4),
    );
    const row = rows[0];
    if (row === undefined) throw conflictError('the same Idempotency-Key is in use at this moment; try again');
    return row;
  }

  return {
    async once({ caller, operation, key, request, ifMatch, shownOnce }, run) {
      if (!KEY_PATTERN.test(key)) {
        throw inputError('Idempotency-Key is not usable', [{ field: 'Idempotency-Key', message: 'must be 1 to 200 printable ASCII characters without spaces' }]);
      }
      const requestHash = hash('sha256', JSON.stringify({ request, ifMatch }), 'hex');
      const id = [caller.orgId, caller.actor.key, operation, key];
      const claimedAt = clock.now();
      const present = await claim([...id, requestHash], claimedAt);
      if (present !== null) {
        if (present.request_hash !== requestHash) throw conflictError('this Idempotency-Key was used for another request; use a new one');
        if (present.status === null) throw conflictError('the first request with this Idempotency-Key is still at work; try again shortly');
        if (shownOnce) throw conflictError('this request was carried out before; its secret was shown once and is not kept');
        return { status: present.status, body: present.body, replayed: true };
      }
      let answer: Answer;
      try {
        answer = await run();
      } catch (error) {
        // Nothing was done, or nothing that a repeat could not find out: the key is free again.
        await db.query(
          `delete from idempotency_keys as k
           where k.org_id = $1::bigint and k.caller_key = $2::text and k.operation = $3::text and k.key = $4::text and k.created_at = $5::timestamptz`,
          [...id, claimedAt],
        );
        throw error;
      }
      await db.query(
        `update idempotency_keys as k set status = $5::integer, body = $6::jsonb
         where k.org_id = $1::bigint and k.caller_key = $2::text and k.operation = $3::text and k.key = $4::text and k.created_at = $7::timestamptz`,
        [...id, answer.status, shownOnce ? null : JSON.stringify(answer.body), claimedAt],
      );
      return { ...answer, replayed: false };
    },
    async prune() {
      const rows = await db.query('delete from idempotency_keys as k where k.created_at < $1::timestamptz returning 1', [new Date(clock.nowMs() - KEEP_MS)]);
      return rows.length;
    },
  };
}
