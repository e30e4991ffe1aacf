/** The days that all-day events of a calendar stand for. Pure. */
import { CalendarError, type ReadEvent } from './readEvents.ts';
import { beginsOf } from './recurrence.ts';
import { dayReading } from './zoneClock.ts';

const DAY_MS = 86_400_000;
/** Each is reckoned by itself; calendars of holidays have a few dozen. */
const MAX_REPEATING = 500;

/** Days such as `2026-12-25` from `first` to `last`, both among them, in their order. Throws `CalendarError`. */
export function allDaysOf(events: readonly ReadEvent[], first: string, last: string): string[] {
  const [from, to] = [dayReading(first) ?? Number.NaN, dayReading(last) ?? Number.NaN];
  const whole = events.filter(({ isAllDay }) => isAllDay);
  const repeating = whole.filter(({ rule }) => rule !== null).length;
  if (repeating > MAX_REPEATING) throw new CalendarError(`a calendar has ${MAX_REPEATING} all-day events that repeat at most, and this one ${repeating}`);
  const days = new Set<number>();
  for (const event of whole) {
    const lasts = Math.max(1, Math.round((event.minutes * 60_000) / DAY_MS));
    for (const begin of beginsOf(event, from - lasts * DAY_MS, to)) {
      for (let day = Math.max(begin, from); day < begin + lasts * DAY_MS && day <= to; day += DAY_MS) days.add(day);
    }
  }
  return [...days].sort((a, b) => a - b).map((day) => new Date(day).toISOString().slice(0, 10));
}
