/** SQL of reading deliveries: who was told what. */
import {
  channelId, deliveryId, deliveryState, incidentNumber, messageClass, messageId, urgency, type ChannelId, type Delivery, type DeliveryState, type DeliveryWithTries, type MessageId, type OrgId,
} from '#contract';
import { seenBy, type Viewer } from '../../access/index.ts';
import type { Queryable } from '../../platform/db/database.ts';
import { storedContent } from './order.ts';

/** A delivery with what of its message is shown. */
export interface ViewRow {
  id: string;
  message_id: string;
  message_class: string;
  urgency: string;
  incident_number: number | null;
  content: unknown;
  recipient_kind: 'person' | 'channel' | 'address';
  recipient_name: string;
  state: string;
  channel: string | null;
  hop: number;
  hops: number;
  tries: number;
  bundled: boolean;
  error: string | null;
  answer: string | null;
  created_at: Date;
  sent_at: Date | null;
  delivered_at: Date | null;
  answered_at: Date | null;
  due_at: Date | null;
}

/** Columns of a `ViewRow`, of a delivery `d` and its message `m`. */
export const VIEW_COLUMNS = `d.id::text, d.message_id::text, m.message_class, m.urgency, m.incident_number, m.content, d.recipient_kind, d.recipient_name, d.state, d.channel, d.hop, jsonb_array_length(d.hops) as hops, d.tries,
  d.bundled, d.error, d.answer, d.created_at, d.sent_at, d.delivered_at, d.answered_at, d.due_at`;

/** A delivery as the API shows it. */
export function toDelivery(row: ViewRow): Delivery {
  return {
    id: deliveryId.parse(row.id), message: messageId.parse(row.message_id), messageClass: messageClass.parse(row.message_class), urgency: urgency.parse(row.urgency),
    incident: row.incident_number === null ? null : incidentNumber.parse(row.incident_number), subject: storedContent.parse(row.content).subject, recipient: { kind: row.recipient_kind, name: row.recipient_name },
    state: deliveryState.parse(row.state), channel: row.channel === null ? null : channelId.parse(row.channel), hop: Math.min(row.hops, row.hop + 1), hops: row.hops, tries: row.tries, bundled: row.bundled,
    error: row.error, answer: row.answer, createdAt: row.created_at.toISOString(), sentAt: row.sent_at?.toISOString() ?? null, deliveredAt: row.delivered_at?.toISOString() ?? null,
    answeredAt: row.answered_at?.toISOString() ?? null, dueAt: row.due_at?.toISOString() ?? null,
  };
}

export interface DeliveryFilter {
  readonly viewer: Viewer;
  /** Null: of all incidents and of none. */
  readonly incidents: readonly number[] | null;
  readonly state: DeliveryState | null;
  readonly channel: ChannelId | null;
  readonly message: MessageId | null;
  readonly before: string | null;
  readonly limit: number;
}

/** One more than `limit` deliveries, the newest first. Those of private incidents only for members. */
export async function listDeliveryRows(q: Queryable, orgId: OrgId, filter: DeliveryFilter): Promise<Delivery[]> {
  const rows = await q.query<ViewRow>(
    `select ${VIEW_COLUMNS} from notification_deliveries as d join notification_messages as m on m.org_id = d.org_id and m.id = d.message_id
     where d.org_id = $1::integer and ${seenBy('$2', 'm.incident_number')} and ($3::integer[] is null or m.incident_number = any($3::integer[])) and ($4::text is null or d.state = $4::text)
       and ($5::text is null or d.channel = $5::text) and ($6::bigint is null or d.message_id = $6::bigint) and ($7::bigint is null or d.id < $7::bigint)
     order by d.id desc limit $8::integer`,
    [orgId, filter.viewer, filter.incidents, filter.state, filter.channel, filter.message, filter.before, filter.limit + 1],
  );
  return rows.map(toDelivery);
}

interface TryRow {
  channel: string;
  state: string;
  started_at: Date;
  ended_at: Date | null;
  detail: string | null;
}

/** One delivery with its tries, the first one first; undefined when there is none that the viewer may see. */
export async function findDeliveryView(q: Queryable, orgId: OrgId, viewer: Viewer, id: string): Promise<DeliveryWithTries | undefined> {
  const [row] = await q.query<ViewRow>(
    `select ${VIEW_COLUMNS} from notification_deliveries as d join notification_messages as m on m.org_id = d.org_id and m.id = d.message_id
     where d.org_id = $1::integer and d.id = $3::bigint and ${seenBy('$2', 'm.incident_number')}`, [orgId, viewer, id],
  );
  if (row === undefined) return undefined;
  const tries = await q.query<TryRow>(
    'select t.channel, t.state, t.started_at, t.ended_at, t.detail from notification_tries as t where t.org_id = $1::integer and t.delivery_id = $2::bigint order by t.number', [orgId, id],
  );
  return {
    ...toDelivery(row), text: storedContent.parse(row.content).text,
    history: tries.map((each) => ({ channel: channelId.parse(each.channel), state: deliveryState.parse(each.state), startedAt: each.started_at.toISOString(), endedAt: each.ended_at?.toISOString() ?? null, detail: each.detail })),
  };
}
