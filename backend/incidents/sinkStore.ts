/** SQL by which the correlator's decisions become rows: always for a whole batch at once. */
import type { IncidentState, OrgId } from '#contract';
import type { LinkedAlert } from '../correlation/index.ts';
import { boolArray, int2Array, int4Array, int8Array, jsonArray, jsonbArray, timestamptzArray } from '../platform/db/binaryArrays.ts';
import type { Queryable } from '../platform/db/database.ts';
import { isShadowSql } from '../standing/index.ts';
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
  readonly recurrenceOf: number | null;
  readonly incidentType: string;
  readonly fields: unknown;
  readonly links: unknown;
  /** When Muster first saw it; null: now. */
  readonly detectedAt: Date | null;
  /** The drill run that it belongs to; null: it is real. */
  readonly drill: string | null;
}

/** Inserts incidents that begin at `at`. */
export async function insertIncidents(q: Queryable, orgId: OrgId, at: Date, incidents: readonly NewIncidentRow[]): Promise<void> {
  await q.query(
    `insert into incidents (
       org_id, number, title, description, state, severity, computed_severity, severity_origin, origin, primary_service, services,
       group_keys, grouping_reason, declaration_reason, impact_started_at, detected_at, declared_at, updated_at, commander_key, recurrence_of,
       incident_type, fields, links, drill)
     select $1::integer, n.number, n.title, n.description, n.state, n.severity, n."computedSeverity", n."severityOrigin", n.origin,
       n.services[1], n.services, n."groupKeys", n."groupingReason", n."declarationReason", n."impactStartedAt",
       coalesce(n."detectedAt", $2::timestamptz), n."declaredAt", $2::timestamptz, n."commanderKey", n."recurrenceOf", n."incidentType", n.fields, n.links, n.drill
     from jsonb_to_recordset($3::jsonb) as n(
       number integer, title text, description text, state text, severity smallint, "computedSeverity" smallint,
       "severityOrigin" text, origin text, services text[], "groupKeys" text[], "groupingReason" jsonb,
       "declarationReason" text, "impactStartedAt" timestamptz, "declaredAt" timestamptz, "commanderKey" text, "recurrenceOf" integer,
       "incidentType" text, fields jsonb, links jsonb, "detectedAt" timestamptz, drill text)`,
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
  // Nearly always all are new, and then nothing of them has to come back.
  const [row] = await q.prepared<{ fresh: string[] | null }>(
    'insert-incident-alerts',
    `with linked as (
       insert into incident_alerts (org_id, alert_key, starts_at, incident_number, linked_at, reason)
       select $1::integer, i.alert_key, i.starts_at, i.incident_number, $2::timestamptz, i.reason
       from (
         select unnest($3::bigint[]) as alert_key, unnest($4::timestamptz[]) as starts_at, unnest($5::integer[]) as incident_number, unnest($6::json[]) as reason
       ) as i
       on conflict (org_id, alert_key, starts_at) do nothing
       returning alert_key, starts_at
     )
     select case when count(*) < cardinality($3::bigint[]) then coalesce(array_agg(l.alert_key || '/' || (extract(epoch from l.starts_at) * 1000)::bigint), '{}') end as fresh
     from linked as l`,
    [
      orgId, at.toISOString(),
      int8Array(links.map((link) => link.alert.alertKey)),
      timestamptzArray(links.map((link) => link.alert.startsAt.getTime())),
      int4Array(links.map((link) => link.incident)),
      jsonArray(links.map((link) => JSON.stringify(link.alert.reason))),
    ],
  );
  if (row === undefined) throw new Error('inserting links gave no answer');
  const fresh = row.fresh === null ? null : new Set(row.fresh);
  for (const { incident, alert } of links) {
    if (fresh !== null && !fresh.delete(`${alert.alertKey}/${alert.startsAt.getTime()}`)) continue;
    const count = counts.get(incident);
    if (count === undefined) counts.set(incident, { joined: 1, firing: alert.firing ? 1 : 0 });
    else {
      count.joined += 1;
      if (alert.firing) count.firing += 1;
    }
  }
  return counts;
}

export interface CountChange {
  readonly number: number;
  readonly joined: number;
  readonly firing: number;
  /** By which the firing ones become fewer. */
  readonly ended: number;
  /** Ends to be told of: those of a recounted incident are off its firing ones already. */
  readonly endedNews: number;
  readonly firstAlertAt: Date | null;
  /** Null: unchanged. */
  readonly severity: number | null;
  readonly services: readonly string[];
  /** Null: unchanged. */
  readonly assessment: unknown;
  /** Its events tell of all that joined or ended. */
  readonly told: boolean;
}

export interface CountedIncident {
  readonly number: number;
  readonly state: IncidentState;
  readonly severity: number;
  readonly computedSeverity: number | null;
  readonly gravestAlert: number | null;
  readonly services: readonly string[];
  readonly groupKeys: readonly string[];
  readonly confidence: number | null;
  readonly ignoredByPolicy: boolean;
  readonly declaredScore: number | null;
  readonly alertsTotal: number;
  readonly alertsFiring: number;
  /** What was so before. */
  readonly firingBefore: number;
  readonly isDiagnosisShadow: boolean;
}

interface CountedRow {
  number: number;
  state: IncidentState;
  severity: number;
  computed_severity: number | null;
  gravest_alert: number | null;
  services: string[];
  group_keys: string[];
  confidence: number | null;
  ignored_by_policy: boolean;
  declared_score: number | null;
  alerts_total: number;
  alerts_firing: number;
  firing_before: number;
  diagnosis_shadow: boolean;
}

/**
 * Adds up alerts per incident. An incident that alerts would join although it takes none any more is
 * left out of the answer.
 */
export async function addCounts(q: Queryable, orgId: OrgId, at: Date, changes: readonly CountChange[]): Promise<CountedIncident[]> {
  const rows = await q.prepared<CountedRow>(
    'add-incident-counts',
    `update incidents as i set
       alerts_total = i.alerts_total + c.joined,
       alerts_firing = i.alerts_firing + c.firing - c.ended,
       first_alert_at = least(i.first_alert_at, c.first_alert_at),
       impact_started_at = coalesce(i.impact_started_at, c.first_alert_at),
       last_alert_at = case when c.joined + c.ended > 0 then greatest(i.last_alert_at, $2::timestamptz) else i.last_alert_at end,
       gravest_alert = least(i.gravest_alert, c.severity),
       services = case when c.services <@ i.services then i.services
         else (select array_agg(distinct s.name order by s.name) from unnest(i.services || c.services) as s(name)) end,
       primary_service = coalesce(i.primary_service, c.services[1]),
       assessment = coalesce(c.assessment, i.assessment),
       untold_joined = case when c.told then 0 else i.untold_joined + c.joined end,
       untold_ended = case when c.told then 0 else i.untold_ended + c.ended_news end,
       updated_at = $2::timestamptz
     from (
       select u.number, u.joined, u.firing, u.ended, u.first_alert_at, u.severity, u.assessment, u.told, u.ended_news,
         array(select jsonb_array_elements_text(u.services)) as services
       from unnest($3::integer[], $4::integer[], $5::integer[], $6::integer[], $7::timestamptz[], $8::smallint[], $9::jsonb[], $11::jsonb[], $12::boolean[], $13::integer[])
         as u(number, joined, firing, ended, first_alert_at, severity, services, assessment, told, ended_news)
     ) as c
     where i.org_id = $1::integer and i.number = c.number and (c.joined = 0 or i.state = any($10::text[]))
     returning i.number, i.state, i.severity, i.computed_severity, i.gravest_alert, i.services, i.group_keys, (i.assessment->>'confidence')::float8 as confidence,
       i.ignored_by_policy, (i.declaration->>'score')::float8 as declared_score, i.alerts_total, i.alerts_firing,
       i.alerts_firing - c.firing + c.ended as firing_before, ${isShadowSql('diagnosis', 'i.org_id')} as diagnosis_shadow`,
    [
      orgId, at.toISOString(),
      int4Array(changes.map((c) => c.number)),
      int4Array(changes.map((c) => c.joined)),
      int4Array(changes.map((c) => c.firing)),
      int4Array(changes.map((c) => c.ended)),
      timestamptzArray(changes.map((c) => c.firstAlertAt?.getTime() ?? null)),
      int2Array(changes.map((c) => c.severity)),
      jsonbArray(changes.map((c) => JSON.stringify(c.services))),
      ATTACHABLE_STATES,
      jsonbArray(changes.map((c) => (c.assessment === null ? null : JSON.stringify(c.assessment)))),
      boolArray(changes.map((c) => c.told)),
      int4Array(changes.map((c) => c.endedNews)),
    ],
  );
  return rows.map((row) => ({
    number: row.number, state: row.state, severity: row.severity, computedSeverity: row.computed_severity, gravestAlert: row.gravest_alert,
    services: row.services, groupKeys: row.group_keys, confidence: row.confidence, ignoredByPolicy: row.ignored_by_policy, declaredScore: row.declared_score,
    alertsTotal: row.alerts_total, alertsFiring: row.alerts_firing, firingBefore: row.firing_before, isDiagnosisShadow: row.diagnosis_shadow,
  }));
}

export interface ToldRow {
  number: number;
  alerts_total: number;
  alerts_firing: number;
  services: string[];
  merged_into: number | null;
}

/** Notes that all of these incidents is told; gives them as they are. */
export function markTold(q: Queryable, orgId: OrgId, numbers: readonly number[]): Promise<ToldRow[]> {
  return q.prepared<ToldRow>(
    'mark-incidents-told',
    `update incidents as i set untold_joined = 0, untold_ended = 0
     where i.org_id = $1::integer and i.number = any($2::integer[])
     returning i.number, i.alerts_total, i.alerts_firing, i.services, i.merged_into`,
    [orgId, numbers],
  );
}

/** Names of the alert rules of incidents, by incident; at most `limit` each. */
export async function findRuleNames(q: Queryable, orgId: OrgId, incidents: readonly number[], limit: number): Promise<Map<number, string[]>> {
  if (incidents.length === 0) return new Map();
  const rows = await q.query<{ number: number; names: string[] }>(
    `select n.number, n.names from unnest($2::integer[]) as i(number)
     cross join lateral (
       select i.number, array(
         select distinct a.name from incident_alerts as k
         join alerts as a on a.org_id = k.org_id and a.alert_key = k.alert_key and a.starts_at = k.starts_at
         where k.org_id = $1::integer and k.incident_number = i.number order by a.name limit $3::integer) as names
     ) as n`,
    [orgId, incidents, limit],
  );
  return new Map(rows.map((row) => [row.number, row.names]));
}

/** What an evaluation alters. */
export interface EvaluatedIncident {
  readonly number: number;
  readonly state: IncidentState;
  readonly severity: number;
  readonly computedSeverity: number | null;
  readonly severityInputs: unknown;
  /** Null: unchanged. */
  readonly declaration: unknown;
  readonly declarationReason: string | null;
  readonly ignoredByPolicy: boolean;
  /** Its alerts came back after it was quiet. */
  readonly regressed: boolean;
}

/** Writes evaluations: severity, what the policy decided, and the state that follows. */
export async function writeEvaluations(q: Queryable, orgId: OrgId, at: Date, evaluated: readonly EvaluatedIncident[]): Promise<void> {
  await q.query(
    `update incidents as i set
       severity = e.severity, computed_severity = e."computedSeverity", severity_inputs = coalesce(e."severityInputs", i.severity_inputs),
       declaration = coalesce(e.declaration, i.declaration), declaration_reason = coalesce(e."declarationReason", i.declaration_reason),
       ignored_by_policy = e."ignoredByPolicy", state = e.state,
       declared_at = case when e.state = 'declared' then coalesce(i.declared_at, $2::timestamptz) else i.declared_at end,
       closed_at = case when e.state = i.state then i.closed_at when e.state = 'rejected' then $2::timestamptz end,
       mitigated_at = case when e.regressed then null else i.mitigated_at end,
       regressions = i.regressions + e.regressed::integer,
       version = i.version + (e.state <> i.state)::integer, updated_at = $2::timestamptz
     from jsonb_to_recordset($3::jsonb) as e(
       number integer, state text, severity smallint, "computedSeverity" smallint, "severityInputs" jsonb, declaration jsonb,
       "declarationReason" text, "ignoredByPolicy" boolean, regressed boolean)
     where i.org_id = $1::integer and i.number = e.number`,
    [orgId, at, JSON.stringify(evaluated)],
  );
}
