/** SQL of maintenance windows. */
import { actor, maintenanceBody, type Actor, type MaintenanceBody, type OrgId } from '#contract';
import type { Queryable, Transaction } from '../platform/db/database.ts';

export interface StoredWindow {
  readonly id: string;
  readonly body: MaintenanceBody;
  readonly endedAt: Date | null;
  readonly endedBy: Actor | null;
  readonly endReason: string | null;
  readonly version: number;
  readonly createdBy: Actor;
  readonly heldBack: number;
  readonly provisionedAs: string | null;
}

interface WindowRow {
  id: string;
  document: unknown;
  ended_at: Date | null;
  ended_by: unknown;
  end_reason: string | null;
  version: number;
  created_by: unknown;
  held_back: number;
  provisioned_as: string | null;
}

const SELECT = `select w.id, w.document, w.ended_at, w.ended_by, w.end_reason, w.version, w.created_by, w.provisioned_as,
  (select count(*)::integer from held_back_alerts as h where h.org_id = w.org_id and h.cause_id = w.id) as held_back
  from maintenance_windows as w`;
/** Most windows that a list looks at, newest first. */
const LIMIT = 5_000;

function toWindow(row: WindowRow): StoredWindow {
  return {
    id: row.id, body: maintenanceBody.parse(row.document), endedAt: row.ended_at, endedBy: row.ended_by === null ? null : actor.parse(row.ended_by), endReason: row.end_reason, version: row.version, createdBy: actor.parse(row.created_by),
    heldBack: row.held_back, provisionedAs: row.provisioned_as,
  };
}

/** Windows of an organisation, the newest first. */
export async function selectWindows(q: Queryable, orgId: OrgId): Promise<StoredWindow[]> {
  const rows = await q.query<WindowRow>(`${SELECT} where w.org_id = $1::integer order by w.created_at desc, w.id limit $2::integer`, [orgId, LIMIT]);
  return rows.map(toWindow);
}

/** One window; null when there is none. `lock` holds it until the end of the transaction. */
export async function selectWindow(q: Queryable, orgId: OrgId, id: string, lock: boolean): Promise<StoredWindow | null> {
  const [row] = await q.query<WindowRow>(`${SELECT} where w.org_id = $1::integer and w.id = $2::text ${lock ? 'for update of w' : ''}`, [orgId, id]);
  return row === undefined ? null : toWindow(row);
}

/** Windows that belong to a change and have not been ended, held until the end of the transaction. */
export async function lockWindowsOfChange(tx: Transaction, orgId: OrgId, change: string): Promise<{ id: string; name: string }[]> {
  return tx.query<{ id: string; name: string }>(
    `select w.id, w.document->>'name' as name from maintenance_windows as w where w.org_id = $1::integer and w.change_ref = $2::text and w.ended_at is null
     order by w.id for update`,
    [orgId, change],
  );
}

/** Adds a window. */
export async function insertWindow(tx: Transaction, orgId: OrgId, id: string, body: MaintenanceBody, by: Actor, at: Date, provisionedAs: string | null): Promise<void> {
  await tx.query(
    `insert into maintenance_windows (org_id, id, document, change_ref, created_at, updated_at, created_by, provisioned_as)
     values ($1::integer, $2::text, $3::jsonb, $4::text, $5::timestamptz, $5::timestamptz, $6::jsonb, $7::text)`,
    [orgId, id, JSON.stringify(body), body.change, at, JSON.stringify(by), provisionedAs],
  );
}

/** Replaces a window that the transaction holds, and begins one anew that was ended; what it said before is kept. */
export async function updateWindow(tx: Transaction, orgId: OrgId, id: string, body: MaintenanceBody, at: Date): Promise<void> {
  await tx.query(
    `with before as (
       insert into maintenance_revisions (org_id, window_id, version, document, valid_from, valid_to)
       select w.org_id, w.id, w.version, w.document, w.updated_at, least(w.ended_at, $5::timestamptz) from maintenance_windows as w
       where w.org_id = $1::integer and w.id = $2::text
     )
     update maintenance_windows set document = $3::jsonb, change_ref = $4::text, version = version + 1, updated_at = $5::timestamptz,
       ended_at = null, ended_by = null, end_reason = null
     where org_id = $1::integer and id = $2::text`,
    [orgId, id, JSON.stringify(body), body.change, at],
  );
}

/** Ends windows that the transaction holds. `reason`: null when it was a person's wish alone. */
export async function endWindows(tx: Transaction, orgId: OrgId, ids: readonly string[], at: Date, by: Actor, reason: string | null): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(
    `update maintenance_windows set ended_at = $3::timestamptz, ended_by = $4::jsonb, end_reason = $5::text, version = version + 1
     where org_id = $1::integer and id = any($2::text[])`,
    [orgId, ids, at, JSON.stringify(by), reason],
  );
}
