/**
 * By whose clock the hours of a series are usual, and on which days a working day is none. Pure; the zones' data are those of the
 * running JavaScript engine.
 */

export interface WatchedCalendar {
  /** As IANA names it. */
  readonly timeZone: string;
  /** `2026-05-14`, or `12-25` for each year, by the clock of the zone. */
  readonly holidays: readonly string[];
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Clocks are put forward and back at whole quarters of an hour. */
const BLOCK_MS = 15 * 60_000;
const MOST_BLOCKS = 5_000;
/** Monday 1970-01-05 is hour 0. */
const FIRST_MONDAY = 4;
const SUNDAY = 6;

/** What the clock of a zone shows less what it shows in UTC, in milliseconds. */
function offsetsIn(timeZone: string): (atMs: number) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' });
  const known = new Map<number, number>();
  return (atMs) => {
    const block = Math.floor(atMs / BLOCK_MS);
    const found = known.get(block);
    if (found !== undefined) return found;
    const shown = new Map(format.formatToParts(block * BLOCK_MS).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => shown.get(type) ?? 0;
    const offset = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) - block * BLOCK_MS;
    if (known.size >= MOST_BLOCKS) known.clear();
    known.set(block, offset);
    return offset;
  };
}

/** Hours since a Monday 00:00 by the clock of a zone, those of a holiday as those of the Sunday after it. Undefined: UTC, without holidays. Throws `RangeError` for a zone that is not known. */
export function hoursIn({ timeZone, holidays }: WatchedCalendar): ((atMs: number) => number) | undefined {
  if (timeZone === 'UTC' && holidays.length === 0) return undefined;
  const offsetAt = timeZone === 'UTC' ? () => 0 : offsetsIn(timeZone);
  const days = new Set(holidays);
  let [dayBefore, wasHoliday] = [Number.NaN, false];
  const isHoliday = (day: number): boolean => {
    if (day === dayBefore) return wasHoliday;
    const date = new Date(day * DAY_MS).toISOString().slice(0, 10);
    [dayBefore, wasHoliday] = [day, days.has(date) || days.has(date.slice(5))];
    return wasHoliday;
  };
  return (atMs) => {
    if (!Number.isFinite(atMs)) return atMs;
    const shownMs = atMs + offsetAt(atMs);
    const day = Math.floor(shownMs / DAY_MS);
    const hours = shownMs / HOUR_MS - 24 * FIRST_MONDAY;
    if (days.size === 0 || !isHoliday(day)) return hours;
    const weekday = (((day - FIRST_MONDAY) % 7) + 7) % 7;
    return hours + 24 * (SUNDAY - weekday);
  };
}
