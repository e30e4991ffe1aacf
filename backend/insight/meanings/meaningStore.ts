/** SQL of the leading alerts of an incident, and of past incidents that carried the same. */
import { labels as labelsSchema, remedy, type AlertId, type Labels, type OrgId, type Remedy } from '#contract';
import { seenBy, type Viewer } from '../../access/index.ts';
import { alertIdOf } from '../../ingest/index.ts';
import type { Queryable } from '../../platform/db/database.ts';
import { PAST_STATES } from '../similar/memoryStore.ts';

export interface LeadingAlert {
  readonly name: string;
  readonly service: string | null;
  readonly alert: AlertId;
  readonly alerts: number;
  readonly firing: number;
  readonly startsAt: Date;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Alerts of an incident by name, the worst first, each with the first one of the name. Whoever calls has asked whether it may be seen. */
export async function selectLeading(q: Queryable, orgId: OrgId, incident: number, limit: number): Promise<LeadingAlert[]> {
  const rows = await q.query<{ name: string; service: string | null; alert_key: string; starts_at: Date; alerts: number; firing: number; labels: unknown; annotations: unknown; details: Record<string, unknown> }>(
    `with named as (
       select a.name, min(a.severity) as worst, min(a.starts_at) as first_at, count(*)::integer as alerts, (count(*) filter (where a.status = 'firing'))::integer as firing,
         (array_agg(a.alert_key order by a.severity, a.starts_at, a.alert_key))[1] as alert_key, (array_agg(a.starts_at order by a.severity, a.starts_at, a.alert_key))[1] as starts_at
       from incident_alerts as k join alerts as a on a.org_id = k.org_id and a.alert_key = k.alert_key and a.starts_at = k.starts_at
       where k.org_id = $1::integer and k.incident_number = $2::integer group by a.name order by worst, first_at, a.name limit $3::integer
     )
     select n.name, a.service, n.alert_key::text, n.starts_at, n.alerts, n.firing, a.labels, a.annotations, a.details
       from named as n join alerts as a on a.org_id = $1::integer and a.alert_key = n.alert_key and a.starts_at = n.starts_at order by n.worst, n.first_at, n.name`,
    [orgId, incident, limit],
  );
  return rows.map((row) => ({
    name: row.name, service: row.service, alert: alertIdOf(row.alert_key, row.starts_at), alerts: row.alerts, firing: row.firing, startsAt: row.starts_at,
    labels: labelsSchema.parse(row.labels), annotations: labelsSchema.parse(row.annotations), details: row.details,
  }));
}

/** A past incident, as far as it tells what an alert means. */
export interface PastIncident {
  readonly number: number;
  readonly names: readonly string[];
  readonly services: readonly string[];
  readonly minutes: number | null;
  readonly remedies: readonly Remedy[];
  readonly causes: readonly { readonly text: string; readonly service: string | null }[];
}

/** Past incidents that carried alerts of some names and that the viewer may see, the newest first. */
export async function selectCarriers(q: Queryable, orgId: OrgId, viewer: Viewer, names: readonly string[], except: number, limit: number): Promise<PastIncident[]> {
  const rows = await q.query<{ number: number; names: string[]; services: string[]; minutes: number | null; remedies: unknown; causes: { text: string; service: string | null }[] }>(
    `select i.number, i.services, m.remedies, array(select n.name from unnest($3::text[]) as n(name) where m.document->'alerts' ? n.name) as names,
       (extract(epoch from coalesce(i.mitigated_at, i.resolved_at) - least(i.detected_at, i.first_alert_at, i.impact_started_at)) / 60)::float8 as minutes,
       coalesce((select jsonb_agg(jsonb_build_object('text', h.text, 'service', h.service) order by h.id) from incident_hypotheses as h
         where h.org_id = i.org_id and h.incident_number = i.number and h.verdict = 'confirmed'), '[]') as causes
       from incident_memories as m join incidents as i on i.org_id = m.org_id and i.number = m.incident_number
      where m.org_id = $1::integer and i.number <> $4::integer and i.state = any($5::text[]) and m.document->'alerts' ?| $3::text[] and ${seenBy('$2', 'i.number')}
      order by i.number desc limit $6::integer`,
    [orgId, viewer, names, except, PAST_STATES, limit],
  );
  return rows.map(({ remedies, ...row }) => ({ ...row, remedies: remedy.array().parse(remedies) }));
}
