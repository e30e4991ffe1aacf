/** SQL of alert rules that rose when an incident began. */
import type { AlertId, OrgId } from '#contract';
import { seenBy, type Viewer } from '../../access/index.ts';
import { alertIdOf } from '../../ingest/index.ts';
import type { Queryable } from '../../platform/db/database.ts';

/** Alerts of one rule at one service in a time. */
export interface RisenRow {
  readonly rule: string;
  readonly service: string;
  readonly alerts: number;
  readonly severity: number;
  readonly firstAt: Date;
  readonly alert: AlertId;
}

/** Alerts that began within a time at some services, by rule and service; those of incidents that the viewer may not see do not count. */
export async function selectRisen(q: Queryable, orgId: OrgId, viewer: Viewer, services: readonly string[], from: Date, to: Date, limit: number): Promise<RisenRow[]> {
  const inState = (state: string): string => `select a.name, a.service, a.severity, a.starts_at, a.alert_key from alerts as a
    where a.org_id = $1::integer and a.status = '${state}' and a.starts_at between $3::timestamptz and $4::timestamptz and a.service = any($2::text[])`;
  const rows = await q.query<{ name: string; service: string; alerts: number; severity: number; first_at: Date; alert_key: string }>(
    `select a.name, a.service, count(*)::integer as alerts, min(a.severity)::integer as severity, min(a.starts_at) as first_at,
       ((array_agg(a.alert_key order by a.starts_at, a.alert_key))[1])::text as alert_key
       from (${inState('firing')} union all ${inState('resolved')}) as a
       left join incident_alerts as k on k.org_id = $1::integer and k.alert_key = a.alert_key and k.starts_at = a.starts_at
      where ${seenBy('$5', 'k.incident_number')}
      group by a.name, a.service order by count(*) desc, a.name, a.service limit $6::integer`,
    [orgId, services, from, to, viewer, limit],
  );
  return rows.map((row) => ({ rule: row.name, service: row.service, alerts: row.alerts, severity: row.severity, firstAt: row.first_at, alert: alertIdOf(row.alert_key, row.first_at) }));
}

/** How many alerts of rules there were a day, over the days until that of `until` (which does not count). Everybody may read these figures. */
export async function selectUsual(q: Queryable, orgId: OrgId, rules: readonly string[], until: Date, days: number): Promise<Map<string, number>> {
  const rows = await q.query<{ name: string; a_day: number }>(
    `select d.name, sum(d.alerts)::float8 / $4::integer as a_day from noise_rule_days as d
      where d.org_id = $1::integer and d.name = any($2::text[]) and d.day < ($3::timestamptz at time zone 'UTC')::date and d.day >= ($3::timestamptz at time zone 'UTC')::date - $4::integer
      group by d.name`,
    [orgId, rules, until, days],
  );
  return new Map(rows.map((row) => [row.name, row.a_day]));
}
