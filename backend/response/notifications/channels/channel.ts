/** What a kind of channel is: a schema of its settings, a sender, and, where the provider has them, receipts. */
import type { z } from 'zod';
import type { ChannelKindName } from '#contract';
import type { OutboundRequest, OutboundResponse } from '../../../platform/outbound/client.ts';
import type { MailTransport } from '../../../platform/outbound/mail.ts';
import type { GrafanaRequest } from '../../../sources/index.ts';

/** What is to be told, before any kind of channel has given it its form. */
export interface Notice {
  /** The same for every try of the same notice to the same recipient. */
  readonly dedupKey: string;
  readonly messageClass: 'page' | 'update' | 'notice' | 'test';
  /** `critical` is SEV1. */
  readonly urgency: 'critical' | 'high' | 'normal' | 'low';
  /** One line. */
  readonly subject: string;
  /** CommonMark of a modest kind: paragraphs, `**bold**`, lists, links. */
  readonly text: string;
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  readonly link: { readonly label: string; readonly url: string } | null;
  /** Signed one-time links. */
  readonly actions: readonly { readonly id: string; readonly label: string; readonly url: string }[];
  /** Notices with the same thread belong together (those of one incident do). */
  readonly thread: string | null;
  readonly at: Date;
  readonly language: string;
  /** How far what the notice is about has come, for systems that keep an alert of their own open (PagerDuty, Opsgenie); open unless said otherwise. */
  readonly progress?: 'open' | 'acknowledged' | 'resolved';
  /** Where the reader ends a subscription with one click; only notices to subscribers have it. */
  readonly unsubscribeUrl?: string;
}

export interface SendContext<C> {
  readonly config: C;
  /** By the names of `secretFields`; an optional one that was not given is missing or empty. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Where to, for kinds that have an `address`. */
  readonly address: string | null;
  /** What the provider called the thread's first message; null for the first. */
  readonly threadRef: string | null;
  /** The guarded way out. Throws `OutboundError`. */
  readonly callOut: (request: OutboundRequest) => Promise<OutboundResponse>;
  readonly mail: MailTransport;
  /** Grafana's API as the organisation's service account. Throws `GrafanaCallError`. */
  readonly grafana: (request: GrafanaRequest) => Promise<unknown>;
  /** Where the provider may send receipts and answers to this message; null while Muster has no public address. */
  readonly callbackUrl: string | null;
  readonly now: Date;
  readonly signal: AbortSignal;
}

/** How a try ended. `reason` holds no secret and may be shown. */
export type SendOutcome =
  /** Taken; a receipt may follow. */
  | { readonly kind: 'accepted'; readonly providerId: string | null; readonly threadRef: string | null }
  /** The provider says that it arrived. */
  | { readonly kind: 'delivered'; readonly providerId: string | null; readonly threadRef: string | null }
  | { readonly kind: 'throttled'; readonly retryAfterMs: number }
  /** May work later, or over another channel. */
  | { readonly kind: 'retry'; readonly reason: string }
  /** Will never work. `ofChannel`: because of the channel itself (its settings, its login, what the installation allows), whoever the recipient is. */
  | { readonly kind: 'refused'; readonly reason: string; readonly ofChannel?: true };

/** What a provider told of a message later. */
export interface Receipt {
  readonly providerId: string;
  readonly state: 'delivered' | 'failed' | 'answered';
  /** What was answered: for calls `accept`, `decline` or `help`. */
  readonly answer?: string;
  /** What the provider wants to be answered; nothing unless said otherwise. */
  readonly reply?: { readonly contentType: string; readonly body: string };
}

/** A receipt as it came in. */
export interface ReceiptCall {
  /** The parsed body: JSON, or the fields of a form. */
  readonly body: unknown;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  /** The whole address as the provider knows it, `callbackUrl` with its query: signatures cover it. */
  readonly url: string;
}

export interface ChannelKind<C> {
  readonly kind: ChannelKindName;
  readonly title: string;
  readonly config: z.ZodType<C>;
  readonly secretFields: readonly { readonly name: string; readonly label: string; readonly required: boolean }[];
  /**
   * How a person is reached over the channel. A channel that is a target by itself is sent to without one: to what its
   * settings name. Null: the channel itself is the only target.
   */
  readonly address: { readonly label: string; readonly schema: z.ZodType<string> } | null;
  /** Whether a delivery receipt comes, so that its absence means fail-over. */
  readonly receipts: boolean;
  /** The provider's documented limit for one channel, in messages a second. */
  readonly perSecond: number;
  /** What is wrong with settings and secrets taken together, naming the field; null when nothing is. */
  settingsFault?(config: C, secrets: Readonly<Record<string, string>>): { readonly field: string; readonly message: string } | null;
  /** Sends once. Never throws for what a provider or a network does; throws for faults of our own only. */
  send(notice: Notice, context: SendContext<C>): Promise<SendOutcome>;
  /** Reads a receipt; null when its signature is wrong or it tells nothing. */
  receipt?(call: ReceiptCall): Receipt | null;
}
