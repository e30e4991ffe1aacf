/** SQL of comparisons with Grafana. */
import { z } from 'zod';
import { repair, sourceId, type OrgId, type Repair, type SourceId } from '#contract';
import type { Queryable } from '../../platform/db/database.ts';

/** Sources to compare: those that say so, or the only Grafana of an organisation that does not say no. */
const COMPARED = `
  select s.org_id, s.id from sources as s
  where s.org_id = $1::integer and s.kind = 'grafana' and s.enabled
    and coalesce((s.rules->>'reconcile')::boolean, (
      select count(*) = 1 from sources as o where o.org_id = s.org_id and o.kind = 'grafana' and o.enabled
    ))`;

/** Takes up sources that are to be compared and are not yet. */
export async function enrolSources(q: Queryable, orgId: OrgId, now: Date): Promise<void> {
  await q.query(
    `insert into source_reconciliations (org_id, source_id, next_at)
     select c.org_id, c.id, $2::timestamptz from (${COMPARED}) as c
     on conflict do nothing`,
    [orgId, now],
  );
}

/** Makes every source due, at the start of a replica; those due only after `beyond` have just been taken by another. */
export async function makeDue(q: Queryable, orgId: OrgId, now: Date, beyond: Date): Promise<void> {
  await q.query(
    `update source_reconciliations set next_at = least(next_at, $2::timestamptz)
     where org_id = $1::integer and next_at <= $3::timestamptz`,
    [orgId, now, beyond],
  );
}

export interface DueSource {
  readonly sourceId: SourceId;
  readonly missing: Readonly<Record<string, number>>;
  readonly repairs: readonly Repair[];
}

const missingShape = z.record(z.string(), z.number());
const repairsShape = z.array(repair);

/** Takes sources that are due, so that no other replica compares them meanwhile; `only` takes one, due or not. */
export async function claimDue(q: Queryable, orgId: OrgId, now: Date, nextAt: Date, only: SourceId | null): Promise<DueSource[]> {
  const rows = await q.query<{ source_id: string; missing: unknown; repairs: unknown }>(
    `update source_reconciliations as r set next_at = $3::timestamptz
     from (${COMPARED}) as c
     where r.org_id = c.org_id and r.source_id = c.id
       and case when $4::text is null then r.next_at <= $2::timestamptz else r.source_id = $4::text end
     returning r.source_id, r.missing, r.repairs`,
    [orgId, now, nextAt, only],
  );
  return rows.map((row) => ({ sourceId: sourceId.parse(row.source_id), missing: missingShape.parse(row.missing), repairs: repairsShape.parse(row.repairs) }));
}

export interface ComparisonOutcome {
  readonly at: Date;
  readonly ok: boolean;
  readonly detail: string;
  readonly nextAt: Date;
  readonly missing: Readonly<Record<string, number>>;
  readonly repairs: readonly Repair[];
}

/** Keeps what a comparison gave. */
export async function saveOutcome(q: Queryable, orgId: OrgId, source: SourceId, outcome: ComparisonOutcome): Promise<void> {
  await q.query(
    `update source_reconciliations
     set at = $3::timestamptz, ok = $4::boolean, detail = $5::text, next_at = $6::timestamptz, missing = $7::jsonb, repairs = $8::jsonb
     where org_id = $1::integer and source_id = $2::text`,
    [orgId, source, outcome.at, outcome.ok, outcome.detail, outcome.nextAt, JSON.stringify(outcome.missing), JSON.stringify(outcome.repairs)],
  );
}

/** Contact points through which a source has delivered. */
export async function receiversOf(q: Queryable, orgId: OrgId, source: SourceId): Promise<Set<string>> {
  const rows = await q.query<{ receiver: string }>(
    `select distinct g.envelope->>'receiver' as receiver from notification_groups as g
     where g.org_id = $1::integer and g.source_id = $2::text and g.envelope->>'receiver' is not null`,
    [orgId, source],
  );
  return new Set(rows.map((row) => row.receiver));
}
