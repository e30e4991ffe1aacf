/** SQL of noise rules. */
import { actor, noiseRuleBody, type Actor, type NoiseRuleBody, type OrgId } from '#contract';
import type { Queryable, Transaction } from '../platform/db/database.ts';

export interface StoredRule {
  readonly id: string;
  readonly body: NoiseRuleBody;
  readonly version: number;
  readonly updatedAt: Date;
  readonly updatedBy: Actor;
  readonly provisionedAs: string | null;
}

interface RuleRow {
  id: string;
  document: unknown;
  version: number;
  updated_at: Date;
  updated_by: unknown;
  provisioned_as: string | null;
}

const COLUMNS = 'r.id, r.document, r.version, r.updated_at, r.updated_by, r.provisioned_as';

function toRule(row: RuleRow): StoredRule {
  return {
    id: row.id, body: noiseRuleBody.parse(row.document), version: row.version, updatedAt: row.updated_at, updatedBy: actor.parse(row.updated_by),
    provisionedAs: row.provisioned_as,
  };
}

/** All rules of an organisation, in the order in which they are asked. */
export async function selectRules(q: Queryable, orgId: OrgId): Promise<StoredRule[]> {
  const rows = await q.query<RuleRow>(`select ${COLUMNS} from noise_rules as r where r.org_id = $1::integer order by r.created_at, r.id`, [orgId]);
  return rows.map(toRule);
}

/** One rule, held until the end of the transaction; null when there is none. */
export async function lockRule(tx: Transaction, orgId: OrgId, id: string): Promise<StoredRule | null> {
  const [row] = await tx.query<RuleRow>(`select ${COLUMNS} from noise_rules as r where r.org_id = $1::integer and r.id = $2::text for update`, [orgId, id]);
  return row === undefined ? null : toRule(row);
}

/** Adds a rule. */
export async function insertRule(tx: Transaction, orgId: OrgId, id: string, body: NoiseRuleBody, by: Actor, at: Date, provisionedAs: string | null): Promise<void> {
  await tx.query(
    `insert into noise_rules (org_id, id, kind, document, created_at, updated_at, updated_by, provisioned_as)
     values ($1::integer, $2::text, $3::text, $4::jsonb, $5::timestamptz, $5::timestamptz, $6::jsonb, $7::text)`,
    [orgId, id, body.kind, JSON.stringify(body), at, JSON.stringify(by), provisionedAs],
  );
}

/** Replaces a rule that the transaction holds. A warning about the rule as it was is forgotten. */
export async function updateRule(tx: Transaction, orgId: OrgId, id: string, body: NoiseRuleBody, by: Actor, at: Date): Promise<void> {
  await tx.query(
    `update noise_rules set kind = $3::text, document = $4::jsonb, version = version + 1, updated_at = $5::timestamptz, updated_by = $6::jsonb, warned_at = null
     where org_id = $1::integer and id = $2::text`,
    [orgId, id, body.kind, JSON.stringify(body), at, JSON.stringify(by)],
  );
}

/** Removes a rule. */
export async function deleteRule(tx: Transaction, orgId: OrgId, id: string): Promise<void> {
  await tx.query('delete from noise_rules where org_id = $1::integer and id = $2::text', [orgId, id]);
}
