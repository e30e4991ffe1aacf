/** SQL of rehearsals. */
import { channelId, rehearsalHop, rehearsalId, userKey, userRef, type OrgId, type Rehearsal, type RehearsalHop, type UserKey } from '#contract';
import { z } from 'zod';
import type { Queryable, Transaction } from '../../platform/db/database.ts';

/** What was planned when it started, with the messages that were sent. Members that came later may be missing in old ones. */
const plannedShape = z.array(z.object({
  chain: z.string().nullable(), channel: channelId.nullable(), message: z.string().nullable(), person: userRef.nullable().default(null), address: z.string().nullable().default(null),
  place: z.int().nullable().default(null), not: z.object({ state: z.enum(['failed', 'skipped']), detail: z.string() }).nullable().default(null),
}));
export type PlannedHop = z.infer<typeof plannedShape>[number];
const reportShape = z.array(rehearsalHop);

export interface RehearsalRow {
  id: string;
  hops: unknown;
  report: unknown;
  started_at: Date;
  started_by: string;
  ended_at: Date | null;
  passed: boolean | null;
  user_key: string | null;
}

const COLUMNS = 'r.id::text, r.hops, r.report, r.started_at, r.started_by, r.ended_at, r.passed, r.user_key';

/** Whether the provider of a kind of channel tells that a message arrived. */
export type HasReceipts = (kind: string) => boolean;

interface Result {
  message: string;
  state: string;
  error: string | null;
  try_state: string | null;
  try_detail: string | null;
  kind: string | null;
  milliseconds: number | null;
}

function outcomeOf(result: Result | undefined, hasReceipts: HasReceipts): Pick<RehearsalHop, 'state' | 'detail'> {
  switch (result?.state) {
    case 'delivered': case 'answered': return { state: 'passed', detail: null };
    case 'sent':
      // Where receipts are to come, being taken says little: a telephone may be off, or the receipts may not find their way here.
      if (result.try_state === 'failed') return { state: 'failed', detail: result.try_detail };
      return result.kind !== null && hasReceipts(result.kind) ? { state: 'waiting', detail: 'the provider took it, and no receipt has come' } : { state: 'passed', detail: null };
    case 'failed': case 'cancelled': return { state: 'failed', detail: result.error };
    default: return { state: 'waiting', detail: result?.error ?? null };
  }
}

/** What a row planned. */
export function plannedOf(row: RehearsalRow): PlannedHop[] {
  return plannedShape.parse(row.hops);
}

/** How each way did so far. */
export async function resultsOf(q: Queryable, orgId: OrgId, row: RehearsalRow, hasReceipts: HasReceipts): Promise<RehearsalHop[]> {
  const planned = plannedOf(row);
  const results = await q.query<Result>(
    `select d.message_id::text as message, d.state, d.error, t.state as try_state, t.detail as try_detail, c.kind, (extract(epoch from coalesce(d.delivered_at, t.ended_at) - d.created_at) * 1000)::integer as milliseconds
       from notification_deliveries as d
       left join notification_tries as t on t.org_id = d.org_id and t.delivery_id = d.id and t.number = d.tries
       left join channels as c on c.org_id = d.org_id and c.id = d.channel
     where d.org_id = $1::integer and d.message_id = any($2::bigint[])`, [orgId, planned.flatMap(({ message }) => message ?? [])],
  );
  const byMessage = new Map(results.map((result) => [result.message, result]));
  return planned.map(({ chain, channel, message, person, address, place, not }): RehearsalHop => {
    const way = { chain, channel, person, address, place };
    if (not !== null || message === null) return { ...way, state: not?.state ?? 'failed', detail: not?.detail ?? null, milliseconds: null };
    const result = byMessage.get(message);
    const outcome = outcomeOf(result, hasReceipts);
    return { ...way, ...outcome, milliseconds: outcome.state === 'waiting' ? null : (result?.milliseconds ?? null) };
  });
}

/** As the API shows it. */
export async function toRehearsal(q: Queryable, orgId: OrgId, row: RehearsalRow, hasReceipts: HasReceipts): Promise<Rehearsal> {
  return {
    id: rehearsalId.parse(row.id), startedAt: row.started_at.toISOString(), endedAt: row.ended_at?.toISOString() ?? null, startedBy: row.started_by,
    state: row.ended_at === null ? 'running' : row.passed === true ? 'passed' : 'failed', hops: row.report === null ? await resultsOf(q, orgId, row, hasReceipts) : reportShape.parse(row.report),
  };
}

/** Adds one of the organisation, or of a person's own. */
export async function insertRehearsal(tx: Transaction, orgId: OrgId, at: Date, by: string, user: UserKey | null): Promise<string> {
  const [row] = await tx.query<{ id: string }>(
    `insert into rehearsals (org_id, hops, started_at, started_by, user_key) values ($1::integer, '[]', $2::timestamptz, $3::text, $4::text) returning id::text`, [orgId, at, by, user],
  );
  if (row === undefined) throw new Error('the rehearsal vanished');
  return row.id;
}

/** Notes what is tried. */
export async function writePlanned(tx: Transaction, orgId: OrgId, id: string, planned: readonly PlannedHop[]): Promise<void> {
  await tx.query('update rehearsals set hops = $3::jsonb where org_id = $1::integer and id = $2::bigint', [orgId, id, JSON.stringify(planned)]);
}

/** Ends one with its report. */
export async function writeReport(tx: Transaction, orgId: OrgId, id: string, report: readonly RehearsalHop[], at: Date, passed: boolean): Promise<void> {
  await tx.query(
    'update rehearsals set report = $3::jsonb, ended_at = $4::timestamptz, passed = $5::boolean where org_id = $1::integer and id = $2::bigint', [orgId, id, JSON.stringify(report), at, passed],
  );
}

/** Those under way, held; what another replica holds is left out. */
export async function lockRunning(tx: Transaction, orgId: OrgId): Promise<RehearsalRow[]> {
  return tx.query<RehearsalRow>(`select ${COLUMNS} from rehearsals as r where r.org_id = $1::integer and r.ended_at is null order by r.id limit 50 for update of r skip locked`, [orgId]);
}

/** The newest of the organisation (`user` null), or of a person's own. */
export async function selectLast(q: Queryable, orgId: OrgId, user: UserKey | null): Promise<RehearsalRow | undefined> {
  const [row] = await q.query<RehearsalRow>(`select ${COLUMNS} from rehearsals as r where r.org_id = $1::integer and r.user_key is not distinct from $2::text order by r.id desc limit 1`, [orgId, user]);
  return row;
}

/** One of the organisation. */
export async function findRehearsal(q: Queryable, orgId: OrgId, id: string): Promise<RehearsalRow | undefined> {
  const [row] = await q.query<RehearsalRow>(`select ${COLUMNS} from rehearsals as r where r.org_id = $1::integer and r.id = $2::bigint and r.user_key is null`, [orgId, id]);
  return row;
}

/** Those of the organisation, the newest first; one more than the limit. */
export async function listRehearsalRows(q: Queryable, orgId: OrgId, before: string | null, limit: number): Promise<RehearsalRow[]> {
  return q.query<RehearsalRow>(
    `select ${COLUMNS} from rehearsals as r where r.org_id = $1::integer and r.user_key is null and ($2::bigint is null or r.id < $2::bigint) order by r.id desc limit $3::integer`, [orgId, before, limit + 1],
  );
}

/** Whose a row is; null: the organisation's. */
export function ownerOf(row: RehearsalRow): UserKey | null {
  return row.user_key === null ? null : userKey.parse(row.user_key);
}
