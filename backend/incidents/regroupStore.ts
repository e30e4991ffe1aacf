/** SQL by which alerts change their incident, and by which that is taken back. All of it under the link lock. */
import type { Actor, IncidentState, OrgId, Regrouping } from '#contract';
import { seenBy, type Viewer } from '../access/index.ts';
import type { AlertRef, LinkedAlert } from '../correlation/index.ts';
import type { Queryable } from '../platform/db/database.ts';

/** Tells every window that alerts have moved. */
export async function bumpLinkMark(q: Queryable, orgId: OrgId): Promise<void> {
  await q.query(
    `insert into link_marks as m (org_id, mark) values ($1::integer, 1)
     on conflict (org_id) do update set mark = m.mark + 1`,
    [orgId],
  );
}

/** The present mark. */
export async function readLinkMark(q: Queryable, orgId: OrgId): Promise<string> {
  const rows = await q.prepared<{ mark: string }>('read-link-mark', 'select m.mark::text from link_marks as m where m.org_id = $1::integer', [orgId]);
  return rows[0]?.mark ?? '0';
}

export interface NewRegrouping {
  readonly kind: Regrouping['kind'];
  readonly actor: Actor;
  readonly from: number;
  readonly into: number | null;
  readonly reason: string;
}

const SNAPSHOT = `jsonb_build_object(
  'from', (select to_jsonb(i) from incidents as i where i.org_id = $1::integer and i.number = $2::integer),
  'into', (select to_jsonb(i) from incidents as i where i.org_id = $1::integer and i.number = $3::integer))`;

/** Begins a regrouping: keeps both incidents as they are. Gives its id. */
export async function insertRegrouping(q: Queryable, orgId: OrgId, at: Date, made: NewRegrouping): Promise<string> {
  const rows = await q.query<{ id: string }>(
    `insert into regroupings (org_id, kind, at, actor, from_incident, into_incident, alerts, reason, before)
     values ($1::integer, $4::text, $5::timestamptz, $6::jsonb, $2::integer, $3::integer, 0, $7::text, ${SNAPSHOT})
     returning id::text`,
    [orgId, made.from, made.into, made.kind, at, JSON.stringify(made.actor), made.reason],
  );
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('the regrouping got no id');
  return id;
}

/** Ends it: keeps both incidents as they were left. */
export async function finishRegrouping(q: Queryable, orgId: OrgId, id: string, from: number, into: number | null, alerts: number): Promise<void> {
  await q.query(
    `update regroupings as r set after = ${SNAPSHOT}, alerts = $5::integer, into_incident = $3::integer where r.org_id = $1::integer and r.id = $4::bigint`,
    [orgId, from, into, id, alerts],
  );
}

/** Keeps the links that will move: those given, or all of the incident. Gives how many. */
export async function keepLinks(q: Queryable, orgId: OrgId, id: string, from: number, alerts: readonly AlertRef[] | null): Promise<number> {
  const rows = await q.query<{ kept: number }>(
    `with kept as (
       insert into regrouping_alerts (org_id, regrouping_id, alert_key, starts_at, incident_number, reason, placed_by, linked_at)
       select l.org_id, $3::bigint, l.alert_key, l.starts_at, l.incident_number, l.reason, l.placed_by, l.linked_at
       from incident_alerts as l
       where l.org_id = $1::integer and l.incident_number = $2::integer
         and ($4::boolean or (l.alert_key, l.starts_at) in (select * from unnest($5::bigint[], $6::timestamptz[])))
       returning 1
     ) select count(*)::integer as kept from kept`,
    [
      orgId, from, id, alerts === null, (alerts ?? []).map((alert) => alert.alertKey), (alerts ?? []).map((alert) => alert.startsAt.toISOString()),
    ],
  );
  return rows[0]?.kept ?? 0;
}

/** Moves the kept links to another incident, or out of any. */
export async function moveKeptLinks(
  q: Queryable, orgId: OrgId, id: string, into: number | null, how: { readonly placedBy: 'engine' | 'person'; readonly reason: unknown },
): Promise<void> {
  await q.query(
    `update incident_alerts as l set incident_number = $3::integer, placed_by = $4::text, reason = coalesce($5::json, l.reason)
     from regrouping_alerts as k
     where k.org_id = $1::integer and k.regrouping_id = $2::bigint
       and l.org_id = k.org_id and l.alert_key = k.alert_key and l.starts_at = k.starts_at`,
    [orgId, id, into, how.placedBy, how.reason === null ? null : JSON.stringify(how.reason)],
  );
}

/** Alert ids of a regrouping for its event, the first `limit`. */
export async function listKeptAlerts(q: Queryable, orgId: OrgId, id: string, limit: number): Promise<{ alert_key: string; starts_at: Date }[]> {
  return q.query<{ alert_key: string; starts_at: Date }>(
    `select k.alert_key::text, k.starts_at from regrouping_alerts as k
     where k.org_id = $1::integer and k.regrouping_id = $2::bigint order by k.starts_at, k.alert_key limit $3::integer`,
    [orgId, id, limit],
  );
}

/** Services of the alerts of a regrouping. */
export async function readKeptServices(q: Queryable, orgId: OrgId, id: string): Promise<string[]> {
  const rows = await q.query<{ service: string }>(
    `select distinct a.service from regrouping_alerts as k
     join alerts as a on a.org_id = k.org_id and a.alert_key = k.alert_key and a.starts_at = k.starts_at
     where k.org_id = $1::integer and k.regrouping_id = $2::bigint and a.service is not null order by a.service`,
    [orgId, id],
  );
  return rows.map((row) => row.service);
}

/** Gives the links back that still stand where the regrouping put them; `placedBy`: who is to have put them there, null: as before. Gives how many. */
export async function restoreLinks(q: Queryable, orgId: OrgId, id: string, into: number | null, placedBy: 'person' | null): Promise<number> {
  const rows = await q.query(
    `update incident_alerts as l set incident_number = k.incident_number, reason = k.reason, placed_by = coalesce($4::text, k.placed_by), linked_at = k.linked_at
     from regrouping_alerts as k
     where k.org_id = $1::integer and k.regrouping_id = $2::bigint
       and l.org_id = k.org_id and l.alert_key = k.alert_key and l.starts_at = k.starts_at
       and l.incident_number is not distinct from $3::integer
     returning 1`,
    [orgId, id, into, placedBy],
  );
  return rows.length;
}

/** Columns that a regrouping may alter; counts are told from the links. */
const RESTORED = [
  'title', 'state', 'severity', 'computed_severity', 'gravest_alert', 'severity_inputs', 'severity_origin', 'primary_service', 'first_alert_at',
  'last_alert_at', 'impact_started_at', 'declared_at', 'acknowledged_at', 'identified_at', 'mitigated_at', 'resolved_at', 'closed_at', 'merged_into',
  'commander_key', 'assessment', 'declaration', 'declaration_reason', 'ignored_by_policy',
] as const;

/** Each value that is still as the regrouping left it becomes what it was before; lists lose what the regrouping added. */
export async function restoreIncident(q: Queryable, orgId: OrgId, number: number, id: string, side: 'from' | 'into', at: Date): Promise<void> {
  const values = RESTORED.map((column) => `${column} = case when i.${column} is not distinct from a.${column} then b.${column} else i.${column} end`).join(', ');
  const lists = ['services', 'group_keys'].map((column) => `${column} = case when i.${column} = a.${column} then b.${column}
    else array(select u.v from unnest(i.${column} || b.${column}) as u(v) where u.v = any(b.${column}) or u.v <> all(a.${column}) group by u.v order by u.v) end`).join(', ');
  await q.query(
    `update incidents as i set ${values}, ${lists}, version = i.version + 1, updated_at = $5::timestamptz
     from regroupings as r,
       jsonb_populate_record(null::incidents, r.before->$4::text) as b,
       jsonb_populate_record(null::incidents, r.after->$4::text) as a
     where r.org_id = $1::integer and r.id = $3::bigint and i.org_id = $1::integer and i.number = $2::integer`,
    [orgId, number, id, side, at],
  );
}

/** What the links of an incident say of it. */
export interface LinkFacts {
  readonly total: number;
  readonly firing: number;
  readonly firstAlertAt: Date | null;
  readonly firstLinkedAt: Date | null;
  readonly gravest: number | null;
  readonly services: string[];
}

/**
 * Reads them. An alert whose end the correlator has not read yet counts as firing, because the
 * correlator will count it off when it does.
 */
export async function readLinkFacts(q: Queryable, orgId: OrgId, number: number): Promise<LinkFacts> {
  const rows = await q.query<{ total: number; firing: number; first_alert_at: Date | null; first_linked_at: Date | null; gravest: number | null; services: string[] }>(
    `with unread as (
       select distinct l.alert_key, l.starts_at from alert_log as l
       where l.org_id = $1::integer and l.kind in ('resolved', 'superseded')
         and l.position > coalesce((select c.position from correlator_cursors as c where c.org_id = $1::integer), 0)
     )
     select count(*)::integer as total,
       count(*) filter (where a.status = 'firing' or u.alert_key is not null)::integer as firing,
       min(least(k.starts_at, k.linked_at)) as first_alert_at, min(k.linked_at) as first_linked_at, min(a.severity)::integer as gravest,
       coalesce(array_agg(distinct a.service order by a.service) filter (where a.service is not null), '{}') as services
     from incident_alerts as k
     join alerts as a on a.org_id = k.org_id and a.alert_key = k.alert_key and a.starts_at = k.starts_at
     left join unread as u on u.alert_key = k.alert_key and u.starts_at = k.starts_at
     where k.org_id = $1::integer and k.incident_number = $2::integer`,
    [orgId, number],
  );
  const row = rows[0];
  if (row === undefined) throw new Error('an aggregate gave no row');
  return {
    total: row.total, firing: row.firing, firstAlertAt: row.first_alert_at, firstLinkedAt: row.first_linked_at, gravest: row.gravest, services: row.services,
  };
}

export interface Recount {
  readonly total: number;
  readonly firing: number;
  readonly firstAlertAt: Date | null;
  readonly services: readonly string[];
  readonly gravest: number | null;
  readonly severity: number;
  readonly computedSeverity: number | null;
  readonly severityInputs: unknown;
  /** Set when alerts came: clocks that have not begun begin with them. */
  readonly clocksFrom: LinkFacts | null;
}

/** Writes what was told from the links. */
export async function writeRecount(q: Queryable, orgId: OrgId, number: number, recount: Recount, at: Date): Promise<void> {
  await q.query(
    `update incidents as i set alerts_total = $3::integer, alerts_firing = $4::integer, first_alert_at = $5::timestamptz, services = $6::text[],
       primary_service = case when i.primary_service = any($6::text[]) then i.primary_service else ($6::text[])[1] end,
       gravest_alert = $7::smallint, severity = $8::smallint, computed_severity = $9::smallint, severity_inputs = $10::jsonb,
       impact_started_at = case when $12::boolean then coalesce(i.impact_started_at, $5::timestamptz) else i.impact_started_at end,
       last_alert_at = case when $12::boolean then greatest(i.last_alert_at, $11::timestamptz) else i.last_alert_at end,
       detected_at = least(i.detected_at, $13::timestamptz),
       version = i.version + 1, updated_at = $11::timestamptz
     where i.org_id = $1::integer and i.number = $2::integer`,
    [
      orgId, number, recount.total, recount.firing, recount.firstAlertAt, recount.services, recount.gravest, recount.severity,
      recount.computedSeverity, recount.severityInputs === null ? null : JSON.stringify(recount.severityInputs), at,
      recount.clocksFrom !== null, recount.clocksFrom?.firstLinkedAt ?? null,
    ],
  );
}

export interface RegroupingRow {
  id: string;
  kind: Regrouping['kind'];
  at: Date;
  actor: Actor;
  from_incident: number;
  into_incident: number | null;
  alerts: number;
  reason: string;
  undone_at: Date | null;
}

const COLUMNS = 'r.id::text, r.kind, r.at, r.actor, r.from_incident, r.into_incident, r.alerts, r.reason, r.undone_at';

/** Regroupings that an incident had a part in, with others that the viewer may see, the newest first; one more than the limit. */
export function listRegroupingRows(q: Queryable, orgId: OrgId, viewer: Viewer, number: number, before: string | null, limit: number): Promise<RegroupingRow[]> {
  return q.query<RegroupingRow>(
    `select ${COLUMNS} from regroupings as r
     where r.org_id = $1::integer and ($5::bigint is null or r.id < $5::bigint) and (r.from_incident = $2::integer or r.into_incident = $2::integer)
       and ${seenBy('$4', 'r.from_incident')} and ${seenBy('$4', 'r.into_incident')}
     order by r.id desc limit $3::integer`,
    [orgId, number, limit + 1, viewer, before],
  );
}

/** Reads and locks a regrouping. */
export async function lockRegrouping(q: Queryable, orgId: OrgId, id: string): Promise<RegroupingRow | undefined> {
  const rows = await q.query<RegroupingRow>(`select ${COLUMNS} from regroupings as r where r.org_id = $1::integer and r.id = $2::bigint for update`, [orgId, id]);
  return rows[0];
}

/** A newer regrouping of either incident that stands and must be undone first; mere moves of the engine do not stand in the way. */
export async function findNewerRegrouping(q: Queryable, orgId: OrgId, row: RegroupingRow): Promise<RegroupingRow | undefined> {
  const rows = await q.query<RegroupingRow>(
    `select ${COLUMNS} from regroupings as r
     where r.org_id = $1::integer and r.id > $2::bigint and r.undone_at is null and (r.kind = 'merge' or r.actor->>'kind' <> 'system')
       and (r.from_incident = any($3::integer[]) or r.into_incident = any($3::integer[]))
     order by r.id desc limit 1`,
    [orgId, row.id, [row.from_incident, ...(row.into_incident === null ? [] : [row.into_incident])]],
  );
  return rows[0];
}

export async function markUndone(q: Queryable, orgId: OrgId, id: string, at: Date): Promise<void> {
  await q.query('update regroupings as r set undone_at = $3::timestamptz where r.org_id = $1::integer and r.id = $2::bigint', [orgId, id, at]);
}

/** An incident that a split made and its undo emptied leads to where its alerts went. */
export async function redirectEmptied(q: Queryable, orgId: OrgId, number: number, to: number, at: Date): Promise<boolean> {
  const rows = await q.query(
    `update incidents as i set state = 'duplicate', merged_into = $3::integer, group_keys = '{}', closed_at = $4::timestamptz,
       version = i.version + 1, updated_at = $4::timestamptz
     where i.org_id = $1::integer and i.number = $2::integer and i.alerts_total = 0 returning 1`,
    [orgId, number, to, at],
  );
  return rows.length > 0;
}

/** Alerts among those asked, with the incident of each and its state. */
export async function locateAlerts(q: Queryable, orgId: OrgId, alerts: readonly AlertRef[]): Promise<{
  place: number; known: boolean; firing: boolean; severity: number; service: string | null; source_id: string | null; incident_number: number | null;
  placed_by: 'engine' | 'person' | null; state: IncidentState | null;
}[]> {
  return q.query(
    `select u.place::integer, a.alert_key is not null as known, coalesce(a.status = 'firing', false) as firing, coalesce(a.severity, 5)::integer as severity, a.service, a.source_id,
       l.incident_number, l.placed_by, i.state
     from unnest($2::bigint[], $3::timestamptz[]) with ordinality as u(alert_key, starts_at, place)
     left join alerts as a on a.org_id = $1::integer and a.alert_key = u.alert_key and a.starts_at = u.starts_at
     left join incident_alerts as l on l.org_id = $1::integer and l.alert_key = u.alert_key and l.starts_at = u.starts_at
     left join incidents as i on i.org_id = $1::integer and i.number = l.incident_number
     order by u.place`,
    [orgId, alerts.map((alert) => alert.alertKey), alerts.map((alert) => alert.startsAt.toISOString())],
  );
}

/** Gives alerts without an incident to one. A person's doing. */
export async function placeAlerts(q: Queryable, orgId: OrgId, number: number, alerts: readonly AlertRef[], reason: unknown, at: Date): Promise<void> {
  await q.query(
    `insert into incident_alerts as l (org_id, alert_key, starts_at, incident_number, linked_at, reason, placed_by)
     select $1::integer, u.alert_key, u.starts_at, $2::integer, $5::timestamptz, $6::jsonb, 'person'
     from unnest($3::bigint[], $4::timestamptz[]) as u(alert_key, starts_at)
     on conflict (org_id, alert_key, starts_at) do update set
       incident_number = excluded.incident_number, linked_at = excluded.linked_at, reason = excluded.reason, placed_by = 'person'
     where l.incident_number is null`,
    [orgId, number, alerts.map((alert) => alert.alertKey), alerts.map((alert) => alert.startsAt.toISOString()), at, JSON.stringify(reason)],
  );
}

/** Says anew of each alert why it is where it is. */
export async function setLinkReasons(q: Queryable, orgId: OrgId, alerts: readonly LinkedAlert[]): Promise<void> {
  await q.query(
    `update incident_alerts as l set reason = u.reason
     from unnest($2::bigint[], $3::timestamptz[], $4::jsonb[]) as u(alert_key, starts_at, reason)
     where l.org_id = $1::integer and l.alert_key = u.alert_key and l.starts_at = u.starts_at`,
    [orgId, alerts.map((alert) => alert.alertKey), alerts.map((alert) => alert.startsAt.toISOString()), alerts.map((alert) => JSON.stringify(alert.reason))],
  );
}

/** Drops what it took to undo regroupings that can no longer be undone. */
export async function forgetKeptLinks(q: Queryable, before: Date): Promise<number> {
  const rows = await q.query(
    `delete from regrouping_alerts as k using regroupings as r
     where r.org_id = k.org_id and r.id = k.regrouping_id and r.at < $1::timestamptz returning 1`,
    [before],
  );
  return rows.length;
}
