/** SQL for alerts that come back: which incidents had them, and the one that takes them again. */
import type { IncidentState, OrgId } from '#contract';
import type { Queryable } from '../platform/db/database.ts';
import { ACTIVE_STATES } from './stateMachine.ts';

/** Ended and quiet incidents that had some of these alerts before, with how many of them. */
export async function findEarlierIncidents(q: Queryable, orgId: OrgId, alertKeys: readonly string[]): Promise<{ number: number; state: IncidentState; ended_at: Date; shared: number }[]> {
  return q.prepared<{ number: number; state: IncidentState; ended_at: Date; shared: number }>(
    'find-earlier-incidents',
    `select i.number, i.state, coalesce(i.closed_at, i.resolved_at, i.updated_at) as ended_at, s.shared
     from (
       select l.incident_number, count(distinct l.alert_key)::integer as shared
       from incident_alerts as l
       where l.org_id = $1::integer and l.alert_key = any($2::bigint[])
       group by l.incident_number
     ) as s
     join incidents as i on i.org_id = $1::integer and i.number = s.incident_number
     where i.state in ('resolved', 'in_review', 'closed') or (i.state = any($3::text[]) and i.alerts_firing = 0)
     order by i.number`,
    [orgId, alertKeys, ACTIVE_STATES],
  );
}

/** Lets alerts of further keys join an incident. */
export async function takeKeys(q: Queryable, orgId: OrgId, number: number, keys: readonly string[]): Promise<void> {
  await q.query(
    `update incidents as i set group_keys = (select coalesce(array_agg(distinct k.key), '{}') from unnest(i.group_keys || $3::text[]) as k(key))
     where i.org_id = $1::integer and i.number = $2::integer`,
    [orgId, number, keys],
  );
}

/** Takes a resolved incident up again: its alerts came back. */
export async function reopenIncident(q: Queryable, orgId: OrgId, at: Date, number: number, keys: readonly string[]): Promise<IncidentState | null> {
  const rows = await q.query<{ state: IncidentState }>(
    `update incidents as i set state = 'investigating', regressions = i.regressions + 1, resolved_at = null, mitigated_at = null, closed_at = null,
       group_keys = (select coalesce(array_agg(distinct k.key), '{}') from unnest(i.group_keys || $4::text[]) as k(key)),
       version = i.version + 1, updated_at = $3::timestamptz
     from (select o.state from incidents as o where o.org_id = $1::integer and o.number = $2::integer for update) as before
     where i.org_id = $1::integer and i.number = $2::integer and before.state in ('resolved', 'in_review')
     returning before.state`,
    [orgId, number, at, keys],
  );
  return rows[0]?.state ?? null;
}
