/** SQL of ordering: a message, and a delivery for each who is told. */
import { messageClass, messageId, urgency, type IncidentNumber, type MessageClass, type MessageId, type OrgId, type Urgency } from '#contract';
import type { Queryable, Transaction } from '../../platform/db/database.ts';
import type { Hop } from './nextHop.ts';
import { storedContent, type OwnContent, type StoredContent } from './order.ts';

/** Channel on which replicas hear that there is something to send. Payload: the organisation. */
export const NOTIFY_CHANNEL = 'muster_notifications';

/** A message as every delivery of it needs it; it never changes, but for being called off. */
export interface Message {
  readonly id: MessageId;
  readonly dedupKey: string;
  readonly messageClass: MessageClass;
  readonly urgency: Urgency;
  readonly incident: number | null;
  readonly thread: string | null;
  readonly content: StoredContent;
  readonly createdAt: Date;
}

interface MessageRow {
  id: string;
  dedup_key: string;
  message_class: string;
  urgency: string;
  incident_number: number | null;
  thread: string | null;
  content: unknown;
  created_at: Date;
}

/** Adds a message; null when there is one under its key. */
export async function insertMessage(
  tx: Transaction, orgId: OrgId,
  message: { readonly dedupKey: string; readonly messageClass: MessageClass; readonly urgency: Urgency; readonly incident: IncidentNumber | null; readonly team: string | null; readonly thread: string | null; readonly partOf: string | null; readonly content: StoredContent; readonly at: Date },
): Promise<MessageId | null> {
  const [row] = await tx.prepared<{ id: string }>(
    'insert-notification',
    `insert into notification_messages (org_id, dedup_key, message_class, urgency, incident_number, team, content, thread, created_at, part_of)
     values ($1::integer, $2::text, $3::text, $4::text, $5::integer, $6::text, $7::jsonb, $8::text, $9::timestamptz, $10::text) on conflict (org_id, dedup_key) do nothing returning id::text`,
    [orgId, message.dedupKey, message.messageClass, message.urgency, message.incident, message.team, JSON.stringify(message.content), message.thread, message.at, message.partOf],
  );
  return row === undefined ? null : messageId.parse(row.id);
}

/** The message under a key. */
export async function findMessageId(q: Queryable, orgId: OrgId, dedupKey: string): Promise<MessageId | null> {
  const [row] = await q.query<{ id: string }>('select m.id::text from notification_messages as m where m.org_id = $1::integer and m.dedup_key = $2::text', [orgId, dedupKey]);
  return row === undefined ? null : messageId.parse(row.id);
}

/** Messages by id. */
export async function readMessages(q: Queryable, orgId: OrgId, ids: readonly string[]): Promise<Map<string, Message>> {
  const rows = await q.prepared<MessageRow>(
    'read-notifications',
    `select m.id::text, m.dedup_key, m.message_class, m.urgency, m.incident_number, m.thread, m.content, m.created_at from notification_messages as m
     where m.org_id = $1::integer and m.id = any($2::bigint[])`, [orgId, [...ids]],
  );
  return new Map(rows.map((row) => [row.id, {
    id: messageId.parse(row.id), dedupKey: row.dedup_key, messageClass: messageClass.parse(row.message_class), urgency: urgency.parse(row.urgency), incident: row.incident_number, thread: row.thread,
    content: storedContent.parse(row.content), createdAt: row.created_at,
  }]));
}

export interface NewDelivery {
  readonly kind: 'person' | 'channel' | 'address';
  readonly key: string;
  readonly name: string;
  readonly own: OwnContent;
  readonly hops: readonly Hop[];
  readonly heldUntil: Date | null;
}

/** Queues a delivery for each, in one statement, and wakes the replicas when the transaction commits. */
export async function insertDeliveries(tx: Transaction, orgId: OrgId, message: MessageId, priority: number, at: Date, deliveries: readonly NewDelivery[]): Promise<void> {
  const rows = deliveries.map((delivery) => ({
    kind: delivery.kind, key: delivery.key, name: delivery.name, own: delivery.own, hops: delivery.hops, channel: delivery.hops[0]?.channel ?? null, due: (delivery.heldUntil ?? at).toISOString(), bundled: delivery.heldUntil !== null,
  }));
  await tx.prepared(
    'insert-notification-deliveries',
    `insert into notification_deliveries (org_id, message_id, recipient_kind, recipient_key, recipient_name, own, hops, channel, priority, state, due_at, bundled, created_at)
     select $1::integer, $2::bigint, r.kind, r.key, r.name, r.own, r.hops, r.channel, $3::smallint, 'queued', r.due, r.bundled, $4::timestamptz
       from jsonb_to_recordset($5::jsonb) as r(kind text, key text, name text, own jsonb, hops jsonb, channel text, due timestamptz, bundled boolean)
     on conflict (org_id, message_id, recipient_kind, recipient_key) do nothing`,
    [orgId, message, priority, at, JSON.stringify(rows)],
  );
  await tx.query(`select pg_notify('${NOTIFY_CHANNEL}', $1::text)`, [String(orgId)]);
}

/** When notices that may be bundled were ordered for these recipients since then, by kind and key. */
export async function recentNotices(q: Queryable, orgId: OrgId, keys: readonly { readonly kind: string; readonly key: string }[], since: Date): Promise<Map<string, number[]>> {
  const rows = await q.query<{ kind: string; key: string; at: Date[] }>(
    `select d.recipient_kind as kind, d.recipient_key as key, array_agg(d.created_at) as at
       from (select * from jsonb_to_recordset($2::jsonb) as k(kind text, key text)) as k
       join notification_deliveries as d on d.org_id = $1::integer and d.recipient_kind = k.kind and d.recipient_key = k.key and d.created_at > $3::timestamptz
       join notification_messages as m on m.org_id = d.org_id and m.id = d.message_id and m.message_class in ('notice', 'update') and m.urgency <> 'critical'
     group by 1, 2`, [orgId, JSON.stringify(keys), since],
  );
  return new Map(rows.map((row) => [`${row.kind}/${row.key}`, row.at.map((at) => at.getTime())]));
}

/** Calls a message off: what waits is not sent; what is under way may still arrive, but goes over no further way. */
export async function callOff(tx: Transaction, orgId: OrgId, dedupKey: string, at: Date): Promise<void> {
  const [message] = await tx.query<{ id: string }>(
    'update notification_messages as m set cancelled_at = coalesce(m.cancelled_at, $3::timestamptz) where m.org_id = $1::integer and m.dedup_key = $2::text returning m.id::text', [orgId, dedupKey, at],
  );
  if (message === undefined) return;
  await tx.query(
    `update notification_deliveries as d set
       state = case when d.state <> 'queued' then d.state when d.delivered_at is not null then 'delivered' when d.sent_at is not null then 'sent' else 'cancelled' end,
       due_at = null, awaits = null
     where d.org_id = $1::integer and d.message_id = $2::bigint and (d.state = 'queued' or d.awaits = 'answer')`, [orgId, message.id],
  );
}

const DELETE_BATCH = 5_000;

/** Forgets messages ordered before an instant, with all that became of them, in small batches. Gives how many deliveries. */
export async function forgetMessages(q: Queryable, before: Date): Promise<number> {
  let total = 0;
  for (;;) {
    const [row] = await q.query<{ n: number }>(
      `with old as (
         select d.org_id, d.id from notification_messages as m join notification_deliveries as d on d.org_id = m.org_id and d.message_id = m.id
         where m.created_at < $1::timestamptz limit $2::integer
       ), tries as (delete from notification_tries as t using old where t.org_id = old.org_id and t.delivery_id = old.id),
       gone as (delete from notification_deliveries as d using old where d.org_id = old.org_id and d.id = old.id returning 1)
       select count(*)::integer as n from gone`, [before, DELETE_BATCH],
    );
    const n = row?.n ?? 0;
    total += n;
    if (n < DELETE_BATCH) break;
  }
  await q.query(
    `delete from notification_messages as m where m.created_at < $1::timestamptz
       and not exists (select 1 from notification_deliveries as d where d.org_id = m.org_id and d.message_id = m.id)`, [before],
  );
  await q.query('delete from notification_threads as t where t.created_at < $1::timestamptz', [before]);
  return total;
}
