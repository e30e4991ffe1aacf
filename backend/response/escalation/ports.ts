/** What escalation needs from modules beside and above it; `app.ts` plugs it in. */
import type { Actor, ContactUrgency, OrgId, UserKey, UserRef } from '#contract';
import type { NewEvent } from '../../eventlog/index.ts';
import type { Reach } from '../../oncall/index.ts';
import type { Queryable, Transaction } from '../../platform/db/database.ts';

export type PageRecipient =
  | { readonly kind: 'person'; readonly user: UserKey }
  | { readonly kind: 'channel'; readonly channel: string }
  | { readonly kind: 'address'; readonly channel: string; readonly address: string; readonly name: string };

/** Something to be told, as notifications take it. */
export interface PageOrder {
  readonly dedupKey: string;
  readonly messageClass: 'page' | 'notice';
  readonly urgency: ContactUrgency;
  readonly incident: number;
  readonly to: readonly PageRecipient[];
  readonly subject: string;
  readonly text: string;
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  readonly link: { readonly label: string; readonly url: string } | null;
  readonly actions: readonly { readonly id: string; readonly label: string; readonly url: string }[];
  readonly thread: string | null;
}

/** Sends in the transaction that decides; the same key is sent once. */
export interface Notifier {
  send(tx: Transaction, orgId: OrgId, order: PageOrder): Promise<unknown>;
  /** What is not sent yet need not be. */
  cancel(tx: Transaction, orgId: OrgId, dedupKey: string): Promise<unknown>;
}

/** What became of a page on its way. */
export interface PageOutcome {
  readonly orgId: OrgId;
  readonly dedupKey: string;
  readonly state: 'sent' | 'delivered' | 'failed' | 'answered';
  readonly channel: string | null;
  /** `accept`, `decline` or `help`, when it was answered on the channel itself. */
  readonly answer: string | null;
}

export interface RoleTaken {
  readonly orgId: OrgId;
  readonly incident: number;
  readonly role: string;
  readonly user: UserKey;
  readonly actor: Actor;
  readonly at: Date;
  /** Whoever has it is replaced only if it is this one. */
  readonly insteadOf: UserKey | null;
}

export interface EscalationPorts {
  readonly notifier: Notifier;
  readonly users: { find(orgId: OrgId, keys: readonly UserKey[]): Promise<Map<UserKey, UserRef>> };
  readonly people: {
    reachOf(q: Queryable, orgId: OrgId, users: readonly UserKey[], urgency: ContactUrgency, at: Date): Promise<Map<UserKey, Reach>>;
    teamMembers(q: Queryable, orgId: OrgId, team: string): Promise<UserKey[]>;
    teamNamed(q: Queryable, orgId: OrgId, name: string): Promise<{ readonly id: string; readonly name: string } | null>;
  };
  /** Who is on call; nobody when there is no such schedule. */
  onCall(q: Queryable, orgId: OrgId, schedule: string, at: Date): Promise<readonly UserKey[]>;
  /** What the catalogue calls the team of each service; services without one are left out. */
  teamsOf(orgId: OrgId, services: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Gives somebody a role that nobody has; gives the events to append, none when another one has it. */
  takeRole(tx: Transaction, taken: RoleTaken): Promise<readonly NewEvent[]>;
}

/** For an installation without channels: pages stand on the board, and nobody is told. */
export const NO_NOTIFIER: Notifier = { send: () => Promise.resolve(null), cancel: () => Promise.resolve(null) };
