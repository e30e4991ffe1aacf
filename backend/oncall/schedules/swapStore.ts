/** SQL of requests to swap shifts. */
import { swapState, userKey, type OrgId, type SwapState, type UserKey } from '#contract';
import type { Queryable, Transaction } from '../../platform/db/database.ts';
import type { Span } from './spans.ts';

export interface StoredSwap extends Span {
  readonly id: string;
  readonly schedule: { readonly id: string; readonly name: string; readonly timeZone: string };
  readonly place: string;
  /** As it is written; an open one whose time is over has lapsed. */
  readonly state: SwapState;
  readonly requestedBy: UserKey;
  readonly asked: UserKey | null;
  readonly inReturn: Span | null;
  readonly message: string;
  readonly createdAt: Date;
  readonly answeredBy: UserKey | null;
  readonly answeredAt: Date | null;
  readonly answer: string;
  readonly version: number;
}

interface SwapRow {
  id: string; schedule_id: string; schedule_name: string; time_zone: string; place: string; state: string; requested_by: string; asked: string | null; starts_at: Date; ends_at: Date;
  return_starts_at: Date | null; return_ends_at: Date | null; message: string; created_at: Date; answered_by: string | null; answered_at: Date | null; answer: string; version: number;
}

const SELECT = `select w.id, w.schedule_id, s.name as schedule_name, s.document->>'timeZone' as time_zone, w.place::text as place, w.state, w.requested_by, w.asked, w.starts_at, w.ends_at,
  w.return_starts_at, w.return_ends_at, w.message, w.created_at, w.answered_by, w.answered_at, w.answer, w.version
  from schedule_swaps as w join schedules as s on s.org_id = w.org_id and s.id = w.schedule_id`;

function toSwap(row: SwapRow): StoredSwap {
  const back = row.return_starts_at === null || row.return_ends_at === null ? null : { startMs: row.return_starts_at.getTime(), endMs: row.return_ends_at.getTime() };
  return {
    id: row.id, schedule: { id: row.schedule_id, name: row.schedule_name, timeZone: row.time_zone }, place: row.place, state: swapState.parse(row.state), requestedBy: userKey.parse(row.requested_by),
    asked: row.asked === null ? null : userKey.parse(row.asked), startMs: row.starts_at.getTime(), endMs: row.ends_at.getTime(), inReturn: back, message: row.message, createdAt: row.created_at,
    answeredBy: row.answered_by === null ? null : userKey.parse(row.answered_by), answeredAt: row.answered_at, answer: row.answer, version: row.version,
  };
}

export interface SwapFilter {
  /** Only those that concern this person. */
  readonly concerns: UserKey | null;
  /** Only those that can still be answered then; null: all. */
  readonly openAt: Date | null;
  /** Only those made before the one at this place. */
  readonly before: string | null;
  readonly limit: number;
}

/** Requests, the newest first; one more than the limit. */
export async function selectSwaps(q: Queryable, orgId: OrgId, filter: SwapFilter): Promise<StoredSwap[]> {
  const rows = await q.query<SwapRow>(
    `${SELECT} where w.org_id = $1::integer and ($2::text is null or w.requested_by = $2::text or w.asked = $2::text or w.answered_by = $2::text or (w.asked is null and w.state = 'open'))
       and ($3::timestamptz is null or (w.state = 'open' and w.ends_at > $3::timestamptz)) and ($4::bigint is null or w.place < $4::bigint)
     order by w.place desc limit $5::integer`,
    [orgId, filter.concerns, filter.openAt, filter.before, filter.limit + 1],
  );
  return rows.map(toSwap);
}

/** One request; null when there is none. `lock` holds it until the end of the transaction. */
export async function selectSwap(q: Queryable, orgId: OrgId, id: string, lock = false): Promise<StoredSwap | null> {
  const [row] = await q.query<SwapRow>(`${SELECT} where w.org_id = $1::integer and w.id = $2::text ${lock ? 'for update of w' : ''}`, [orgId, id]);
  return row === undefined ? null : toSwap(row);
}

/** Adds a request. */
export async function insertSwap(tx: Transaction, orgId: OrgId, made: Omit<StoredSwap, 'place' | 'state' | 'answeredBy' | 'answeredAt' | 'answer' | 'version'>): Promise<void> {
  await tx.query(
    `insert into schedule_swaps (org_id, id, schedule_id, requested_by, asked, starts_at, ends_at, return_starts_at, return_ends_at, message, created_at)
     values ($1::integer, $2::text, $3::text, $4::text, $5::text, $6::timestamptz, $7::timestamptz, $8::timestamptz, $9::timestamptz, $10::text, $11::timestamptz)`,
    [
      orgId, made.id, made.schedule.id, made.requestedBy, made.asked, new Date(made.startMs), new Date(made.endMs),
      made.inReturn === null ? null : new Date(made.inReturn.startMs), made.inReturn === null ? null : new Date(made.inReturn.endMs), made.message, made.createdAt,
    ],
  );
}

/** Writes how a request that the transaction holds has ended. */
export async function answerSwap(tx: Transaction, orgId: OrgId, id: string, state: SwapState, by: UserKey, at: Date, answer: string): Promise<void> {
  await tx.query(
    `update schedule_swaps set state = $3::text, answered_by = $4::text, answered_at = $5::timestamptz, answer = $6::text, version = version + 1
     where org_id = $1::integer and id = $2::text`,
    [orgId, id, state, by, at, answer],
  );
}
