/** SQL of the episodes that are open: for senders that do not say when theirs began, and for comparing with Grafana. */
import type { Labels, OrgId } from '#contract';
import type { Queryable } from '../platform/db/database.ts';

/** Start of the newest open episode, begun at or before `upTo`, of each of these alerts; those without one are left out. */
export async function openStarts(q: Queryable, orgId: OrgId, alertKeys: readonly string[], upTo: Date): Promise<Map<string, number>> {
  if (alertKeys.length === 0) return new Map();
  const rows = await q.query<{ alert_key: string; starts_at: Date }>(
    `select a.alert_key::text, max(a.starts_at) as starts_at from alerts as a
     where a.org_id = $1::integer and a.alert_key = any($2::bigint[]) and a.status = 'firing' and a.starts_at <= $3::timestamptz
     group by a.alert_key`,
    [orgId, alertKeys, upTo],
  );
  return new Map(rows.map((row) => [row.alert_key, row.starts_at.getTime()]));
}

/** An open episode with what it takes to deliver it again. */
export interface OpenEpisode {
  readonly alertKey: string;
  readonly fingerprint: string;
  readonly startsAtMs: number;
  readonly firstSeenMs: number;
  readonly name: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Every open episode of a source. */
export async function openEpisodesOf(q: Queryable, orgId: OrgId, source: string): Promise<OpenEpisode[]> {
  const rows = await q.query<{
    alert_key: string; fingerprint: string; starts_at: Date; first_seen_at: Date; name: string; labels: Labels; annotations: Labels; details: Record<string, unknown>;
  }>(
    `select a.alert_key::text, a.fingerprint, a.starts_at, a.first_seen_at, a.name, a.labels, a.annotations, a.details from alerts as a
     where a.org_id = $1::integer and a.status = 'firing' and a.source_id = $2::text
     order by a.starts_at desc`,
    [orgId, source],
  );
  return rows.map((row) => ({
    alertKey: row.alert_key, fingerprint: row.fingerprint, startsAtMs: row.starts_at.getTime(), firstSeenMs: row.first_seen_at.getTime(),
    name: row.name, labels: row.labels, annotations: row.annotations, details: row.details,
  }));
}
