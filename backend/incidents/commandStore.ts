/** SQL of what people do to one incident. */
import type { FieldValues, IncidentState, OrgId } from '#contract';
import { seenBy, type Viewer } from '../access/index.ts';
import type { Queryable } from '../platform/db/database.ts';
import { INCIDENT_COLUMNS, type IncidentRow } from './incident.ts';

/** Reads and locks an incident that the viewer may see, until the transaction ends. */
export async function lockIncident(q: Queryable, orgId: OrgId, viewer: Viewer, number: number): Promise<IncidentRow | undefined> {
  const rows = await q.query<IncidentRow>(
    `select ${INCIDENT_COLUMNS} from incidents as i where i.org_id = $1::integer and i.number = $2::integer and ${seenBy('$3', 'i.number')} for update of i`,
    [orgId, number, viewer],
  );
  return rows[0];
}

/** Moves an incident to a state and stamps the time points that belong to it; each keeps its first value. */
export async function moveIncident(q: Queryable, orgId: OrgId, number: number, from: IncidentState, to: IncidentState, at: Date): Promise<boolean> {
  const rows = await q.query(
    `update incidents as i set
       state = $4::text,
       declared_at = case when $4::text = 'declared' then coalesce(i.declared_at, $5::timestamptz) else i.declared_at end,
       acknowledged_at = case when $4::text in ('investigating', 'mitigating') then coalesce(i.acknowledged_at, $5::timestamptz) else i.acknowledged_at end,
       identified_at = case when $4::text = 'identified' then coalesce(i.identified_at, $5::timestamptz) else i.identified_at end,
       mitigated_at = case when $4::text = 'monitoring' then coalesce(i.mitigated_at, $5::timestamptz)
         when $4::text in ('investigating', 'mitigating') then null else i.mitigated_at end,
       resolved_at = case when $4::text = 'resolved' then $5::timestamptz
         when $4::text = 'investigating' then null else i.resolved_at end,
       closed_at = case when $4::text in ('closed', 'rejected', 'cancelled', 'duplicate') then $5::timestamptz
         when $4::text in ('declared', 'investigating') then null else i.closed_at end,
       version = i.version + 1,
       updated_at = $5::timestamptz
     where i.org_id = $1::integer and i.number = $2::integer and i.state = $3::text
     returning i.number`,
    [orgId, number, from, to, at],
  );
  return rows.length === 1;
}

export interface EditableFields {
  readonly title?: string;
  readonly description?: string;
  readonly impactStartedAt?: Date | null;
  readonly commanderKey?: string | null;
}

/** Sets the given fields; the others stay. */
export async function editIncident(q: Queryable, orgId: OrgId, number: number, fields: EditableFields, at: Date): Promise<void> {
  await q.query(
    `update incidents as i set
       title = coalesce($3::text, i.title),
       description = coalesce($4::text, i.description),
       impact_started_at = case when $5::boolean then $6::timestamptz else i.impact_started_at end,
       commander_key = case when $7::boolean then $8::text else i.commander_key end,
       version = i.version + 1, updated_at = $9::timestamptz
     where i.org_id = $1::integer and i.number = $2::integer`,
    [
      orgId, number, fields.title ?? null, fields.description ?? null,
      fields.impactStartedAt !== undefined, fields.impactStartedAt ?? null,
      fields.commanderKey !== undefined, fields.commanderKey ?? null, at,
    ],
  );
}

/** Sets a severity chosen by a person. */
export async function setSeverity(q: Queryable, orgId: OrgId, number: number, severity: number, at: Date): Promise<void> {
  await q.query(
    `update incidents as i set severity = $3::smallint, severity_origin = 'manual', version = i.version + 1, updated_at = $4::timestamptz
     where i.org_id = $1::integer and i.number = $2::integer`,
    [orgId, number, severity, at],
  );
}

/**
 * Moves the alerts, services, keys and counts of one incident to another, which goes on in `state`. Both must be
 * locked. `isFurther`: the one that goes has come further, and its times are taken.
 */
export async function absorbIncident(q: Queryable, orgId: OrgId, from: number, into: number, at: Date, state: IncidentState, isFurther: boolean): Promise<number> {
  const moved = await q.query(
    'update incident_alerts as l set incident_number = $3::integer where l.org_id = $1::integer and l.incident_number = $2::integer returning 1',
    [orgId, from, into],
  );
  await q.query(
    `update incidents as t set
       alerts_total = t.alerts_total + s.alerts_total,
       alerts_firing = t.alerts_firing + s.alerts_firing,
       services = (select coalesce(array_agg(distinct u.name order by u.name), '{}') from unnest(t.services || s.services) as u(name)),
       primary_service = coalesce(t.primary_service, s.primary_service),
       group_keys = (select coalesce(array_agg(distinct k.key), '{}') from unnest(t.group_keys || s.group_keys) as k(key)),
       first_alert_at = least(t.first_alert_at, s.first_alert_at),
       last_alert_at = greatest(t.last_alert_at, s.last_alert_at),
       impact_started_at = least(t.impact_started_at, s.impact_started_at),
       severity = case when t.severity_origin = 'manual' then t.severity else least(t.severity, s.severity) end,
       computed_severity = least(t.computed_severity, s.computed_severity),
       gravest_alert = least(t.gravest_alert, s.gravest_alert),
       severity_inputs = case when s.computed_severity < coalesce(t.computed_severity, 6) then s.severity_inputs else t.severity_inputs end,
       commander_key = coalesce(t.commander_key, s.commander_key),
       state = $6::text,
       declared_at = least(t.declared_at, s.declared_at),
       acknowledged_at = case when $5::boolean then coalesce(t.acknowledged_at, s.acknowledged_at) else t.acknowledged_at end,
       identified_at = case when $5::boolean then coalesce(t.identified_at, s.identified_at) else t.identified_at end,
       mitigated_at = case when $6::text = 'monitoring' then greatest(t.mitigated_at, s.mitigated_at)
         when $6::text in ('investigating', 'mitigating') then null else t.mitigated_at end,
       closed_at = case when $5::boolean then s.closed_at else t.closed_at end,
       ignored_by_policy = case when $5::boolean then s.ignored_by_policy else t.ignored_by_policy end,
       declaration_reason = case when $5::boolean then coalesce(t.declaration_reason, s.declaration_reason) else t.declaration_reason end,
       version = t.version + 1, updated_at = $4::timestamptz
     from incidents as s
     where t.org_id = $1::integer and t.number = $3::integer and s.org_id = $1::integer and s.number = $2::integer`,
    [orgId, from, into, at, isFurther, state],
  );
  await q.query(
    `update incidents as s set state = 'duplicate', merged_into = $3::integer, alerts_total = 0, alerts_firing = 0,
       group_keys = '{}', closed_at = $4::timestamptz, version = s.version + 1, updated_at = $4::timestamptz
     where s.org_id = $1::integer and s.number = $2::integer`,
    [orgId, from, into, at],
  );
  return moved.length;
}

/** Sets the type and the custom fields. */
export async function setFields(q: Queryable, orgId: OrgId, number: number, type: string, fields: FieldValues, at: Date): Promise<void> {
  await q.query(
    `update incidents as i set incident_type = $3::text, fields = $4::jsonb, version = i.version + 1, updated_at = $5::timestamptz
     where i.org_id = $1::integer and i.number = $2::integer`,
    [orgId, number, type, JSON.stringify(fields), at],
  );
}
