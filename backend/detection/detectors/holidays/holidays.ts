/**
 * Holidays that an iCalendar names. A calendar is read when a detector first needs its days, and then daily by a job. Where it cannot
 * be read, what was read well last still counts, the detector's health says so, and it is tried again every hour.
 */
import type { DetectorBody, OrgId } from '#contract';
import { allDaysOf } from '../../../platform/calendar/allDays.ts';
import { fetchCalendar, FetchFault, NOTHING_KNOWN } from '../../../platform/calendar/fetchCalendar.ts';
import { CalendarError, readEvents } from '../../../platform/calendar/readEvents.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Database } from '../../../platform/db/database.ts';
import { inputError, unavailableError } from '../../../platform/errors.ts';
import type { OutboundClient } from '../../../platform/outbound/client.ts';
import type { WatchedCalendar } from '../../calendar.ts';
import { forgetHolidays, noteHolidays, selectHolidayCalendars, takeDueHolidays, type HolidayCalendar } from './holidayStore.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Days are kept from before the past that detectors learn from until far enough ahead that a calendar may stay away for months. */
const BEFORE_MS = 35 * DAY_MS;
const AHEAD_MS = 400 * DAY_MS;
const AT_ONCE = 4;
/** Shorter than queries of values may take: a look waits for it once. */
const PATIENCE_MS = 10_000;
const MAX_TEXT = 5_000_000;

export interface HolidaysDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly callOut: OutboundClient['call'];
}

export interface Holidays {
  /** By whose clock and on which days it is watched: its own days and those of its calendar, which is read now if it never was. */
  calendarOf(orgId: OrgId, definition: Pick<DetectorBody, 'timeZone' | 'holidays' | 'holidayCalendar'>): Promise<WatchedCalendar>;
  /** The same of what somebody typed: a calendar that is not known yet and cannot be read is refused, and nothing is kept. */
  checked(orgId: OrgId, body: Pick<DetectorBody, 'timeZone' | 'holidays' | 'holidayCalendar'>): Promise<WatchedCalendar>;
  /** Reads every calendar that is due. */
  refresh(): Promise<void>;
}

/** Makes it. */
export function createHolidays({ db, clock, callOut }: HolidaysDeps): Holidays {
  /** Throws `FetchFault` or `CalendarError`. */
  async function read(address: string): Promise<string[]> {
    const { text } = await fetchCalendar((request) => callOut({ ...request, signal: AbortSignal.timeout(PATIENCE_MS) }), address, NOTHING_KNOWN);
    if ((text ?? '').length > MAX_TEXT) throw new CalendarError('the calendar is larger than 5 MB');
    const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
    const nowMs = clock.nowMs();
    const days = allDaysOf(readEvents(text ?? '', 'UTC').events, day(nowMs - BEFORE_MS), day(nowMs + AHEAD_MS));
    // An export that broke is often an empty one.
    if (days.length === 0) throw new CalendarError('the calendar has no all-day events from last month until next year');
    return days;
  }

  async function readAndNote(orgId: OrgId, address: string): Promise<readonly string[] | null> {
    try {
      const days = await read(address);
      await noteHolidays(db, orgId, address, { days }, clock.now(), new Date(clock.nowMs() + DAY_MS));
      return days;
    } catch (error) {
      if (!(error instanceof FetchFault || error instanceof CalendarError)) throw error;
      await noteHolidays(db, orgId, address, { failure: error.message }, clock.now(), new Date(clock.nowMs() + HOUR_MS));
      return null;
    }
  }

  async function known(orgId: OrgId, address: string): Promise<HolidayCalendar | null> {
    return (await selectHolidayCalendars(db, orgId, [address])).get(address) ?? null;
  }

  return {
    async calendarOf(orgId, { timeZone, holidays, holidayCalendar }) {
      if (holidayCalendar === null) return { timeZone, holidays };
      const days = (await known(orgId, holidayCalendar))?.days ?? (await readAndNote(orgId, holidayCalendar)) ?? [];
      return { timeZone, holidays: [...holidays, ...days] };
    },

    async checked(orgId, { timeZone, holidays, holidayCalendar }) {
      if (holidayCalendar === null) return { timeZone, holidays };
      const before = await known(orgId, holidayCalendar);
      try {
        return { timeZone, holidays: [...holidays, ...(before === null || before.readAt === null ? await read(holidayCalendar) : before.days)] };
      } catch (error) {
        if (!(error instanceof FetchFault || error instanceof CalendarError)) throw error;
        if (error instanceof FetchFault && !error.isDenied && !error.hasAnswered) throw unavailableError(`the calendar of holidays could not be fetched: ${error.message}`, { cause: error });
        throw inputError(error.message, [{ field: 'body.holidayCalendar', message: error.message }]);
      }
    },

    async refresh() {
      await forgetHolidays(db);
      const faults: unknown[] = [];
      for (;;) {
        const due = await takeDueHolidays(db, clock.now(), new Date(clock.nowMs() + HOUR_MS), AT_ONCE);
        if (due.length === 0) break;
        const results = await Promise.allSettled(due.map(({ orgId, address }) => readAndNote(orgId, address)));
        for (const result of results) if (result.status === 'rejected') faults.push(result.reason);
      }
      // One that cannot be read at all must not keep the others from being read.
      if (faults.length > 0) throw new AggregateError(faults, `${faults.length} calendars of holidays could not be looked after`);
    },
  };
}
