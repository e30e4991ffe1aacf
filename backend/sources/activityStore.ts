/** SQL of what deliveries leave behind at their source: when it was heard, and what it cut off. */
import type { OrgId, SourceId } from '#contract';
import type { Queryable } from '../platform/db/database.ts';

export interface Reception {
  readonly orgId: OrgId;
  readonly sourceId: SourceId;
  readonly tokenId: string;
  readonly at: Date;
}

/**
 * Notes that sources were heard and tokens used. Meant for many deliveries at a time, every few
 * seconds: the rows are hot, and each call writes each of them at most once. Rows are locked in one
 * order, sources before tokens, so that replicas wait for each other instead of deadlocking.
 */
export async function touchReceived(q: Queryable, receptions: readonly Reception[]): Promise<void> {
  if (receptions.length === 0) return;
  await q.query(
    `with newest as (
       select h.org_id, h.source_id, max(h.at) as at
         from unnest($1::integer[], $2::text[], $3::timestamptz[]) as h(org_id, source_id, at)
        group by h.org_id, h.source_id
     ), locked as (
       select s.org_id, s.id, n.at
         from sources s
         join newest n on n.org_id = s.org_id and n.source_id = s.id
        order by s.org_id, s.id
          for no key update of s
     )
     update sources s
        set last_received_at = greatest(s.last_received_at, l.at)
       from locked l
      where s.org_id = l.org_id and s.id = l.id`,
    [receptions.map((r) => r.orgId), receptions.map((r) => r.sourceId), receptions.map((r) => r.at)],
  );
  await q.query(
    `with newest as (
       select h.token_id, max(h.at) as at
         from unnest($1::text[], $2::timestamptz[]) as h(token_id, at)
        group by h.token_id
     ), locked as (
       select t.id, n.at
         from source_tokens t
         join newest n on n.token_id = t.id
        order by t.id
          for no key update of t
     )
     update source_tokens t
        set last_used_at = greatest(t.last_used_at, l.at)
       from locked l
      where t.id = l.id`,
    [receptions.map((r) => r.tokenId), receptions.map((r) => r.at)],
  );
}

/**
 * Keeps how many alerts a source's newest payload left out; zero clears it. True when that is news:
 * the first cut after a complete payload, or after a cut of another size.
 */
export async function recordTruncation(q: Queryable, orgId: OrgId, source: SourceId, alerts: number, at: Date): Promise<boolean> {
  const rows = await q.query<{ before: number | null }>(
    `with before as (
       select org_id, id, truncated_alerts, truncated_at from sources
        where org_id = $1::integer and id = $2::text
          for no key update
     )
     update sources s
        set truncated_alerts = nullif($3::integer, 0),
            truncated_at = case when $3::integer > 0 then $4::timestamptz end
       from before b
      where s.org_id = b.org_id and s.id = b.id
        -- A complete payload after a complete one changes nothing and writes nothing.
        and (b.truncated_alerts is not null or $3::integer > 0)
        -- Told late, it does not undo what a newer payload said at another replica.
        and (b.truncated_at is null or b.truncated_at <= $4::timestamptz)
      returning b.truncated_alerts as before`,
    [orgId, source, alerts, at],
  );
  return alerts > 0 && rows.length === 1 && rows[0]?.before !== alerts;
}
