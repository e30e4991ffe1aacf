/** Hands over to notifications what other modules want told: updates, pages, codes. Of a drill nobody is told anything. */
import { channelId, incidentNumber, type OrgId } from '#contract';
import { isDrill } from './incidents/index.ts';
import type { SchedulePorts, SendTest } from './oncall/index.ts';
import type { Transaction } from './platform/db/database.ts';
import type { CommsPorts } from './response/comms/index.ts';
import type { Notifier, PageRecipient } from './response/escalation/index.ts';
import type { Recipient, Sending } from './response/notifications/index.ts';

export interface Telling {
  readonly updates: CommsPorts['send'];
  readonly pages: Notifier;
  readonly code: SendTest;
  readonly people: SchedulePorts['tellPeople'];
}

function recipientOf(to: PageRecipient): Recipient {
  switch (to.kind) {
    case 'person':
      return to;
    case 'channel':
      return { kind: 'channel', channel: channelId.parse(to.channel) };
    case 'address':
      return { ...to, channel: channelId.parse(to.channel) };
  }
}

/** Makes it over notifications, which may be made later than this. `onCallUrl`: the page on which people see what concerns them. */
export function createTelling(notifications: () => Sending, onCallUrl: string): Telling {
  async function isTold(tx: Transaction, orgId: OrgId, incident: number | null): Promise<boolean> {
    return incident === null || !(await isDrill(tx, orgId, incident));
  }

  return {
    async updates(tx, orgId, order) {
      if (await isTold(tx, orgId, order.incident)) await notifications().send(tx, orgId, order);
    },
    pages: {
      async send(tx, orgId, order) {
        if (await isTold(tx, orgId, order.incident)) await notifications().send(tx, orgId, { ...order, incident: incidentNumber.parse(order.incident), to: order.to.map(recipientOf) });
      },
      cancel: (tx, orgId, dedupKey) => notifications().cancel(tx, orgId, dedupKey),
    },
    async people(tx, orgId, { dedupKey, to, team, isSoon, subject, text }) {
      await notifications().send(tx, orgId, {
        dedupKey, messageClass: 'notice', urgency: isSoon ? 'high' : 'normal', incident: null, team, to: to.map((user) => ({ kind: 'person', user })), subject, text,
        facts: [], link: { label: 'My shifts', url: onCallUrl }, actions: [], thread: null,
      });
    },
    async code(tx, { orgId, dedupKey, channel, address, name, code }) {
      await notifications().send(tx, orgId, {
        dedupKey, messageClass: 'notice', urgency: 'high', incident: null, to: [{ kind: 'address', channel: channelId.parse(channel), address, name }],
        subject: `${code} is your code for Muster`, text: `Give the code **${code}** on the page *On-call*, so that Muster knows that it reaches you here. If you did not ask for it, do nothing.`,
        facts: [], link: null, actions: [], thread: null,
      });
    },
  };
}
