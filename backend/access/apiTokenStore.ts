/** SQL of API tokens. */
import { orgId, role, userKey, type ApiToken, type OrgId, type Role, type UserKey } from '#contract';
import type { Queryable, Transaction } from '../platform/db/database.ts';

/** A token as authentication sees it. */
export interface StoredApiToken {
  readonly id: string;
  readonly orgId: OrgId;
  readonly name: string;
  readonly role: Role;
  readonly seesPrivate: boolean;
  readonly expiresAt: Date;
  readonly lastUsedAt: Date | null;
  readonly revoked: boolean;
  readonly createdBy: UserKey;
}

type LookupRow = {
  id: string;
  org_id: number;
  name: string;
  role: string;
  sees_private: boolean;
  expires_at: Date;
  last_used_at: Date | null;
  revoked: boolean;
  created_by: string;
};

/** Finds a token by its hash (hex), also a revoked or expired one. */
export async function findApiToken(q: Queryable, tokenHash: string): Promise<StoredApiToken | null> {
  const [row] = await q.prepared<LookupRow>(
    'access_find_api_token',
    `select id, org_id, name, role, sees_private, expires_at, last_used_at, revoked_at is not null as revoked, created_by
       from api_tokens
      where token_hash = decode($1::text, 'hex')`,
    [tokenHash],
  );
  if (row === undefined) return null;
  return {
    id: row.id,
    orgId: orgId.parse(row.org_id),
    name: row.name,
    role: role.parse(row.role),
    seesPrivate: row.sees_private,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    revoked: row.revoked,
    createdBy: userKey.parse(row.created_by),
  };
}

/** Notes that a token was used. */
export async function touchApiToken(q: Queryable, id: string, at: Date): Promise<void> {
  await q.query(
    'update api_tokens set last_used_at = greatest(last_used_at, $2::timestamptz) where id = $1::text',
    [id, at],
  );
}

export interface NewApiToken {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly seesPrivate: boolean;
  /** Lower-case hex. */
  readonly tokenHash: string;
  readonly hint: string;
  readonly createdBy: UserKey;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** Adds a token. */
export async function insertApiToken(tx: Transaction, organisation: OrgId, token: NewApiToken): Promise<void> {
  await tx.query(
    `insert into api_tokens (id, org_id, name, role, sees_private, token_hash, hint, created_by, created_at, expires_at)
     values ($1::text, $2::integer, $3::text, $4::text, $10::boolean, decode($5::text, 'hex'), $6::text, $7::text, $8::timestamptz, $9::timestamptz)`,
    [
      token.id, organisation, token.name, token.role, token.tokenHash,
      token.hint, token.createdBy, token.createdAt, token.expiresAt, token.seesPrivate,
    ],
  );
}

/** Revokes a token. Gives its name, or null when there is no live one of this id. */
export async function revokeApiToken(tx: Transaction, organisation: OrgId, id: string, at: Date): Promise<string | null> {
  const [row] = await tx.query<{ name: string }>(
    `update api_tokens set revoked_at = $3::timestamptz
      where org_id = $1::integer and id = $2::text and revoked_at is null
      returning name`,
    [organisation, id, at],
  );
  return row?.name ?? null;
}

type ApiTokenRow = {
  id: string;
  name: string;
  role: string;
  sees_private: boolean;
  hint: string;
  created_at: Date;
  expires_at: Date;
  last_used_at: Date | null;
  created_by: string;
};

/** Where a page of tokens goes on: after this one. */
export interface ApiTokenCursor {
  readonly createdAt: string;
  readonly id: string;
}

/** Tokens that were not revoked, newest first, one more than the limit. Expired ones are among them, so that one sees why a script fails. */
export async function selectApiTokens(q: Queryable, organisation: OrgId, after: ApiTokenCursor | null, limit: number): Promise<ApiToken[]> {
  const rows = await q.query<ApiTokenRow>(
    `select id, name, role, sees_private, hint, created_at, expires_at, last_used_at, created_by
       from api_tokens
      where org_id = $1::integer and revoked_at is null
        and ($2::timestamptz is null or created_at < $2::timestamptz or (created_at = $2::timestamptz and id > $3::text))
      order by created_at desc, id limit $4::integer`,
    [organisation, after?.createdAt ?? null, after?.id ?? null, limit + 1],
  );
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    role: role.parse(row.role),
    seesPrivate: row.sees_private,
    hint: row.hint,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    createdBy: userKey.parse(row.created_by),
  }));
}
