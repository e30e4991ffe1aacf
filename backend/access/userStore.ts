/** SQL of the people seen in an organisation. */
import { role, userKey, type KnownUser, type OrgId, type Role, type UserKey, type UserRef } from '#contract';
import type { Queryable, Transaction } from '../platform/db/database.ts';

/** What Grafana said of a person this time. */
export interface UserSnapshot {
  readonly key: UserKey;
  readonly login: string;
  readonly name: string;
  readonly email: string;
  readonly derivedRole: Role;
}

export interface StoredUser extends UserSnapshot {
  readonly roleOverride: Role | null;
  readonly lastSeenAt: Date;
  readonly version: number;
}

type UserRow = {
  user_key: string;
  login: string;
  name: string;
  email: string;
  derived_role: string;
  role_override: string | null;
  last_seen_at: Date;
  version: number;
};

function toUser(row: UserRow): StoredUser {
  return {
    key: userKey.parse(row.user_key),
    login: row.login,
    name: row.name,
    email: row.email,
    derivedRole: role.parse(row.derived_role),
    roleOverride: role.nullable().parse(row.role_override),
    lastSeenAt: row.last_seen_at,
    version: row.version,
  };
}

const COLUMNS = 'user_key, login, name, email, derived_role, role_override, last_seen_at, version';

/** One person, or null when never seen. */
export async function findUser(q: Queryable, orgId: OrgId, key: UserKey): Promise<StoredUser | null> {
  const [row] = await q.prepared<UserRow>(
    'access_find_user',
    `select ${COLUMNS} from users where org_id = $1::integer and user_key = $2::text`,
    [orgId, key],
  );
  return row === undefined ? null : toUser(row);
}

/** Keeps what Grafana said of a person, and gives the row with the override that it has. */
export async function upsertUser(q: Queryable, orgId: OrgId, seen: UserSnapshot, at: Date): Promise<StoredUser> {
  const [row] = await q.query<UserRow>(
    `insert into users as u (org_id, user_key, login, name, email, derived_role, first_seen_at, last_seen_at)
     values ($1::integer, $2::text, $3::text, $4::text, $5::text, $6::text, $7::timestamptz, $7::timestamptz)
     on conflict (org_id, user_key) do update
        set login = excluded.login,
            name = excluded.name,
            email = excluded.email,
            derived_role = excluded.derived_role,
            last_seen_at = greatest(u.last_seen_at, excluded.last_seen_at)
     returning ${COLUMNS}`,
    [orgId, seen.key, seen.login, seen.name, seen.email, seen.derivedRole, at],
  );
  if (row === undefined) throw new Error('an upsert gave no row');
  return toUser(row);
}

/** One person, held until the end of the transaction; null when never seen. */
export async function lockUser(tx: Transaction, orgId: OrgId, key: UserKey): Promise<StoredUser | null> {
  const [row] = await tx.query<UserRow>(
    `select ${COLUMNS} from users where org_id = $1::integer and user_key = $2::text for update`,
    [orgId, key],
  );
  return row === undefined ? null : toUser(row);
}

/** Sets or clears the override of a person that is held. Gives them as they are then. */
export async function replaceRoleOverride(tx: Transaction, orgId: OrgId, key: UserKey, override: Role | null): Promise<StoredUser> {
  const [row] = await tx.query<UserRow>(
    `update users set role_override = $3::text, version = version + 1
      where org_id = $1::integer and user_key = $2::text
      returning ${COLUMNS}`,
    [orgId, key, override],
  );
  if (row === undefined) throw new Error('an update of somebody held found no row');
  return toUser(row);
}

/** A person as the API shows them. */
export function toKnownUser(user: StoredUser): KnownUser {
  return {
    key: user.key,
    login: user.login,
    name: user.name,
    email: user.email,
    role: user.roleOverride ?? user.derivedRole,
    derivedRole: user.derivedRole,
    lastSeenAt: user.lastSeenAt.toISOString(),
    version: user.version,
  };
}

/** Where a page of people goes on: after this one. */
export interface UserCursor {
  readonly sortName: string;
  readonly key: string;
}

/** People seen in an organisation, by name; one more than the limit, to tell whether there are more. */
export async function selectUsers(q: Queryable, orgId: OrgId, after: UserCursor | null, limit: number): Promise<{ sortName: string; user: KnownUser }[]> {
  const rows = await q.query<UserRow & { sort_name: string }>(
    `select ${COLUMNS}, lower(name) as sort_name from users
      where org_id = $1::integer and ($2::text is null or (lower(name), user_key) > ($2::text, $3::text))
      order by lower(name), user_key limit $4::integer`,
    [orgId, after?.sortName ?? null, after?.key ?? null, limit + 1],
  );
  return rows.map((row) => ({ sortName: row.sort_name, user: toKnownUser(toUser(row)) }));
}

/** Those whose login, address or name, in small letters, is among the given ones; at most 1,000. */
export async function findUsersCalled(q: Queryable, orgId: OrgId, names: readonly string[]): Promise<KnownUser[]> {
  const rows = await q.query<UserRow>(
    `select ${COLUMNS} from users where org_id = $1::integer and (lower(login) = any($2::text[]) or lower(email) = any($2::text[]) or lower(name) = any($2::text[]))
     order by user_key limit 1000`,
    [orgId, names],
  );
  return rows.map((row) => toKnownUser(toUser(row)));
}

/** How people of an organisation are called, by key. Unknown keys are left out. */
export async function findUsers(q: Queryable, orgId: OrgId, keys: readonly UserKey[]): Promise<Map<UserKey, UserRef>> {
  const rows = await q.query<UserRow>(
    `select ${COLUMNS} from users where org_id = $1::integer and user_key = any($2::text[])`,
    [orgId, keys],
  );
  return new Map(rows.map((row) => {
    const { key, login, name } = toUser(row);
    return [key, { key, login, name }];
  }));
}

/** People with this address or login, seen since then; two at most. An empty one fits nobody. */
export async function findUsersBy(q: Queryable, orgId: OrgId, by: { readonly email: string } | { readonly login: string }, seenSince: Date): Promise<StoredUser[]> {
  const column = 'email' in by ? 'email' : 'login';
  const value = 'email' in by ? by.email : by.login;
  const rows = await q.query<UserRow>(
    `select ${COLUMNS} from users where org_id = $1::integer and lower(${column}) = lower($2::text) and $2::text <> '' and last_seen_at >= $3::timestamptz order by user_key limit 2`,
    [orgId, value, seenSince],
  );
  return rows.map(toUser);
}

/** Addresses of people, by key; those without one are left out. */
export async function findEmails(q: Queryable, orgId: OrgId, keys: readonly UserKey[]): Promise<string[]> {
  const rows = await q.query<{ email: string }>("select email from users where org_id = $1::integer and user_key = any($2::text[]) and email <> '' order by user_key", [orgId, keys]);
  return rows.map(({ email }) => email);
}
