/** SQL of what is learned from: incidents that ended, with the services and rules of their alerts. */
import type { AlertId, IncidentNumber, OrgId } from '#contract';
import { ANYBODY, seenBy } from '../access/index.ts';
import { splitAlertId } from '../ingest/index.ts';
import type { Queryable } from '../platform/db/database.ts';
import { toIncidentNumber } from './incident.ts';

export interface EndedRow {
  readonly number: IncidentNumber;
  readonly endedAt: Date;
  readonly services: readonly string[];
  readonly rules: readonly { readonly name: string; readonly services: readonly string[] }[];
}

/** The newest incidents that ended in a time, that everybody may see, and that were somebody's work: candidates that were rejected or expired are none, and drills teach nothing. */
export async function selectEnded(q: Queryable, orgId: OrgId, since: Date, until: Date, limit: number): Promise<EndedRow[]> {
  const rows = await q.query<{ number: number; ended_at: Date; services: string[]; rules: { name: string; services: string[] }[] | null }>(
    `select e.number, e.ended_at, e.services, r.rules from (
       select i.number, i.services, coalesce(i.resolved_at, i.closed_at) as ended_at
       from incidents as i
       where i.org_id = $1::integer and i.state in ('resolved', 'in_review', 'closed') and i.alerts_total > 0 and i.drill is null
         and coalesce(i.resolved_at, i.closed_at) >= $2::timestamptz and coalesce(i.resolved_at, i.closed_at) <= $3::timestamptz
         and ${seenBy('$5', 'i.number')}
       order by i.number desc limit $4::integer
     ) as e
     cross join lateral (
       select jsonb_agg(jsonb_build_object('name', g.name, 'services', g.services) order by g.name) as rules from (
         select a.name, coalesce(jsonb_agg(distinct a.service) filter (where a.service is not null), '[]') as services
         from incident_alerts as k
         join alerts as a on a.org_id = k.org_id and a.alert_key = k.alert_key and a.starts_at = k.starts_at
         where k.org_id = $1::integer and k.incident_number = e.number
         group by a.name
       ) as g
     ) as r
     order by e.number`,
    [orgId, since, until, limit, ANYBODY],
  );
  return rows.map((row) => ({ number: toIncidentNumber(row.number), endedAt: row.ended_at, services: row.services, rules: row.rules ?? [] }));
}

/** Services of incidents, by number. */
export async function selectServices(q: Queryable, orgId: OrgId, incidents: readonly number[]): Promise<Map<number, string[]>> {
  const rows = await q.query<{ number: number; services: string[] }>(
    'select i.number, i.services from incidents as i where i.org_id = $1::integer and i.number = any($2::integer[])', [orgId, incidents],
  );
  return new Map(rows.map((row) => [row.number, row.services]));
}

/** Services of alerts. */
export async function selectAlertServices(q: Queryable, orgId: OrgId, alerts: readonly AlertId[]): Promise<string[]> {
  const refs = alerts.map((id) => splitAlertId(id));
  const rows = await q.query<{ service: string }>(
    `select distinct a.service from unnest($2::bigint[], $3::timestamptz[]) as u(alert_key, starts_at)
     join alerts as a on a.org_id = $1::integer and a.alert_key = u.alert_key and a.starts_at = u.starts_at
     where a.service is not null order by a.service`,
    [orgId, refs.map((ref) => ref.keyBigint), refs.map((ref) => ref.startsAt.toISOString())],
  );
  return rows.map((row) => row.service);
}
