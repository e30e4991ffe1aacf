/** SQL by which the correlator's decisions become rows: always for a whole batch at once. */
import type { IncidentNumber, IncidentState, OrgId } from '#contract';
import type { AlertRef, LinkedAlert } from '../correlation/index.ts';
import type { Queryable } from '../platform/db/database.ts';
import { toIncidentNumber } from './incident.ts';
import { ATTACHABLE_STATES } from './stateMachine.ts';

const LINK_LOCK_CLASS = 1297303894;

/** Serialises everything that moves alerts between incidents of one organisation, until the transaction ends. */
export async function lockLinks(q: Queryable, orgId: OrgId): Promise<void> {
  await q.prepared('lock-links', 'select pg_advisory_xact_lock($1::integer, $2::integer)', [LINK_LOCK_CLASS, orgId]);
}

/** Takes `count` numbers and gives the first. */
export async function takeNumbers(q: Queryable, orgId: OrgId, count: number): Promise<number> {
  const rows = await q.query<{ last_number: number }>(
    `insert into incident_counters as c (org_id, last_number) values ($1::integer, $2::integer)
     on conflict (org_id) do update set last_number = c.last_number + excluded.last_number
     returning c.last_number`,
    [orgId, count],
  );
  const last = rows[0]?.last_number;
  if (last === undefined) throw new Error('the incident counter gave no number');
  return last - count + 1;
}

export interface NewIncidentRow {
  readonly number: number;
  readonly title: string;
  readonly description: string;
  readonly state: IncidentState;
  readonly severity: number;
  readonly computedSeverity: number | null;
  readonly severityOrigin: 'computed' | 'manual';
  readonly origin: 'correlation' | 'manual';
  readonly services: readonly string[];
  readonly groupKeys: readonly string[];
  readonly groupingReason: unknown;
  readonly declarationReason: string | null;
  readonly impactStartedAt: Date | null;
  readonly declaredAt: Date | null;
  readonly commanderKey: string | null;
}

/** Inserts incidents that begin at `at`. */
export async function insertIncidents(q: Queryable, orgId: OrgId, at: Date, incidents: readonly NewIncidentRow[]): Promise<void> {
  await q.query(
    `insert into incidents (
       org_id, number, title, description, state, severity, computed_severity, severity_origin, origin, primary_service, services,
       group_keys, grouping_reason, declaration_reason, impact_started_at, detected_at, declared_at, updated_at, commander_key)
     select $1::integer, n.number, n.title, n.description, n.state, n.severity, n."computedSeverity", n."severityOrigin", n.origin,
       n.services[1], n.services, n."groupKeys", n."groupingReason", n."declarationReason", n."impactStartedAt",
       $2::timestamptz, n."declaredAt", $2::timestamptz, n."commanderKey"
     from jsonb_to_recordset($3::jsonb) as n(
       number integer, title text, description text, state text, severity smallint, "computedSeverity" smallint,
       "severityOrigin" text, origin text, services text[], "groupKeys" text[], "groupingReason" jsonb,
       "declarationReason" text, "impactStartedAt" timestamptz, "declaredAt" timestamptz, "commanderKey" text)`,
    [orgId, at, JSON.stringify(incidents)],
  );
}

/** Links alerts to incidents. Gives how many links were new, by incident. */
export async function insertLinks(
  q: Queryable,
  orgId: OrgId,
  at: Date,
  links: readonly { readonly incident: number; readonly alert: LinkedAlert }[],
): Promise<Map<number, { joined: number; firing: number }>> {
  const counts = new Map<number, { joined: number; firing: number }>();
  if (links.length === 0) return counts;
  const rows = await q.prepared<{ incident_number: number; joined: number; firing: number }>(
    'insert-incident-alerts',
    `with input as (
       select * from unnest($3::bigint[], $4::timestamptz[], $5::integer[], $6::boolean[], $7::jsonb[])
         as i(alert_key, starts_at, incident_number, firing, reason)
     ), linked as (
       insert into incident_alerts (org_id, alert_key, starts_at, incident_number, linked_at, reason)
       select $1::integer, i.alert_key, i.starts_at, i.incident_number, $2::timestamptz, i.reason from input as i
       on conflict (org_id, alert_key, starts_at) do nothing
       returning alert_key, starts_at, incident_number
     )
     select l.incident_number, count(*)::integer as joined, count(*) filter (where i.firing)::integer as firing
     from linked as l
     join input as i on i.alert_key = l.alert_key and i.starts_at = l.starts_at
     group by l.incident_number`,
    [
      orgId, at.toISOString(),
      links.map((link) => link.alert.alertKey),
      links.map((link) => link.alert.startsAt.toISOString()),
      links.map((link) => link.incident),
      links.map((link) => link.alert.firing),
      links.map((link) => JSON.stringify(link.alert.reason)),
    ],
  );
  for (const row of rows) counts.set(row.incident_number, { joined: row.joined, firing: row.firing });
  return counts;
}

export interface CountChange {
  readonly number: number;
  readonly joined: number;
  readonly firing: number;
  readonly ended: number;
  readonly firstAlertAt: Date | null;
  /** Null: unchanged. */
  readonly severity: number | null;
  readonly services: readonly string[];
}

export interface CountedIncident {
  readonly number: number;
  readonly state: IncidentState;
  readonly severity: number;
  readonly severityBefore: number;
  readonly alertsTotal: number;
  readonly alertsFiring: number;
}

/**
 * Adds up alerts per incident and raises severities, never lowers them. An incident that alerts
 * would join although it takes none any more is left out of the answer. A severity set by a person
 * is raised only when alerts become worse than they ever were.
 */
export async function addCounts(q: Queryable, orgId: OrgId, at: Date, changes: readonly CountChange[]): Promise<CountedIncident[]> {
  const rows = await q.prepared<{
    number: number; state: IncidentState; severity: number; severity_before: number; alerts_total: number; alerts_firing: number;
  }>(
    'add-incident-counts',
    `update incidents as i set
       alerts_total = i.alerts_total + c.joined,
       alerts_firing = i.alerts_firing + c.firing - c.ended,
       first_alert_at = least(i.first_alert_at, c.first_alert_at),
       impact_started_at = coalesce(i.impact_started_at, c.first_alert_at),
       last_alert_at = greatest(i.last_alert_at, $2::timestamptz),
       severity = case when c.severity < coalesce(i.computed_severity, 6) then least(i.severity, c.severity) else i.severity end,
       computed_severity = least(i.computed_severity, c.severity),
       services = case when c.services <@ i.services then i.services
         else (select array_agg(distinct s.name order by s.name) from unnest(i.services || c.services) as s(name)) end,
       primary_service = coalesce(i.primary_service, c.services[1]),
       updated_at = $2::timestamptz
     from (
       select u.number, u.joined, u.firing, u.ended, u.first_alert_at, u.severity, b.severity as severity_before,
         array(select jsonb_array_elements_text(u.services)) as services
       from unnest($3::integer[], $4::integer[], $5::integer[], $6::integer[], $7::timestamptz[], $8::smallint[], $9::jsonb[])
         as u(number, joined, firing, ended, first_alert_at, severity, services)
       join incidents as b on b.org_id = $1::integer and b.number = u.number
     ) as c
     where i.org_id = $1::integer and i.number = c.number and (c.joined = 0 or i.state = any($10::text[]))
     returning i.number, i.state, i.severity, c.severity_before, i.alerts_total, i.alerts_firing`,
    [
      orgId, at.toISOString(),
      changes.map((c) => c.number),
      changes.map((c) => c.joined),
      changes.map((c) => c.firing),
      changes.map((c) => c.ended),
      changes.map((c) => c.firstAlertAt?.toISOString() ?? null),
      changes.map((c) => c.severity),
      changes.map((c) => JSON.stringify(c.services)),
      ATTACHABLE_STATES,
    ],
  );
  return rows.map((row) => ({
    number: row.number, state: row.state, severity: row.severity, severityBefore: row.severity_before,
    alertsTotal: row.alerts_total, alertsFiring: row.alerts_firing,
  }));
}

/** Declares candidates, each with its reason. */
export async function declareCandidates(
  q: Queryable,
  orgId: OrgId,
  at: Date,
  declared: readonly { readonly number: number; readonly reason: string }[],
): Promise<void> {
  await q.query(
    `update incidents as i set state = 'declared', declared_at = $2::timestamptz, declaration_reason = d.reason,
       version = i.version + 1, updated_at = $2::timestamptz
     from unnest($3::integer[], $4::text[]) as d(number, reason)
     where i.org_id = $1::integer and i.number = d.number and i.state = 'candidate'`,
    [orgId, at, declared.map((d) => d.number), declared.map((d) => d.reason)],
  );
}

/** Incident of each alert that has one. */
export async function findIncidentsOf(q: Queryable, orgId: OrgId, alerts: readonly AlertRef[]): Promise<(IncidentNumber | null)[]> {
  if (alerts.length === 0) return [];
  const rows = await q.prepared<{ place: string; incident_number: number | null }>(
    'find-incidents-of',
    `select u.place::text, l.incident_number
     from unnest($2::bigint[], $3::timestamptz[]) with ordinality as u(alert_key, starts_at, place)
     left join incident_alerts as l on l.org_id = $1::integer and l.alert_key = u.alert_key and l.starts_at = u.starts_at
     order by u.place`,
    [orgId, alerts.map((alert) => alert.alertKey), alerts.map((alert) => alert.startsAt.toISOString())],
  );
  return rows.map((row) => (row.incident_number === null ? null : toIncidentNumber(row.incident_number)));
}

export interface GroupRow {
  number: number;
  group_keys: string[];
  severity: number;
  services: string[];
  last_alert_at: Date | null;
  updated_at: Date;
  alerts_total: number;
}

/** Incidents that may take alerts and had one since `since`. */
export function findAttachable(q: Queryable, orgId: OrgId, since: Date): Promise<GroupRow[]> {
  return q.query<GroupRow>(
    `select i.number, i.group_keys, coalesce(i.computed_severity, i.severity) as severity, i.services, i.last_alert_at, i.updated_at, i.alerts_total
     from incidents as i
     where i.org_id = $1::integer and i.state = any($2::text[]) and i.last_alert_at >= $3::timestamptz and cardinality(i.group_keys) > 0
     order by i.last_alert_at`,
    [orgId, ATTACHABLE_STATES, since],
  );
}

/** Open incidents with alerts, all of them over since before `quietSince`. Locks them. */
export async function lockQuiet(q: Queryable, orgId: OrgId, quietSince: Date): Promise<{ number: number; state: IncidentState }[]> {
  return q.query<{ number: number; state: IncidentState }>(
    `select i.number, i.state from incidents as i
     where i.org_id = $1::integer and i.state in ('candidate', 'investigating', 'identified', 'mitigating')
       and i.alerts_total > 0 and i.alerts_firing = 0 and i.last_alert_at <= $2::timestamptz
     order by i.number limit 500
     for update skip locked`,
    [orgId, quietSince],
  );
}

/** Moves quiet incidents on: candidates are rejected as expired, the others are watched. */
export async function settleQuiet(q: Queryable, orgId: OrgId, at: Date, numbers: readonly number[]): Promise<void> {
  await q.query(
    `update incidents as i set
       state = case when i.state = 'candidate' then 'rejected' else 'monitoring' end,
       mitigated_at = case when i.state = 'candidate' then i.mitigated_at else coalesce(i.mitigated_at, i.last_alert_at) end,
       closed_at = case when i.state = 'candidate' then $2::timestamptz else i.closed_at end,
       version = i.version + 1, updated_at = $2::timestamptz
     where i.org_id = $1::integer and i.number = any($3::integer[])`,
    [orgId, at, numbers],
  );
}
