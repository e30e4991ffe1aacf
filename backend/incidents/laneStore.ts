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
 * Bars of the services that broke first, in the order of the lanes and within one by start. Alerts are counted by service, grade and
 * minute first, and only those that may be among the bars are put in order: an incident may have 50,000.
 */
export async function listLaneBarRows(q: Queryable, orgId: OrgId, incident: number, mostLanes: number): Promise<LaneBarRow[]> {
  return q.query<LaneBarRow>(
    `with own as materialized (
       select coalesce(a.service, '') as service, a.alert_key, a.starts_at, date_trunc('minute', a.starts_at) as minute,
         a.severity + case a.status when 'firing' then 0 else ${OVER} end as grade
       from incident_alerts as k
       join alerts as a on a.org_id = k.org_id and a.alert_key = k.alert_key and a.starts_at = k.starts_at
       where k.org_id = $1::integer and k.incident_number = $2::integer
     ), steps as (
       select o.service, o.grade, o.minute, count(*) as n, min(o.starts_at) as first_at
       from own as o
       group by o.service, o.grade, o.minute
     ), lanes as (
       select s.service, min(s.first_at) as first_at, coalesce(sum(s.n) filter (where s.grade < ${OVER}), 0) as firing, sum(s.n) as total,
         min(s.grade % ${OVER}) as worst, count(*) over () as lanes
       from steps as s
       group by s.service
       order by min(s.first_at), sum(s.n) desc, s.service
       limit $3::integer
     ), reach as (
       select s.service, s.grade, s.minute,
         coalesce(sum(s.n) over (partition by s.service order by s.minute groups between unbounded preceding and 1 preceding), 0) as before,
         coalesce(sum(s.n) over (partition by s.service order by s.grade, s.minute groups between unbounded preceding and 1 preceding), 0) as worse
       from steps as s
     ), near as (
       select o.service, o.alert_key, o.starts_at,
         row_number() over (partition by o.service order by o.starts_at, o.alert_key) as nth_first,
         row_number() over (partition by o.service order by o.grade, o.starts_at, o.alert_key) as nth_worst
       from reach as r
       join own as o on o.service = r.service and o.grade = r.grade and o.minute = r.minute
       where r.before < $4::integer or r.worse < $5::integer
     )
     select b.alert_key::text, b.starts_at, b.ends_at, b.name, b.summary, b.severity, b.status, b.service,
       l.first_at, l.firing::integer, l.total::integer, l.worst::integer, l.lanes::integer
     from lanes as l
     join near as o on o.service = l.service and (o.nth_first <= $4::integer or o.nth_worst <= $5::integer)
     join alerts as b on b.org_id = $1::integer and b.alert_key = o.alert_key and b.starts_at = o.starts_at
     order by l.first_at, l.total desc, l.service, b.starts_at, b.severity, b.alert_key`,
    [orgId, incident, mostLanes, FIRST_BARS, WORST_BARS],
  );
}
