/** SQL of the swim-lanes: the alerts of an incident by service, each with the few that tell most. */
import type { AlertStatus, OrgId } from '#contract';
import type { Queryable } from '../platform/db/database.ts';

/** The first ones tell where it began, the worst ones how bad it is. */
const FIRST_BARS = 2;
const WORST_BARS = 10;
/** What the grade of an alert that is over has beyond its severity: worse than it is any that fires. */
const OVER = 10;

export interface LaneBarRow {
  alert_key: string;
  starts_at: Date;
  ends_at: Date | null;
  name: string;
  summary: string;
  severity: number;
  status: AlertStatus;
  service: string | null;
  first_at: Date;
  firing: number;
  total: number;
  worst: number;
  /** How many services there are in all. */
  lanes: number;
}

/**
 * Bars of the services that broke first, in the order of the lanes and within one by start. Alerts are gathered by service, grade and
 * minute, and only those of minutes that may hold bars are put in order: an incident may have 50,000. They are gathered rather than looked
 * for a second time: right after a flood PostgreSQL has no statistics yet, and would join 50,000 with all minutes row by row.
 */
export async function listLaneBarRows(q: Queryable, orgId: OrgId, incident: number, mostLanes: number): Promise<LaneBarRow[]> {
  return q.query<LaneBarRow>(
    `with steps as materialized (
       select coalesce(a.service, '') as service, date_trunc('minute', a.starts_at) as minute,
         a.severity + case a.status when 'firing' then 0 else ${OVER} end as grade,
         count(*) as n, min(a.starts_at) as first_at, array_agg(a.alert_key) as keys, array_agg(a.starts_at) as starts
       from incident_alerts as k
       join alerts as a on a.org_id = k.org_id and a.alert_key = k.alert_key and a.starts_at = k.starts_at
       where k.org_id = $1::integer and k.incident_number = $2::integer
       group by 1, 2, 3
     ), lanes as (
       select s.service, min(s.first_at) as first_at, coalesce(sum(s.n) filter (where s.grade < ${OVER}), 0) as firing, sum(s.n) as total,
         min(s.grade % ${OVER}) as worst, count(*) over () as lanes
       from steps as s
       group by s.service
       order by min(s.first_at), sum(s.n) desc, s.service
       limit $3::integer
     ), reach as (
       select s.service, s.grade, s.keys, s.starts,
         coalesce(sum(s.n) over (partition by s.service order by s.minute groups between unbounded preceding and 1 preceding), 0) as before,
         coalesce(sum(s.n) over (partition by s.service order by s.grade, s.minute groups between unbounded preceding and 1 preceding), 0) as worse
       from steps as s
     ), near as (
       select r.service, o.alert_key, o.starts_at,
         row_number() over (partition by r.service order by o.starts_at, o.alert_key) as nth_first,
         row_number() over (partition by r.service order by r.grade, o.starts_at, o.alert_key) as nth_worst
       from reach as r
       cross join lateral unnest(r.keys, r.starts) as o (alert_key, starts_at)
       where r.before < $4::integer or r.worse < $5::integer
     ), bars as materialized (
       select n.service, n.alert_key, n.starts_at from near as n where n.nth_first <= $4::integer or n.nth_worst <= $5::integer
     )
     select b.alert_key::text, b.starts_at, b.ends_at, b.name, b.summary, b.severity, b.status, b.service,
       l.first_at, l.firing::integer, l.total::integer, l.worst::integer, l.lanes::integer
     from lanes as l
     join bars as o on o.service = l.service
     join alerts as b on b.org_id = $1::integer and b.alert_key = o.alert_key and b.starts_at = o.starts_at
     order by l.first_at, l.total desc, l.service, b.starts_at, b.severity, b.alert_key`,
    [orgId, incident, mostLanes, FIRST_BARS, WORST_BARS],
  );
}
