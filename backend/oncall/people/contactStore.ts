/** SQL of contact points and rules. */
import { contactPointId, contactRules, quietHours, userKey, type ContactPointId, type ContactRules, type OrgId, type QuietHours, type UserKey, type UserRef } from '#contract';
import type { Queryable, Transaction } from '../../platform/db/database.ts';
import { NO_RULES } from './plan.ts';

export interface StoredPoint {
  readonly id: ContactPointId;
  readonly channel: string;
  readonly address: string;
  readonly consentAt: Date;
  readonly verifiedAt: Date | null;
  readonly codeMac: string | null;
  readonly codeSentAt: Date | null;
  readonly codeTries: number;
}

interface PointRow {
  id: string;
  user_key: string;
  channel: string;
  address: string;
  consent_at: Date;
  verified_at: Date | null;
  code_mac: string | null;
  code_sent_at: Date | null;
  code_tries: number;
}

const COLUMNS = 'p.id::text, p.user_key, p.channel, p.address, p.consent_at, p.verified_at, p.code_mac, p.code_sent_at, p.code_tries';

function toPoint(row: PointRow): StoredPoint {
  return {
    id: contactPointId.parse(row.id), channel: row.channel, address: row.address, consentAt: row.consent_at, verifiedAt: row.verified_at,
    codeMac: row.code_mac, codeSentAt: row.code_sent_at, codeTries: row.code_tries,
  };
}

/** Contact points of people, the oldest first. */
export async function selectPoints(q: Queryable, orgId: OrgId, users: readonly UserKey[]): Promise<Map<UserKey, StoredPoint[]>> {
  const rows = await q.query<PointRow>(`select ${COLUMNS} from contact_points as p where p.org_id = $1::integer and p.user_key = any($2::text[]) order by p.id`, [orgId, users]);
  const found = new Map<UserKey, StoredPoint[]>();
  for (const row of rows) {
    const key = userKey.parse(row.user_key);
    found.set(key, [...(found.get(key) ?? []), toPoint(row)]);
  }
  return found;
}

/** One of a person's own points, held until the transaction ends. */
export async function lockPoint(tx: Transaction, orgId: OrgId, user: UserKey, id: ContactPointId): Promise<StoredPoint | null> {
  const [row] = await tx.query<PointRow>(`select ${COLUMNS} from contact_points as p where p.org_id = $1::integer and p.user_key = $2::text and p.id = $3::bigint for update`, [orgId, user, id]);
  return row === undefined ? null : toPoint(row);
}

/** Inserts a point; null when the person has that address already. */
export async function insertPoint(tx: Transaction, orgId: OrgId, user: UserKey, channel: string, address: string, at: Date): Promise<ContactPointId | null> {
  const [row] = await tx.query<{ id: string }>(
    `insert into contact_points (org_id, user_key, channel, address, consent_at) values ($1::integer, $2::text, $3::text, $4::text, $5::timestamptz)
     on conflict do nothing returning id::text`, [orgId, user, channel, address, at],
  );
  return row === undefined ? null : contactPointId.parse(row.id);
}

/** Notes the code that was sent, or with null that it is used up. */
export async function writeCode(tx: Transaction, orgId: OrgId, id: ContactPointId, code: { readonly mac: string; readonly at: Date } | null): Promise<void> {
  await tx.query(
    'update contact_points as p set code_mac = $3::text, code_sent_at = coalesce($4::timestamptz, p.code_sent_at), code_tries = 0 where p.org_id = $1::integer and p.id = $2::bigint',
    [orgId, id, code?.mac ?? null, code?.at ?? null],
  );
}

/** Counts a wrong code. Committed on its own, so that a refusal does not take it back. */
export async function countTry(q: Queryable, orgId: OrgId, id: ContactPointId): Promise<void> {
  await q.query('update contact_points as p set code_tries = p.code_tries + 1 where p.org_id = $1::integer and p.id = $2::bigint', [orgId, id]);
}

/** Notes that an address is proven. */
export async function markVerified(tx: Transaction, orgId: OrgId, id: ContactPointId, at: Date): Promise<void> {
  await tx.query('update contact_points as p set verified_at = $3::timestamptz, code_mac = null where p.org_id = $1::integer and p.id = $2::bigint', [orgId, id, at]);
}

/** Removes a point. */
export async function deletePoint(tx: Transaction, orgId: OrgId, id: ContactPointId): Promise<void> {
  await tx.query('delete from contact_points as p where p.org_id = $1::integer and p.id = $2::bigint', [orgId, id]);
}

export interface StoredSettings {
  readonly rules: ContactRules;
  readonly quietHours: readonly QuietHours[];
  readonly zone: string;
  /** 0: nothing was ever set. */
  readonly version: number;
}

export const UNSET: StoredSettings = { rules: NO_RULES, quietHours: [], zone: 'UTC', version: 0 };

interface SettingsRow {
  user_key: string;
  rules: unknown;
  quiet_hours: unknown;
  zone: string;
  version: number;
}

/** What people have set; who has set nothing is left out. */
export async function selectSettings(q: Queryable, orgId: OrgId, users: readonly UserKey[]): Promise<Map<UserKey, StoredSettings>> {
  const rows = await q.query<SettingsRow>(
    'select s.user_key, s.rules, s.quiet_hours, s.zone, s.version from contact_settings as s where s.org_id = $1::integer and s.user_key = any($2::text[])', [orgId, users],
  );
  return new Map(rows.map((row) => [userKey.parse(row.user_key), {
    rules: contactRules.parse(row.rules), quietHours: quietHours.array().parse(row.quiet_hours), zone: row.zone, version: row.version,
  }]));
}

/** Replaces what a person has set, if it still has the version. False when it has moved on. */
export async function replaceSettings(tx: Transaction, orgId: OrgId, user: UserKey, version: number, settings: Omit<StoredSettings, 'version'>): Promise<boolean> {
  const values = [orgId, user, JSON.stringify(settings.rules), JSON.stringify(settings.quietHours), settings.zone];
  const rows = version === 0
    ? await tx.query(
      `insert into contact_settings (org_id, user_key, rules, quiet_hours, zone) values ($1::integer, $2::text, $3::jsonb, $4::jsonb, $5::text)
       on conflict do nothing returning 1`, values,
    )
    : await tx.query(
      `update contact_settings as s set rules = $3::jsonb, quiet_hours = $4::jsonb, zone = $5::text, version = s.version + 1
       where s.org_id = $1::integer and s.user_key = $2::text and s.version = $6::integer returning 1`, [...values, version],
    );
  return rows.length === 1;
}

export interface KnownPerson extends UserRef {
  /** As Grafana told it; may be empty. */
  readonly email: string;
}

/** People of the organisation, by key; unknown keys are left out. */
export async function selectPeople(q: Queryable, orgId: OrgId, users: readonly UserKey[]): Promise<Map<UserKey, KnownPerson>> {
  const rows = await q.query<{ user_key: string; login: string; name: string; email: string }>(
    'select u.user_key, u.login, u.name, u.email from users as u where u.org_id = $1::integer and u.user_key = any($2::text[])', [orgId, users],
  );
  return new Map(rows.map((row) => {
    const key = userKey.parse(row.user_key);
    return [key, { key, login: row.login, name: row.name, email: row.email }];
  }));
}
