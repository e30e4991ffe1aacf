/** Reads what expressions know of an incident. Reads only: the incidents and alerts are of other modules. */
import { severity, type OrgId, type Severity } from '#contract';
import { z } from 'zod';
import type { Queryable } from '../../../platform/db/database.ts';
import { incidentScope } from '../format/index.ts';
import type { IncidentScopes } from '../ports.ts';

const MAX_ALERTS = 200;
const fieldsShape = z.record(z.string(), z.unknown());
const labelsShape = z.record(z.string(), z.string());

interface Row {
  number: number;
  title: string;
  state: string;
  severity: number;
  services: string[];
  primary_service: string | null;
  fields: unknown;
  commander: string | null;
  declared_at: Date | null;
  alerts: { name: string; service: string | null; severity: number; status: string; labels: unknown; annotations: unknown }[];
}

function severityOf(rank: number): Severity {
  return severity.parse(`sev${rank}`);
}

/** Makes the reader. `publicUrl`: where the pages of incidents are; null when that is not known. */
export function createIncidentScopes(urlOf: (number: number) => string | null): IncidentScopes {
  const none = { scope: incidentScope(null, []), number: null };
  return {
    async read(q: Queryable, orgId: OrgId, incident: number | null) {
      if (incident === null) return none;
      const [row] = await q.prepared<Row>(
        'run-incident-scope',
        `select i.number, i.title, i.state, i.severity, i.services, i.primary_service, i.fields, u.login as commander, i.declared_at,
           coalesce((select jsonb_agg(to_jsonb(k)) from (
             select a.name, a.service, a.severity, a.status, a.labels, a.annotations from incident_alerts as l
             join alerts as a on a.org_id = l.org_id and a.alert_key = l.alert_key and a.starts_at = l.starts_at
             where l.org_id = i.org_id and l.incident_number = i.number order by a.status, a.severity, a.starts_at limit $3::integer) as k), '[]') as alerts
         from incidents as i left join users as u on u.org_id = i.org_id and u.key = i.commander_key
         where i.org_id = $1::integer and i.number = incident_heir($1::integer, $2::integer)`,
        [orgId, incident, MAX_ALERTS],
      );
      if (row === undefined) return none;
      const alerts = row.alerts.map((alert) => ({
        name: alert.name, service: alert.service, severity: severityOf(alert.severity), state: alert.status, labels: labelsShape.catch({}).parse(alert.labels),
        annotations: labelsShape.catch({}).parse(alert.annotations),
      }));
      return {
        number: row.number,
        scope: incidentScope({
          number: row.number, title: row.title, state: row.state, severity: severityOf(row.severity), services: row.services, primaryService: row.primary_service,
          fields: fieldsShape.catch({}).parse(row.fields), commander: row.commander, url: urlOf(row.number), declaredAt: row.declared_at,
        }, alerts),
      };
    },
  };
}
