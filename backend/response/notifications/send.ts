/** Ordering: a message becomes a delivery for each recipient, with all its ways, in the transaction of whoever orders it. */
import type { ChannelId, MessageId, NotificationSettingsValues, OrgId, UserKey } from '#contract';
import type { Clock } from '../../platform/clock.ts';
import type { Queryable, Transaction } from '../../platform/db/database.ts';
import { holdUntil, mayBundle } from './bundling.ts';
import { chainFor, hopsOf } from './chains.ts';
import { readChains } from './chainStore.ts';
import { findChannelIds } from './channelStore.ts';
import { callOff, findMessageId, insertDeliveries, insertMessage, recentNotices, type NewDelivery } from './messageStore.ts';
import type { Hop } from './nextHop.ts';
import { priorityOf, recipientKey, type Order, type Recipient } from './order.ts';
import type { NotificationPorts } from './ports.ts';

export interface SendDeps {
  readonly clock: Clock;
  readonly ports: Pick<NotificationPorts, 'users' | 'contactPlan'>;
  settingsOf(q: Queryable, orgId: OrgId): Promise<NotificationSettingsValues>;
}

export interface Sending {
  /** Orders. Gives the message, which is the one there is already when the key was used before. */
  send(tx: Transaction, orgId: OrgId, order: Order): Promise<MessageId>;
  /** Calls a message off, for instance because somebody else took it on. What is under way may still arrive. */
  cancel(tx: Transaction, orgId: OrgId, dedupKey: string): Promise<void>;
}

/** Makes it. */
export function createSending({ clock, ports, settingsOf }: SendDeps): Sending {
  async function ownWays(tx: Transaction, orgId: OrgId, order: Order, recipient: Recipient, at: Date): Promise<Hop[]> {
    switch (recipient.kind) {
      case 'person': return [...(await ports.contactPlan(tx, orgId, recipient.user, order.urgency, at))];
      case 'channel': return [{ channel: recipient.channel, address: null, waitSeconds: 0 }];
      case 'address': return [{ channel: recipient.channel, address: recipient.address, waitSeconds: 0 }];
    }
  }

  async function heldUntil(tx: Transaction, orgId: OrgId, order: Order, at: Date): Promise<(recipient: Recipient) => Date | null> {
    const people = order.to.filter((recipient) => recipient.kind !== 'channel');
    if (!mayBundle(order.messageClass, order.urgency) || people.length === 0) return () => null;
    const { bundleAfter, bundleSeconds } = await settingsOf(tx, orgId);
    const rule = { after: bundleAfter, windowMs: bundleSeconds * 1_000 };
    const recent = await recentNotices(tx, orgId, people.map((recipient) => ({ kind: recipient.kind, key: recipientKey(recipient) })), new Date(at.getTime() - rule.windowMs));
    return (recipient) => {
      if (recipient.kind === 'channel') return null;
      const until = holdUntil(rule, recent.get(`${recipient.kind}/${recipientKey(recipient)}`) ?? [], at.getTime());
      return until === null ? null : new Date(until);
    };
  }

  return {
    async send(tx, orgId, order) {
      const at = clock.now();
      const message = await insertMessage(tx, orgId, {
        dedupKey: order.dedupKey, messageClass: order.messageClass, urgency: order.urgency, incident: order.incident, team: order.team ?? null, thread: order.thread, partOf: order.partOf ?? null, at,
        content: { subject: order.subject, text: order.text, facts: [...order.facts], link: order.link, language: order.language ?? 'en', ...(order.progress === undefined ? {} : { progress: order.progress }) },
      });
      if (message === null) {
        const known = await findMessageId(tx, orgId, order.dedupKey);
        if (known === null) throw new Error(`the message ${order.dedupKey} vanished`);
        return known;
      }
      const chain = chainFor((await readChains(tx, orgId)).chains, { team: order.team ?? null, messageClass: order.messageClass, urgency: order.urgency });
      const fallbacks: readonly ChannelId[] = order.messageClass === 'test' ? [] : (chain?.channels ?? []);
      const users = order.to.flatMap((recipient): UserKey[] => (recipient.kind === 'person' ? [recipient.user] : []));
      const people = users.length === 0 ? new Map<UserKey, { readonly name: string }>() : await ports.users.find(orgId, users);
      const held = await heldUntil(tx, orgId, order, at);
      const ways = new Map<Recipient, Hop[]>();
      for (const recipient of order.to) ways.set(recipient, await ownWays(tx, orgId, order, recipient, at));
      const named = [...new Set([...fallbacks, ...[...ways.values()].flat().map(({ channel }) => channel)])];
      const known = new Set<string>(await findChannelIds(tx, orgId, named));
      const deliveries = order.to.map((recipient): NewDelivery => {
        // Somebody outside is told over their own address alone: a channel of the team is no stand-in for them.
        const hops = hopsOf(ways.get(recipient) ?? [], recipient.kind === 'address' ? [] : fallbacks).filter(({ channel }) => known.has(channel));
        const name = recipient.kind === 'person' ? (people.get(recipient.user)?.name ?? recipient.user) : recipient.kind === 'channel' ? recipient.channel : recipient.name;
        return {
          kind: recipient.kind, key: recipientKey(recipient), name, hops, heldUntil: held(recipient),
          own: {
            actions: [...(typeof order.actions === 'function' ? order.actions(recipient) : order.actions)],
            ...(recipient.kind === 'address' && recipient.unsubscribeUrl !== undefined ? { unsubscribeUrl: recipient.unsubscribeUrl } : {}),
          },
        };
      });
      await insertDeliveries(tx, orgId, message, priorityOf(order.messageClass, order.urgency), at, deliveries);
      return message;
    },
    cancel: (tx, orgId, dedupKey) => callOff(tx, orgId, dedupKey, clock.now()),
  };
}
