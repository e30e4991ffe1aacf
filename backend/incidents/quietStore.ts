/** SQL by which incidents of which all alerts are over, and candidates that nobody decided on, move on by themselves. */
import type { IncidentState, OrgId } from '#contract';
import type { Queryable } from '../platform/db/database.ts';

export interface SettledRow {
  number: number;
  state: IncidentState;
  expired: boolean;
}

/**
 * Locks open incidents with alerts that are all over since before `quietSince`, and candidates that
 * nobody decided on since `undecidedSince`.
 */
export async function lockQuiet(q: Queryable, orgId: OrgId, quietSince: Date, undecidedSince: Date): Promise<SettledRow[]> {
  return q.query<SettledRow>(
    `select i.number, i.state, not (i.alerts_total > 0 and i.alerts_firing = 0 and i.last_alert_at <= $2::timestamptz) as expired
     from incidents as i
     where i.org_id = $1::integer and (
       (i.state in ('candidate', 'investigating', 'identified', 'mitigating')
         and i.alerts_total > 0 and i.alerts_firing = 0 and i.last_alert_at <= $2::timestamptz)
       or (i.state = 'candidate' and coalesce(i.last_alert_at, i.detected_at) <= $3::timestamptz))
     order by i.number limit 500
     for update skip locked`,
    [orgId, quietSince, undecidedSince],
  );
}

/** Moves quiet incidents on: candidates are rejected as expired, the others are watched. */
export async function settleQuiet(q: Queryable, orgId: OrgId, at: Date, numbers: readonly number[]): Promise<void> {
  await q.query(
    `update incidents as i set
       state = case when i.state = 'candidate' then 'rejected' else 'monitoring' end,
       mitigated_at = case when i.state = 'candidate' then i.mitigated_at else coalesce(i.mitigated_at, i.last_alert_at) end,
       closed_at = case when i.state = 'candidate' then $2::timestamptz else i.closed_at end,
       version = i.version + 1, updated_at = $2::timestamptz
     where i.org_id = $1::integer and i.number = any($3::integer[])`,
    [orgId, at, numbers],
  );
}
