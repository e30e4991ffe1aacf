/** SQL of what is known of answers. Everybody reads the figures: what only members of an incident may see does not count. */
import type { AlertId, OrgId } from '#contract';
import { ANYBODY, seenBy } from '../../access/index.ts';
import { alertIdOf, splitAlertId } from '../../ingest/index.ts';
import type { Queryable } from '../../platform/db/database.ts';
import type { ConfirmedCause, SaidOutcome } from './figures.ts';

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
