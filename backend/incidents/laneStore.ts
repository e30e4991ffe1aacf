/** SQL of the swim-lanes: the alerts of an incident by service, each with the few that tell most. */
import type { AlertStatus, OrgId } from '#contract';
import type { Queryable } from '../platform/db/database.ts';

/** The first ones tell where it began, the worst ones how bad it is. */
const FIRST_BARS = 2;
const WORST_BARS = 10;

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

/** Bars of the services that broke first, in the order of the lanes and within one by start. */
export async function listLaneBarRows(q: Queryable, orgId: OrgId, incident: number, mostLanes: number): Promise<LaneBarRow[]> {
  return q.query<LaneBarRow>(
    `with own as (
       select a.service, a.alert_key, a.starts_at, a.severity, a.status,
         row_number() over (partition by a.service order by a.starts_at, a.alert_key) as nth_first,
         row_number() over (partition by a.service order by a.status = 'firing' desc, a.severity, a.starts_at, a.alert_key) as nth_worst
       from incident_alerts as k
       join alerts as a on a.org_id = k.org_id and a.alert_key = k.alert_key and a.starts_at = k.starts_at
       where k.org_id = $1::integer and k.incident_number = $2::integer
     ), lanes as (
       select o.service, min(o.starts_at) as first_at, count(*) filter (where o.status = 'firing') as firing, count(*) as total,
         min(o.severity) as worst, count(*) over () as lanes
       from own as o
       group by o.service
       order by min(o.starts_at), count(*) desc, o.service
       limit $3::integer
     )
     select b.alert_key::text, b.starts_at, b.ends_at, b.name, b.summary, b.severity, b.status, b.service,
       l.first_at, l.firing::integer, l.total::integer, l.worst, l.lanes::integer
     from lanes as l
     join own as o on o.service is not distinct from l.service and (o.nth_first <= $4::integer or o.nth_worst <= $5::integer)
     join alerts as b on b.org_id = $1::integer and b.alert_key = o.alert_key and b.starts_at = o.starts_at
     order by l.first_at, l.total desc, l.service, b.starts_at, b.severity, b.alert_key`,
    [orgId, incident, mostLanes, FIRST_BARS, WORST_BARS],
  );
}
