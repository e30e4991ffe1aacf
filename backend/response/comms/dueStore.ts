/** SQL of the times at which updates were due: what was told of each, and what came. */
import type { OrgId } from '#contract';
import type { Queryable, Transaction } from '../../platform/db/database.ts';

export interface DueKey {
  readonly incident: number;
  readonly audience: string;
  readonly dueAt: Date;
  /** 1 is the worst. */
  readonly severity: number;
}

/** Notes that a due time was reminded of, or became overdue; false when somebody noted it before, or the update has come. */
export async function noteTold(tx: Transaction, orgId: OrgId, key: DueKey, what: 'reminded' | 'overdue', at: Date): Promise<boolean> {
  const column = what === 'reminded' ? 'reminded_at' : 'overdue_at';
  const rows = await tx.query(
    `insert into update_dues as d (org_id, incident_number, audience, due_at, severity, ${column}) values ($1::integer, $2::integer, $3::text, $4::timestamptz, $5::smallint, $6::timestamptz)
     on conflict (org_id, incident_number, audience, due_at) do update set ${column} = excluded.${column} where d.${column} is null and d.met_at is null returning 1 as noted`,
    [orgId, key.incident, key.audience, key.dueAt, key.severity, at],
  );
  return rows.length > 0;
}

/** Notes that the update for which a time stood has come. */
export async function noteMet(tx: Transaction, orgId: OrgId, key: DueKey, at: Date): Promise<void> {
  await tx.query(
    `insert into update_dues as d (org_id, incident_number, audience, due_at, severity, met_at) values ($1::integer, $2::integer, $3::text, $4::timestamptz, $5::smallint, $6::timestamptz)
     on conflict (org_id, incident_number, audience, due_at) do update set met_at = coalesce(d.met_at, excluded.met_at)`,
    [orgId, key.incident, key.audience, key.dueAt, key.severity, at],
  );
}

export interface KeptCount {
  readonly severity: number;
  readonly audience: string;
  readonly kept: number;
  readonly total: number;
}

/** How many updates that were due since then came in time, drills left out; `incidents`: of those alone. What is neither met nor overdue does not count. */
export async function countKept(q: Queryable, orgId: OrgId, since: Date | null, incidents: readonly number[] | null): Promise<KeptCount[]> {
  return q.query<{ severity: number; audience: string; kept: number; total: number }>(
    `select d.severity, d.audience, count(*) filter (where d.met_at <= d.due_at)::integer as kept, count(*)::integer as total from update_dues as d
     where d.org_id = $1::integer and not exists (select 1 from incidents as i where i.org_id = d.org_id and i.number = d.incident_number and i.drill is not null)
       and (d.met_at is not null or d.overdue_at is not null) and ($2::timestamptz is null or d.due_at >= $2::timestamptz)
       and ($3::integer[] is null or d.incident_number = any($3::integer[]))
     group by d.severity, d.audience order by d.severity, d.audience`,
    [orgId, since, incidents],
  );
}
