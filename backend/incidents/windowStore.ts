/** SQL by which a correlator learns what it has to know before it goes on: incidents that take alerts, links, habits, and what is yet to be told. */
import { DRILL_SOURCE, type IncidentNumber, type OrgId } from '#contract';
import type { AlertPlace, AlertRef, KnownHabit } from '../correlation/index.ts';
import type { Queryable } from '../platform/db/database.ts';
import { toIncidentNumber } from './incident.ts';
import { ATTACHABLE_STATES } from './stateMachine.ts';

/** Where each alert is, and whether a person has put it there. */
export async function findPlacesOf(q: Queryable, orgId: OrgId, alerts: readonly AlertRef[]): Promise<AlertPlace[]> {
  if (alerts.length === 0) return [];
  const rows = await q.prepared<{ place: string; incident_number: number | null; placed_by: 'engine' | 'person' | null }>(
    'find-places-of',
    `select u.place::text, l.incident_number, l.placed_by
     from unnest($2::bigint[], $3::timestamptz[]) with ordinality as u(alert_key, starts_at, place)
     left join incident_alerts as l on l.org_id = $1::integer and l.alert_key = u.alert_key and l.starts_at = u.starts_at
     order by u.place`,
    [orgId, alerts.map((alert) => alert.alertKey), alerts.map((alert) => alert.startsAt.toISOString())],
  );
  return rows.map((row) => ({ incident: row.incident_number === null ? null : toIncidentNumber(row.incident_number), byPerson: row.placed_by === 'person' }));
}

/** Incident of each alert that has one. */
export async function findIncidentsOf(q: Queryable, orgId: OrgId, alerts: readonly AlertRef[]): Promise<(IncidentNumber | null)[]> {
  return (await findPlacesOf(q, orgId, alerts)).map(({ incident }) => incident);
}

export interface GroupRow {
  number: number;
  group_keys: string[];
  severity: number;
  services: string[];
  last_alert_at: Date | null;
  updated_at: Date;
  alerts_total: number;
  circle: string | null;
}

/** Incidents that may take alerts and had one since `since`. */
export function findAttachable(q: Queryable, orgId: OrgId, since: Date): Promise<GroupRow[]> {
  return q.query<GroupRow>(
    `select i.number, i.group_keys, coalesce(i.computed_severity, i.severity) as severity, i.services, i.last_alert_at, i.updated_at, i.alerts_total,
       (select string_agg(u.key, ' ' order by u.key) from private_incidents as p cross join unnest(p.members) as u(key)
        where p.org_id = $1::integer and p.incident_number = i.number) as circle
     from incidents as i
     where i.org_id = $1::integer and i.state = any($2::text[]) and i.last_alert_at >= $3::timestamptz and cardinality(i.group_keys) > 0
     order by i.last_alert_at`,
    [orgId, ATTACHABLE_STATES, since],
  );
}

/**
 * Pairs among these incidents that people have set apart: by a split, by moving alerts from one to the other, or by undoing their
 * merge. It holds of what those of then are part of now, and no more once a person has made one of them.
 */
export function findSetApart(q: Queryable, orgId: OrgId, numbers: readonly number[]): Promise<{ one: number; other: number }[]> {
  return q.prepared<{ one: number; other: number }>(
    'find-set-apart',
    `with recursive parts as (
       select u.number, u.number as whole from unnest($2::integer[]) as u(number)
       union
       select i.number, p.whole from parts as p join incidents as i on i.org_id = $1::integer and i.merged_into = p.number
     )
     select distinct a.whole as one, b.whole as other
     from regroupings as r
     join parts as a on a.number = r.from_incident
     join parts as b on b.number = r.into_incident
     where r.org_id = $1::integer and a.whole <> b.whole
       and case when r.kind = 'merge' then r.undone_at is not null else r.undone_at is null and r.actor->>'kind' <> 'system' end`,
    [orgId, numbers],
  );
}

export interface UntoldRow {
  number: number;
  joined: number;
  ended: number;
}

/** Incidents of which something is yet to be told. */
export function findUntold(q: Queryable, orgId: OrgId): Promise<UntoldRow[]> {
  return q.query<UntoldRow>(
    `select i.number, i.untold_joined as joined, i.untold_ended as ended from incidents as i
     where i.org_id = $1::integer and i.untold_joined + i.untold_ended > 0 order by i.number`,
    [orgId],
  );
}

const MAX_HABITS = 50_000;

/** How often each alert came between two times without belonging to an incident; the most frequent first. Drills make nothing usual. */
export async function findHabits(q: Queryable, orgId: OrgId, since: Date, until: Date): Promise<KnownHabit[]> {
  return q.query<KnownHabit>(
    `select a.name as rule, a.alert_key::text as "alertKey", count(*)::integer as count, min(a.first_seen_at) as "firstSeenAt"
     from alerts as a
     where a.org_id = $1::integer and a.first_seen_at >= $2::timestamptz and a.first_seen_at < $3::timestamptz and a.source_id <> $5::text
       and not exists (
         select 1 from incident_alerts as k where k.org_id = a.org_id and k.alert_key = a.alert_key and k.starts_at = a.starts_at
       )
     group by a.name, a.alert_key order by count(*) desc, a.alert_key limit $4::integer`,
    [orgId, since, until, MAX_HABITS, DRILL_SOURCE],
  );
}
