/** SQL of the heartbeats of sources. */
import { sourceId, type OrgId, type SourceId } from '#contract';
import type { Queryable, Transaction } from '../../platform/db/database.ts';

export interface WatchedSource {
  readonly sourceId: SourceId;
  readonly name: string;
  /** Null: switched off, not asked for any more, or removed. */
  readonly intervalSeconds: number | null;
  readonly heardAt: Date | null;
  readonly armedAt: Date;
  readonly silentSince: Date | null;
}

type WatchedRow = { source_id: string; name: string | null; interval_seconds: number | null; heard_at: Date | null; armed_at: Date; silent_since: Date | null };

/** Begins to watch sources that are to be watched and are not yet. */
export async function armHeartbeats(q: Queryable, orgId: OrgId, now: Date): Promise<void> {
  await q.query(
    `insert into source_heartbeats (org_id, source_id, armed_at)
     select s.org_id, s.id, $2::timestamptz from sources as s
     where s.org_id = $1::integer and s.enabled and s.rules->>'heartbeatSeconds' is not null
     on conflict do nothing`,
    [orgId, now],
  );
}

/**
 * Notes that the watch looks. When it had not for longer than `blindMs`, Muster itself was away and sources
 * could not be heard: silence counts from now on. One statement: a replica that looks right after must not see
 * that somebody looks again while the silence still counts from before.
 */
export async function noteLook(q: Queryable, orgId: OrgId, now: Date, blindMs: number): Promise<void> {
  await q.query(
    `with before as (select w.looked_at from heartbeat_watch as w where w.org_id = $1::integer),
     noted as (
       insert into heartbeat_watch as w (org_id, looked_at) values ($1::integer, $2::timestamptz)
       on conflict (org_id) do update set looked_at = greatest(w.looked_at, excluded.looked_at)
     )
     update source_heartbeats as h set armed_at = $2::timestamptz
     from before as b
     where h.org_id = $1::integer and b.looked_at < $2::timestamptz - make_interval(secs => $3::double precision / 1000)`,
    [orgId, now, blindMs],
  );
}

/** Sources that are watched, or whose silence has yet to be ended. */
export async function selectWatched(q: Queryable, orgId: OrgId, only: SourceId | null): Promise<WatchedSource[]> {
  const rows = await q.query<WatchedRow>(
    `select h.source_id, s.name, case when s.enabled then (s.rules->>'heartbeatSeconds')::integer end as interval_seconds,
            s.last_received_at as heard_at, h.armed_at, h.silent_since
     from source_heartbeats as h
     left join sources as s on s.org_id = h.org_id and s.id = h.source_id
     where h.org_id = $1::integer and ($2::text is null or h.source_id = $2::text)
     order by h.source_id`,
    [orgId, only],
  );
  return rows.map((row) => ({
    sourceId: sourceId.parse(row.source_id), name: row.name ?? row.source_id, intervalSeconds: row.interval_seconds,
    heardAt: row.heard_at, armedAt: row.armed_at, silentSince: row.silent_since,
  }));
}

/** Notes that a silence has begun (or, with null, is over). True when this is news: one of several replicas gets it. */
export async function markSilent(tx: Transaction, orgId: OrgId, source: SourceId, before: Date | null, after: Date | null): Promise<boolean> {
  const rows = await tx.query<{ source_id: string }>(
    `update source_heartbeats set silent_since = $4::timestamptz
     where org_id = $1::integer and source_id = $2::text and silent_since is not distinct from $3::timestamptz
     returning source_id`,
    [orgId, source, before, after],
  );
  return rows.length === 1;
}

/** Ends watching sources that need it no more. */
export async function disarmHeartbeat(q: Queryable, orgId: OrgId, source: SourceId): Promise<void> {
  await q.query('delete from source_heartbeats where org_id = $1::integer and source_id = $2::text and silent_since is null', [orgId, source]);
}
