/** SQL of schedules and of what is kept with each: overrides and hand-over notes. */
import { actor, scheduleBody, userKey, type Actor, type OrgId, type ScheduleBody, type UserKey } from '#contract';
import type { Queryable, Transaction } from '../../platform/db/database.ts';
import type { OverrideSpan, WholeSchedule } from './resolve.ts';

export interface StoredSchedule {
  readonly id: string;
  readonly body: ScheduleBody;
  readonly version: number;
  readonly provisionedAs: string | null;
  readonly createdBy: Actor;
}

export interface StoredOverride extends OverrideSpan {
  readonly reason: string;
  readonly swap: string | null;
  readonly createdAt: Date;
  readonly createdBy: Actor;
}

export interface StoredNote {
  readonly id: string;
  readonly text: string;
  readonly writtenAt: Date;
  readonly writtenBy: Actor;
}

interface ScheduleRow { id: string; document: unknown; version: number; provisioned_as: string | null; created_by: unknown }
interface OverrideRow {
  schedule_id: string; id: string; starts_at: Date; ends_at: Date; users: string[]; replaces: string | null; reason: string; swap_id: string | null; created_at: Date; created_by: unknown;
}
interface NoteRow { id: string; body: string; written_at: Date; written_by: unknown }

const COLUMNS = 'id, document, version, provisioned_as, created_by';
const OVERRIDE_COLUMNS = 'schedule_id, id, starts_at, ends_at, users, replaces, reason, swap_id, created_at, created_by';

function toSchedule(row: ScheduleRow): StoredSchedule {
  return { id: row.id, body: scheduleBody.parse(row.document), version: row.version, provisionedAs: row.provisioned_as, createdBy: actor.parse(row.created_by) };
}

function toOverride(row: OverrideRow): StoredOverride {
  return {
    id: row.id, startMs: row.starts_at.getTime(), endMs: row.ends_at.getTime(), users: row.users.map((key) => userKey.parse(key)), replaces: row.replaces === null ? null : userKey.parse(row.replaces),
    reason: row.reason, swap: row.swap_id, createdAt: row.created_at, createdBy: actor.parse(row.created_by),
  };
}

/** Where a page of schedules goes on: after this one. */
export interface ScheduleCursor {
  readonly name: string;
  readonly id: string;
}

/** Schedules by name, one more than the limit; `sortName` is what they are sorted by. */
export async function selectSchedules(q: Queryable, orgId: OrgId, after: ScheduleCursor | null, limit: number): Promise<(StoredSchedule & { sortName: string })[]> {
  const rows = await q.query<ScheduleRow & { sort_name: string }>(
    `select ${COLUMNS}, lower(name) as sort_name from schedules where org_id = $1::integer and ($2::text is null or (lower(name), id) > ($2::text, $3::text))
     order by lower(name), id limit $4::integer`,
    [orgId, after?.name ?? null, after?.id ?? null, limit + 1],
  );
  return rows.map((row) => ({ ...toSchedule(row), sortName: row.sort_name }));
}

/** One schedule; null when there is none. `lock` holds it until the end of the transaction. */
export async function selectSchedule(q: Queryable, orgId: OrgId, id: string, lock = false): Promise<StoredSchedule | null> {
  const [row] = await q.query<ScheduleRow>(`select ${COLUMNS} from schedules where org_id = $1::integer and id = $2::text ${lock ? 'for update' : ''}`, [orgId, id]);
  return row === undefined ? null : toSchedule(row);
}

/** One by its id, or by what `schedules.yaml` calls it, as other files name it; null when there is none. */
export async function selectScheduleNamed(q: Queryable, orgId: OrgId, name: string): Promise<StoredSchedule | null> {
  const [row] = await q.query<ScheduleRow>(
    `select ${COLUMNS} from schedules where org_id = $1::integer and (id = $2::text or provisioned_as = $2::text) order by id = $2::text desc limit 1`, [orgId, name],
  );
  return row === undefined ? null : toSchedule(row);
}

/** Those of some ids or names (in small letters), by id. */
export async function selectAlike(q: Queryable, orgId: OrgId, ids: readonly string[], names: readonly string[]): Promise<StoredSchedule[]> {
  const rows = await q.query<ScheduleRow>(`select ${COLUMNS} from schedules where org_id = $1::integer and (id = any($2::text[]) or lower(name) = any($3::text[])) order by id`, [orgId, ids, names]);
  return rows.map(toSchedule);
}

/** One take-over of an organisation at a time; the others wait. */
export async function lockTakeOver(tx: Transaction, orgId: OrgId): Promise<void> {
  await tx.query("select pg_advisory_xact_lock(hashtextextended('take-over', $1::integer))", [orgId]);
}

/** Those that are followed from a file, held until the end of the transaction. */
export async function lockProvisioned(tx: Transaction, orgId: OrgId): Promise<StoredSchedule[]> {
  const rows = await tx.query<ScheduleRow>(`select ${COLUMNS} from schedules where org_id = $1::integer and provisioned_as is not null order by id for update`, [orgId]);
  return rows.map(toSchedule);
}

/** One replica at a time follows the file of an organisation; the others wait. */
export async function lockFile(tx: Transaction, orgId: OrgId): Promise<void> {
  await tx.query("select pg_advisory_xact_lock(hashtextextended('schedules.yaml', $1::integer))", [orgId]);
}

/** Adds a schedule. */
export async function insertSchedule(tx: Transaction, orgId: OrgId, id: string, body: ScheduleBody, by: Actor, at: Date, provisionedAs: string | null): Promise<void> {
  await tx.query(
    `insert into schedules (org_id, id, name, document, provisioned_as, created_at, updated_at, created_by)
     values ($1::integer, $2::text, $3::text, $4::jsonb, $5::text, $6::timestamptz, $6::timestamptz, $7::jsonb)`,
    [orgId, id, body.name, JSON.stringify(body), provisionedAs, at, JSON.stringify(by)],
  );
}

/** Replaces a schedule that the transaction holds. */
export async function updateSchedule(tx: Transaction, orgId: OrgId, id: string, body: ScheduleBody, at: Date): Promise<void> {
  await tx.query(
    'update schedules set name = $3::text, document = $4::jsonb, version = version + 1, updated_at = $5::timestamptz where org_id = $1::integer and id = $2::text',
    [orgId, id, body.name, JSON.stringify(body), at],
  );
}

/** Removes a schedule with all that is kept with it. */
export async function deleteSchedule(tx: Transaction, orgId: OrgId, id: string): Promise<void> {
  await tx.query('delete from schedules where org_id = $1::integer and id = $2::text', [orgId, id]);
}

/** The sealed key of the schedule's calendar; undefined when there is no such schedule, null when there is no key yet. */
export async function selectFeedKey(q: Queryable, orgId: OrgId, id: string, lock = false): Promise<string | null | undefined> {
  const [row] = await q.query<{ feed_key: string | null }>(`select feed_key from schedules where org_id = $1::integer and id = $2::text ${lock ? 'for update' : ''}`, [orgId, id]);
  return row === undefined ? undefined : row.feed_key;
}

/** Sets the sealed key of the calendar of a schedule that the transaction holds. */
export async function updateFeedKey(tx: Transaction, orgId: OrgId, id: string, sealed: string): Promise<void> {
  await tx.query('update schedules set feed_key = $3::text where org_id = $1::integer and id = $2::text', [orgId, id, sealed]);
}

/** Overrides of schedules that touch a range, the earliest made first, by schedule. */
export async function selectOverrides(q: Queryable, orgId: OrgId, schedules: readonly string[], from: Date, to: Date): Promise<Map<string, StoredOverride[]>> {
  const rows = await q.query<OverrideRow>(
    `select ${OVERRIDE_COLUMNS} from schedule_overrides where org_id = $1::integer and schedule_id = any($2::text[]) and ends_at > $3::timestamptz and starts_at < $4::timestamptz
     order by schedule_id, place`,
    [orgId, schedules, from, to],
  );
  const found = new Map<string, StoredOverride[]>();
  for (const row of rows) found.set(row.schedule_id, [...(found.get(row.schedule_id) ?? []), toOverride(row)]);
  return found;
}

/** A schedule with its overrides in a range; null when there is none. */
export async function readWhole(q: Queryable, orgId: OrgId, id: string, from: Date, to: Date): Promise<WholeSchedule | null> {
  const stored = await selectSchedule(q, orgId, id);
  if (stored === null) return null;
  return { body: stored.body, overrides: (await selectOverrides(q, orgId, [id], from, to)).get(id) ?? [] };
}

/** One override, held until the end of the transaction; null when there is none. */
export async function lockOverride(tx: Transaction, orgId: OrgId, schedule: string, id: string): Promise<StoredOverride | null> {
  const [row] = await tx.query<OverrideRow>(`select ${OVERRIDE_COLUMNS} from schedule_overrides where org_id = $1::integer and schedule_id = $2::text and id = $3::text for update`, [orgId, schedule, id]);
  return row === undefined ? null : toOverride(row);
}

/** Adds an override. */
export async function insertOverride(tx: Transaction, orgId: OrgId, schedule: string, made: StoredOverride): Promise<void> {
  await tx.query(
    `insert into schedule_overrides (org_id, schedule_id, id, starts_at, ends_at, users, replaces, reason, swap_id, created_at, created_by)
     values ($1::integer, $2::text, $3::text, $4::timestamptz, $5::timestamptz, $6::text[], $7::text, $8::text, $9::text, $10::timestamptz, $11::jsonb)`,
    [orgId, schedule, made.id, new Date(made.startMs), new Date(made.endMs), made.users, made.replaces, made.reason, made.swap, made.createdAt, JSON.stringify(made.createdBy)],
  );
}

/** Removes an override. */
export async function deleteOverride(tx: Transaction, orgId: OrgId, schedule: string, id: string): Promise<void> {
  await tx.query('delete from schedule_overrides where org_id = $1::integer and schedule_id = $2::text and id = $3::text', [orgId, schedule, id]);
}

/** The newest hand-over notes of a schedule. */
export async function selectNotes(q: Queryable, orgId: OrgId, schedule: string, limit: number): Promise<StoredNote[]> {
  const rows = await q.query<NoteRow>(
    'select id, body, written_at, written_by from schedule_notes where org_id = $1::integer and schedule_id = $2::text order by place desc limit $3::integer', [orgId, schedule, limit],
  );
  return rows.map((row) => ({ id: row.id, text: row.body, writtenAt: row.written_at, writtenBy: actor.parse(row.written_by) }));
}

/** Keeps a note. */
export async function insertNote(tx: Transaction, orgId: OrgId, schedule: string, note: StoredNote): Promise<void> {
  await tx.query(
    'insert into schedule_notes (org_id, schedule_id, id, body, written_at, written_by) values ($1::integer, $2::text, $3::text, $4::text, $5::timestamptz, $6::jsonb)',
    [orgId, schedule, note.id, note.text, note.writtenAt, JSON.stringify(note.writtenBy)],
  );
}

/** Everybody that a schedule names. */
export function namedIn(body: ScheduleBody): UserKey[] {
  return [...new Set(body.layers.flatMap((layer) => (layer.kind === 'rotation' ? layer.slots.flat() : layer.events.flatMap((event) => event.users))))];
}

/** Everybody whom a schedule of the organisation names. */
export async function selectEverybodyNamed(q: Queryable, orgId: OrgId): Promise<UserKey[]> {
  const rows = await q.query<{ document: unknown }>('select document from schedules where org_id = $1::integer', [orgId]);
  return [...new Set(rows.flatMap(({ document }) => namedIn(scheduleBody.parse(document))))];
}
