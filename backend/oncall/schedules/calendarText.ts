/** Shifts as an iCalendar text (RFC 5545). Pure. */
import ICAL from 'ical.js';
import type { UserKey } from '#contract';
import type { ResolvedShift } from './resolve.ts';
import { personOf, type People } from './view.ts';

/** Names a person beyond doubt when a calendar comes back. */
export const USER_PROPERTY = 'x-muster-user';

export interface CalendarHead {
  readonly schedule: string;
  readonly name: string;
  readonly timeZone: string;
  readonly writtenMs: number;
}

function utc(ms: number): ICAL.Time {
  return ICAL.Time.fromJSDate(new Date(ms), true);
}

/** One event a shift, in UTC, so that no reader has to know the zone. The same shift keeps its UID from one reading to the next. */
export function calendarText(head: CalendarHead, shifts: readonly ResolvedShift[], people: People): string {
  const calendar = new ICAL.Component('vcalendar');
  calendar.addPropertyWithValue('version', '2.0');
  calendar.addPropertyWithValue('prodid', '-//Muster//On-call//EN');
  calendar.addPropertyWithValue('method', 'PUBLISH');
  calendar.addPropertyWithValue('x-wr-calname', head.name);
  calendar.addPropertyWithValue('x-wr-timezone', head.timeZone);
  const seen = new Map<string, number>();
  for (const shift of shifts) {
    const event = new ICAL.Component('vevent');
    const base = `${head.schedule}-${shift.startMs}`;
    const again = seen.get(base) ?? 0;
    seen.set(base, again + 1);
    event.addPropertyWithValue('uid', `${base}${again === 0 ? '' : `-${again}`}@muster`);
    event.addPropertyWithValue('dtstamp', utc(head.writtenMs));
    event.addPropertyWithValue('dtstart', utc(shift.startMs));
    event.addPropertyWithValue('dtend', utc(shift.endMs));
    event.addPropertyWithValue('summary', shift.users.map((key: UserKey) => personOf(people, key).name).join(', '));
    for (const user of shift.users) event.addPropertyWithValue(USER_PROPERTY, user);
    calendar.addSubcomponent(event);
  }
  return `${calendar.toString()}\r\n`;
}
