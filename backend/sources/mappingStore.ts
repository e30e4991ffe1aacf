/** SQL of the mapping and of the values that it does not know. */
import { mapping, sourceSeverity, type Mapping, type OrgId, type SourceSeverity, type UnmappedKind } from '#contract';
import type { Queryable, Transaction } from '../platform/db/database.ts';
import { DEFAULT_MAPPING } from './defaultMapping.ts';

export interface StoredMapping {
  readonly document: Mapping;
  /** Zero while the shipped default stands. */
  readonly version: number;
  /** A file keeps it. */
  readonly provisioned: boolean;
}

type MappingRow = { document: unknown; version: number; provisioned: boolean };

/** The mapping of an organisation; the shipped default where nobody has edited it. */
export async function selectMapping(q: Queryable, orgId: OrgId): Promise<StoredMapping> {
  const [row] = await q.query<MappingRow>('select document, version, provisioned from mappings where org_id = $1::integer', [orgId]);
  return row === undefined
    ? { document: DEFAULT_MAPPING, version: 0, provisioned: false }
    : { document: mapping.parse(row.document), version: row.version, provisioned: row.provisioned };
}

/** Severities that sources of the organisation have of their own. */
export async function selectSourceSeverities(q: Queryable, orgId: OrgId): Promise<{ source: string; severity: SourceSeverity }[]> {
  const rows = await q.query<{ id: string; severity: unknown }>(
    `select s.id, s.rules->'severity' as severity from sources as s
     where s.org_id = $1::integer and s.rules->>'severity' is not null order by s.id`,
    [orgId],
  );
  return rows.map((row) => ({ source: row.id, severity: sourceSeverity.parse(row.severity) }));
}

/** Replaces the mapping if it still has `version`. Gives the new version, or null when it has moved on. */
export async function replaceMapping(
  tx: Transaction, orgId: OrgId, version: number, document: Mapping, provisioned: boolean,
): Promise<number | null> {
  const text = JSON.stringify(document);
  const rows =
    version === 0
      ? await tx.query<{ version: number }>(
          `insert into mappings (org_id, document, version, provisioned)
           values ($1::integer, $2::jsonb, 1, $3::boolean)
           on conflict do nothing
           returning version`,
          [orgId, text, provisioned],
        )
      : await tx.query<{ version: number }>(
          `update mappings set document = $2::jsonb, version = version + 1, provisioned = $4::boolean
            where org_id = $1::integer and version = $3::integer
            returning version`,
          [orgId, text, version, provisioned],
        );
  return rows[0]?.version ?? null;
}

/** Hands a mapping that a file kept to the page. Gives its version, or null when no file kept it. */
export async function releaseMapping(tx: Transaction, orgId: OrgId): Promise<number | null> {
  const [row] = await tx.query<{ version: number }>(
    'update mappings set provisioned = false where org_id = $1::integer and provisioned returning version',
    [orgId],
  );
  return row?.version ?? null;
}

export interface UnmappedCount {
  readonly orgId: OrgId;
  readonly kind: UnmappedKind;
  readonly value: string;
  readonly count: number;
  readonly at: Date;
}

/** Beyond so many of a kind, new values are not listed: nobody reads on, and a source must not fill the disk with them. */
export const MAX_UNMAPPED_VALUES = 1000;

/** Adds up values that had no mapping. Meant for many alerts at a time; equal values are added first. */
export async function countUnmapped(q: Queryable, batch: readonly UnmappedCount[]): Promise<void> {
  if (batch.length === 0) return;
  await q.query(
    `with listed as (select k.org_id, k.kind, count(*) as values from unmapped_values as k where k.org_id = any($1::integer[]) group by k.org_id, k.kind)
     insert into unmapped_values as u (org_id, kind, value, count, last_seen_at)
     select b.org_id, b.kind, b.value, sum(b.count), max(b.at)
       from unnest($1::integer[], $2::text[], $3::text[], $4::bigint[], $5::timestamptz[]) as b(org_id, kind, value, count, at)
       left join listed as l on l.org_id = b.org_id and l.kind = b.kind
      where exists (select 1 from unmapped_values k where k.org_id = b.org_id and k.kind = b.kind and k.value = b.value)
         or coalesce(l.values, 0) < $6::integer
      group by b.org_id, b.kind, b.value
      order by b.org_id, b.kind, b.value
     on conflict (org_id, kind, value) do update
        set count = u.count + excluded.count,
            last_seen_at = greatest(u.last_seen_at, excluded.last_seen_at)`,
    [
      batch.map((b) => b.orgId), batch.map((b) => b.kind), batch.map((b) => b.value),
      batch.map((b) => b.count), batch.map((b) => b.at), MAX_UNMAPPED_VALUES,
    ],
  );
}

type UnmappedRow = { kind: UnmappedKind; value: string; count: number; last_seen_at: Date };

/** Where a page of values goes on: after this one. */
export interface UnmappedCursor {
  readonly count: string;
  readonly kind: string;
  readonly value: string;
}

/** Values without a mapping, the most frequent first; one more than the limit, to tell whether there are more. */
export async function selectUnmapped(q: Queryable, orgId: OrgId, after: UnmappedCursor | null, limit: number): Promise<UnmappedRow[]> {
  return q.query<UnmappedRow>(
    `select kind, value, least(count, 2147483647)::integer as count, last_seen_at
       from unmapped_values
      where org_id = $1::integer
        and ($2::bigint is null or (-least(count, 2147483647), kind, value) > (-$2::bigint, $3::text, $4::text))
      order by least(unmapped_values.count, 2147483647) desc, kind, value limit $5::integer`,
    [orgId, after?.count ?? null, after?.kind ?? null, after?.value ?? null, limit + 1],
  );
}

/**
 * Clears what a new mapping may have settled: severities that it knows, and all rules without a service,
 * team and so on when it looks for that elsewhere. Whatever is still unknown comes back with its next alert.
 */
export async function clearMapped(tx: Transaction, orgId: OrgId, knownSeverities: readonly string[], changedFields: readonly UnmappedKind[]): Promise<void> {
  await tx.query(
    `delete from unmapped_values
      where org_id = $1::integer
        and ((kind = 'severity' and value = any($2::text[])) or kind = any($3::text[]))`,
    [orgId, knownSeverities, changedFields],
  );
}
