/** SQL of which incidents share their members: those that were merged away go with the one that took them in. */
import type { OrgId } from '#contract';
import type { Queryable, Transaction } from '../platform/db/database.ts';

/** An incident and all that were merged into it, one into another. */
export async function findFamily(q: Queryable, orgId: OrgId, number: number): Promise<number[]> {
  const rows = await q.query<{ number: number }>(
    `with recursive family as (
       select $2::integer as number
       union
       select i.number from family as f join incidents as i on i.org_id = $1::integer and i.merged_into = f.number
     )
     select f.number from family as f order by f.number`,
    [orgId, number],
  );
  return rows.map((row) => row.number);
}

/** Notes that who sees an incident has changed: a new version. */
export async function touchIncident(tx: Transaction, orgId: OrgId, number: number, at: Date): Promise<void> {
  await tx.query(
    'update incidents as i set version = i.version + 1, updated_at = $3::timestamptz where i.org_id = $1::integer and i.number = $2::integer', [orgId, number, at],
  );
}
