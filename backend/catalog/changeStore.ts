/** SQL of change events. They are read in the order of commits, as alerts are, or by when they were made. */
import { actor as actorSchema, changeKind, type Actor, type Change, type ChangeBody, type ChangeListQuery, type OrgId } from '#contract';
import type { Queryable } from '../platform/db/database.ts';
import type { ChangeEvent } from './changeEvent.ts';

/** A change in its place in the log of its organisation. */
export interface StoredChange extends ChangeEvent {
  readonly position: string;
  /** Empty for one told through the API. */
  readonly source: string;
  readonly recordedAt: Date;
  readonly recordedBy: Actor;
  readonly closedAt: Date | null;
  /** Position of the event that tells of its close; null also when it was told as closed at once. */
  readonly closedPosition: string | null;
}

interface ChangeRow {
  position: string;
  source_id: string;
  external_id: string;
  kind: string;
  service: string | null;
  clusters: string[];
  changed_at: Date;
  recorded_at: Date;
  title: string;
  author: string | null;
  link: string | null;
  recorded_by: unknown;
  closed_at: Date | null;
  closed_position: string | null;
}

const COLUMNS = `c.position::text, c.source_id, c.external_id, c.kind, c.service, c.clusters, c.changed_at, c.recorded_at, c.title, c.author, c.link, c.recorded_by,
  c.closed_at, c.closed_position::text`;

function toChange(row: ChangeRow): StoredChange {
  return {
    position: row.position, source: row.source_id, id: row.external_id, kind: changeKind.parse(row.kind), service: row.service, clusters: row.clusters,
    at: row.changed_at, recordedAt: row.recorded_at, title: row.title, author: row.author, link: row.link, recordedBy: actorSchema.parse(row.recorded_by),
    closedAt: row.closed_at, closedPosition: row.closed_position,
  };
}

/** A change as the API shows it. */
export function toApiChange({ closedPosition: _, ...change }: StoredChange): Change {
  return {
    ...change, source: change.source === '' ? null : change.source, clusters: [...change.clusters],
    at: change.at.toISOString(), recordedAt: change.recordedAt.toISOString(), closedAt: change.closedAt?.toISOString() ?? null,
  };
}

/** A change with its time settled, or only the news that one is over which may not be known. */
export type ToldChange = (ChangeBody & { readonly at: string }) | { readonly id: string; readonly state: 'closed'; readonly onlyKnown: true };

export interface ChangeReceipt {
  readonly id: string;
  readonly position: string;
  /** False when it was known already. */
  readonly recorded: boolean;
}

/**
 * Stores changes with their events, under the log lock: one statement, so nothing lies between lock
 * and commit (decision 0003). A change that its source told before is left as it is, but for its close.
 */
export async function recordChanges(
  q: Queryable, orgId: OrgId, source: string, recordedAt: Date, actor: Actor, changes: readonly ToldChange[],
): Promise<ChangeReceipt[]> {
  if (changes.length === 0) return [];
  const rows = await q.query<{ external_id: string; position: string; recorded: boolean }>(
    'select external_id, position::text, recorded from record_changes($1::integer, $2::text, $3::timestamptz, $4::jsonb, $5::jsonb)',
    [orgId, source, recordedAt, JSON.stringify(actor), JSON.stringify(changes)],
  );
  return rows.map((row) => ({ id: row.external_id, position: row.position, recorded: row.recorded }));
}

/**
 * Changes after `after`, oldest first. Positions are given out under the organisation's log lock and
 * are comparable with those of the alert log: none is skipped, and both can be merged by them.
 */
export async function readChangesAfter(q: Queryable, orgId: OrgId, after: string, limit: number): Promise<StoredChange[]> {
  const rows = await q.prepared<ChangeRow>(
    'read-changes-after',
    `select ${COLUMNS} from change_events as c where c.org_id = $1::integer and c.position > $2::bigint order by c.position limit $3::integer`,
    [orgId, after, limit],
  );
  return rows.map(toChange);
}

/** Newest changes up to and with `upTo` that were recorded at or after `since`, oldest first; at most `limit`. For rebuilding a window. */
export async function readRecentChanges(q: Queryable, orgId: OrgId, upTo: string, since: Date, limit: number): Promise<StoredChange[]> {
  const rows = await q.query<ChangeRow>(
    `select ${COLUMNS} from change_events as c
      where c.org_id = $1::integer and c.position <= $2::bigint and c.recorded_at >= $3::timestamptz
      order by c.position desc limit $4::integer`,
    [orgId, upTo, since, limit],
  );
  return rows.map(toChange).reverse();
}

export interface ChangeScope {
  /** A change of none of them does not count; one that names no service always does. */
  readonly services: readonly string[];
  readonly from: Date;
  readonly to: Date;
}

export interface ChangePosition {
  readonly at: string;
  readonly position: string;
}

/** Changes of some services, or of none in particular, made or closed within a time, those made last first. */
export async function selectChangesNear(q: Queryable, orgId: OrgId, scope: ChangeScope, limit: number, before: ChangePosition | null = null): Promise<StoredChange[]> {
  const rows = await q.query<ChangeRow>(
    `select ${COLUMNS} from change_events as c
      where c.org_id = $1::integer and (c.changed_at between $2::timestamptz and $3::timestamptz or c.closed_at between $2::timestamptz and $3::timestamptz)
        and (c.service is null or c.service = any($4::text[]))
        and ($6::timestamptz is null or (c.changed_at, c.position) < ($6::timestamptz, $7::bigint))
      order by c.changed_at desc, c.position desc limit $5::integer`,
    [orgId, scope.from, scope.to, scope.services, limit, before?.at ?? null, before?.position ?? null],
  );
  return rows.map(toChange);
}

/** A page of changes, those made last first. */
export async function selectChanges(q: Queryable, orgId: OrgId, query: ChangeListQuery, before: ChangePosition | null): Promise<StoredChange[]> {
  const rows = await q.query<ChangeRow>(
    `select ${COLUMNS} from change_events as c
      where c.org_id = $1::integer and ($2::text is null or c.service = $2::text) and ($3::text is null or c.kind = $3::text)
        and ($4::timestamptz is null or c.changed_at >= $4::timestamptz) and ($5::timestamptz is null or c.changed_at < $5::timestamptz)
        and ($6::timestamptz is null or (c.changed_at, c.position) < ($6::timestamptz, $7::bigint))
      order by c.changed_at desc, c.position desc limit $8::integer`,
    [orgId, query.service ?? null, query.kind ?? null, query.from ?? null, query.to ?? null, before?.at ?? null, before?.position ?? null, query.limit + 1],
  );
  return rows.map(toChange);
}
