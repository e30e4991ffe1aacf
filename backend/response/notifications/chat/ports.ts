/** What chats need from others; `app.ts` plugs it in. */
import type { ChannelKindName, IncidentNumber, OrgId, UserKey } from '#contract';
import type { OutboundClient } from '../../../platform/outbound/client.ts';
import type { Caller, JsonOperationName } from '../../../platform/http/route.ts';

/** A channel that is set up, with its secrets opened. */
export interface ChatChannel {
  readonly orgId: OrgId;
  readonly id: string;
  readonly kind: ChannelKindName;
  readonly config: unknown;
  readonly secrets: Readonly<Record<string, string>>;
}

/** Where something was written. */
export interface ChatPlace {
  readonly orgId: OrgId;
  readonly channel: string;
  /** As the chat calls it. */
  readonly conversation: string;
  /** The first message of the thread, as the chat calls it; null outside of one. */
  readonly thread: string | null;
}

/** An operation of the API, called as somebody. Answers and refusals (`AppError`) are those of the API. */
export type Perform = (caller: Caller, name: JsonOperationName, request: { readonly params?: unknown; readonly query?: unknown; readonly body?: unknown }, options?: { readonly ifMatch?: number; readonly key?: string }) => Promise<unknown>;

export interface ChatPorts {
  /** The enabled channel; null when there is none. */
  channel(orgId: OrgId, id: string): Promise<ChatChannel | null>;
  /** All enabled channels of chats. */
  channels(orgId: OrgId): Promise<readonly ChatChannel[]>;
  /** Who has this address and was at Muster's pages lately; null when nobody has, or more than one. */
  callerByEmail(orgId: OrgId, email: string): Promise<Caller | null>;
  /** As above, by the name of the login. */
  callerByLogin(orgId: OrgId, login: string): Promise<Caller | null>;
  /** Addresses of people by key; those that Grafana has not told are left out. */
  emailsOf(orgId: OrgId, keys: readonly UserKey[]): Promise<readonly string[]>;
  readonly perform: Perform;
  /** The incident whose notices make up this thread; null when none does. */
  incidentOfThread(place: ChatPlace): Promise<IncidentNumber | null>;
  readonly callOut: OutboundClient['call'];
}
