/** SQL of carrying deliveries on: claiming, what is due, and writing what became of them. */
import { orgId as toOrgId, type DeliveryState, type OrgId } from '#contract';
import { z } from 'zod';
import type { Queryable, Transaction } from '../../platform/db/database.ts';
import type { Hop } from './nextHop.ts';

const hopShape = z.array(z.object({ channel: z.string(), address: z.string().nullable(), waitSeconds: z.number() }));

export interface DeliveryRow {
  readonly org_id: number;
  readonly id: string;
  readonly message_id: string;
  readonly recipient_kind: 'person' | 'channel' | 'address';
  readonly recipient_key: string;
  readonly recipient_name: string;
  readonly own: unknown;
  readonly hops: unknown;
  readonly hop: number;
  readonly round: number;
  readonly refused: number[];
  readonly channel: string | null;
  readonly priority: number;
  readonly state: DeliveryState;
  readonly awaits: 'receipt' | 'answer' | null;
  readonly tries: number;
  readonly lost: number;
  readonly lease_owner: string | null;
  readonly bundled: boolean;
  readonly bundle_lead: string | null;
  readonly due_at: Date | null;
  readonly created_at: Date;
  readonly sent_at: Date | null;
  readonly delivered_at: Date | null;
}

const NAMES = ['org_id', 'id::text', 'message_id::text', 'recipient_kind', 'recipient_key', 'recipient_name', 'own', 'hops', 'hop', 'round', 'refused', 'channel', 'priority', 'state', 'awaits', 'tries', 'lost',
  'lease_owner', 'bundled', 'bundle_lead::text', 'due_at', 'created_at', 'sent_at', 'delivered_at'];
const COLUMNS = NAMES.map((name) => `d.${name}`).join(', ');

/** The ways of a delivery. */
export function hopsOfRow(row: Pick<DeliveryRow, 'hops'>): Hop[] {
  return hopShape.parse(row.hops);
}

export interface DueChannel {
  readonly orgId: OrgId;
  readonly channel: string;
}

/** Channels for which something is due: first those for which critical pages are, so that none waits for a fan-out over others. */
export async function readDueChannels(q: Queryable, now: Date): Promise<DueChannel[]> {
  const rows = await q.prepared<{ org_id: number; channel: string }>(
    'read-due-channels',
    `select h.org_id, h.channel from channel_health as h
       cross join lateral (select exists (select 1 from notification_deliveries as d where d.org_id = h.org_id and d.channel = h.channel and d.priority = 0 and d.state = 'queued' and d.bundle_lead is null and d.due_at <= $1::timestamptz) as now) as critical
      where critical.now or exists (select 1 from notification_deliveries as d where d.org_id = h.org_id and d.channel = h.channel and d.state = 'queued' and d.bundle_lead is null and d.due_at <= $1::timestamptz)
      order by critical.now desc`, [now],
  );
  return rows.map((row) => ({ orgId: toOrgId.parse(row.org_id), channel: row.channel }));
}

export interface Claim {
  readonly now: Date;
  readonly owner: string;
  readonly leaseUntil: Date;
  /** From and to, both included. */
  readonly priorities: readonly [number, number];
  readonly limit: number;
}

/** Takes the most urgent due deliveries of a channel and notes that they are being sent, before they are. Passes over what others hold. */
export async function claimDeliveries(tx: Transaction, orgId: OrgId, channel: string, claim: Claim): Promise<DeliveryRow[]> {
  if (claim.limit <= 0) return [];
  const rows = await tx.prepared<DeliveryRow>(
    'claim-deliveries',
    `with due as (
       select d.org_id, d.id from notification_deliveries as d
       where d.org_id = $1::integer and d.channel = $2::text and d.state = 'queued' and d.bundle_lead is null and d.priority between $5::smallint and $6::smallint and d.due_at <= $3::timestamptz
       order by d.priority, d.id limit $7::integer for update skip locked
     ), claimed as (
       update notification_deliveries as d set state = 'sending', lease_owner = $4::text, lease_until = $8::timestamptz, tries = d.tries + 1, due_at = null, awaits = null
         from due where d.org_id = due.org_id and d.id = due.id returning ${COLUMNS}
     ), intents as (
       insert into notification_tries (org_id, delivery_id, number, channel, state, started_at) select c.org_id, c.id::bigint, c.tries, c.channel, 'sending', $3::timestamptz from claimed as c
     )
     select * from claimed as c order by c.priority, c.id::bigint`,
    [orgId, channel, claim.now, claim.owner, claim.priorities[0], claim.priorities[1], claim.limit, claim.leaseUntil],
  );
  return rows;
}

/** Takes what is held for the same person over the same channel into the message of `lead`, also what was claimed with it (`taken`). Gives all that belong to it, also from a try before. */
export async function gatherBundle(tx: Transaction, lead: DeliveryRow, taken: readonly string[]): Promise<DeliveryRow[]> {
  // What a first try said must not grow at the next: the provider may have it already.
  if (lead.tries <= 1) {
    await tx.query(
      `update notification_deliveries as d set state = 'sending', bundle_lead = $3::bigint, due_at = null, lease_owner = null, lease_until = null, tries = case d.state when 'queued' then d.tries + 1 else d.tries end
        where d.org_id = $1::integer and d.recipient_kind = $4::text and d.recipient_key = $5::text and d.channel = $2::text and (d.state = 'queued' or d.id = any($7::bigint[])) and d.bundled and d.bundle_lead is null
          and d.id <> $3::bigint and d.hops->d.hop->>'address' is not distinct from $6::text`,
      [lead.org_id, lead.channel, lead.id, lead.recipient_kind, lead.recipient_key, hopsOfRow(lead)[lead.hop]?.address ?? null, [...taken]],
    );
  }
  return tx.query<DeliveryRow>(`select ${COLUMNS} from notification_deliveries as d where d.org_id = $1::integer and d.bundle_lead = $2::bigint order by d.id`, [lead.org_id, lead.id]);
}

/** Deliveries that are told in the messages of others, by the one whose message it is. */
export async function gatherMembers(tx: Transaction, orgId: OrgId, leads: readonly string[]): Promise<Map<string, DeliveryRow[]>> {
  if (leads.length === 0) return new Map();
  const rows = await tx.query<DeliveryRow>(`select ${COLUMNS} from notification_deliveries as d where d.org_id = $1::integer and d.bundle_lead = any($2::bigint[]) order by d.id`, [orgId, [...leads]]);
  return Map.groupBy(rows, (row) => row.bundle_lead ?? '');
}

/** Puts a claimed delivery whose call was not begun back into the queue, with what is told in its message. */
export async function giveBackDelivery(q: Queryable, orgId: OrgId, id: string, owner: string, now: Date): Promise<void> {
  await q.query(
    `with given as (
       update notification_deliveries as d set state = 'queued', due_at = $4::timestamptz, lease_owner = null, lease_until = null, tries = d.tries - 1
        where d.org_id = $1::integer and d.id = $2::bigint and d.state = 'sending' and d.lease_owner = $3::text returning d.org_id, d.id, d.tries
     ), members as (
       update notification_deliveries as d set state = 'queued', due_at = $4::timestamptz, bundle_lead = null, tries = d.tries - 1
         from given where given.tries = 0 and d.org_id = given.org_id and d.bundle_lead = given.id
     )
     delete from notification_tries as t using given where t.org_id = given.org_id and t.delivery_id = given.id and t.number = given.tries + 1`,
    [orgId, id, owner, now],
  );
}

/** Locks deliveries that this replica sends and still holds. */
export async function lockHeld(tx: Transaction, orgId: OrgId, ids: readonly string[], owner: string): Promise<DeliveryRow[]> {
  return tx.prepared<DeliveryRow>(
    'lock-held-deliveries',
    `select ${COLUMNS} from notification_deliveries as d where d.org_id = $1::integer and d.id = any($2::bigint[]) and d.state = 'sending' and d.lease_owner = $3::text order by d.id for update of d`,
    [orgId, [...ids], owner],
  );
}

/** Locks one delivery, whatever its state. */
export async function lockDelivery(tx: Transaction, orgId: OrgId, id: string): Promise<DeliveryRow | undefined> {
  const [row] = await tx.query<DeliveryRow>(`select ${COLUMNS} from notification_deliveries as d where d.org_id = $1::integer and d.id = $2::bigint for update of d`, [orgId, id]);
  return row;
}

/** Locks deliveries whose replica fell silent. */
export function lockLapsed(tx: Transaction, now: Date, limit: number): Promise<DeliveryRow[]> {
  return tx.prepared<DeliveryRow>(
    'lock-lapsed-deliveries',
    `select ${COLUMNS} from notification_deliveries as d where d.state = 'sending' and d.lease_until <= $1::timestamptz order by d.org_id, d.priority, d.id limit $2::integer for update of d skip locked`, [now, limit],
  );
}

/** Locks deliveries whose receipt or answer did not come in time. */
export function lockOverdue(tx: Transaction, now: Date, limit: number): Promise<DeliveryRow[]> {
  return tx.prepared<DeliveryRow>(
    'lock-overdue-deliveries',
    `select ${COLUMNS} from notification_deliveries as d where d.awaits is not null and d.due_at <= $1::timestamptz order by d.org_id, d.priority, d.id limit $2::integer for update of d skip locked`, [now, limit],
  );
}

/** Locks waiting deliveries that have no way, or whose channel is not there any more. */
export function lockWithoutWay(tx: Transaction, limit: number): Promise<DeliveryRow[]> {
  return tx.prepared<DeliveryRow>(
    'lock-deliveries-without-way',
    `select ${COLUMNS} from notification_deliveries as d where d.state = 'queued' and d.channel is null order by d.org_id, d.id limit $1::integer for update of d skip locked`, [limit],
  );
}

/** Locks the next due deliveries of a channel that rests or is out of use. */
export function lockStranded(tx: Transaction, orgId: OrgId, channel: string, now: Date, limit: number): Promise<DeliveryRow[]> {
  return tx.prepared<DeliveryRow>(
    'lock-stranded-deliveries',
    `select ${COLUMNS} from notification_deliveries as d where d.org_id = $1::integer and d.channel = $2::text and d.state = 'queued' and d.bundle_lead is null and d.due_at <= $3::timestamptz
     order by d.priority, d.id limit $4::integer for update of d skip locked`, [orgId, channel, now, limit],
  );
}

/** What a delivery becomes. */
export interface DeliveryChange {
  readonly id: string;
  readonly state: DeliveryState;
  readonly hop: number;
  readonly round: number;
  readonly refused: readonly number[];
  readonly channel: string | null;
  readonly dueAt: Date | null;
  readonly awaits: 'receipt' | 'answer' | null;
  readonly lost: number;
  readonly error: string | null;
  readonly answer: string | null;
  readonly sentAt: Date | null;
  readonly deliveredAt: Date | null;
  readonly answeredAt: Date | null;
  /** Nothing more is to be sent: what stood in its message alone is forgotten. */
  readonly ended: boolean;
}

/** What a try became. */
export interface TryChange {
  readonly id: string;
  readonly number: number;
  readonly state: DeliveryState;
  readonly detail: string | null;
  readonly providerId: string | null;
}

/** Writes what became of locked deliveries, and of those that are told in their messages. */
export async function writeDeliveries(tx: Transaction, orgId: OrgId, changes: readonly DeliveryChange[]): Promise<void> {
  await tx.prepared(
    'write-deliveries',
    `update notification_deliveries as d set state = case when d.bundle_lead is not null and c.state = 'queued' then 'sending' else c.state end,
       hop = c.hop, round = c.round, refused = array(select jsonb_array_elements_text(c.refused)::integer), channel = c.channel,
       due_at = case when d.bundle_lead is null then c."dueAt" end, awaits = case when d.bundle_lead is null then c.awaits end,
       lost = c.lost, lease_owner = null, lease_until = null, error = c.error, answer = coalesce(c.answer, d.answer),
       sent_at = coalesce(d.sent_at, c."sentAt"), delivered_at = coalesce(d.delivered_at, c."deliveredAt"), answered_at = coalesce(d.answered_at, c."answeredAt"),
       own = case when c.ended then '{"actions": []}'::jsonb else d.own end
     from jsonb_to_recordset($2::jsonb) as c(id bigint, state text, hop integer, round integer, refused jsonb, channel text, "dueAt" timestamptz, awaits text, lost integer, error text, answer text,
       "sentAt" timestamptz, "deliveredAt" timestamptz, "answeredAt" timestamptz, ended boolean)
     where d.org_id = $1::integer and (d.id = c.id or d.bundle_lead = c.id)`,
    [orgId, JSON.stringify(changes)],
  );
}

/** Writes how tries ended. What a provider called them stays once it is known. */
export async function writeTries(tx: Transaction, orgId: OrgId, changes: readonly TryChange[], at: Date): Promise<void> {
  if (changes.length === 0) return;
  await tx.prepared(
    'write-tries',
    `update notification_tries as t set state = c.state, detail = c.detail, provider_id = coalesce(t.provider_id, c."providerId"), ended_at = $3::timestamptz
       from jsonb_to_recordset($2::jsonb) as c(id bigint, number integer, state text, detail text, "providerId" text)
      where t.org_id = $1::integer and t.delivery_id = c.id and t.number = c.number`,
    [orgId, JSON.stringify(changes), at],
  );
}

/** Messages that were called off, of these. */
export async function readCancelled(q: Queryable, orgId: OrgId, messages: readonly string[]): Promise<Set<string>> {
  const rows = await q.prepared<{ id: string }>(
    'read-cancelled', 'select m.id::text from notification_messages as m where m.org_id = $1::integer and m.id = any($2::bigint[]) and m.cancelled_at is not null', [orgId, [...messages]],
  );
  return new Set(rows.map((row) => row.id));
}

/** A thread at an address of a channel; '' where the channel itself is the target. */
export interface ThreadPlace {
  readonly channel: string;
  readonly address: string;
  readonly thread: string;
}

/** What the provider calls the first messages of these threads, in the same order; null: it is still to come. One statement, however many. */
export async function findThreads(q: Queryable, orgId: OrgId, places: readonly ThreadPlace[]): Promise<(string | null)[]> {
  if (places.length === 0) return [];
  const rows = await q.prepared<{ thread_ref: string | null }>(
    'find-threads',
    `select t.thread_ref from jsonb_to_recordset($2::jsonb) as p(channel text, address text, thread text, place integer)
       left join notification_threads as t on t.org_id = $1::integer and t.channel = p.channel and t.address = p.address and t.thread = p.thread order by p.place`, [orgId, JSON.stringify(places.map((one, place) => ({ ...one, place })))],
  );
  return rows.map((row) => row.thread_ref);
}

/** Keeps the references of threads; the first one of each stays. */
export async function keepThreads(tx: Transaction, orgId: OrgId, threads: readonly (ThreadPlace & { readonly ref: string })[], at: Date): Promise<void> {
  if (threads.length === 0) return;
  await tx.prepared(
    'keep-threads',
    `insert into notification_threads (org_id, channel, address, thread, thread_ref, created_at)
     select $1::integer, p.channel, p.address, p.thread, p.ref, $3::timestamptz from jsonb_to_recordset($2::jsonb) as p(channel text, address text, thread text, ref text)
      order by p.channel, p.address, p.thread on conflict do nothing`, [orgId, JSON.stringify(threads), at],
  );
}
