/** SQL of the roles of incidents. */
import { actor as actorSchema, userKey, type Actor, type OrgId, type UserKey } from '#contract';
import { z } from 'zod';
import type { Queryable, Transaction } from '../../platform/db/database.ts';

export interface RoleRow {
  readonly role: string;
  readonly user: UserKey;
  /** Null for a commander: the timeline says it. */
  readonly since: Date | null;
}

/** Who plays which role now, the commander first. */
export async function selectRoles(q: Queryable, orgId: OrgId, incident: number): Promise<RoleRow[]> {
  const rows = await q.query<{ role: string; user_key: string; since: Date | null }>(
    `select 'commander' as role, i.commander_key as user_key, null::timestamptz as since from incidents as i where i.org_id = $1::integer and i.number = $2::integer and i.commander_key is not null
     union all (select r.role, r.user_key, r.since from incident_roles as r where r.org_id = $1::integer and r.incident_number = $2::integer order by r.role)`, [orgId, incident],
  );
  return rows.map((row) => ({ role: row.role, user: userKey.parse(row.user_key), since: row.since }));
}

/** Who plays a role now; null: nobody. The incident is held by whoever is about to change it. */
export async function findHolder(q: Queryable, orgId: OrgId, incident: number, role: string): Promise<UserKey | null> {
  const [row] = await q.query<{ holder: string | null }>('select incident_role_holder($1::integer, $2::integer, $3::text) as holder', [orgId, incident, role]);
  return row === undefined || row.holder === null ? null : userKey.parse(row.holder);
}

/** Gives a role other than the commander's to somebody, or with null to nobody. */
export async function writeRole(tx: Transaction, orgId: OrgId, incident: number, role: string, user: UserKey | null, at: Date): Promise<void> {
  if (user === null) {
    await tx.query('delete from incident_roles as r where r.org_id = $1::integer and r.incident_number = $2::integer and r.role = $3::text', [orgId, incident, role]);
    return;
  }
  await tx.query(
    `insert into incident_roles (org_id, incident_number, role, user_key, since) values ($1::integer, $2::integer, $3::text, $4::text, $5::timestamptz)
     on conflict (org_id, incident_number, role) do update set user_key = excluded.user_key, since = excluded.since`, [orgId, incident, role, user, at],
  );
}

const offerState = z.enum(['open', 'accepted', 'declined', 'withdrawn']);

export interface OfferRow {
  readonly id: string;
  readonly incident: number;
  readonly role: string;
  readonly from: UserKey | null;
  readonly to: UserKey;
  readonly note: string;
  readonly state: z.infer<typeof offerState>;
  readonly at: Date;
  readonly by: Actor;
}

interface Row {
  id: string;
  incident_number: number;
  role: string;
  from_key: string | null;
  to_key: string;
  note: string;
  state: string;
  offered_at: Date;
  offered_by: unknown;
}

const COLUMNS = 'o.id::text, o.incident_number, o.role, o.from_key, o.to_key, o.note, o.state, o.offered_at, o.offered_by';

function toOffer(row: Row): OfferRow {
  return {
    id: row.id, incident: row.incident_number, role: row.role, from: row.from_key === null ? null : userKey.parse(row.from_key), to: userKey.parse(row.to_key), note: row.note,
    state: offerState.parse(row.state), at: row.offered_at, by: actorSchema.parse(row.offered_by),
  };
}

/** Questions that wait for an answer in an incident. */
export async function selectOffers(q: Queryable, orgId: OrgId, incident: number): Promise<OfferRow[]> {
  const rows = await q.query<Row>(`select ${COLUMNS} from incident_role_offers as o where o.org_id = $1::integer and o.incident_number = $2::integer and o.state = 'open' order by o.id`, [orgId, incident]);
  return rows.map(toOffer);
}

/** One question, or null. */
export async function findOffer(q: Queryable, orgId: OrgId, id: string): Promise<OfferRow | null> {
  const [row] = await q.query<Row>(`select ${COLUMNS} from incident_role_offers as o where o.org_id = $1::integer and o.id = $2::bigint`, [orgId, id]);
  return row === undefined ? null : toOffer(row);
}

/** Asks somebody. Whoever was asked before for that role is asked no more. */
export async function insertOffer(tx: Transaction, orgId: OrgId, offer: Omit<OfferRow, 'id' | 'state'>): Promise<string> {
  await endOffers(tx, orgId, offer.incident, offer.role, offer.at);
  const [row] = await tx.query<{ id: string }>(
    `insert into incident_role_offers (org_id, incident_number, role, from_key, to_key, note, offered_at, offered_by)
     values ($1::integer, $2::integer, $3::text, $4::text, $5::text, $6::text, $7::timestamptz, $8::jsonb) returning id::text`,
    [orgId, offer.incident, offer.role, offer.from, offer.to, offer.note, offer.at, JSON.stringify(offer.by)],
  );
  if (row === undefined) throw new Error('an insert gave no row');
  return row.id;
}

/** Notes how a question ended. */
export async function endOffer(tx: Transaction, orgId: OrgId, id: string, state: 'accepted' | 'declined' | 'withdrawn', at: Date): Promise<void> {
  await tx.query('update incident_role_offers as o set state = $3::text, ended_at = $4::timestamptz where o.org_id = $1::integer and o.id = $2::bigint', [orgId, id, state, at]);
}

/** Takes back what is asked for a role: it went another way. */
export async function endOffers(tx: Transaction, orgId: OrgId, incident: number, role: string, at: Date): Promise<void> {
  await tx.query(
    `update incident_role_offers as o set state = 'withdrawn', ended_at = $4::timestamptz where o.org_id = $1::integer and o.incident_number = $2::integer and o.role = $3::text and o.state = 'open'`,
    [orgId, incident, role, at],
  );
}
