/** SQL of the runbooks that somebody said are not the right ones for an incident. */
import { actor, type OrgId, type Suggestion } from '#contract';
import type { Queryable, Transaction } from '../../../platform/db/database.ts';

export type Rejection = NonNullable<Suggestion['rejected']>;

/** What was rejected for an incident, by runbook. Whoever calls has asked whether it may be seen. */
export async function selectRejections(q: Queryable, orgId: OrgId, number: number): Promise<Map<string, Rejection>> {
  const rows = await q.query<{ runbook_id: string; reason: string; rejected_at: Date; rejected_by: unknown }>(
    'select n.runbook_id, n.reason, n.rejected_at, n.rejected_by from runbook_rejections as n where n.org_id = $1::integer and n.incident_number = $2::integer', [orgId, number],
  );
  return new Map(rows.map((row) => [row.runbook_id, { reason: row.reason, by: actor.parse(row.rejected_by), at: row.rejected_at.toISOString() }]));
}

/** Rejects a runbook for an incident, or says anew why. */
export async function writeRejection(tx: Transaction, orgId: OrgId, number: number, runbook: string, { reason, by, at }: Rejection): Promise<void> {
  await tx.query(
    `insert into runbook_rejections (org_id, incident_number, runbook_id, reason, rejected_at, rejected_by) values ($1::integer, $2::integer, $3::text, $4::text, $5::timestamptz, $6::jsonb)
     on conflict (org_id, incident_number, runbook_id) do update set reason = excluded.reason, rejected_at = excluded.rejected_at, rejected_by = excluded.rejected_by`,
    [orgId, number, runbook, reason, at, JSON.stringify(by)],
  );
}

/** Takes a rejection back. False: there was none. */
export async function deleteRejection(tx: Transaction, orgId: OrgId, number: number, runbook: string): Promise<boolean> {
  const rows = await tx.query('delete from runbook_rejections as n where n.org_id = $1::integer and n.incident_number = $2::integer and n.runbook_id = $3::text returning 1', [orgId, number, runbook]);
  return rows.length > 0;
}
