/** SQL of enrichment tables and extraction rules. */
import { EXTRACTION_SOURCES, labels, type EnrichmentTable, type ExtractionRule, type Labels, type OrgId } from '#contract';
import { z } from 'zod';
import type { Queryable, Transaction } from '../platform/db/database.ts';

interface TableRow {
  id: string;
  name: string;
  enabled: boolean;
  match_label: string;
  rows: unknown;
  updated_at: Date;
  version: number;
}

interface RuleRow {
  id: string;
  name: string;
  enabled: boolean;
  source: string;
  field: string;
  pattern: string;
  flagged_at: Date | null;
  flag_reason: string | null;
  version: number;
}

const storedRows = z.record(z.string(), labels);
const storedSource = z.enum(EXTRACTION_SOURCES);
const TABLE_COLUMNS = 't.id, t.name, t.enabled, t.match_label, t.rows, t.updated_at, t.version';
const RULE_COLUMNS = 'r.id, r.name, r.enabled, r.source, r.field, r.pattern, r.flagged_at, r.flag_reason, r.version';

function toTable(row: TableRow): EnrichmentTable {
  return { id: row.id, name: row.name, enabled: row.enabled, matchLabel: row.match_label, rows: storedRows.parse(row.rows), updatedAt: row.updated_at.toISOString(), version: row.version };
}

function toRule(row: RuleRow): ExtractionRule {
  return {
    id: row.id, name: row.name, enabled: row.enabled, from: storedSource.parse(row.source), field: row.field, pattern: row.pattern,
    flaggedAt: row.flagged_at?.toISOString() ?? null, flagReason: row.flag_reason, version: row.version,
  };
}

/** Which part of a list to read: after an id, and one more than the limit, to tell whether there are more. */
export interface Part {
  readonly after: string | null;
  readonly limit: number;
}

/** Tables, all or a part, in the order in which they are applied. */
export async function selectTables(q: Queryable, orgId: OrgId, part?: Part): Promise<EnrichmentTable[]> {
  const rows = await q.query<TableRow>(
    `select ${TABLE_COLUMNS} from enrichment_tables as t where t.org_id = $1::integer and ($2::text is null or t.id > $2::text) order by t.id limit $3::integer`,
    [orgId, part?.after ?? null, part === undefined ? null : part.limit + 1],
  );
  return rows.map(toTable);
}

/** One table, locked until the transaction ends. */
export async function lockTable(tx: Transaction, orgId: OrgId, id: string): Promise<EnrichmentTable | null> {
  const [row] = await tx.query<TableRow>(`select ${TABLE_COLUMNS} from enrichment_tables as t where t.org_id = $1::integer and t.id = $2::text for update`, [orgId, id]);
  return row === undefined ? null : toTable(row);
}

export interface TableWrite {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly matchLabel: string;
  readonly rows: Readonly<Record<string, Labels>>;
}

/** Adds a table. False when there is one of that id. */
export async function insertTable(tx: Transaction, orgId: OrgId, table: TableWrite, at: Date): Promise<boolean> {
  const rows = await tx.query<{ id: string }>(
    `insert into enrichment_tables (org_id, id, name, enabled, match_label, rows, updated_at)
     values ($1::integer, $2::text, $3::text, $4::boolean, $5::text, $6::jsonb, $7::timestamptz) on conflict do nothing returning id`,
    [orgId, table.id, table.name, table.enabled, table.matchLabel, JSON.stringify(table.rows), at],
  );
  return rows.length === 1;
}

/** Replaces a table; its version grows. */
export async function updateTable(tx: Transaction, orgId: OrgId, table: TableWrite, at: Date): Promise<void> {
  await tx.query(
    `update enrichment_tables set name = $3::text, enabled = $4::boolean, match_label = $5::text, rows = $6::jsonb, updated_at = $7::timestamptz, version = version + 1
      where org_id = $1::integer and id = $2::text`,
    [orgId, table.id, table.name, table.enabled, table.matchLabel, JSON.stringify(table.rows), at],
  );
}

/** Removes a table. False when there is none. */
export async function deleteTable(tx: Transaction, orgId: OrgId, id: string): Promise<void> {
  await tx.query('delete from enrichment_tables where org_id = $1::integer and id = $2::text', [orgId, id]);
}

/** Rules, all or a part, in the order in which they are applied. */
export async function selectRules(q: Queryable, orgId: OrgId, part?: Part): Promise<ExtractionRule[]> {
  const rows = await q.query<RuleRow>(
    `select ${RULE_COLUMNS} from extraction_rules as r where r.org_id = $1::integer and ($2::text is null or r.id > $2::text) order by r.id limit $3::integer`,
    [orgId, part?.after ?? null, part === undefined ? null : part.limit + 1],
  );
  return rows.map(toRule);
}

/** One rule, locked until the transaction ends. */
export async function lockRule(tx: Transaction, orgId: OrgId, id: string): Promise<ExtractionRule | null> {
  const [row] = await tx.query<RuleRow>(`select ${RULE_COLUMNS} from extraction_rules as r where r.org_id = $1::integer and r.id = $2::text for update`, [orgId, id]);
  return row === undefined ? null : toRule(row);
}

export type RuleWrite = Pick<ExtractionRule, 'id' | 'name' | 'enabled' | 'from' | 'field' | 'pattern'>;

/** Adds a rule. False when there is one of that id. */
export async function insertRule(tx: Transaction, orgId: OrgId, rule: RuleWrite): Promise<boolean> {
  const rows = await tx.query<{ id: string }>(
    `insert into extraction_rules (org_id, id, name, enabled, source, field, pattern)
     values ($1::integer, $2::text, $3::text, $4::boolean, $5::text, $6::text, $7::text) on conflict do nothing returning id`,
    [orgId, rule.id, rule.name, rule.enabled, rule.from, rule.field, rule.pattern],
  );
  return rows.length === 1;
}

/** Replaces a rule and takes its flag off; its version grows. */
export async function updateRule(tx: Transaction, orgId: OrgId, rule: RuleWrite): Promise<void> {
  await tx.query(
    `update extraction_rules set name = $3::text, enabled = $4::boolean, source = $5::text, field = $6::text, pattern = $7::text,
            flagged_at = null, flag_reason = null, version = version + 1
      where org_id = $1::integer and id = $2::text`,
    [orgId, rule.id, rule.name, rule.enabled, rule.from, rule.field, rule.pattern],
  );
}

/** Flags a rule that took too long. False when it is flagged already, was edited or is gone. */
export async function flagRule(tx: Transaction, orgId: OrgId, id: string, version: number, at: Date, reason: string): Promise<boolean> {
  const rows = await tx.query<{ id: string }>(
    `update extraction_rules set flagged_at = $4::timestamptz, flag_reason = $5::text, version = version + 1
      where org_id = $1::integer and id = $2::text and version = $3::integer and flagged_at is null returning id`,
    [orgId, id, version, at, reason],
  );
  return rows.length === 1;
}

/** Removes a rule. False when there is none. */
export async function deleteRule(tx: Transaction, orgId: OrgId, id: string): Promise<void> {
  await tx.query('delete from extraction_rules where org_id = $1::integer and id = $2::text', [orgId, id]);
}
