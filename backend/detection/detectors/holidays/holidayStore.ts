/** SQL of calendars whose days are holidays of detectors. */
import { orgId, type OrgId } from '#contract';
import type { Queryable } from '../../../platform/db/database.ts';

interface Row {
  org_id: number;
  address: string;
  days: string[];
  read_at: Date | null;
  failed_since: Date | null;
  failure: string | null;
}

export interface HolidayCalendar {
  readonly orgId: OrgId;
  readonly address: string;
  /** As they were read well last, in their order. */
  readonly days: readonly string[];
  readonly readAt: Date | null;
  readonly failedSince: Date | null;
  readonly failure: string | null;
}

const COLUMNS = 'h.org_id, h.address, h.days, h.read_at, h.failed_since, h.failure';

function toCalendar(row: Row): HolidayCalendar {
  return { orgId: orgId.parse(row.org_id), address: row.address, days: row.days, readAt: row.read_at, failedSince: row.failed_since, failure: row.failure };
}

/** What is known of some calendars, by their addresses. */
export async function selectHolidayCalendars(q: Queryable, org: OrgId, addresses: readonly string[]): Promise<Map<string, HolidayCalendar>> {
  const wanted = [...new Set(addresses)];
  if (wanted.length === 0) return new Map();
  const rows = await q.query<Row>(`select ${COLUMNS} from holiday_calendars as h where h.org_id = $1::integer and h.address = any($2::text[])`, [org, wanted]);
  return new Map(rows.map((row) => [row.address, toCalendar(row)]));
}

/** Notes what was read, or why it could not be; then what was read before still counts. */
export async function noteHolidays(q: Queryable, org: OrgId, address: string, how: { readonly days: readonly string[] } | { readonly failure: string }, at: Date, dueAt: Date): Promise<void> {
  if ('failure' in how) {
    await q.query(
      `insert into holiday_calendars as h (org_id, address, due_at, failed_since, failure) values ($1::integer, $2::text, $4::timestamptz, $3::timestamptz, $5::text)
       on conflict (org_id, address) do update set due_at = excluded.due_at, failed_since = coalesce(h.failed_since, excluded.failed_since), failure = excluded.failure`, [org, address, at, dueAt, how.failure],
    );
    return;
  }
  await q.query(
    `insert into holiday_calendars (org_id, address, days, due_at, read_at) values ($1::integer, $2::text, $5::text[], $4::timestamptz, $3::timestamptz)
     on conflict (org_id, address) do update set days = excluded.days, due_at = excluded.due_at, read_at = excluded.read_at, failed_since = null, failure = null`, [org, address, at, dueAt, how.days],
  );
}

/** Calendars that are due, which no other replica reads until `nextAt`. */
export async function takeDueHolidays(q: Queryable, now: Date, nextAt: Date, limit: number): Promise<HolidayCalendar[]> {
  const rows = await q.query<Row>(
    `update holiday_calendars as h set due_at = $2::timestamptz
       from (select d.org_id, d.address from holiday_calendars as d where d.due_at <= $1::timestamptz order by d.due_at limit $3::integer for update skip locked) as due
      where h.org_id = due.org_id and h.address = due.address
      returning ${COLUMNS}`, [now, nextAt, limit],
  );
  return rows.map(toCalendar);
}

/** Forgets calendars that no detector names any more. */
export async function forgetHolidays(q: Queryable): Promise<void> {
  await q.query("delete from holiday_calendars as h where not exists (select 1 from detectors as d where d.org_id = h.org_id and d.definition ->> 'holidayCalendar' = h.address)");
}
