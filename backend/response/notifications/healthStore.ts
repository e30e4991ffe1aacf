/** SQL of how channels do: the breaker, the next free place, what waits for them. */
import { breakerState, type ChannelHealth, type OrgId } from '#contract';
import type { Queryable, Transaction } from '../../platform/db/database.ts';
import { permits, type Breaker } from './breaker.ts';

export interface HealthRow {
  readonly channel: string;
  readonly breaker: string;
  readonly failures: number;
  readonly opens: number;
  readonly rests_until: Date | null;
  readonly score: number;
  readonly next_free_at: Date;
  readonly last_success_at: Date | null;
  readonly last_failure_at: Date | null;
  readonly last_failure: string | null;
}

const COLUMNS = 'h.channel, h.breaker, h.failures, h.opens, h.rests_until, h.score, h.next_free_at, h.last_success_at, h.last_failure_at, h.last_failure';

/** The breaker of a row. */
export function breakerOf(row: HealthRow): Breaker {
  return { state: breakerState.parse(row.breaker), failures: row.failures, opens: row.opens, restsUntilMs: row.rests_until?.getTime() ?? null, score: row.score };
}

/** Locks the rows of channels, in the order of their names. */
export async function lockHealth(tx: Transaction, orgId: OrgId, channels: readonly string[]): Promise<Map<string, HealthRow>> {
  const rows = await tx.prepared<HealthRow>(
    'lock-channel-health', `select ${COLUMNS} from channel_health as h where h.org_id = $1::integer and h.channel = any($2::text[]) order by h.channel for update of h`, [orgId, [...channels]],
  );
  return new Map(rows.map((row) => [row.channel, row]));
}

/** Channels that rest now. */
export async function readResting(q: Queryable, orgId: OrgId, nowMs: number): Promise<Map<string, number>> {
  const rows = await q.prepared<HealthRow>('read-resting-channels', `select ${COLUMNS} from channel_health as h where h.org_id = $1::integer and h.breaker <> 'closed'`, [orgId]);
  return new Map(rows.flatMap((row): [string, number][] => {
    const permit = permits(breakerOf(row), nowMs);
    return permit.kind === 'none' ? [[row.channel, permit.untilMs]] : [];
  }));
}

export interface HealthChange {
  readonly channel: string;
  readonly breaker: Breaker;
  readonly nextFreeMs: number;
  readonly succeededAt: Date | null;
  readonly failedAt: Date | null;
  readonly failure: string | null;
}

/** Writes a row that is locked. What is null stays as it was. */
export async function writeHealth(tx: Transaction, orgId: OrgId, change: HealthChange): Promise<void> {
  const { breaker } = change;
  await tx.prepared(
    'write-channel-health',
    `update channel_health as h set breaker = $3::text, failures = $4::integer, opens = $5::integer, rests_until = $6::timestamptz, score = $7::double precision, next_free_at = $8::timestamptz,
       last_success_at = coalesce($9::timestamptz, h.last_success_at), last_failure_at = coalesce($10::timestamptz, h.last_failure_at), last_failure = coalesce($11::text, h.last_failure)
     where h.org_id = $1::integer and h.channel = $2::text`,
    [orgId, change.channel, breaker.state, breaker.failures, breaker.opens, breaker.restsUntilMs === null ? null : new Date(breaker.restsUntilMs), breaker.score, new Date(Math.ceil(change.nextFreeMs)),
      change.succeededAt, change.failedAt, change.failure],
  );
}

interface ShownRow extends HealthRow {
  readonly waiting: number;
  readonly waiting_critical: number;
}

/** How channels do, as pages show it. */
export async function showHealth(q: Queryable, orgId: OrgId, channels: readonly string[]): Promise<Map<string, ChannelHealth>> {
  const rows = await q.query<ShownRow>(
    `select ${COLUMNS}, coalesce(w.waiting, 0) as waiting, coalesce(w.critical, 0) as waiting_critical from channel_health as h
       left join lateral (select count(*)::integer as waiting, (count(*) filter (where d.priority = 0))::integer as critical from notification_deliveries as d
         where d.org_id = h.org_id and d.channel = h.channel and d.state = 'queued' and d.bundle_lead is null) as w on true
     where h.org_id = $1::integer and h.channel = any($2::text[])`, [orgId, [...channels]],
  );
  return new Map(rows.map((row) => [row.channel, {
    breaker: breakerState.parse(row.breaker), score: Math.min(1, Math.max(0, row.score)), lastSuccessAt: row.last_success_at?.toISOString() ?? null, lastFailureAt: row.last_failure_at?.toISOString() ?? null,
    lastFailure: row.last_failure, restsUntil: row.breaker === 'closed' ? null : (row.rests_until?.toISOString() ?? null), waiting: row.waiting, waitingCritical: row.waiting_critical,
  }]));
}

/** Health of a channel nobody knows anything of. */
export const UNKNOWN_HEALTH: ChannelHealth = {
  breaker: 'closed', score: 1, lastSuccessAt: null, lastFailureAt: null, lastFailure: null, restsUntil: null, waiting: 0, waitingCritical: 0,
};
