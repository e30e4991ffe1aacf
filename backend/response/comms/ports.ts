/** What communication needs from modules beside and above it; `app.ts` plugs it in. */
import type { ChannelId, Delivery, IncidentNumber, OrgId, UserKey, UserRef } from '#contract';
import type { CatalogSnapshot } from '../../catalog/index.ts';
import type { Queryable, Transaction } from '../../platform/db/database.ts';

/** Whom a message is for. `address`: somebody outside, over a channel that takes addresses. */
export type Recipient =
  | { readonly kind: 'person'; readonly user: UserKey }
  | { readonly kind: 'channel'; readonly channel: ChannelId }
  /** `unsubscribeUrl`: their own way out; a mail carries it in its head as well. */
  | { readonly kind: 'address'; readonly channel: ChannelId; readonly address: string; readonly name: string; readonly unsubscribeUrl?: string };

/** A message to be sent; the same `dedupKey` is sent once. */
export interface SendOrder {
  readonly dedupKey: string;
  readonly messageClass: 'page' | 'update' | 'notice' | 'test';
  readonly urgency: 'critical' | 'high' | 'normal' | 'low';
  readonly incident: IncidentNumber | null;
  readonly to: readonly Recipient[];
  readonly subject: string;
  /** CommonMark of a modest kind. */
  readonly text: string;
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  readonly link: { readonly label: string; readonly url: string } | null;
  readonly actions: readonly { readonly id: string; readonly label: string; readonly url: string }[];
  /** Messages of one thread belong together. */
  readonly thread: string | null;
  readonly language?: string;
  /** Of what it is part, to be asked after as a whole. */
  readonly partOf?: string;
}

/** How far it is with all messages that are part of one thing. */
export interface Spread {
  readonly counts: { readonly recipients: number; readonly arrived: number; readonly taken: number; readonly waiting: number; readonly failed: number; readonly cancelled: number; readonly elsewhere: number };
  /** What failed or is tried again; the first few. */
  readonly troubled: readonly Delivery[];
}

export interface CommsPorts {
  /** Hands a message over within the transaction that decided on it; nothing is sent before it commits. */
  send(tx: Transaction, orgId: OrgId, order: SendOrder): Promise<void>;
  /** Where the messages stand that are part of it. */
  spreadOf(q: Queryable, orgId: OrgId, partOf: string): Promise<Spread>;
  /** People of the organisation, by key. */
  readonly users: { find(orgId: OrgId, keys: readonly UserKey[]): Promise<Map<UserKey, UserRef>> };
  /** Who belongs to a team now; none where there is no such team. */
  teamMembers(q: Queryable, orgId: OrgId, team: string): Promise<readonly UserKey[]>;
  /** The catalogue now. */
  snapshotOf(orgId: OrgId): Promise<CatalogSnapshot>;
  /** Address of an incident's page in Grafana. */
  urlOfIncident(number: number): string;
}
