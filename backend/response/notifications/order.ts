/** What other modules order: something to be told, and who is to be told. */
import type { ChannelId, IncidentNumber, MessageClass, Urgency, UserKey } from '#contract';
import { z } from 'zod';
import type { Notice } from './channels/channel.ts';

export type Recipient =
  | { readonly kind: 'person'; readonly user: UserKey }
  | { readonly kind: 'channel'; readonly channel: ChannelId }
  /** `name` is how the pages call whoever reads there. `unsubscribeUrl` stands in that one's message alone. */
  | { readonly kind: 'address'; readonly channel: ChannelId; readonly address: string; readonly name: string; readonly unsubscribeUrl?: string };

export interface Order {
  /** What is ordered again under the same key is not told again. */
  readonly dedupKey: string;
  readonly messageClass: MessageClass;
  readonly urgency: Urgency;
  readonly incident: IncidentNumber | null;
  /** Whose chain stands in when a way fails; null: that of everybody. */
  readonly team?: string | null;
  readonly to: readonly Recipient[];
  readonly subject: string;
  readonly text: string;
  readonly facts: Notice['facts'];
  readonly link: Notice['link'];
  /** One address for all recipients, or one each (by `recipientKey`). */
  readonly actions: Notice['actions'] | ((recipient: Recipient) => Notice['actions']);
  readonly thread: string | null;
  readonly language?: string;
  readonly progress?: Notice['progress'];
  /** Of what it is part, to be asked after as a whole. */
  readonly partOf?: string;
}

/** What is kept of a message and read back before every try. */
export const storedContent = z.object({
  subject: z.string(), text: z.string(), facts: z.array(z.object({ label: z.string(), value: z.string() })), link: z.object({ label: z.string(), url: z.string() }).nullable(),
  language: z.string(), progress: z.enum(['open', 'acknowledged', 'resolved']).optional(),
});
export type StoredContent = z.infer<typeof storedContent>;

/** What stands in the message of one recipient alone. */
export const ownContent = z.object({
  actions: z.array(z.object({ id: z.string(), label: z.string(), url: z.string() })), unsubscribeUrl: z.string().optional(),
});
export type OwnContent = z.infer<typeof ownContent>;

/** By what a recipient is known within a message. */
export function recipientKey(recipient: Recipient): string {
  switch (recipient.kind) {
    case 'person': return recipient.user;
    case 'channel': return recipient.channel;
    case 'address': return `${recipient.channel}:${recipient.address}`;
  }
}

/** 0 is first. */
export function priorityOf(messageClass: MessageClass, urgency: Urgency): number {
  if (urgency === 'critical') return messageClass === 'page' ? 0 : 1;
  return messageClass === 'page' ? 2 : urgency === 'high' ? 3 : urgency === 'normal' ? 4 : 5;
}
