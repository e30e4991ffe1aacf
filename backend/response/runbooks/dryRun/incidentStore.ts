/** SQL of what expressions know of an incident. */
import { incidentState, severity, SEVERITIES, type OrgId, type Severity } from '#contract';
import { seenBy, type Viewer } from '../../../access/index.ts';
import type { Queryable } from '../../../platform/db/database.ts';
import { incidentScope, type ScopedAlert } from '../format/index.ts';
import type { Scope } from '../kinds/kind.ts';
import { z } from 'zod';

/** Alerts that expressions see; those that fire first, then the newest. */
const MAX_ALERTS = 500;

interface IncidentRow {
  number: number;
  title: string;
  state: string;
  severity: number;
  services: string[];
  primary_service: string | null;
  fields: unknown;
  declared_at: Date | null;
  commander: string | null;
}

interface AlertRow {
  name: string;
  service: string | null;
  severity: number;
  status: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

const fieldsSchema = z.record(z.string(), z.unknown());

function severityNumbered(number: number): Severity {
  return severity.parse(SEVERITIES[number - 1]);
}

function toAlert(row: AlertRow): ScopedAlert {
  return { name: row.name, service: row.service, severity: severityNumbered(row.severity), state: row.status, labels: row.labels, annotations: row.annotations };
}

/**
 * The scope of an incident as it is now: `incident`, `alerts`, `services`. Null when there is none that the viewer may see.
 * `urlOf` gives the address of its page.
 */
export async function readIncidentScope(q: Queryable, orgId: OrgId, viewer: Viewer, number: number, urlOf: (number: number) => string | null): Promise<Scope | null> {
  const [row] = await q.query<IncidentRow>(
    `select i.number, i.title, i.state, i.severity, i.services, i.primary_service, i.fields, i.declared_at, u.login as commander
     from incidents as i left join users as u on u.org_id = i.org_id and u.user_key = i.commander_key
     where i.org_id = $1::integer and i.number = $2::integer and ${seenBy('$3', 'i.number')}`,
    [orgId, number, viewer],
  );
  if (row === undefined) return null;
  const alerts = await q.query<AlertRow>(
    `select a.name, a.service, a.severity, a.status, a.labels, a.annotations
     from incident_alerts as k join alerts as a on a.org_id = k.org_id and a.alert_key = k.alert_key and a.starts_at = k.starts_at
     where k.org_id = $1::integer and k.incident_number = $2::integer
     order by (a.status = 'firing') desc, a.starts_at desc, a.alert_key limit $3::integer`,
    [orgId, number, MAX_ALERTS],
  );
  return incidentScope({
    number: row.number, title: row.title, state: incidentState.parse(row.state), severity: severityNumbered(row.severity), services: row.services, primaryService: row.primary_service,
    fields: fieldsSchema.catch({}).parse(row.fields), commander: row.commander, url: urlOf(row.number), declaredAt: row.declared_at,
  }, alerts.map(toAlert));
}
