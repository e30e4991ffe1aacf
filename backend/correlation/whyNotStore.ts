/** SQL of why alerts are in no incident: written when the engine lets one wait, shown as long as none has taken it. */
import type { IncidentNumber, OrgId } from '#contract';
import type { Queryable } from '../platform/db/database.ts';
import type { HeldAlert } from './batch.ts';
import type { GroupId } from './strategy.ts';

/** Notes the reasons; the latest one of an alert stays. Runs in the transaction of what was decided. */
export async function noteWhyNot(q: Queryable, orgId: OrgId, at: Date, held: readonly HeldAlert[], incidentOf: (group: GroupId) => IncidentNumber | null): Promise<void> {
  if (held.length === 0) return;
  await q.prepared(
    'note-why-not',
    `insert into alerts_why_not as w (org_id, alert_key, starts_at, noted_at, nearest, reason)
     select $1::integer, h.alert_key, h.starts_at, $2::timestamptz, h.nearest, h.reason
     from unnest($3::bigint[], $4::timestamptz[], $5::integer[], $6::json[]) as h (alert_key, starts_at, nearest, reason)
     on conflict (org_id, alert_key, starts_at) do update set noted_at = excluded.noted_at, nearest = excluded.nearest, reason = excluded.reason`,
    [
      orgId, at, held.map(({ alert }) => alert.alertKey), held.map(({ alert }) => alert.startsAt),
      held.map(({ nearest }) => (nearest === null ? null : incidentOf(nearest))), held.map(({ reason }) => JSON.stringify(reason)),
    ],
  );
}

/** Forgets reasons noted before a time: of alerts that an incident has taken since, as those of others go with their alert. */
export async function forgetWhyNot(q: Queryable, before: Date): Promise<void> {
  await q.query(
    `delete from alerts_why_not as w using incident_alerts as k
     where w.noted_at < $1::timestamptz and k.org_id = w.org_id and k.alert_key = w.alert_key and k.starts_at = w.starts_at`,
    [before],
  );
}
