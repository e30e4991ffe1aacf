/** SQL of planned maintenance on the status page. */
import type { PageMaintenanceBody, OrgId } from '#contract';
import type { Queryable, Transaction } from '../../../platform/db/database.ts';

export interface WorkRow {
  id: string;
  title: string;
  body: string;
  components: string[];
  starts_at: Date;
  ends_at: Date;
  version: number;
}

const COLUMNS = 'w.id::text, w.title, w.body, w.components, w.starts_at, w.ends_at, w.version';

/** The latest first, one more than the limit. */
export async function listWorkRows(q: Queryable, orgId: OrgId, after: { readonly startsAt: string; readonly id: string } | null, limit: number): Promise<WorkRow[]> {
  return q.query<WorkRow>(
    `select ${COLUMNS} from status_page_works as w where w.org_id = $1::integer and ($2::timestamptz is null or (w.starts_at, w.id) < ($2::timestamptz, $3::bigint))
     order by w.starts_at desc, w.id desc limit $4::integer`, [orgId, after?.startsAt ?? null, after?.id ?? null, limit + 1],
  );
}

/** One of them, held until the transaction ends. */
export async function lockWork(tx: Transaction, orgId: OrgId, id: string): Promise<WorkRow | undefined> {
  const [row] = await tx.query<WorkRow>(`select ${COLUMNS} from status_page_works as w where w.org_id = $1::integer and w.id = $2::bigint for update`, [orgId, id]);
  return row;
}

function valuesOf({ title, text, components, startsAt, endsAt }: PageMaintenanceBody): unknown[] {
  return [title, text, components, new Date(startsAt), new Date(endsAt)];
}

/** Announces one. */
export async function insertWork(tx: Transaction, orgId: OrgId, body: PageMaintenanceBody): Promise<WorkRow> {
  const [row] = await tx.query<WorkRow>(
    `insert into status_page_works as w (org_id, title, body, components, starts_at, ends_at) values ($1::integer, $2::text, $3::text, $4::text[], $5::timestamptz, $6::timestamptz) returning ${COLUMNS}`,
    [orgId, ...valuesOf(body)],
  );
  if (row === undefined) throw new Error('the maintenance was not kept');
  return row;
}

/** Writes what was changed. */
export async function updateWork(tx: Transaction, orgId: OrgId, id: string, body: PageMaintenanceBody): Promise<WorkRow> {
  const [row] = await tx.query<WorkRow>(
    `update status_page_works as w set title = $3::text, body = $4::text, components = $5::text[], starts_at = $6::timestamptz, ends_at = $7::timestamptz, version = w.version + 1
     where w.org_id = $1::integer and w.id = $2::bigint returning ${COLUMNS}`, [orgId, id, ...valuesOf(body)],
  );
  if (row === undefined) throw new Error('the maintenance is gone');
  return row;
}

/** Takes one away. */
export async function deleteWork(tx: Transaction, orgId: OrgId, id: string): Promise<void> {
  await tx.query('delete from status_page_works as w where w.org_id = $1::integer and w.id = $2::bigint', [orgId, id]);
}
