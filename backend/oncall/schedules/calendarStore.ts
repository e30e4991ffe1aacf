/** SQL of calendars elsewhere that layers follow. */
import { orgId, userKey, type OrgId, type ScheduleCalendar, type UserKey } from '#contract';
import { z } from 'zod';
import type { Validators } from '../../platform/calendar/fetchCalendar.ts';
import type { Queryable, Transaction } from '../../platform/db/database.ts';
import type { SealedColumn } from '../../platform/secrets/rotate.ts';

const peopleShape = z.record(z.string(), userKey);

export interface FollowedCalendar extends Validators {
  readonly orgId: OrgId;
  readonly schedule: string;
  readonly layer: string;
  /** Sealed. */
  readonly address: string;
  readonly host: string;
  readonly people: Readonly<Record<string, UserKey>>;
  readonly failure: string | null;
}

interface Row {
  org_id: number; schedule_id: string; layer_id: string; address: string; host: string; people: unknown; etag: string | null; last_modified: string | null; read_at: Date; failed_at: Date | null; failure: string | null; left_out: number;
}

/** Binds a sealed address to its layer: copied to another row it does not open. */
export function addressPurpose(org: OrgId, schedule: string, layer: string): string {
  return `schedule_calendars.address\n${org}\n${schedule}\n${layer}`;
}

/** Follows a calendar whose copy was just read, instead of the one that the layer followed before. */
export async function putCalendar(tx: Transaction, made: Omit<FollowedCalendar, 'failure'>, at: Date, dueAt: Date, leftOut: number): Promise<void> {
  await tx.query(
    `insert into schedule_calendars (org_id, schedule_id, layer_id, address, host, people, etag, last_modified, due_at, read_at, left_out)
     values ($1::integer, $2::text, $3::text, $4::text, $5::text, $6::jsonb, $7::text, $8::text, $9::timestamptz, $10::timestamptz, $11::integer)
     on conflict (org_id, schedule_id, layer_id) do update set address = excluded.address, host = excluded.host, people = excluded.people, etag = excluded.etag, last_modified = excluded.last_modified,
       due_at = excluded.due_at, read_at = excluded.read_at, failed_at = null, failure = null, left_out = excluded.left_out`,
    [made.orgId, made.schedule, made.layer, made.address, made.host, JSON.stringify(made.people), made.etag, made.lastModified, dueAt, at, leftOut],
  );
}

/** Follows only these layers of a schedule from now on. `anew`: their calendars are read whole next, and soon. */
export async function keepCalendars(tx: Transaction, org: OrgId, schedule: string, layers: readonly string[], anew: Date | null): Promise<void> {
  await tx.query('delete from schedule_calendars as c where c.org_id = $1::integer and c.schedule_id = $2::text and not (c.layer_id = any($3::text[]))', [org, schedule, layers]);
  if (anew !== null) {
    await tx.query('update schedule_calendars as c set etag = null, last_modified = null, due_at = $3::timestamptz where c.org_id = $1::integer and c.schedule_id = $2::text', [org, schedule, anew]);
  }
}

/** Calendars that are due, which no other replica reads until `nextAt`. */
export async function takeDueCalendars(q: Queryable, now: Date, nextAt: Date, limit: number): Promise<FollowedCalendar[]> {
  const rows = await q.query<Row>(
    `update schedule_calendars as c set due_at = $2::timestamptz
       from (select d.org_id, d.schedule_id, d.layer_id from schedule_calendars as d where d.due_at <= $1::timestamptz order by d.due_at limit $3::integer for update skip locked) as due
      where c.org_id = due.org_id and c.schedule_id = due.schedule_id and c.layer_id = due.layer_id
      returning c.*`, [now, nextAt, limit],
  );
  return rows.map((row) => ({
    orgId: orgId.parse(row.org_id), schedule: row.schedule_id, layer: row.layer_id, address: row.address, host: row.host, people: peopleShape.parse(row.people), etag: row.etag, lastModified: row.last_modified, failure: row.failure,
  }));
}

/** Notes how reading went, unless the layer follows another calendar meanwhile; false then. */
export async function noteReading(tx: Transaction, of: FollowedCalendar, at: Date, how: (Validators & { readonly leftOut: number | null }) | { readonly failure: string }): Promise<boolean> {
  const key = [of.orgId, of.schedule, of.layer, of.address, at];
  const rows = 'failure' in how
    ? await tx.query(
      `update schedule_calendars as c set failed_at = $5::timestamptz, failure = $6::text
        where c.org_id = $1::integer and c.schedule_id = $2::text and c.layer_id = $3::text and c.address = $4::text returning 1`, [...key, how.failure],
    )
    : await tx.query(
      `update schedule_calendars as c set read_at = $5::timestamptz, failure = null, failed_at = null, etag = $6::text, last_modified = $7::text, left_out = coalesce($8::integer, c.left_out)
        where c.org_id = $1::integer and c.schedule_id = $2::text and c.layer_id = $3::text and c.address = $4::text returning 1`, [...key, how.etag, how.lastModified, how.leftOut],
    );
  return rows.length === 1;
}

/** What layers of schedules follow and how it goes, by schedule. */
export async function selectCalendars(q: Queryable, org: OrgId, schedules: readonly string[]): Promise<Map<string, ScheduleCalendar[]>> {
  const rows = await q.query<Row>('select c.* from schedule_calendars as c where c.org_id = $1::integer and c.schedule_id = any($2::text[]) order by c.schedule_id, c.layer_id', [org, schedules]);
  const found = new Map<string, ScheduleCalendar[]>();
  for (const row of rows) {
    const shown = { layer: row.layer_id, host: row.host, readAt: row.read_at.toISOString(), failedAt: row.failed_at?.toISOString() ?? null, failure: row.failure, leftOut: row.left_out };
    found.set(row.schedule_id, [...(found.get(row.schedule_id) ?? []), shown]);
  }
  return found;
}

/** The sealed addresses, for the rotation of keys. */
export const CALENDAR_ADDRESSES: SealedColumn = {
  name: 'schedule_calendars.address',
  async list(q) {
    const rows = await q.query<{ org_id: number; schedule_id: string; layer_id: string; address: string }>('select c.org_id, c.schedule_id, c.layer_id, c.address from schedule_calendars as c order by 1, 2, 3');
    return rows.map((row) => ({
      envelope: row.address,
      purpose: addressPurpose(orgId.parse(row.org_id), row.schedule_id, row.layer_id),
      async replace(connection, sealed) {
        const written = await connection.query(
          'update schedule_calendars set address = $5::text where org_id = $1::integer and schedule_id = $2::text and layer_id = $3::text and address = $4::text returning 1',
          [row.org_id, row.schedule_id, row.layer_id, row.address, sealed],
        );
        return written.length === 1;
      },
    }));
  },
};
