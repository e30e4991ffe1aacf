/** SQL of the members of alerts that a fingerprint rule makes one. */
import type { OrgId, SourceId } from '#contract';
import type { Queryable, Transaction } from '../../platform/db/database.ts';
import type { Span } from './fold.ts';

export interface MemberWrite extends Span {
  readonly alertKey: string;
  readonly member: string;
}

const LOCK_CLASS = 1297303894;

/** Makes deliveries of one source wait for each other, at every replica, until the transaction ends. */
export async function lockMembers(tx: Transaction, orgId: OrgId, source: SourceId): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1::integer, hashtext($2::text))', [LOCK_CLASS, `${orgId}/${source}`]);
}

/** Notes the newest episode of each member, in whatever order deliveries come, and gives all members of the alerts concerned. */
export async function noteMembers(tx: Transaction, orgId: OrgId, source: SourceId, rule: string, writes: readonly MemberWrite[]): Promise<Map<string, Span[]>> {
  for (const write of writes) {
    await tx.query(
      `insert into alert_members as m (org_id, source_id, alert_key, member, starts_at, ends_at, rule)
       values ($1::integer, $2::text, $3::bigint, $4::text, $5::timestamptz, $6::timestamptz, $7::text)
       on conflict (org_id, source_id, alert_key, member) do update set starts_at = excluded.starts_at, ends_at = excluded.ends_at, rule = excluded.rule
       where excluded.starts_at > m.starts_at or (excluded.starts_at = m.starts_at and m.ends_at is null)`,
      [orgId, source, write.alertKey, write.member, new Date(write.startsAtMs), write.endsAtMs === null ? null : new Date(write.endsAtMs), rule],
    );
  }
  const rows = await tx.query<{ alert_key: string; starts_at: Date; ends_at: Date | null }>(
    `select m.alert_key::text, m.starts_at, m.ends_at from alert_members as m
     where m.org_id = $1::integer and m.source_id = $2::text and m.alert_key = any($3::bigint[])`,
    [orgId, source, [...new Set(writes.map((write) => write.alertKey))]],
  );
  const members = new Map<string, Span[]>();
  for (const row of rows) {
    members.set(row.alert_key, [...(members.get(row.alert_key) ?? []), { startsAtMs: row.starts_at.getTime(), endsAtMs: row.ends_at?.getTime() ?? null }]);
  }
  return members;
}

/** The newest episode of each of these alerts; those without one are left out. */
export async function latestEpisodes(q: Queryable, orgId: OrgId, alertKeys: readonly string[]): Promise<Map<string, Span>> {
  const rows = await q.query<{ alert_key: string; starts_at: Date; ends_at: Date | null; firing: boolean }>(
    `select distinct on (a.alert_key) a.alert_key::text, a.starts_at, a.ends_at, a.status = 'firing' as firing from alerts as a
     where a.org_id = $1::integer and a.alert_key = any($2::bigint[]) order by a.alert_key, a.starts_at desc`,
    [orgId, alertKeys],
  );
  return new Map(rows.map((row) => [row.alert_key, { startsAtMs: row.starts_at.getTime(), endsAtMs: row.firing ? null : (row.ends_at ?? row.starts_at).getTime() }]));
}

export interface StaleAlert {
  readonly sourceId: string;
  readonly alertKey: string;
}

/** Takes away members whose rule is not their source's any more, and gives the alerts they made; old ends go too. */
export async function takeStaleMembers(tx: Transaction, orgId: OrgId, endedBefore: Date): Promise<StaleAlert[]> {
  await tx.query('delete from alert_members where org_id = $1::integer and ends_at < $2::timestamptz', [orgId, endedBefore]);
  return (await tx.query<{ source_id: string; alert_key: string }>(
    `with gone as (
       delete from alert_members as m
       where m.org_id = $1::integer and not exists (
         select 1 from sources as s where s.org_id = m.org_id and s.id = m.source_id and s.rules->'fingerprintLabels' = m.rule::jsonb
       )
       returning m.source_id, m.alert_key
     )
     select distinct g.source_id, g.alert_key::text from gone as g`,
    [orgId],
  )).map((row) => ({ sourceId: row.source_id, alertKey: row.alert_key }));
}
