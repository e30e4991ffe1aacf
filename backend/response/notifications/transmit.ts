/** One try: reads the settings, gives the message its form, calls the provider, with a limit of time. */
import type { OrgId } from '#contract';
import { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import type { Queryable } from '../../platform/db/database.ts';
import type { Logger } from '../../platform/logger.ts';
import type { KeyRing } from '../../platform/secrets/keyRing.ts';
import { bundleOf } from './bundling.ts';
import type { Notice, SendOutcome } from './channels/channel.ts';
import type { StoredKind } from './channels/index.ts';
import { channelPurpose, configOf, kindOf, type ChannelRow } from './channelStore.ts';
import { findThreads, hopsOfRow, type DeliveryRow } from './deliveryStore.ts';
import type { Message } from './messageStore.ts';
import { ownContent } from './order.ts';
import type { NotificationPorts } from './ports.ts';

export type KindTable = Readonly<Record<string, StoredKind>>;

export interface TransmitDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly ring: Pick<KeyRing, 'open'>;
  readonly kinds: KindTable;
  readonly publicUrl: string;
  readonly ports: Pick<NotificationPorts, 'callOut' | 'mail' | 'grafana'>;
}

const secretsShape = z.record(z.string(), z.string());
/** Below the API's own address. */
export const RECEIPTS_PATH = '/api/notifications/receipts';

/** The secrets of a channel. Throws `SealError`. */
export function openSecrets(ring: Pick<KeyRing, 'open'>, orgId: OrgId, row: ChannelRow): Record<string, string> {
  return row.secrets_sealed === null ? {} : secretsShape.parse(JSON.parse(ring.open(row.secrets_sealed, channelPurpose(orgId, row.id))));
}

/** A message as its recipient gets it. The key is the same for every try of it. */
export function noticeOf(message: Message, row: DeliveryRow): Notice {
  const own = ownContent.parse(row.own);
  const { content } = message;
  return {
    dedupKey: `${message.dedupKey}/${row.recipient_kind}:${row.recipient_key}`, messageClass: message.messageClass, urgency: message.urgency, subject: content.subject, text: content.text, facts: content.facts,
    link: content.link, actions: own.actions, thread: message.thread, at: message.createdAt, language: content.language,
    ...(content.progress === undefined ? {} : { progress: content.progress }), ...(own.unsubscribeUrl === undefined ? {} : { unsubscribeUrl: own.unsubscribeUrl }),
  };
}

/** Several deliveries as one notice, the first one's when there is one only. */
export function noticeOfAll(lead: DeliveryRow, members: readonly DeliveryRow[], messages: ReadonlyMap<string, Message>): Notice | null {
  const notices = [lead, ...members].flatMap((row) => {
    const message = messages.get(row.message_id);
    return message === undefined ? [] : [noticeOf(message, row)];
  });
  const [first, ...others] = notices;
  if (first === undefined) return null;
  return others.length === 0 ? first : bundleOf([first, ...others], `${first.dedupKey}/bundle`);
}

/** Calls the provider of a channel. Never throws: a fault of ours counts as a try that failed. */
export async function callKind(
  deps: TransmitDeps, orgId: OrgId, channel: ChannelRow, notice: Notice, to: { readonly address: string | null; readonly threadRef: string | null; readonly callbackUrl: string | null; readonly limitMs: number },
): Promise<SendOutcome> {
  const { clock, logger, ports } = deps;
  const kind = deps.kinds[kindOf(channel)];
  if (kind === undefined) return { kind: 'refused', reason: `there is no kind "${channel.kind}"` };
  const stop = new AbortController();
  let timedOut = (): void => undefined;
  const late = new Promise<SendOutcome>((resolve) => {
    timedOut = () => resolve({ kind: 'retry', reason: `${kind.title}: no answer within ${Math.round(to.limitMs / 1_000)} s` });
  });
  const timer = clock.after(to.limitMs, () => {
    timedOut();
    stop.abort();
  });
  try {
    const secrets = openSecrets(deps.ring, orgId, channel);
    const sending = kind.send(notice, {
      config: configOf(channel), secrets, address: to.address, threadRef: to.threadRef, callOut: ports.callOut, mail: ports.mail, grafana: (request) => ports.grafana.call(orgId, request),
      callbackUrl: to.callbackUrl, now: clock.now(), signal: stop.signal,
    });
    return await Promise.race([sending, late]);
  } catch (error) {
    logger.error({ err: error, orgId, channel: channel.id }, 'a message could not be handed to its channel');
    return { kind: 'retry', reason: 'Muster could not send it; its log says why' };
  } finally {
    timer.stop();
  }
}

/** The address at which a provider tells what became of a try. */
export function callbackUrlOf(publicUrl: string, orgId: OrgId, row: Pick<DeliveryRow, 'id' | 'tries' | 'channel'>): string {
  return `${publicUrl.replace(/\/+$/, '')}${RECEIPTS_PATH}/${orgId}/${row.channel ?? ''}/${row.id}/${row.tries}`;
}

export interface Way {
  readonly address: string | null;
  readonly threadRef: string | null;
}

/** The addresses and threads of the present ways of deliveries, in the same order. */
export async function waysOf(q: Queryable, orgId: OrgId, told: readonly { readonly row: DeliveryRow; readonly thread: string | null }[]): Promise<Way[]> {
  const ways = told.map(({ row, thread }) => ({ address: hopsOfRow(row)[row.hop]?.address ?? null, channel: row.channel, thread }));
  const places = ways.flatMap(({ address, channel, thread }) => (thread === null || channel === null ? [] : [{ channel, address: address ?? '', thread }]));
  const refs = await findThreads(q, orgId, places);
  let next = 0;
  return ways.map(({ address, channel, thread }) => {
    const threadRef = thread === null || channel === null ? null : (refs[next] ?? null);
    if (thread !== null && channel !== null) next += 1;
    return { address, threadRef };
  });
}
