/** SQL of what is known of answers. Everybody reads the figures: what only members of an incident may see does not count. */
import { detectorId, detectorState, DETECTOR_SOURCE, DRILL_SOURCE, type AlertId, type DetectorId, type DetectorState, type OrgId } from '#contract';
import { ANYBODY, seenBy } from '../../access/index.ts';
import { alertIdOf, splitAlertId } from '../../ingest/index.ts';
import type { Queryable } from '../../platform/db/database.ts';
import type { Stated } from './calibration.ts';
import { usualShare, type AnsweredRecommendation, type ConfirmedCause, type JudgedFinding, type RuleAlerts, type SaidOutcome, type WatchedIncident } from './figures.ts';

/** What was said of services since then, where it is known what came, each with how often it had come in the weeks before its own. */
export async function selectOutcomes(q: Queryable, orgId: OrgId, since: Date): Promise<SaidOutcome[]> {
  const rows = await q.query<{ made_at: Date; said_probability: number; warned: boolean; came: boolean; asked_before: number; came_before: number }>(
    `select k.* from (
       select p.made_at, p.said_probability, p.warned_at is not null as warned, p.outcome = 'came_true' as came,
              (count(*) over before)::integer as asked_before, (count(*) filter (where p.outcome = 'came_true') over before)::integer as came_before
         from predictions as p where p.org_id = $1::integer and p.outcome is not null and ${seenBy('$3', 'p.incident_number')}
       window before as (order by date_trunc('week', p.made_at at time zone 'UTC') groups between unbounded preceding and 1 preceding)) as k
      where k.made_at >= $2::timestamptz`, [orgId, since, ANYBODY],
  );
  return rows.map((row) => ({ at: row.made_at, probability: row.said_probability, isWarned: row.warned, came: row.came, usual: usualShare(row.came_before, row.asked_before) }));
}

/** Causes that were confirmed since then, and first suspects that were refuted where none was confirmed, of real incidents in which the engine suspected something. */
export async function selectConfirmed(q: Queryable, orgId: OrgId, since: Date): Promise<ConfirmedCause[]> {
  const rows = await q.query<{ judged_at: Date; service: string | null; engine_suspects: string[]; loudest_service: string | null; engine_confidence: number | null }>(
    `select h.judged_at, case when h.verdict = 'confirmed' then h.service end as service, h.engine_suspects, h.loudest_service, h.engine_confidence from incident_hypotheses as h join incidents as i on i.org_id = h.org_id and i.number = h.incident_number
      where h.org_id = $1::integer and h.judged_at >= $2::timestamptz and h.service is not null and cardinality(h.engine_suspects) > 0 and i.drill is null
        and (h.verdict = 'confirmed' or h.verdict = 'refuted' and h.service = h.engine_suspects[1]
             and not exists (select 1 from incident_hypotheses as c where c.org_id = h.org_id and c.incident_number = h.incident_number and c.verdict = 'confirmed'))
        and ${seenBy('$3', 'h.incident_number')}`, [orgId, since, ANYBODY],
  );
  return rows.map((row) => ({ at: row.judged_at, service: row.service, suspects: row.engine_suspects, loudest: row.loudest_service, confidence: row.engine_confidence }));
}

/** How sure it was that the alerts of an incident share one cause, of incidents that people judged since then: whether they do. */
export async function selectSureness(q: Queryable, orgId: OrgId, since: Date): Promise<Stated[]> {
  const rows = await q.query<{ judged_at: Date; confidence: number; one: boolean }>(
    `select j.judged_at, (i.assessment->>'confidence')::double precision as confidence, j.judgement->>'verdict' in ('correct', 'should_merge') as one
       from judgements as j join incidents as i on i.org_id = j.org_id and i.number = j.incident_number
      where j.org_id = $1::integer and j.judged_at >= $2::timestamptz and i.assessment is not null and i.drill is null and ${seenBy('$3', 'i.number')}`, [orgId, since, ANYBODY],
  );
  return rows.map((row) => ({ at: row.judged_at, said: row.confidence, came: row.one }));
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
  const rows = await q.query<{ starts_at: Date; detector_id: string; right: boolean; score: number }>(
    `select f.starts_at, f.detector_id::text, f.verdict = 'right' as right, f.score from detector_findings as f
      where f.org_id = $1::integer and f.starts_at >= $2::timestamptz and f.verdict is not null`, [orgId, since],
  );
  return rows.map((row) => ({ at: row.starts_at, detector: row.detector_id, isRight: row.right, score: row.score }));
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

/** A finding belongs to an incident that began so long after it, or before. */
const FOUND_BEFORE = '30 minutes';
const FOUND_AFTER = '60 minutes';

/** Real incidents that began since then at a service that a detector had learned to watch before. Findings that were judged wrong found nothing. */
export async function selectWatchedIncidents(q: Queryable, orgId: OrgId, since: Date, serviceLabels: readonly string[]): Promise<WatchedIncident[]> {
  const names = (labels: string): string => `exists (select 1 from jsonb_each_text(${labels}) as l where l.key = any($4::text[]) and l.value = i.service)`;
  const rows = await q.query<{ began_at: Date; found: boolean }>(
    `select i.began_at, exists (
       select 1 from detector_findings as f left join detectors as d on d.org_id = f.org_id and d.id = f.detector_id
        where f.org_id = $1::integer and f.verdict is distinct from 'wrong' and (d.definition->>'service' = i.service or ${names('f.labels')})
          and f.starts_at between i.began_at - interval '${FOUND_BEFORE}' and least(coalesce(i.ended_at, 'infinity'), i.began_at + interval '${FOUND_AFTER}')) as found
       from (select n.number, n.primary_service as service, least(n.detected_at, n.first_alert_at, n.impact_started_at) as began_at, coalesce(n.mitigated_at, n.resolved_at) as ended_at from incidents as n
              where n.org_id = $1::integer and n.drill is null and n.state not in ('candidate', 'rejected', 'duplicate', 'cancelled') and n.primary_service is not null and ${seenBy('$3', 'n.number')}) as i
      where i.began_at >= $2::timestamptz and exists (
        select 1 from detectors as d where d.org_id = $1::integer and d.watched_since <= i.began_at
           and (d.definition->>'service' = i.service or (d.definition->>'service' is null and exists (select 1 from detector_series as s where s.org_id = d.org_id and s.detector_id = d.id and ${names('s.labels')}))))`,
    [orgId, since, ANYBODY, serviceLabels],
  );
  return rows.map((row) => ({ at: row.began_at, isFound: row.found }));
}

export interface DetectorTally {
  readonly id: DetectorId;
  readonly name: string;
  /** Null: it is gone. */
  readonly state: DetectorState | null;
  readonly stateSince: Date | null;
  /** Why it put itself to shadow, where it did. */
  readonly selfShadowReason: string | null;
  readonly right: number;
  readonly wrong: number;
  readonly findings: number;
  /** When it began to watch, if that was later than what is looked at. */
  readonly watchedSince: Date | null;
  /** Null: it is gone. */
  readonly allowedAWeek: number | null;
}

/** Detectors that found something since then or are in shadow by themselves; those first, then the ones with most wrong findings. */
export async function selectDetectorTallies(q: Queryable, orgId: OrgId, since: Date, limit: number): Promise<DetectorTally[]> {
  const rows = await q.query<{ id: string; name: string; state: string | null; state_since: Date | null; self_shadow_reason: string | null; right: number; wrong: number; findings: number; watched_since: Date | null; allowed: number | null }>(
    `select coalesce(d.id, c.detector_id)::text as id, coalesce(d.name, c.name) as name, d.state, d.state_since, d.self_shadow_reason, coalesce(c.right, 0) as right, coalesce(c.wrong, 0) as wrong, coalesce(c.findings, 0) as findings, d.watched_since, (d.definition->>'alarmsAWeek')::double precision as allowed
       from (select f.detector_id, max(f.name) as name, (count(*) filter (where f.verdict = 'right'))::integer as right, (count(*) filter (where f.verdict = 'wrong'))::integer as wrong, count(*)::integer as findings
               from detector_findings as f where f.org_id = $1::integer and f.starts_at >= $2::timestamptz group by f.detector_id) as c
       full join (select * from detectors as a where a.org_id = $1::integer) as d on d.id = c.detector_id
      where c.detector_id is not null or d.self_shadow_reason is not null
      order by d.self_shadow_reason is not null desc, 8 desc, 9 desc, 2 limit $3::integer`, [orgId, since, limit],
  );
  return rows.map((row) => ({
    id: detectorId.parse(row.id), name: row.name, state: row.state === null ? null : detectorState.parse(row.state), stateSince: row.state_since, selfShadowReason: row.self_shadow_reason, right: row.right, wrong: row.wrong, findings: row.findings, watchedSince: row.watched_since, allowedAWeek: row.allowed,
  }));
}

/** What was recommended since then for real incidents, with the runs and rejections that followed. */
export async function selectRecommendations(q: Queryable, orgId: OrgId, since: Date, graceMs: number): Promise<AnsweredRecommendation[]> {
  const rows = await q.query<{ made_at: Date; runbooks: string[]; probability: number | null; most_used: string | null; by_use: string[]; ended: string[]; refused: string[] }>(
    `select r.made_at, array(select e->>'runbook' from jsonb_array_elements(r.items) with ordinality as l(e, place) order by place) as runbooks, (r.items->0->>'probability')::double precision as probability, r.most_used,
            array(select e->>'runbook' from jsonb_array_elements(r.items) as l(e) order by e->>'runbook' <> coalesce(r.most_used, ''), (select count(*) from runbook_runs as b
                     where b.org_id = r.org_id and b.runbook_id = e->>'runbook' and b.created_at < r.made_at and not b.drill and b.parent_id is null) desc, e->>'runbook') as by_use, coalesce(u.ended, '{}') as ended,
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
  return rows.map((row) => ({ at: row.made_at, order: row.runbooks, probability: row.probability, mostUsed: row.most_used, byUse: row.by_use, ended: row.ended, refused: row.refused }));
}
