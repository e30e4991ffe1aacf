/** SQL of payloads that could not be read. */
import { randomUUID } from 'node:crypto';
import { sourceId, type DeadLetter, type OrgId, type SourceId } from '#contract';
import type { Queryable, Transaction } from '../platform/db/database.ts';

/** How much of a payload is shown; all of it is kept. */
const SHOWN_BYTES = 64 * 1024;

export interface NewDeadLetter {
  readonly sourceId: SourceId;
  readonly receivedAt: Date;
  /** What is wrong with it, in words for whoever sends it. */
  readonly error: string;
  readonly field: string | null;
  readonly contentType: string | null;
  readonly payload: Uint8Array;
}

/** Text that PostgreSQL can hold: faults quote what came in, which may contain NUL. */
function storable(text: string | null): string | null {
  return text === null ? null : text.replaceAll('\u0000', '\ufffd');
}

/** Keeps a payload byte for byte and gives its id. */
export async function saveDeadLetter(q: Queryable, orgId: OrgId, letter: NewDeadLetter): Promise<string> {
  const id = randomUUID();
  await q.query(
    `insert into dead_letters (org_id, id, source_id, received_at, error, field, content_type, payload)
     values ($1::integer, $2::text, $3::text, $4::timestamptz, $5::text, $6::text, $7::text, $8::bytea)`,
    [
      orgId, id, letter.sourceId, letter.receivedAt,
      storable(letter.error), storable(letter.field), storable(letter.contentType), letter.payload,
    ],
  );
  return id;
}

/** A kept payload with all its bytes, to be read once more. */
export interface KeptPayload {
  readonly id: string;
  readonly sourceId: SourceId;
  readonly receivedAt: Date;
  readonly contentType: string | null;
  readonly payload: Buffer;
  readonly replayedAt: Date | null;
}

type KeptRow = {
  id: string;
  source_id: string;
  received_at: Date;
  content_type: string | null;
  payload: Buffer;
  replayed_at: Date | null;
};

/** One kept payload, or null. */
export async function getDeadLetter(q: Queryable, orgId: OrgId, id: string): Promise<KeptPayload | null> {
  const [row] = await q.query<KeptRow>(
    `select id, source_id, received_at, content_type, payload, replayed_at
       from dead_letters where org_id = $1::integer and id = $2::text`,
    [orgId, id],
  );
  if (row === undefined) return null;
  return {
    id: row.id,
    sourceId: sourceId.parse(row.source_id),
    receivedAt: row.received_at,
    contentType: row.content_type,
    payload: row.payload,
    replayedAt: row.replayed_at,
  };
}

export interface ReplayOutcome {
  readonly at: Date;
  /** Null when it could be read this time. */
  readonly error: string | null;
  readonly field: string | null;
}

/**
 * Notes one more try at a kept payload. A success is noted once only: false means that somebody else
 * has replayed it, or discarded it, in the meantime.
 */
export async function markReplayed(q: Queryable, orgId: OrgId, id: string, outcome: ReplayOutcome): Promise<boolean> {
  const rows = await q.query<{ id: string }>(
    `update dead_letters
        set attempts = attempts + 1,
            replayed_at = case when $4::text is null then $3::timestamptz end,
            error = coalesce($4::text, error),
            field = case when $4::text is null then field else $5::text end
      where org_id = $1::integer and id = $2::text and replayed_at is null
      returning id`,
    [orgId, id, outcome.at, storable(outcome.error), storable(outcome.field)],
  );
  return rows.length === 1;
}

/** Throws a kept payload away. Gives the id of its source, or null when there is none such. */
export async function deleteDeadLetter(tx: Transaction, orgId: OrgId, id: string): Promise<SourceId | null> {
  const [row] = await tx.query<{ source_id: string }>(
    'delete from dead_letters where org_id = $1::integer and id = $2::text returning source_id',
    [orgId, id],
  );
  return row === undefined ? null : sourceId.parse(row.source_id);
}

/** Removes payloads received before an instant, of all organisations. */
export async function deleteDeadLettersBefore(q: Queryable, before: Date): Promise<number> {
  const rows = await q.query<{ id: string }>(
    'delete from dead_letters where received_at < $1::timestamptz returning id',
    [before],
  );
  return rows.length;
}

type LetterRow = {
  id: string;
  source_id: string;
  received_at: Date;
  error: string;
  field: string | null;
  shown: Buffer;
  payload_bytes: number;
  attempts: number;
  replayed_at: Date | null;
};

/** Text of the first bytes; a character that the cut goes through is left out. */
function shownText(shown: Buffer, payloadBytes: number): string {
  return new TextDecoder().decode(shown, { stream: payloadBytes > shown.length });
}

function toDeadLetter(row: LetterRow): DeadLetter {
  return {
    id: row.id,
    source: sourceId.parse(row.source_id),
    receivedAt: row.received_at.toISOString(),
    error: row.error,
    field: row.field,
    payload: shownText(row.shown, row.payload_bytes),
    payloadBytes: row.payload_bytes,
    attempts: row.attempts,
    replayedAt: row.replayed_at?.toISOString() ?? null,
  };
}

/** Where a page of dead letters ended. */
export interface DeadLetterCursor {
  readonly receivedAt: string;
  readonly id: string;
}

export interface DeadLetterPage {
  readonly items: DeadLetter[];
  readonly next: DeadLetterCursor | null;
}

export interface DeadLetterFilter {
  readonly source: SourceId | null;
  readonly after: DeadLetterCursor | null;
  readonly limit: number;
}

/** Kept payloads, newest first. */
export async function selectDeadLetters(q: Queryable, orgId: OrgId, filter: DeadLetterFilter): Promise<DeadLetterPage> {
  const rows = await q.query<LetterRow>(
    `select id, source_id, received_at, error, field,
            substring(payload from 1 for $6::integer) as shown, length(payload) as payload_bytes,
            attempts, replayed_at
       from dead_letters
      where org_id = $1::integer
        and ($2::text is null or source_id = $2::text)
        and ($3::timestamptz is null or (received_at, id) < ($3::timestamptz, $4::text))
      order by received_at desc, id desc
      limit $5::integer + 1`,
    [orgId, filter.source, filter.after?.receivedAt ?? null, filter.after?.id ?? null, filter.limit, SHOWN_BYTES],
  );
  const shown = rows.slice(0, filter.limit);
  const last = shown.at(-1);
  return {
    items: shown.map(toDeadLetter),
    next: rows.length > filter.limit && last !== undefined ? { receivedAt: last.received_at.toISOString(), id: last.id } : null,
  };
}
