/**
 * Receipts and answers of providers. Public: whoever calls proves to be the provider by the signature that the channel's
 * kind checks. A provider is told an address of its own for each try; one that knows only one address names its message.
 */
import express, { type Request, type Router } from 'express';
import { channelId, orgId as toOrgId, type OrgId } from '#contract';
import { appendEvents, type NewEvent } from '../../eventlog/index.ts';
import type { Database, Queryable, Transaction } from '../../platform/db/database.ts';
import { notFoundError } from '../../platform/errors.ts';
import type { KeyRing } from '../../platform/secrets/keyRing.ts';
import type { Receipt } from './channels/channel.ts';
import { findChannel, kindOf } from './channelStore.ts';
import { gatherMembers, lockDelivery, writeDeliveries, writeTries, type DeliveryRow } from './deliveryStore.ts';
import { readMessages } from './messageStore.ts';
import { recipientOf, settle, type SettleDeps } from './settle.ts';
import { openSecrets, RECEIPTS_PATH, type KindTable } from './transmit.ts';

export interface ReceiptDeps extends SettleDeps {
  readonly db: Database;
  readonly ring: Pick<KeyRing, 'open'>;
  readonly kinds: KindTable;
  readonly publicUrl: string;
}

const BODY_LIMIT = '256kb';
const NUMBER = /^[1-9]\d{0,17}$/;

/** The try that a provider speaks of. */
interface Place {
  readonly delivery: string;
  readonly number: number;
}

async function findTry(q: Queryable, orgId: OrgId, channel: string, named: Place | null, providerId: string): Promise<Place | null> {
  const [row] = await q.query<{ delivery: string; number: number }>(
    named === null
      ? `select t.delivery_id::text as delivery, t.number from notification_tries as t where t.org_id = $1::integer and t.channel = $2::text and t.provider_id = $3::text order by t.started_at desc limit 1`
      // A receipt may be quicker than the answer to the call: its name is not known then.
      : `select t.delivery_id::text as delivery, t.number from notification_tries as t where t.org_id = $1::integer and t.channel = $2::text and (t.provider_id is null or t.provider_id = $3::text)
           and t.delivery_id = $4::bigint and t.number = $5::integer`,
    named === null ? [orgId, channel, providerId] : [orgId, channel, providerId, named.delivery, named.number],
  );
  return row ?? null;
}

const KEPT = { awaits: null, dueAt: null, error: null, lost: 0, sentAt: null, deliveredAt: null, answeredAt: null, answer: null } as const;

async function tell(tx: Transaction, deps: ReceiptDeps, orgId: OrgId, rows: readonly DeliveryRow[], state: 'delivered' | 'answered', answer: string | null): Promise<NewEvent[]> {
  const events: NewEvent[] = [];
  const messages = await readMessages(tx, orgId, rows.map((row) => row.message_id));
  for (const row of rows) {
    const message = messages.get(row.message_id);
    if (message === undefined) continue;
    const outcome = { orgId, dedupKey: message.dedupKey, recipient: recipientOf(row), state, channel: row.channel === null ? null : channelId.parse(row.channel), answer };
    for (const listener of deps.listeners) events.push(...(await listener(tx, outcome)));
  }
  return events;
}

/** Notes what a provider told of a try. */
async function note(tx: Transaction, deps: ReceiptDeps, orgId: OrgId, place: Place, receipt: Receipt): Promise<void> {
  const row = await lockDelivery(tx, orgId, place.delivery);
  if (row === undefined) return;
  const now = deps.clock.now();
  const rows = [row, ...((await gatherMembers(tx, orgId, row.bundled ? [row.id] : [])).get(row.id) ?? [])];
  const kept = { id: row.id, hop: row.hop, round: row.round, refused: row.refused, channel: row.channel, ...KEPT };
  await writeTries(tx, orgId, [{ id: row.id, number: place.number, state: receipt.state, detail: receipt.state === 'failed' ? 'the provider says that it did not arrive' : (receipt.answer ?? null), providerId: receipt.providerId }], now);
  let events: NewEvent[] = [];
  if (receipt.state === 'answered') {
    await writeDeliveries(tx, orgId, [{ ...kept, state: 'answered', answer: receipt.answer ?? null, sentAt: now, deliveredAt: now, answeredAt: now, ended: true }]);
    events = await tell(tx, deps, orgId, rows, 'answered', receipt.answer ?? null);
  } else if (row.state === 'answered') {
    return;
  } else if (row.awaits === 'receipt' && row.tries === place.number) {
    events = await settle(tx, deps, orgId, [{
      row, happening: receipt.state === 'delivered' ? { kind: 'delivered' } : { kind: 'retry', reason: 'the provider says that it did not arrive' }, providerId: receipt.providerId, members: rows.slice(1),
    }]);
  } else if (receipt.state === 'delivered') {
    if (row.delivered_at !== null) return;
    // Late: what waits to go over another way is not needed any more. What is under way there already is let be.
    if (row.state === 'sending') await tx.query('update notification_deliveries set delivered_at = coalesce(delivered_at, $3::timestamptz) where org_id = $1::integer and id = $2::bigint', [orgId, row.id, now]);
    else await writeDeliveries(tx, orgId, [{ ...kept, awaits: row.awaits === 'answer' ? 'answer' : null, dueAt: row.awaits === 'answer' ? row.due_at : null, state: 'delivered', sentAt: now, deliveredAt: now, ended: false }]);
    events = await tell(tx, deps, orgId, rows, 'delivered', null);
  }
  await appendEvents(tx, orgId, now, events);
}

function placeOf(request: Request): Place | null {
  const { delivery, number } = request.params;
  return typeof delivery === 'string' && NUMBER.test(delivery) && typeof number === 'string' && /^[1-9]\d{0,8}$/.test(number) ? { delivery, number: Number(number) } : null;
}

/** Makes the router; to be mounted at `/api/notifications/receipts`. */
export function createReceiptRouter(deps: ReceiptDeps): Router {
  const { db, kinds } = deps;
  const router = express.Router();

  async function take(request: Request): Promise<Receipt['reply']> {
    const org = toOrgId.safeParse(Number(request.params['org']));
    const id = channelId.safeParse(request.params['channel']);
    const channel = org.success && id.success ? await findChannel(db, org.data, id.data) : undefined;
    if (!org.success || channel === undefined) throw notFoundError('there is no such channel');
    const body: unknown = request.body;
    const receipt = kinds[kindOf(channel)]?.receipt?.({
      body: body ?? {}, headers: Object.fromEntries(Object.entries(request.headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []))),
      secrets: openSecrets(deps.ring, org.data, channel), url: `${deps.publicUrl.replace(/\/+$/, '')}${RECEIPTS_PATH}${request.url}`,
    }) ?? null;
    // What proves nothing is answered like what is not there.
    if (receipt === null) throw notFoundError('there is no such message');
    const place = await findTry(db, org.data, channel.id, placeOf(request), receipt.providerId);
    if (place !== null) await db.transaction((tx) => note(tx, deps, org.data, place, receipt));
    return receipt.reply;
  }

  const parsers = [express.json({ limit: BODY_LIMIT }), express.urlencoded({ extended: false, limit: BODY_LIMIT })];
  router.post(['/:org/:channel', '/:org/:channel/:delivery/:number'], ...parsers, async (request, response) => {
    const reply = await take(request);
    if (reply === undefined) response.status(204).end();
    else response.type(reply.contentType).send(reply.body);
  });
  return router;
}
