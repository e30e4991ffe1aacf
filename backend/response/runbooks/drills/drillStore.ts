/** SQL of drills: what is drilled, and when. */
import { drillBody, drillId, type DrillBody, type DrillId, type OrgId } from '#contract';
import type { Queryable, Transaction } from '../../../platform/db/database.ts';

interface DrillRow {
  id: string;
  definition: unknown;
  next_at: Date | null;
  version: number;
}

export interface StoredDrill {
  readonly id: DrillId;
  readonly definition: DrillBody;
  readonly nextAt: Date | null;
  readonly version: number;
}

const COLUMNS = 'd.id::text, d.definition, d.next_at, d.version';

function toDrill(row: DrillRow): StoredDrill {
  return { id: drillId.parse(row.id), definition: drillBody.parse(row.definition), nextAt: row.next_at, version: row.version };
}

/** Keeps a new drill. Null: there is one of that name. */
export async function insertDrill(tx: Transaction, orgId: OrgId, definition: DrillBody, nextAt: Date | null, at: Date): Promise<DrillId | null> {
  const [row] = await tx.query<{ id: string }>(
    `insert into drills (org_id, name, definition, next_at, created_at, updated_at) values ($1::integer, $2::text, $3::jsonb, $4::timestamptz, $5::timestamptz, $5::timestamptz)
     on conflict (org_id, name) do nothing returning id::text`,
    [orgId, definition.name, JSON.stringify(definition), nextAt, at],
  );
  return row === undefined ? null : drillId.parse(row.id);
}

/** One drill; null when there is none. */
export async function findDrill(q: Queryable, orgId: OrgId, id: DrillId): Promise<StoredDrill | null> {
  const [row] = await q.query<DrillRow>(`select ${COLUMNS} from drills as d where d.org_id = $1::integer and d.id = $2::bigint`, [orgId, id]);
  return row === undefined ? null : toDrill(row);
}

/** The same, kept as it is until the transaction ends. */
export async function lockDrill(tx: Transaction, orgId: OrgId, id: DrillId): Promise<StoredDrill | null> {
  const [row] = await tx.query<DrillRow>(`select ${COLUMNS} from drills as d where d.org_id = $1::integer and d.id = $2::bigint for update`, [orgId, id]);
  return row === undefined ? null : toDrill(row);
}

/** Drills by name, after one; one more than the limit. */
export async function listDrillRows(q: Queryable, orgId: OrgId, after: string | null, limit: number): Promise<StoredDrill[]> {
  const rows = await q.query<DrillRow>(
    `select ${COLUMNS} from drills as d where d.org_id = $1::integer and ($2::text is null or d.name collate "C" > $2::text) order by d.name collate "C" limit $3::integer`,
    [orgId, after, limit + 1],
  );
  return rows.map(toDrill);
}

/** Writes a drill anew. False: there is another one of that name. */
export async function updateDrill(tx: Transaction, orgId: OrgId, id: DrillId, definition: DrillBody, nextAt: Date | null, at: Date): Promise<boolean> {
  const taken = await tx.query('select 1 from drills as d where d.org_id = $1::integer and d.name = $2::text and d.id <> $3::bigint', [orgId, definition.name, id]);
  if (taken.length > 0) return false;
  await tx.query(
    'update drills set name = $3::text, definition = $4::jsonb, next_at = $5::timestamptz, updated_at = $6::timestamptz, version = version + 1 where org_id = $1::integer and id = $2::bigint',
    [orgId, id, definition.name, JSON.stringify(definition), nextAt, at],
  );
  return true;
}

/** Removes a drill. */
export async function deleteDrill(tx: Transaction, orgId: OrgId, id: DrillId): Promise<void> {
  await tx.query('delete from drills where org_id = $1::integer and id = $2::bigint', [orgId, id]);
}

/** Takes the drill whose time has come the longest ago; no other replica has it meanwhile. */
export async function takeDue(tx: Transaction, orgId: OrgId, now: Date): Promise<StoredDrill | null> {
  const [row] = await tx.query<DrillRow>(
    `select ${COLUMNS} from drills as d where d.org_id = $1::integer and d.next_at <= $2::timestamptz order by d.next_at limit 1 for update skip locked`, [orgId, now],
  );
  return row === undefined ? null : toDrill(row);
}

/** Says when the schedule starts it next. */
export async function setNext(tx: Transaction, orgId: OrgId, id: DrillId, nextAt: Date | null): Promise<void> {
  await tx.query('update drills set next_at = $3::timestamptz where org_id = $1::integer and id = $2::bigint', [orgId, id, nextAt]);
}
