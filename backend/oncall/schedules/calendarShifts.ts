/** Who is on call by a layer of calendar events. Pure. */
import type { CalendarEvent, CalendarLayer, UserKey } from '#contract';
import { beginsOf } from '../../platform/calendar/recurrence.ts';
import { zoneClock } from '../../platform/calendar/zoneClock.ts';
import type { Turn } from './rotation.ts';
import type { Span } from './spans.ts';

const MINUTE_MS = 60_000;
const APART_MS = 2 * 86_400_000;

/** Occurrences of an event that touch a range. */
function occurrences(event: CalendarEvent, range: Span): Turn[] {
  const clock = zoneClock(event.timeZone);
  const lengthMs = event.minutes * MINUTE_MS;
  const turns: Turn[] = [];
  for (const reading of beginsOf(event, range.startMs - lengthMs - APART_MS, range.endMs + APART_MS)) {
    const startMs = Math.max(clock.reached(reading), range.startMs);
    const endMs = Math.min(clock.reached(reading + lengthMs), range.endMs);
    if (startMs < endMs) turns.push({ startMs, endMs, users: event.users });
  }
  return turns;
}

/** Shifts of a layer that touch a range, cut at its ends. Where events overlap, all their people are on call together. */
export function calendarTurns(layer: CalendarLayer, range: Span): Turn[] {
  const all = layer.events.flatMap((event) => occurrences(event, range)).sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
  const turns: Turn[] = [];
  let running: Turn[] = [];
  let next = 0;
  let at = range.startMs;
  while (next < all.length || running.length > 0) {
    running = running.filter((turn) => turn.endMs > at);
    for (let turn = all[next]; turn !== undefined && turn.startMs <= at; turn = all[next]) {
      running.push(turn);
      next += 1;
    }
    const until = Math.min(...running.map((turn) => turn.endMs), all[next]?.startMs ?? Number.POSITIVE_INFINITY);
    if (running.length > 0) {
      const users = [...new Set<UserKey>(running.flatMap((turn) => turn.users))].sort();
      const last = turns.at(-1);
      // One event is one shift, however others come and go without a change of people.
      if (last !== undefined && last.endMs === at && sameUsers(last.users, users) && running.some((turn) => turn.startMs < at)) turns[turns.length - 1] = { ...last, endMs: until };
      else turns.push({ startMs: at, endMs: until, users });
    }
    if (!Number.isFinite(until)) break;
    at = until;
  }
  return turns;
}

/** True when both name the same people in the same order. */
export function sameUsers(a: readonly UserKey[], b: readonly UserKey[]): boolean {
  return a.length === b.length && a.every((user, index) => user === b[index]);
}
