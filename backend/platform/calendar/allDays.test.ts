/** cap 110: the days of a calendar of holidays, as RFC 5545 writes them. */
import { allDaysOf } from './allDays.ts';
import { CalendarError, readEvents } from './readEvents.ts';

function days(events: readonly (readonly string[])[], first = '2026-01-01', last = '2026-12-31'): string[] {
  const text = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//EN', ...events.flatMap((lines, index) => ['BEGIN:VEVENT', `UID:${index}`, ...lines, 'END:VEVENT']), 'END:VCALENDAR', ''].join('\r\n');
  return allDaysOf(readEvents(text, 'UTC').events, first, last);
}

test.each([
  ['a day without an end is one day', [['DTSTART;VALUE=DATE:20260514', 'SUMMARY:Ascension']], ['2026-05-14']],
  ['the end is the first day that is none', [['DTSTART;VALUE=DATE:20261224', 'DTEND;VALUE=DATE:20261227']], ['2026-12-24', '2026-12-25', '2026-12-26']],
  ['each year', [['DTSTART;VALUE=DATE:20101225', 'RRULE:FREQ=YEARLY']], ['2026-12-25']],
  ['the last Monday of May', [['DTSTART;VALUE=DATE:20200525', 'RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO']], ['2026-05-25']],
  ['what has a time of the day is no holiday', [['DTSTART:20260514T090000Z', 'DTEND:20260514T100000Z'], ['DTSTART;TZID=Europe/Berlin:20260515T000000', 'DTEND;TZID=Europe/Berlin:20260516T000000']], []],
  ['cancelled ones are left out', [['DTSTART;VALUE=DATE:20260514', 'STATUS:CANCELLED']], []],
  ['left out days, and added ones', [['DTSTART;VALUE=DATE:20200101', 'RRULE:FREQ=YEARLY', 'EXDATE;VALUE=DATE:20260101', 'RDATE;VALUE=DATE:20260102']], ['2026-01-02']],
  ['two of the same day count once', [['DTSTART;VALUE=DATE:20260101'], ['DTSTART;VALUE=DATE:20260101', 'SUMMARY:New Year']], ['2026-01-01']],
  ['one that began before is cut at the edge, one after it is none', [['DTSTART;VALUE=DATE:20251230', 'DTEND;VALUE=DATE:20260102'], ['DTSTART;VALUE=DATE:20270101']], ['2026-01-01']],
] as const)('%s', (_name, events, expected) => {
  expect(days(events)).toEqual(expected);
});

test('what is no calendar, or repeats too much, is refused with the reason', () => {
  expect(() => readEvents('<html>Sign in</html>', 'UTC')).toThrow(CalendarError);
  expect(() => days(Array.from({ length: 501 }, () => ['DTSTART;VALUE=DATE:20200101', 'RRULE:FREQ=YEARLY']))).toThrow('500 all-day events that repeat at most, and this one 501');
});
