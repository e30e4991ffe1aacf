/** SQL of the secrets of runbooks. */
import { fieldName, orgId as toOrgId, runbookId, runbookSecret, type OrgId, type RunbookSecret } from '#contract';
import type { Queryable, Transaction } from '../../../platform/db/database.ts';
import type { SealedColumn } from '../../../platform/secrets/rotate.ts';

export interface SecretRow {
  readonly name: string;
  readonly value_sealed: string;
  readonly description: string;
  readonly runbooks: string[];
  readonly role: string;
  readonly updated_at: Date;
  readonly updated_by: string;
  readonly version: number;
}

const COLUMNS = 's.name, s.value_sealed, s.description, s.runbooks, s.role, s.updated_at, s.updated_by, s.version';

/** Binds a sealed value to its place: copied to another row it does not open. */
export function secretPurpose(orgId: OrgId, name: string): string {
  return `runbook-secret:${orgId}:${name}`;
}

/** A secret as it is shown: all but its value. */
export function toSecret(row: SecretRow): RunbookSecret {
  return {
    name: row.name, description: row.description, runbooks: row.runbooks.map((id) => runbookId.parse(id)), role: runbookSecret.shape.role.parse(row.role),
    updatedAt: row.updated_at.toISOString(), updatedBy: row.updated_by, version: row.version,
  };
}

/** One more than `limit` secrets after a name, by name. */
export function listSecrets(q: Queryable, orgId: OrgId, after: string | null, limit: number): Promise<SecretRow[]> {
  return q.query<SecretRow>(
    `select ${COLUMNS} from runbook_secrets as s where s.org_id = $1::integer and ($2::text is null or s.name collate "C" > $2::text) order by s.name collate "C" limit $3::integer`,
    [orgId, after, limit + 1],
  );
}

/** The secrets of these names that are there. */
export function findSecrets(q: Queryable, orgId: OrgId, names: readonly string[]): Promise<SecretRow[]> {
  return q.query<SecretRow>(`select ${COLUMNS} from runbook_secrets as s where s.org_id = $1::integer and s.name = any($2::text[])`, [orgId, [...names]]);
}

/** The names of all, sorted. */
export async function listSecretNames(q: Queryable, orgId: OrgId): Promise<string[]> {
  const rows = await q.query<{ name: string }>('select s.name from runbook_secrets as s where s.org_id = $1::integer order by s.name collate "C"', [orgId]);
  return rows.map((row) => row.name);
}

/** One secret, locked until the transaction ends. */
export async function lockSecret(tx: Transaction, orgId: OrgId, name: string): Promise<SecretRow | undefined> {
  const rows = await tx.query<SecretRow>(`select ${COLUMNS} from runbook_secrets as s where s.org_id = $1::integer and s.name = $2::text for update of s`, [orgId, name]);
  return rows[0];
}

export type SecretValues = Pick<SecretRow, 'name' | 'value_sealed' | 'description' | 'runbooks' | 'role' | 'updated_at' | 'updated_by'>;

/** Adds a secret. Undefined: somebody added one of that name at this moment. */
export async function insertSecret(tx: Transaction, orgId: OrgId, secret: SecretValues): Promise<SecretRow | undefined> {
  const rows = await tx.query<SecretRow>(
    `insert into runbook_secrets as s (org_id, name, value_sealed, description, runbooks, role, updated_at, updated_by)
     values ($1::integer, $2::text, $3::text, $4::text, $5::text[], $6::text, $7::timestamptz, $8::text) on conflict do nothing returning ${COLUMNS}`,
    [orgId, secret.name, secret.value_sealed, secret.description, secret.runbooks, secret.role, secret.updated_at, secret.updated_by],
  );
  return rows[0];
}

/** Replaces a secret that is locked. */
export async function updateSecret(tx: Transaction, orgId: OrgId, secret: SecretValues): Promise<SecretRow | undefined> {
  const rows = await tx.query<SecretRow>(
    `update runbook_secrets as s set value_sealed = $3::text, description = $4::text, runbooks = $5::text[], role = $6::text, updated_at = $7::timestamptz, updated_by = $8::text,
       version = s.version + 1
     where s.org_id = $1::integer and s.name = $2::text returning ${COLUMNS}`,
    [orgId, secret.name, secret.value_sealed, secret.description, secret.runbooks, secret.role, secret.updated_at, secret.updated_by],
  );
  return rows[0];
}

/** Removes a secret. */
export async function deleteSecret(tx: Transaction, orgId: OrgId, name: string): Promise<void> {
  await tx.query('delete from runbook_secrets as s where s.org_id = $1::integer and s.name = $2::text', [orgId, name]);
}

/** The sealed values, for the rotation of keys. */
export const RUNBOOK_SEALED_COLUMNS: readonly SealedColumn[] = [
  {
    name: 'runbook_secrets.value_sealed',
    async list(q) {
      const rows = await q.query<{ org_id: number; name: string; sealed: string }>('select s.org_id, s.name, s.value_sealed as sealed from runbook_secrets as s order by s.org_id, s.name');
      return rows.map((row) => ({
        envelope: row.sealed,
        purpose: secretPurpose(toOrgId.parse(row.org_id), fieldName.parse(row.name)),
        async replace(connection, sealed) {
          const written = await connection.query(
            'update runbook_secrets as s set value_sealed = $4::text where s.org_id = $1::integer and s.name = $2::text and s.value_sealed = $3::text returning 1',
            [row.org_id, row.name, row.sealed, sealed],
          );
          return written.length === 1;
        },
      }));
    },
  },
];
