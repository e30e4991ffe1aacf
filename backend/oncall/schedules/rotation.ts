/** Who is on call by a layer in which people take turns. Pure. */
import { WEEKDAYS, type Restriction, type RotationLayer, type UserKey } from '#contract';
import { dayReading, timeMs, weekdayOf, zoneClock, type ZoneClock } from '../../platform/calendar/zoneClock.ts';
import { joined, within, type Span } from './spans.ts';

/** A stretch of a layer in which the same people are on call by the same turn. */
export interface Turn extends Span {
  readonly users: readonly UserKey[];
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const UNIT_MS = { hours: HOUR_MS, days: DAY_MS, weeks: 7 * DAY_MS } as const;
/** A reading lies no further than this from the same reading in UTC, the Pacific's lost days included. */
const APART_MS = 2 * DAY_MS;

/** The times of a list of restrictions that touch a range. */
export function restrictedTo(restrictions: readonly Restriction[], clock: ZoneClock, range: Span): Span[] {
  const spans: Span[] = [];
  // A weekly one may have begun a week ago.
  const firstDay = Math.floor((range.startMs - 7 * DAY_MS - APART_MS) / DAY_MS) * DAY_MS;
  for (const restriction of restrictions) {
    const from = timeMs(restriction.from);
    const to = timeMs(restriction.to);
    const starts = new Set<number>((restriction.kind === 'daily' ? restriction.days : [restriction.fromDay]).map((day) => WEEKDAYS.indexOf(day)));
    let lengthMs = to - from;
    if (restriction.kind === 'weekly') lengthMs += (WEEKDAYS.indexOf(restriction.toDay) - WEEKDAYS.indexOf(restriction.fromDay)) * DAY_MS;
    if (lengthMs <= 0) lengthMs += restriction.kind === 'daily' ? DAY_MS : 7 * DAY_MS;
    for (let day = firstDay; day < range.endMs + APART_MS; day += DAY_MS) {
      if (!starts.has(weekdayOf(day))) continue;
      const startMs = clock.reached(day + from);
      const endMs = clock.reached(day + from + lengthMs);
      if (endMs > range.startMs && startMs < range.endMs) spans.push({ startMs, endMs });
    }
  }
  return joined(spans);
}

/** Turns of a layer that touch a range, cut at its ends, in order of time. */
export function turnsOf(layer: RotationLayer, scheduleZone: string, range: Span): Turn[] {
  const clock = zoneClock(layer.timeZone ?? scheduleZone);
  const handOff = timeMs(layer.handOffAt);
  const first = dayReading(layer.startsOn);
  if (first === null) return [];
  const begin = first + handOff;
  const lastDay = layer.endsOn === null ? null : dayReading(layer.endsOn);
  const endMs = Math.min(range.endMs, lastDay === null ? Number.POSITIVE_INFINITY : clock.reached(lastDay + handOff));
  if (endMs <= range.startMs) return [];
  const lengthMs = layer.every.count * UNIT_MS[layer.every.unit];
  const turns: Turn[] = [];
  let number = Math.max(0, Math.floor((range.startMs - APART_MS - begin) / lengthMs));
  let startMs = clock.reached(begin + number * lengthMs);
  while (startMs < endMs) {
    const nextMs = clock.reached(begin + (number + 1) * lengthMs);
    const users = layer.slots[number % layer.slots.length] ?? [];
    if (users.length > 0 && nextMs > range.startMs && nextMs > startMs) turns.push({ startMs: Math.max(startMs, range.startMs), endMs: Math.min(nextMs, endMs), users });
    startMs = nextMs;
    number += 1;
  }
  return layer.restrictions.length === 0 ? turns : within(turns, restrictedTo(layer.restrictions, clock, range));
}
