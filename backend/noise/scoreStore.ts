/**
 * SQL of the noise scores. Alerts are added up by rule and day into a table of their own, so that a list over weeks
 * reads a few rows a rule however many alerts there were. It reads what became of alerts and incidents and writes
 * neither. Everybody reads the figures: alerts of private incidents count as if they were in none.
 */
import { DRILL_SOURCE, sourceId, type OrgId, type SourceId } from '#contract';
import { ANYBODY, seenBy } from '../access/index.ts';
import type { Queryable, Transaction } from '../platform/db/database.ts';
import type { RuleFigures } from './score.ts';

export interface RuleRow extends RuleFigures {
  readonly source: SourceId;
  readonly name: string;
  readonly incidents: number;
  readonly ruleUrl: string | null;
}

/** Works out the days (UTC) from that of `from` to that of `to` anew. */
export async function workOutDays(tx: Transaction, orgId: OrgId, from: Date, to: Date): Promise<void> {
  const firstDay = from.toISOString().slice(0, 10);
  await tx.query('delete from noise_rule_days where org_id = $1::integer and day >= $2::date', [orgId, firstDay]);
  await tx.query(
    `insert into noise_rule_days (
       org_id, day, source_id, name, alerts, ended, auto_resolved, in_incidents, no_action, incidents, flaps, held_back, rule_url)
     select $1::integer, s.day, s.source_id, s.name, count(*)::integer,
       (count(*) filter (where s.status = 'resolved'))::integer,
       (count(*) filter (where s.status = 'resolved' and s.acknowledged_at is null and s.ends_at - s.starts_at < interval '5 minutes'))::integer,
       count(s.incident_number)::integer,
       (count(s.incident_number) filter (where s.acknowledged_at is null and s.state in ('candidate', 'rejected', 'declared', 'closed', 'cancelled')))::integer,
       count(distinct s.incident_number)::integer,
       (count(*) filter (where s.starts_at - s.before < interval '1 hour'))::integer,
       (count(*) filter (where s.held))::integer,
       max(s.rule_url)
     from (
       select (a.first_seen_at at time zone 'UTC')::date as day, a.source_id, a.name, a.status, a.starts_at, a.ends_at,
         a.details->>'generatorURL' as rule_url, k.incident_number, i.acknowledged_at, i.state, h.alert_key is not null as held,
         lag(a.starts_at) over (partition by a.alert_key order by a.starts_at) as before
       from alerts as a
       left join incident_alerts as k on k.org_id = a.org_id and k.alert_key = a.alert_key and k.starts_at = a.starts_at
         and ${seenBy('$4', 'k.incident_number')}
       left join incidents as i on i.org_id = k.org_id and i.number = k.incident_number
       left join held_back_alerts as h on h.org_id = a.org_id and h.alert_key = a.alert_key and h.starts_at = a.starts_at
       where a.org_id = $1::integer and a.first_seen_at >= ($2::date)::timestamp at time zone 'UTC' and a.first_seen_at <= $3::timestamptz and a.source_id <> $5::text
     ) as s
     group by s.day, s.source_id, s.name`,
    [orgId, firstDay, to, ANYBODY, DRILL_SOURCE],
  );
  await tx.query(
    `insert into noise_rule_runs as r (org_id, worked_out_at) values ($1::integer, $2::timestamptz)
     on conflict (org_id) do update set worked_out_at = excluded.worked_out_at`,
    [orgId, to],
  );
}

/** When the days were last worked out; null before the first time. */
export async function workedOutAt(q: Queryable, orgId: OrgId): Promise<Date | null> {
  const [row] = await q.query<{ worked_out_at: Date }>('select r.worked_out_at from noise_rule_runs as r where r.org_id = $1::integer', [orgId]);
  return row?.worked_out_at ?? null;
}

interface SumRow {
  source_id: string;
  name: string;
  alerts: number;
  ended: number;
  auto_resolved: number;
  in_incidents: number;
  no_action: number;
  incidents: number;
  flaps: number;
  held_back: number;
  rule_url: string | null;
}

/** The rules that had alerts since the day of `from`, added up. */
export async function selectRuleFigures(q: Queryable, orgId: OrgId, from: Date): Promise<RuleRow[]> {
  const rows = await q.query<SumRow>(
    `select d.source_id, d.name, sum(d.alerts)::integer as alerts, sum(d.ended)::integer as ended, sum(d.auto_resolved)::integer as auto_resolved,
       sum(d.in_incidents)::integer as in_incidents, sum(d.no_action)::integer as no_action, sum(d.incidents)::integer as incidents,
       sum(d.flaps)::integer as flaps, sum(d.held_back)::integer as held_back, max(d.rule_url) as rule_url
     from noise_rule_days as d where d.org_id = $1::integer and d.day >= $2::date
     group by d.source_id, d.name`,
    [orgId, from.toISOString().slice(0, 10)],
  );
  return rows.map((row) => ({
    source: sourceId.parse(row.source_id), name: row.name, alerts: row.alerts, ended: row.ended, autoResolved: row.auto_resolved,
    inIncidents: row.in_incidents, noAction: row.no_action, incidents: row.incidents, flaps: row.flaps, heldBack: row.held_back, ruleUrl: row.rule_url,
  }));
}

/** Deletes days before `before`. */
export async function deleteRuleDays(q: Queryable, before: Date): Promise<void> {
  await q.query('delete from noise_rule_days as d where d.day < $1::date', [before.toISOString().slice(0, 10)]);
}
