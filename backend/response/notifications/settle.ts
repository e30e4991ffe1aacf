/** Writes what happened to deliveries: decides what becomes of each, keeps the health of channels, tells whoever listens. */
import { channelId, userKey, type ChannelId, type DeliveryState, type OrgId } from '#contract';
import { SYSTEM_ACTOR, type NewEvent } from '../../eventlog/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { afterMessage, type Breaker } from './breaker.ts';
import { hopsOfRow, readCancelled, writeDeliveries, writeTries, type DeliveryChange, type DeliveryRow, type TryChange } from './deliveryStore.ts';
import { breakerOf, lockHealth, readResting, writeHealth } from './healthStore.ts';
import { readMessages, type Message } from './messageStore.ts';
import { decideNext, type Decision, type Happening } from './nextHop.ts';
import type { Recipient } from './order.ts';
import { afterThrottle } from './pacing.ts';
import type { DeliveryOutcome, OutcomeListener } from './ports.ts';

/** Something that happened to a delivery that is locked. */
export interface Occurrence {
  readonly row: DeliveryRow;
  readonly happening: Happening;
  readonly providerId?: string | null;
  /** Deliveries told in the same message. */
  readonly members?: readonly DeliveryRow[];
}

export interface SettleDeps {
  readonly clock: Clock;
  readonly listeners: readonly OutcomeListener[];
}

/** How a message speaks for the channel; null: not at all. */
function verdictOf({ happening, row }: Occurrence): boolean | null {
  switch (happening.kind) {
    case 'delivered': return true;
    // Where receipts come, only they prove that it works.
    case 'accepted': return happening.receipts ? null : true;
    case 'retry': case 'unconfirmed': return false;
    // A bad address is the recipient's; without one it is the channel that is refused.
    case 'refused': return happening.ofChannel === true || (hopsOfRow(row)[row.hop]?.address ?? null) === null ? false : null;
    case 'throttled': case 'lost': case 'unanswered': case 'resting': case 'gone': return null;
  }
}

function reasonOf(happening: Happening): string | null {
  switch (happening.kind) {
    case 'retry': case 'refused': case 'gone': return happening.reason;
    case 'unconfirmed': return 'no receipt came in time';
    case 'unanswered': return 'nobody answered in time';
    case 'throttled': return 'the provider asked to wait';
    case 'resting': return 'the channel rests after failures';
    case 'lost': return 'the replica that sent it fell silent';
    case 'accepted': case 'delivered': return null;
  }
}

function channelOf(name: string | null): ChannelId | null {
  return name === null ? null : channelId.parse(name);
}

/** Who it was for, as it was ordered. */
export function recipientOf(row: Pick<DeliveryRow, 'recipient_kind' | 'recipient_key' | 'recipient_name'>): Recipient {
  switch (row.recipient_kind) {
    case 'person': return { kind: 'person', user: userKey.parse(row.recipient_key) };
    case 'channel': return { kind: 'channel', channel: channelId.parse(row.recipient_key) };
    case 'address': {
      const at = row.recipient_key.indexOf(':');
      return { kind: 'address', channel: channelId.parse(row.recipient_key.slice(0, at)), address: row.recipient_key.slice(at + 1), name: row.recipient_name };
    }
  }
}

function arrivalOf(row: DeliveryRow): 'sent' | 'delivered' | null {
  return row.delivered_at !== null ? 'delivered' : row.sent_at !== null ? 'sent' : null;
}

function changeOf(row: DeliveryRow, decision: Decision, happening: Happening, now: Date, known: ReadonlySet<string>): DeliveryChange {
  const hops = hopsOfRow(row);
  const refuse = (decision.kind === 'try' || decision.kind === 'failed') && decision.refuse;
  const kept = {
    id: row.id, hop: row.hop, round: row.round, refused: refuse ? [...new Set([...row.refused, row.hop])] : row.refused, channel: row.channel, dueAt: null, awaits: null, lost: 0,
    error: reasonOf(happening), answer: null, sentAt: null, deliveredAt: null, answeredAt: null,
  };
  switch (decision.kind) {
    case 'try': {
      const channel = hops[decision.hop]?.channel ?? null;
      return {
        ...kept, state: 'queued', hop: decision.hop, round: decision.round, channel: channel !== null && known.has(channel) ? channel : null, dueAt: new Date(now.getTime() + decision.delayMs),
        lost: happening.kind === 'lost' ? row.lost + 1 : 0, ended: false,
      };
    }
    case 'arrived': {
      const { waits } = decision;
      return {
        ...kept, state: decision.state, dueAt: waits === null ? null : new Date(now.getTime() + waits.ms), awaits: waits?.for ?? null, sentAt: waits?.for === 'receipt' ? null : now,
        deliveredAt: decision.state === 'delivered' ? now : null, ended: waits === null,
      };
    }
    case 'failed': return { ...kept, state: 'failed', error: kept.error ?? 'no way is left', ended: false };
    case 'cancelled': return { ...kept, state: 'cancelled', ended: true };
  }
}

function tryStateOf(happening: Happening): DeliveryState | null {
  switch (happening.kind) {
    case 'accepted': return 'sent';
    case 'delivered': return 'delivered';
    case 'throttled': case 'retry': case 'refused': case 'lost': case 'unconfirmed': return 'failed';
    case 'unanswered': case 'resting': case 'gone': return null;
  }
}

/** What listeners are told; null: nothing that concerns them. */
function toldState(decision: Decision, happening: Happening): 'sent' | 'delivered' | 'failed' | null {
  if (decision.kind === 'failed') return 'failed';
  if (decision.kind !== 'arrived') return null;
  return happening.kind === 'accepted' || happening.kind === 'delivered' ? decision.state : null;
}

function eventOf(message: Message, row: DeliveryRow, type: 'notification.failed_over' | 'notification.failed', data: Readonly<Record<string, unknown>>): NewEvent {
  return { type, incident: message.incident, actor: SYSTEM_ACTOR, data: { delivery: row.id, subject: message.content.subject, recipient: row.recipient_name, ...data } };
}

/** Keeps the breakers and places of the channels; gives what is to be told of them. */
async function keepHealth(tx: Transaction, orgId: OrgId, occurrences: readonly Occurrence[], now: Date): Promise<NewEvent[]> {
  const touched = occurrences.filter((occurrence) => occurrence.row.channel !== null && (verdictOf(occurrence) !== null || occurrence.happening.kind === 'throttled'));
  const names = [...new Set(touched.flatMap(({ row }) => (row.channel === null ? [] : [row.channel])))];
  if (names.length === 0) return [];
  const events: NewEvent[] = [];
  for (const [channel, row] of await lockHealth(tx, orgId, names)) {
    const before = breakerOf(row);
    let breaker: Breaker = before;
    let nextFreeMs = row.next_free_at.getTime();
    let succeededAt: Date | null = null;
    let failure: string | null = null;
    for (const occurrence of touched) {
      if (occurrence.row.channel !== channel) continue;
      const verdict = verdictOf(occurrence);
      if (occurrence.happening.kind === 'throttled') nextFreeMs = afterThrottle(nextFreeMs, occurrence.happening.retryAfterMs, now.getTime());
      if (verdict === null) continue;
      breaker = afterMessage(breaker, verdict, now.getTime());
      if (verdict) succeededAt = now;
      else failure = reasonOf(occurrence.happening);
    }
    await writeHealth(tx, orgId, { channel, breaker, nextFreeMs, succeededAt, failedAt: failure === null ? null : now, failure });
    if (breaker.state === 'open' && before.state === 'closed') events.push({ type: 'channel.rests', incident: null, actor: SYSTEM_ACTOR, data: { id: channel, reason: failure ?? '' } });
    if (breaker.state === 'closed' && before.state !== 'closed') events.push({ type: 'channel.works_again', incident: null, actor: SYSTEM_ACTOR, data: { id: channel } });
  }
  return events;
}

/** Settles what happened to locked deliveries of one organisation. Gives events, to be appended as the last statement of the transaction. */
export async function settle(tx: Transaction, deps: SettleDeps, orgId: OrgId, occurrences: readonly Occurrence[]): Promise<NewEvent[]> {
  if (occurrences.length === 0) return [];
  const now = deps.clock.now();
  const events = await keepHealth(tx, orgId, occurrences, now);
  const ids = [...new Set(occurrences.flatMap(({ row, members }) => [row.message_id, ...(members ?? []).map((member) => member.message_id)]))];
  const messages = await readMessages(tx, orgId, ids);
  const cancelled = await readCancelled(tx, orgId, ids);
  const resting = new Set((await readResting(tx, orgId, now.getTime())).keys());
  const known = new Set((await tx.prepared<{ id: string }>('read-channel-ids', 'select c.id from channels as c where c.org_id = $1::integer and c.enabled', [orgId])).map(({ id }) => id));
  const changes: DeliveryChange[] = [];
  const tries: TryChange[] = [];
  const told: DeliveryOutcome[] = [];
  const failures = new Map<string, { readonly message: Message; readonly row: DeliveryRow; readonly reason: string | null; count: number }>();
  for (const { row, happening, providerId, members } of occurrences) {
    const message = messages.get(row.message_id);
    if (message === undefined) continue;
    const hops = hopsOfRow(row);
    const decision = decideNext({
      hops, hop: row.hop, round: row.round, refused: new Set(row.refused), lost: row.lost, messageClass: message.messageClass, urgency: message.urgency, ageMs: now.getTime() - row.created_at.getTime(),
      arrived: arrivalOf(row), cancelled: cancelled.has(row.message_id), resting,
    }, happening);
    const change = changeOf(row, decision, happening, now, known);
    changes.push(change);
    // Only of a try that was under way: what waited in the queue was not tried.
    const state = row.state === 'sending' || happening.kind === 'unconfirmed' ? tryStateOf(happening) : null;
    if (state !== null) tries.push({ id: row.id, number: row.tries, state, detail: reasonOf(happening), providerId: providerId ?? null });
    for (const member of members ?? []) if (state !== null) tries.push({ id: member.id, number: member.tries, state, detail: reasonOf(happening), providerId: null });
    const toldAs = toldState(decision, happening);
    if (toldAs !== null) {
      for (const each of [row, ...(members ?? [])]) {
        const of = messages.get(each.message_id);
        if (of !== undefined) told.push({ orgId, dedupKey: of.dedupKey, recipient: recipientOf(each), state: toldAs, channel: channelOf(row.channel), answer: null });
      }
    }
    if (decision.kind === 'try' && decision.hop !== row.hop && message.messageClass === 'page' && happening.kind !== 'unanswered') {
      events.push(eventOf(message, row, 'notification.failed_over', { from: row.channel, to: hops[decision.hop]?.channel ?? null, reason: reasonOf(happening) ?? '' }));
    }
    if (decision.kind === 'failed') {
      const failure = failures.get(row.message_id) ?? { message, row, reason: reasonOf(happening), count: 0 };
      failure.count += 1 + (members?.length ?? 0);
      failures.set(row.message_id, failure);
    }
  }
  await writeDeliveries(tx, orgId, changes);
  await writeTries(tx, orgId, tries, now);
  for (const { message, row, reason, count } of failures.values()) events.push(eventOf(message, row, 'notification.failed', { recipients: count, reason: reason ?? '' }));
  for (const outcome of told) for (const listener of deps.listeners) events.push(...(await listener(tx, outcome)));
  return events;
}
