/** What this module needs from others, as seen from here. The composition root plugs it in. */
import type { Actor, EventType, OrgId } from '#contract';
import type { Transaction } from '../platform/db/database.ts';
import type { OutboundRequest, OutboundResponse } from '../platform/outbound/client.ts';

/**
 * Appends one event to the organisation's log within the transaction of the change it tells of.
 * It must be the last statement of that transaction.
 */
export type EventSink = (
  tx: Transaction,
  orgId: OrgId,
  event: {
    readonly type: EventType;
    readonly actor: Actor;
    readonly incident: number | null;
    readonly data: Record<string, unknown>;
  },
) => Promise<void>;

/** Seals secrets for storing. `purpose` binds an envelope to its use, so that one cannot stand in for another. */
export interface SecretRing {
  seal(plaintext: string, purpose: string): string;
  open(envelope: string, purpose: string): string;
}

/** Calls another service through the guarded client. Throws `OutboundError` when there is no answer. */
export type CallOut = (request: OutboundRequest) => Promise<OutboundResponse>;
