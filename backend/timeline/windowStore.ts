/** SQL of what planned work has to do with an incident. */
import type { OrgId } from '#contract';
import type { Queryable } from '../platform/db/database.ts';

/** Events that tell of windows that ended early after `since` and had held back alerts of the incident, by position. */
export async function findWindowEnds(q: Queryable, orgId: OrgId, incident: number, since: Date): Promise<string[]> {
  const rows = await q.query<{ position: string }>(
    `select e.position::text from event_log as e
     where e.org_id = $1::integer and e.type = 'maintenance.ended' and e.occurred_at >= $3::timestamptz
       and exists (
         select 1 from held_back_alerts as h
         join incident_alerts as k on k.org_id = h.org_id and k.alert_key = h.alert_key and k.starts_at = h.starts_at
         where h.org_id = e.org_id and h.cause_id = e.data->>'window' and k.incident_number = $2::integer)
     order by e.position`,
    [orgId, incident, since],
  );
  return rows.map((row) => row.position);
}
