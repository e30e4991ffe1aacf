/** Writing to the event log. */
import type { Actor, EventType, OrgId } from '#contract';
import type { Transaction } from '../platform/db/database.ts';

export interface NewEvent {
  readonly type: EventType;
  readonly incident: number | null;
  readonly actor: Actor;
  readonly data: Readonly<Record<string, unknown>>;
}

interface PositionRow {
  position: string;
}

/**
 * Appends events in order and wakes the live readers when the transaction commits. Takes the
 * organisation's log lock: it must be the last statement of the transaction that needs a lock.
 * Gives the positions of the events.
 */
export async function appendEvents(
  tx: Transaction,
  orgId: OrgId,
  occurredAt: Date,
  events: readonly NewEvent[],
): Promise<string[]> {
  if (events.length === 0) return [];
  const rows = await tx.prepared<PositionRow>(
    'append-events',
    'select append_events($1::integer, $2::timestamptz, $3::jsonb)::text as position',
    [orgId, occurredAt, JSON.stringify(events)],
  );
  return rows.map((row) => row.position);
}

/** The actor of what Muster decides by itself. */
export const SYSTEM_ACTOR: Actor = { kind: 'system', key: 'muster', name: 'Muster' };
