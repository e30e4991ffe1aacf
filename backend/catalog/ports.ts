/** What this module needs from others, as seen from here. The composition root plugs it in. */
import type { Actor, EventType, OrgId } from '#contract';
import type { Transaction } from '../platform/db/database.ts';

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

/** Told when a change is over; windows of planned work may belong to it. May be told twice. */
export type ChangeClosed = (orgId: OrgId, by: Actor, change: string) => Promise<unknown>;
