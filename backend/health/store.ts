/** SQL of the self-check. */
import { DRILL_SOURCE, type OrgId } from '#contract';
import type { Queryable } from '../platform/db/database.ts';

export interface SourceHealth {
  readonly sources: number;
  readonly lastReceivedAt: Date | null;
}

export async function countSources(q: Queryable, orgId: OrgId): Promise<SourceHealth> {
  const rows = await q.query<{ n: number; last_received_at: Date | null }>(
    'select count(*)::integer as n, max(s.last_received_at) as last_received_at from sources as s where s.org_id = $1::integer',
    [orgId],
  );
  return { sources: rows[0]?.n ?? 0, lastReceivedAt: rows[0]?.last_received_at ?? null };
}

/** Real alerts that fire now. */
export async function countFiring(q: Queryable, orgId: OrgId): Promise<number> {
  const rows = await q.query<{ n: number }>(
    "select count(*)::integer as n from alerts as a where a.org_id = $1::integer and a.status = 'firing' and a.source_id <> $2::text", [orgId, DRILL_SOURCE],
  );
  return rows[0]?.n ?? 0;
}

/** Makes the organisation known, so that a correlator takes it up. Doing it twice changes nothing. */
export async function registerOrganisation(q: Queryable, orgId: OrgId): Promise<boolean> {
  const rows = await q.query('insert into organisations (org_id) values ($1::integer) on conflict do nothing returning 1', [orgId]);
  return rows.length > 0;
}
