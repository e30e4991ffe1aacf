/** SQL of the correlator: how far it has read. */
import type { OrgId } from '#contract';
import type { Queryable } from '../platform/db/database.ts';

export interface Cursor {
  readonly position: string;
  readonly replica: string | null;
  /** The time that was told when that last decided something; null when it never has. */
  readonly passedTo: Date | null;
}

/** Position up to which the organisation's alert log is correlated, and by whom. */
export async function readCursor(q: Queryable, orgId: OrgId): Promise<Cursor> {
  const rows = await q.query<{ position: string; replica_id: string; passed_at: Date | null }>(
    'select c.position::text, c.replica_id, c.passed_at from correlator_cursors as c where c.org_id = $1::integer',
    [orgId],
  );
  const row = rows[0];
  return row === undefined ? { position: '0', replica: null, passedTo: null } : { position: row.position, replica: row.replica_id, passedTo: row.passed_at };
}

/** Moves the cursor. Runs in the transaction of what was decided. */
export async function writeCursor(q: Queryable, orgId: OrgId, position: string, replicaId: string, at: Date): Promise<void> {
  await q.prepared(
    'write-correlator-cursor',
    `insert into correlator_cursors as c (org_id, position, replica_id, updated_at)
     values ($1::integer, $2::bigint, $3::text, $4::timestamptz)
     on conflict (org_id) do update set
       position = excluded.position, replica_id = excluded.replica_id, updated_at = excluded.updated_at`,
    [orgId, position, replicaId, at],
  );
}

/** Notes the time that was told. Runs in the transaction of what that decided. */
export async function writePassed(q: Queryable, orgId: OrgId, passedTo: Date): Promise<void> {
  await q.query('update correlator_cursors as c set passed_at = $2::timestamptz where c.org_id = $1::integer', [orgId, passedTo]);
}

/** Organisations with alerts or settings, in ascending order. */
export async function listOrganisations(q: Queryable): Promise<number[]> {
  const rows = await q.query<{ org_id: number }>('select o.org_id from organisations as o order by o.org_id');
  return rows.map((row) => row.org_id);
}
