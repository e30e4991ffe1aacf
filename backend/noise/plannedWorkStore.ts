/** SQL of what windows said at what time, edits and early ends included. */
import { maintenanceBody, type MaintenanceBody, type OrgId } from '#contract';
import type { Queryable } from '../platform/db/database.ts';

/** What a window said from one instant to another. */
export interface WindowVersion {
  readonly id: string;
  readonly version: number;
  readonly body: MaintenanceBody;
  readonly validFrom: Date;
  /** Null: it still says so. */
  readonly validTo: Date | null;
}

/** Most versions that one question looks at, the newest first. */
const LIMIT = 2_000;

/** Versions that said something between two instants; windows that are held once and lie elsewhere are left out. */
export async function selectWindowVersions(q: Queryable, orgId: OrgId, from: Date, to: Date): Promise<WindowVersion[]> {
  const rows = await q.prepared<{ id: string; version: number; document: unknown; valid_from: Date; valid_to: Date | null }>(
    'select-window-versions',
    `select v.id, v.version, v.document, v.valid_from, v.valid_to from (
       select w.org_id, w.id, w.version, w.document, w.updated_at as valid_from, w.ended_at as valid_to from maintenance_windows as w
       union all
       select r.org_id, r.window_id, r.version, r.document, r.valid_from, r.valid_to from maintenance_revisions as r
     ) as v
     where v.org_id = $1::integer and v.valid_from < $3::timestamptz and (v.valid_to is null or v.valid_to > $2::timestamptz)
       and (v.document->'schedule'->>'kind' = 'recurring'
         or ((v.document->'schedule'->>'startsAt')::timestamptz < $3::timestamptz and (v.document->'schedule'->>'endsAt')::timestamptz > $2::timestamptz))
     order by v.valid_from desc, v.id limit $4::integer`,
    [orgId, from.toISOString(), to.toISOString(), LIMIT],
  );
  return rows.map((row) => ({ id: row.id, version: row.version, body: maintenanceBody.parse(row.document), validFrom: row.valid_from, validTo: row.valid_to }));
}
