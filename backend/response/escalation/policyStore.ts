/** SQL of escalation policies. */
import { policyId, putPolicyBody, type EscalationPolicy, type OrgId, type PolicyBody, type PolicyId } from '#contract';
import type { Queryable, Transaction } from '../../platform/db/database.ts';

export interface StoredPolicy {
  readonly id: PolicyId;
  readonly body: PolicyBody;
  readonly provisioned: boolean;
  readonly updatedAt: Date;
  readonly updatedBy: string;
  readonly version: number;
}

interface Row {
  id: string;
  body: unknown;
  provisioned: boolean;
  updated_at: Date;
  updated_by: string;
  version: number;
}

const COLUMNS = 'p.id, p.body, p.provisioned, p.updated_at, p.updated_by, p.version';

function toPolicy(row: Row): StoredPolicy {
  return { id: policyId.parse(row.id), body: putPolicyBody.parse(row.body), provisioned: row.provisioned, updatedAt: row.updated_at, updatedBy: row.updated_by, version: row.version };
}

/** A policy as the API shows it. */
export function showPolicy({ id, body, provisioned, updatedAt, updatedBy, version }: StoredPolicy): EscalationPolicy {
  return { id, ...body, provisioned, updatedAt: updatedAt.toISOString(), updatedBy, version };
}

/** Policies by id, one more than the limit. */
export async function selectPolicies(q: Queryable, orgId: OrgId, after: string | null, limit: number): Promise<StoredPolicy[]> {
  const rows = await q.query<Row>(`select ${COLUMNS} from escalation_policies as p where p.org_id = $1::integer and ($2::text is null or p.id > $2::text) order by p.id limit $3::integer`, [orgId, after, limit + 1]);
  return rows.map(toPolicy);
}

/** Policies that start by themselves, by id. */
export async function selectStarting(q: Queryable, orgId: OrgId): Promise<StoredPolicy[]> {
  const rows = await q.query<Row>(`select ${COLUMNS} from escalation_policies as p where p.org_id = $1::integer and jsonb_typeof(p.body->'starts') = 'object' order by p.id`, [orgId]);
  return rows.map(toPolicy);
}

/** One policy, or null; held until the transaction ends when asked for. */
export async function findPolicy(q: Queryable, orgId: OrgId, id: PolicyId, hold = false): Promise<StoredPolicy | null> {
  const [row] = await q.query<Row>(`select ${COLUMNS} from escalation_policies as p where p.org_id = $1::integer and p.id = $2::text ${hold ? 'for update' : ''}`, [orgId, id]);
  return row === undefined ? null : toPolicy(row);
}

/** Versions of some policies; those that are gone are left out. */
export async function selectVersions(q: Queryable, orgId: OrgId, ids: readonly string[]): Promise<Map<string, number>> {
  const rows = await q.query<{ id: string; version: number }>('select p.id, p.version from escalation_policies as p where p.org_id = $1::integer and p.id = any($2::text[])', [orgId, ids]);
  return new Map(rows.map((row) => [row.id, row.version]));
}

/** Inserts a policy. False: there is one of that id. */
export async function insertPolicy(tx: Transaction, orgId: OrgId, id: PolicyId, body: PolicyBody, by: string, at: Date, provisioned: boolean): Promise<boolean> {
  const rows = await tx.query(
    `insert into escalation_policies (org_id, id, body, provisioned, updated_at, updated_by) values ($1::integer, $2::text, $3::jsonb, $4::boolean, $5::timestamptz, $6::text)
     on conflict do nothing returning 1`, [orgId, id, JSON.stringify(body), provisioned, at, by],
  );
  return rows.length === 1;
}

/** Writes a policy that is held. */
export async function updatePolicy(tx: Transaction, orgId: OrgId, id: PolicyId, body: PolicyBody, by: string, at: Date, provisioned: boolean): Promise<void> {
  await tx.query(
    `update escalation_policies as p set body = $3::jsonb, provisioned = $4::boolean, updated_at = $5::timestamptz, updated_by = $6::text, version = p.version + 1
     where p.org_id = $1::integer and p.id = $2::text`, [orgId, id, JSON.stringify(body), provisioned, at, by],
  );
}

/** Deletes a policy that is held. */
export async function deletePolicy(tx: Transaction, orgId: OrgId, id: PolicyId): Promise<void> {
  await tx.query('delete from escalation_policies as p where p.org_id = $1::integer and p.id = $2::text', [orgId, id]);
}
