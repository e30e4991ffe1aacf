/** When a person wants quiet, and when it is night where they are. Pure. */
import { Temporal } from 'temporal-polyfill';
import type { QuietHours } from '#contract';

const NIGHT_FROM = 22;
const NIGHT_TO = 7;

/** The clock on the wall of a zone: day of the week (0 is Monday) and minutes since midnight. */
function wallClock(zone: string, atMs: number): { readonly day: number; readonly minutes: number } {
  const local = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone);
  return { day: local.dayOfWeek - 1, minutes: local.hour * 60 + local.minute };
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

/**
 * Whether one of the spans covers an instant on the clock of the zone. A span whose end is not after its begin goes on past
 * midnight, and belongs to the day on which it begins. Nights in which the clocks change are read off the wall.
 */
export function isQuiet(spans: readonly QuietHours[], zone: string, atMs: number): boolean {
  if (spans.length === 0) return false;
  const { day, minutes } = wallClock(zone, atMs);
  const yesterday = (day + 6) % 7;
  return spans.some(({ days, from, to }) => {
    const [begin, end] = [minutesOf(from), minutesOf(to)];
    if (begin < end) return days.includes(day) && begin <= minutes && minutes < end;
    return (days.includes(day) && minutes >= begin) || (days.includes(yesterday) && minutes < end);
  });
}

/** Whether people of a zone sleep: from ten in the evening to seven. */
export function isNight(zone: string, atMs: number): boolean {
  const { minutes } = wallClock(zone, atMs);
  return minutes >= NIGHT_FROM * 60 || minutes < NIGHT_TO * 60;
}
