/** SQL of what is known of answers. Everybody reads the figures: what only members of an incident may see does not count. */
import { DETECTOR_SOURCE, DRILL_SOURCE, type AlertId, type OrgId } from '#contract';
import { ANYBODY, seenBy } from '../../access/index.ts';
import { alertIdOf, splitAlertId } from '../../ingest/index.ts';
import type { Queryable } from '../../platform/db/database.ts';
import type { AnsweredRecommendation, ConfirmedCause, JudgedFinding, RuleAlerts, SaidOutcome } from './figures.ts';

/** What was said of services since then, where it is known what came. */
export async function selectOutcomes(q: Queryable, orgId: OrgId, since: Date): Promise<SaidOutcome[]> {
  const rows = await q.query<{ made_at: Date; said_probability: number; warned: boolean; came: boolean }>(
    `select p.made_at, p.said_probability, p.warned_at is not null as warned, p.outcome = 'came_true' as came from predictions as p
      where p.org_id = $1::integer and p.made_at >= $2::timestamptz and p.outcome is not null and ${seenBy('$3', 'p.incident_number')}`, [orgId, since, ANYBODY],
  );
  return rows.map((row) => ({ at: row.made_at, probability: row.said_probability, isWarned: row.warned, came: row.came }));
}

/** Causes that were confirmed since then, of real incidents in which the engine suspected something. */
export async function selectConfirmed(q: Queryable, orgId: OrgId, since: Date): Promise<ConfirmedCause[]> {
  const rows = await q.query<{ judged_at: Date; service: string; engine_suspects: string[]; loudest_service: string | null }>(
    `select h.judged_at, h.service, h.engine_suspects, h.loudest_service from incident_hypotheses as h join incidents as i on i.org_id = h.org_id and i.number = h.incident_number
      where h.org_id = $1::integer and h.verdict = 'confirmed' and h.judged_at >= $2::timestamptz and h.service is not null and cardinality(h.engine_suspects) > 0 and i.drill is null
        and ${seenBy('$3', 'h.incident_number')}`, [orgId, since, ANYBODY],
  );
  return rows.map((row) => ({ at: row.judged_at, service: row.service, suspects: row.engine_suspects, loudest: row.loudest_service }));
}

export interface GroupedAlert {
  readonly incident: number | null;
  readonly service: string | null;
  readonly startsAt: Date;
}

/** Where alerts are now. */
export async function selectGroups(q: Queryable, orgId: OrgId, alerts: readonly AlertId[]): Promise<Map<AlertId, GroupedAlert>> {
  const split = alerts.map(splitAlertId);
  const rows = await q.query<{ alert_key: string; starts_at: Date; service: string | null; incident_number: number | null }>(
    `select a.alert_key::text, a.starts_at, a.service, k.incident_number
       from unnest($2::bigint[], $3::timestamptz[]) as u(alert_key, starts_at)
       join alerts as a on a.org_id = $1::integer and a.alert_key = u.alert_key and a.starts_at = u.starts_at
       left join incident_alerts as k on k.org_id = a.org_id and k.alert_key = a.alert_key and k.starts_at = a.starts_at`,
    [orgId, split.map(({ keyBigint }) => keyBigint), split.map(({ startsAt }) => startsAt)],
  );
  return new Map(rows.map((row) => [alertIdOf(row.alert_key, row.starts_at), { incident: row.incident_number, service: row.service, startsAt: row.starts_at }]));
}

/** Findings that began since then and were judged. */
export async function selectJudgedFindings(q: Queryable, orgId: OrgId, since: Date): Promise<JudgedFinding[]> {
  const rows = await q.query<{ starts_at: Date; detector_id: string; right: boolean }>(
    `select f.starts_at, f.detector_id::text, f.verdict = 'right' as right from detector_findings as f
      where f.org_id = $1::integer and f.starts_at >= $2::timestamptz and f.verdict is not null`, [orgId, since],
  );
  return rows.map((row) => ({ at: row.starts_at, detector: row.detector_id, isRight: row.right }));
}

/** Alerts of rules that began since then, by week from Monday on, of incidents that were declared or rejected. */
export async function selectRuleAlerts(q: Queryable, orgId: OrgId, since: Date): Promise<RuleAlerts[]> {
  const rows = await q.query<{ week: Date; alerts: number; real: number }>(
    `select date_bin('7 days', a.starts_at, $2::timestamptz) as week, count(*)::integer as alerts, (count(*) filter (where i.state not in ('rejected', 'cancelled')))::integer as real
       from alerts as a join incident_alerts as k on k.org_id = a.org_id and k.alert_key = a.alert_key and k.starts_at = a.starts_at
       join incidents as i on i.org_id = k.org_id and i.number = k.incident_number
      where a.org_id = $1::integer and a.starts_at >= $2::timestamptz and a.source_id <> all($3::text[]) and i.drill is null and i.state not in ('candidate', 'duplicate') and ${seenBy('$4', 'i.number')}
      group by 1`, [orgId, since, [DETECTOR_SOURCE, DRILL_SOURCE], ANYBODY],
  );
  return rows.map((row) => ({ at: row.week, alerts: row.alerts, real: row.real }));
}

export interface DetectorTally {
  readonly name: string;
  readonly right: number;
  readonly wrong: number;
  readonly findings: number;
  /** When it began to watch, if that was later than what is looked at. */
  readonly watchedSince: Date | null;
  /** Null: it is gone. */
  readonly allowedAWeek: number | null;
}

/** Detectors that found something since then, those with most wrong findings first. */
export async function selectDetectorTallies(q: Queryable, orgId: OrgId, since: Date, limit: number): Promise<DetectorTally[]> {
  const rows = await q.query<{ name: string; right: number; wrong: number; findings: number; watched_since: Date | null; allowed: number | null }>(
    `select coalesce(d.name, c.name) as name, c.right, c.wrong, c.findings, d.watched_since, (d.definition->>'alarmsAWeek')::double precision as allowed
       from (select f.detector_id, max(f.name) as name, (count(*) filter (where f.verdict = 'right'))::integer as right, (count(*) filter (where f.verdict = 'wrong'))::integer as wrong, count(*)::integer as findings
               from detector_findings as f where f.org_id = $1::integer and f.starts_at >= $2::timestamptz group by f.detector_id) as c
       left join detectors as d on d.org_id = $1::integer and d.id = c.detector_id
      order by c.wrong desc, c.findings desc, 1 limit $3::integer`, [orgId, since, limit],
  );
  return rows.map((row) => ({ name: row.name, right: row.right, wrong: row.wrong, findings: row.findings, watchedSince: row.watched_since, allowedAWeek: row.allowed }));
}

/** What was recommended since then for real incidents, with the runs and rejections that followed. */
export async function selectRecommendations(q: Queryable, orgId: OrgId, since: Date, graceMs: number): Promise<AnsweredRecommendation[]> {
  const rows = await q.query<{ made_at: Date; runbooks: string[]; most_used: string | null; ended: string[]; refused: string[] }>(
    `select r.made_at, array(select e->>'runbook' from jsonb_array_elements(r.items) with ordinality as l(e, place) order by place) as runbooks, r.most_used, coalesce(u.ended, '{}') as ended,
            coalesce(u.refused, '{}') || array(select n.runbook_id from runbook_rejections as n where n.org_id = r.org_id and n.incident_number = r.incident_number) as refused
       from runbook_recommendations as r join incidents as i on i.org_id = r.org_id and i.number = r.incident_number
       left join lateral (
         select array_agg(t.runbook_id) filter (where t.good) as ended, array_agg(t.runbook_id) filter (where not t.good) as refused from (
           select g.runbook_id, coalesce(g.state = 'succeeded' and coalesce(i.mitigated_at, i.resolved_at) between g.started_at and g.ended_at + make_interval(secs => $4::double precision / 1000), false) as good
             from runbook_runs as g
            where g.org_id = r.org_id and g.incident_number = r.incident_number and g.created_at >= r.made_at and g.ended_at is not null and not g.drill and g.parent_id is null
              and (g.state <> 'succeeded' or coalesce(i.mitigated_at, i.resolved_at) >= g.started_at)) as t) as u on true
      where r.org_id = $1::integer and r.made_at >= $2::timestamptz and i.drill is null and i.state not in ('candidate', 'rejected', 'duplicate', 'cancelled') and ${seenBy('$3', 'r.incident_number')}`,
    [orgId, since, ANYBODY, graceMs],
  );
  return rows.map((row) => ({ at: row.made_at, order: row.runbooks, mostUsed: row.most_used, ended: row.ended, refused: row.refused }));
}
