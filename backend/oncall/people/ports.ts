/** What this module needs from others, as seen from here. The composition root plugs it in. */
import type { Actor, EventType, OrgId } from '#contract';
import type { Queryable, Transaction } from '../../platform/db/database.ts';

/**
 * Appends one event to the organisation's log within the transaction of the change it tells of.
 * It must be the last statement of that transaction.
 */
export type EventSink = (
  tx: Transaction,
  orgId: OrgId,
  event: { readonly type: EventType; readonly actor: Actor; readonly incident: number | null; readonly data: Record<string, unknown> },
) => Promise<void>;

/** A channel on which a person may have an address. */
export interface PersonalChannel {
  readonly id: string;
  readonly name: string;
  /** What an address on it is called: a phone number, an e-mail address. */
  readonly addressLabel: string;
}

/** The channels, as people see them. */
export interface ChannelPort {
  list(q: Queryable, orgId: OrgId): Promise<readonly PersonalChannel[]>;
  /** What is wrong with an address on a channel; null: nothing. */
  faultOf(q: Queryable, orgId: OrgId, channel: string, address: string): Promise<{ readonly field: 'channel' | 'address'; readonly message: string } | null>;
  /** Channel that reaches people at the e-mail address that Grafana knows; null: there is none. */
  emailChannel(q: Queryable, orgId: OrgId): Promise<string | null>;
}

export interface CodeToSend {
  readonly orgId: OrgId;
  /** The same for every try to send it. */
  readonly dedupKey: string;
  readonly channel: string;
  readonly address: string;
  /** Whose it is. */
  readonly name: string;
  readonly code: string;
}

/** Sends a code to an address that is not proven yet, in the transaction that made it. */
export type SendTest = (tx: Transaction, code: CodeToSend) => Promise<void>;

/** The little of Grafana's API that teams take. Throws an error with a sentence for a person. */
export interface GrafanaCalls {
  isConnected(orgId: OrgId): Promise<boolean>;
  call(orgId: OrgId, request: { readonly method: 'GET'; readonly path: `/api/${string}`; readonly query?: Readonly<Record<string, string>> }): Promise<unknown>;
}

/** For an installation whose channels are not connected: every channel and address is taken as it is, and nothing is sent. */
export const ANY_CHANNEL: ChannelPort = { list: () => Promise.resolve([]), faultOf: () => Promise.resolve(null), emailChannel: () => Promise.resolve(null) };
