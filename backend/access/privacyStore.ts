/** SQL of private incidents and their members. */
import { actor as actorSchema, userKey, type Actor, type OrgId, type UserKey } from '#contract';
import type { Queryable, Transaction } from '../platform/db/database.ts';
import type { PrivateIncidents } from './visibility.ts';

/** Who sees a private incident, and who made it so. */
export interface Privacy {
  readonly members: readonly UserKey[];
  readonly since: Date;
  readonly by: Actor;
  readonly reason: string;
}

interface PrivacyRow {
  incident_number: number;
  members: string[];
  made_at: Date;
  made_by: unknown;
  reason: string;
}

function toPrivacy(row: PrivacyRow): Privacy {
  return { members: row.members.map((key) => userKey.parse(key)), since: row.made_at, by: actorSchema.parse(row.made_by), reason: row.reason };
}

const COLUMNS = 'p.incident_number, p.members, p.made_at, p.made_by, p.reason';

/** Who sees an incident; null: everybody. */
export async function findPrivacy(q: Queryable, orgId: OrgId, number: number): Promise<Privacy | null> {
  const [row] = await q.query<PrivacyRow>(
    `select ${COLUMNS} from private_incidents as p where p.org_id = $1::integer and p.incident_number = $2::integer`, [orgId, number],
  );
  return row === undefined ? null : toPrivacy(row);
}

/** Those of the incidents that are private. Ask after reading what names them, and what became private meanwhile is hidden too. */
export async function findPrivate(q: Queryable, orgId: OrgId, numbers: readonly number[]): Promise<PrivateIncidents> {
  if (numbers.length === 0) return new Map();
  const rows = await q.prepared<{ incident_number: number; members: string[] }>(
    'find-private-incidents',
    'select p.incident_number, p.members from private_incidents as p where p.org_id = $1::integer and p.incident_number = any($2::integer[])',
    [orgId, numbers],
  );
  return new Map(rows.map((row) => [row.incident_number, row.members]));
}

/** Private incidents before a number, the newest first, one more than the limit. For those who keep order, not for those who read. */
export async function listPrivate(q: Queryable, orgId: OrgId, before: number | null, limit: number): Promise<(Privacy & { readonly number: number })[]> {
  const rows = await q.query<PrivacyRow>(
    `select ${COLUMNS} from private_incidents as p where p.org_id = $1::integer and ($2::integer is null or p.incident_number < $2::integer)
     order by p.incident_number desc limit $3::integer`,
    [orgId, before, limit + 1],
  );
  return rows.map((row) => ({ number: row.incident_number, ...toPrivacy(row) }));
}

/** Makes incidents private, or changes who sees them. */
export async function writePrivacy(tx: Transaction, orgId: OrgId, numbers: readonly number[], privacy: Privacy): Promise<void> {
  await tx.query(
    `insert into private_incidents as p (org_id, incident_number, members, made_at, made_by, reason)
     select $1::integer, u.number, $3::text[], $4::timestamptz, $5::jsonb, $6::text from unnest($2::integer[]) as u(number)
     on conflict (org_id, incident_number) do update set members = excluded.members`,
    [orgId, numbers, privacy.members, privacy.since, JSON.stringify(privacy.by), privacy.reason],
  );
}

/** Lets everybody see incidents again. */
export async function removePrivacy(tx: Transaction, orgId: OrgId, numbers: readonly number[]): Promise<void> {
  await tx.query('delete from private_incidents as p where p.org_id = $1::integer and p.incident_number = any($2::integer[])', [orgId, numbers]);
}
