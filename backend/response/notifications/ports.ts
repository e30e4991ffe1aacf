/** What notifications need from modules beside and above them; `app.ts` plugs it in. */
import type { ChannelId, OrgId, Urgency, UserKey, UserRef } from '#contract';
import type { NewEvent } from '../../eventlog/index.ts';
import type { Queryable, Transaction } from '../../platform/db/database.ts';
import type { OutboundClient } from '../../platform/outbound/client.ts';
import type { MailTransport } from '../../platform/outbound/mail.ts';
import type { GrafanaApi } from '../../sources/index.ts';
import type { Recipient } from './order.ts';

/** One way to reach a person, in the order they want. */
export interface ContactWay {
  readonly channel: ChannelId;
  readonly address: string;
  /** Of pages: how long their answer is waited for before the next way is taken as well; 0: only if this one fails. */
  readonly waitSeconds: number;
}

/** Somebody who may be called, with all their addresses in the order in which they are tried for what is critical. */
export interface RehearsalPerson {
  readonly person: UserRef;
  /** Quiet hours now. */
  readonly isQuiet: boolean;
  readonly ways: readonly { readonly channel: ChannelId; readonly address: string; readonly isProven: boolean }[];
}

/** What became of a message for one recipient. */
export interface DeliveryOutcome {
  readonly orgId: OrgId;
  readonly dedupKey: string;
  readonly recipient: Recipient;
  readonly state: 'sent' | 'delivered' | 'failed' | 'answered';
  /** Null: there was no way at all. */
  readonly channel: ChannelId | null;
  readonly answer: string | null;
}

/** Told in the transaction that notes the outcome. Must not append events itself: it gives them, and they are appended last. */
export type OutcomeListener = (tx: Transaction, outcome: DeliveryOutcome) => Promise<readonly NewEvent[]>;

export interface NotificationPorts {
  readonly users: { find(orgId: OrgId, keys: readonly UserKey[]): Promise<ReadonlyMap<UserKey, UserRef>> };
  /** How a person wants to be reached now; empty: in no way that is known. */
  contactPlan(q: Queryable, orgId: OrgId, user: UserKey, urgency: Urgency, at: Date): Promise<readonly ContactWay[]>;
  /** Everybody who may be called, or one person (`only`), for rehearsals. */
  rehearsalPeople(q: Queryable, orgId: OrgId, only: UserKey | null, at: Date): Promise<readonly RehearsalPerson[]>;
  /** Read again at every outcome, so that modules may add theirs after this one is made. */
  readonly onOutcome: readonly OutcomeListener[];
  /** Who else uses a channel, in words; it is not deleted while somebody does. */
  readonly channelUsers: readonly ((q: Queryable, orgId: OrgId, channel: ChannelId) => Promise<readonly string[]>)[];
  readonly callOut: OutboundClient['call'];
  readonly mail: MailTransport;
  readonly grafana: GrafanaApi;
}
