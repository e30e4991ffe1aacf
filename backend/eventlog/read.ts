/** Reading the event log in the order of commits. */
import { actor as actorSchema, eventType, type Actor, type LiveEvent, type OrgId } from '#contract';
import { eventSeenBy, type Viewer } from '../access/index.ts';
import type { Queryable } from '../platform/db/database.ts';

interface EventRow {
  position: string;
  occurred_at: Date;
  type: string;
  incident_number: number | null;
  actor: unknown;
  data: Record<string, unknown>;
}

const COLUMNS = 'e.position::text, e.occurred_at, e.type, e.incident_number, e.actor, e.data';

function toEvent(row: EventRow): LiveEvent {
  return {
    position: row.position,
    type: eventType.parse(row.type),
    incident: row.incident_number,
    at: row.occurred_at.toISOString(),
    actor: actorSchema.parse(row.actor),
    data: row.data,
  };
}

/** Events after `after`, oldest first, whoever may see them. Positions are in the order of commits: none is ever skipped. */
export async function readEventsAfter(q: Queryable, orgId: OrgId, after: string, limit: number): Promise<LiveEvent[]> {
  const rows = await q.prepared<EventRow>(
    'read-events-after',
    `select ${COLUMNS} from event_log as e
     where e.org_id = $1::integer and e.position > $2::bigint
     order by e.position limit $3::integer`,
    [orgId, after, limit],
  );
  return rows.map(toEvent);
}

/** Position of the newest event, `0` when there is none. */
export async function newestEventPosition(q: Queryable, orgId: OrgId): Promise<string> {
  const rows = await q.query<{ position: string }>(
    'select coalesce(max(e.position), 0)::text as position from event_log as e where e.org_id = $1::integer',
    [orgId],
  );
  return rows[0]?.position ?? '0';
}

export interface EventFilter {
  /** Whose eyes it is read for: events about incidents that are hidden from them are left out. */
  readonly viewer: Viewer;
  readonly incident?: number;
  /** Events that are wanted beside those of the incident, by position. */
  readonly besides?: readonly string[];
  readonly types?: readonly string[];
  readonly notTypes?: readonly string[];
  readonly by?: Actor['kind'];
  readonly notBy?: Actor['kind'];
  /** Only events beyond this position, in the direction of `order`. */
  readonly beyond?: string;
  /** Only events that occurred from then on, and until then. */
  readonly from?: Date;
  readonly until?: Date;
  readonly order: 'newest' | 'oldest';
  readonly limit: number;
}

/** A page of events by incident, type or who did it. */
export async function listEvents(q: Queryable, orgId: OrgId, filter: EventFilter): Promise<LiveEvent[]> {
  const newest = filter.order === 'newest';
  const rows = await q.query<EventRow>(
    `select ${COLUMNS} from event_log as e
     where e.org_id = $1::integer
       and ($2::integer is null or e.incident_number = $2::integer or e.position = any($7::bigint[]))
       and ($3::text[] is null or e.type = any($3::text[]))
       and ($4::text[] is null or e.type <> all($4::text[]))
       and ($8::text is null or e.actor->>'kind' = $8::text)
       and ($9::text is null or e.actor->>'kind' <> $9::text)
       and ($10::timestamptz is null or e.occurred_at >= $10::timestamptz)
       and ($11::timestamptz is null or e.occurred_at <= $11::timestamptz)
       and ${eventSeenBy('$12', 'e')}
       and ($5::bigint is null or e.position ${newest ? '<' : '>'} $5::bigint)
     order by e.position ${newest ? 'desc' : 'asc'} limit $6::integer`,
    [
      orgId, filter.incident ?? null, filter.types ?? null, filter.notTypes ?? null, filter.beyond ?? null, filter.limit, filter.besides ?? [], filter.by ?? null, filter.notBy ?? null,
      filter.from ?? null, filter.until ?? null, filter.viewer,
    ],
  );
  return rows.map(toEvent);
}
