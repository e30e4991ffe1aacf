/** SQL of subscriptions and of what is still to be told to them. */
import { z } from 'zod';
import { userKey, type OrgId, type UserKey } from '#contract';
import type { Queryable, Transaction } from '../../../platform/db/database.ts';
import type { Wanted } from './matching.ts';

export interface SubscriptionRow {
  id: string;
  user_key: string | null;
  address: string | null;
  state: 'pending' | 'active';
  audiences: string[];
  services: string[];
  severities: number[];
  regions: string[];
  unsubscribe_token: string;
  asked_at: Date;
  since: Date;
  version: number;
}

const COLUMNS = 's.id::text, s.user_key, s.address, s.state, s.audiences, s.services, s.severities, s.regions, s.unsubscribe_token, s.asked_at, s.since, s.version';

/** The subscription of a person. */
export async function findOfPerson(q: Queryable, orgId: OrgId, key: UserKey): Promise<SubscriptionRow | undefined> {
  const [row] = await q.query<SubscriptionRow>(`select ${COLUMNS} from update_subscriptions as s where s.org_id = $1::integer and s.user_key = $2::text`, [orgId, key]);
  return row;
}

/** Sets what a person wants, if their subscription still has that version (1: none). Gives whether it had. */
export async function putOfPerson(tx: Transaction, orgId: OrgId, key: UserKey, version: number, wanted: Wanted, token: string, at: Date): Promise<boolean> {
  const values = [orgId, key, wanted.audiences, wanted.services, wanted.severities, wanted.regions, at];
  const rows = await tx.query(
    `update update_subscriptions as s set audiences = $3::text[], services = $4::text[], severities = $5::smallint[], regions = $6::text[], since = $7::timestamptz, version = s.version + 1
     where s.org_id = $1::integer and s.user_key = $2::text and s.version = $8::integer returning 1 as done`, [...values, version],
  );
  if (rows.length > 0 || version !== 1) return rows.length > 0;
  const made = await tx.query(
    `insert into update_subscriptions (org_id, user_key, state, audiences, services, severities, regions, unsubscribe_token, asked_at, since, version)
     values ($1::integer, $2::text, 'active', $3::text[], $4::text[], $5::smallint[], $6::text[], $8::text, $7::timestamptz, $7::timestamptz, 2) on conflict do nothing returning 1 as done`, [...values, token],
  );
  return made.length > 0;
}

/** Notes that somebody outside wants to subscribe. Gives the token to confirm with; null when there is nothing to be sent: subscribed already, or asked just now. */
export async function askOutside(tx: Transaction, orgId: OrgId, address: string, wanted: Wanted, tokens: { readonly confirm: string; readonly unsubscribe: string }, at: Date, notSince: Date): Promise<string | null> {
  const [row] = await tx.query<{ confirm_token: string }>(
    `insert into update_subscriptions as s (org_id, address, state, audiences, services, severities, regions, confirm_token, unsubscribe_token, asked_at, since)
     values ($1::integer, $2::text, 'pending', $3::text[], $4::text[], $5::smallint[], $6::text[], $7::text, $8::text, $9::timestamptz, $9::timestamptz)
     on conflict (org_id, address) where address is not null do update set confirm_token = excluded.confirm_token, services = excluded.services, audiences = excluded.audiences, severities = excluded.severities, regions = excluded.regions, asked_at = excluded.asked_at
       where s.state = 'pending' and s.asked_at < $10::timestamptz
     returning s.confirm_token`,
    [orgId, address, wanted.audiences, wanted.services, wanted.severities, wanted.regions, tokens.confirm, tokens.unsubscribe, at, notSince],
  );
  return row?.confirm_token ?? null;
}

/** How many asked since then and have not confirmed. */
export async function countAsked(q: Queryable, orgId: OrgId, since: Date): Promise<number> {
  const [row] = await q.query<{ n: number }>(`select count(*)::integer as n from update_subscriptions as s where s.org_id = $1::integer and s.state = 'pending' and s.asked_at >= $2::timestamptz`, [orgId, since]);
  return row?.n ?? 0;
}

/** Whether a token to confirm still counts. */
export async function isAsked(q: Queryable, orgId: OrgId, token: string, since: Date): Promise<boolean> {
  return (await q.query('select 1 as there from update_subscriptions as s where s.org_id = $1::integer and s.confirm_token = $2::text and s.asked_at >= $3::timestamptz', [orgId, token, since])).length > 0;
}

/** Confirms; gives the id, or null when the token counts no more. */
export async function confirmOutside(tx: Transaction, orgId: OrgId, token: string, since: Date, at: Date): Promise<string | null> {
  const [row] = await tx.query<{ id: string }>(
    `update update_subscriptions as s set state = 'active', confirm_token = null, since = $4::timestamptz, version = s.version + 1
     where s.org_id = $1::integer and s.confirm_token = $2::text and s.asked_at >= $3::timestamptz returning s.id::text`, [orgId, token, since, at],
  );
  return row?.id ?? null;
}

/** Ends the subscription of a token, and forgets the address. Gives its id, or null when there is none. */
export async function endByToken(tx: Transaction, orgId: OrgId, token: string): Promise<string | null> {
  const [row] = await tx.query<{ id: string }>('delete from update_subscriptions as s where s.org_id = $1::integer and s.unsubscribe_token = $2::text and s.address is not null returning s.id::text', [orgId, token]);
  return row?.id ?? null;
}

/** Ends one; gives whether it was there. */
export async function endById(tx: Transaction, orgId: OrgId, id: string): Promise<boolean> {
  return (await tx.query('delete from update_subscriptions as s where s.org_id = $1::integer and s.id = $2::bigint returning 1 as done', [orgId, id])).length > 0;
}

/** Forgets addresses that were never confirmed. */
export async function forgetUnconfirmed(q: Queryable, orgId: OrgId, before: Date): Promise<void> {
  await q.query(`delete from update_subscriptions as s where s.org_id = $1::integer and s.state = 'pending' and s.asked_at < $2::timestamptz`, [orgId, before]);
}

/** Subscribers, the newest first, one more than the limit. */
export async function listRows(q: Queryable, orgId: OrgId, kind: 'all' | 'person' | 'outside', before: string | null, limit: number): Promise<SubscriptionRow[]> {
  return q.query<SubscriptionRow>(
    `select ${COLUMNS} from update_subscriptions as s where s.org_id = $1::integer and ($2::text = 'all' or ($2::text = 'person') = (s.user_key is not null)) and cardinality(s.audiences) > 0
       and ($3::bigint is null or s.id < $3::bigint) order by s.id desc limit $4::integer`, [orgId, kind, before, limit + 1],
  );
}

/** Those who are to be told, from after an id on. */
export async function listActiveAfter(q: Queryable, orgId: OrgId, after: string, audience: string, limit: number): Promise<SubscriptionRow[]> {
  return q.query<SubscriptionRow>(
    `select ${COLUMNS} from update_subscriptions as s where s.org_id = $1::integer and s.id > $2::bigint and s.state = 'active' and $3::text = any(s.audiences) order by s.id limit $4::integer`, [orgId, after, audience, limit],
  );
}

/** What is told to subscribers of an update, as it was when it was published. */
export const toldSchema = z.object({
  audience: z.string(), outside: z.boolean(), severity: z.number().int(), urgency: z.enum(['critical', 'high', 'normal']), services: z.array(z.string()), regions: z.array(z.string()),
  subject: z.string(), text: z.string(), language: z.string(),
});
export type Told = z.infer<typeof toldSchema>;

/** Notes that an update is to be told to subscribers. */
export async function insertFanout(tx: Transaction, orgId: OrgId, updateId: string, incident: number, told: Told): Promise<void> {
  await tx.query('insert into update_fanouts (org_id, update_id, incident_number, told) values ($1::integer, $2::bigint, $3::integer, $4::jsonb) on conflict do nothing', [orgId, updateId, incident, JSON.stringify(told)]);
}

export interface Fanout {
  readonly updateId: string;
  readonly incident: number;
  readonly afterId: string;
  readonly told: Told;
  /** It became private meanwhile: nobody else is told. */
  readonly isPrivate: boolean;
}

/** The oldest that is still to be told, held until the transaction ends; null when there is none, or others hold it. */
export async function holdFanout(tx: Transaction, orgId: OrgId): Promise<Fanout | null> {
  const [row] = await tx.query<{ update_id: string; incident_number: number; after_id: string; told: unknown; is_private: boolean }>(
    `select f.update_id::text, f.incident_number, f.after_id::text, f.told,
       exists (select 1 from private_incidents as p where p.org_id = f.org_id and p.incident_number in (f.incident_number, incident_heir(f.org_id, f.incident_number))) as is_private
     from update_fanouts as f where f.org_id = $1::integer and not f.done order by f.update_id limit 1 for update of f skip locked`, [orgId],
  );
  return row === undefined ? null : { updateId: row.update_id, incident: row.incident_number, afterId: row.after_id, told: toldSchema.parse(row.told), isPrivate: row.is_private };
}

/** Whether subscribers are still to be told of an update. */
export async function isSpreading(q: Queryable, orgId: OrgId, updateId: string): Promise<boolean> {
  return (await q.query('select 1 as there from update_fanouts as f where f.org_id = $1::integer and f.update_id = $2::bigint and not f.done', [orgId, updateId])).length > 0;
}

/** Notes how far it is. */
export async function moveFanout(tx: Transaction, orgId: OrgId, updateId: string, afterId: string, done: boolean): Promise<void> {
  await tx.query('update update_fanouts as f set after_id = $3::bigint, done = $4::boolean where f.org_id = $1::integer and f.update_id = $2::bigint', [orgId, updateId, afterId, done]);
}

/** The key of a person, from a row. */
export function keyOf(row: Pick<SubscriptionRow, 'user_key'>): UserKey | null {
  return row.user_key === null ? null : userKey.parse(row.user_key);
}
