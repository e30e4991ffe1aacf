/** Who is on call by a layer of calendar events. Pure. */
import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import type { CalendarEvent, CalendarLayer, UserKey } from '#contract';
import type { Turn } from './rotation.ts';
import type { Span } from './spans.ts';
import { localReading, zoneClock } from './zoneClock.ts';

const MINUTE_MS = 60_000;
const APART_MS = 2 * 86_400_000;
/** Parts of a rule that are reckoned with; hours are needed for what other products export. */
const RULE_PARTS = new Set(['FREQ', 'INTERVAL', 'COUNT', 'UNTIL', 'BYDAY', 'BYMONTH', 'BYMONTHDAY', 'BYSETPOS', 'BYHOUR', 'BYMINUTE', 'WKST']);
const FREQUENCIES = new Set(['HOURLY', 'DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY']);

/** Why a rule cannot be used, or null when it can. */
export function ruleFault(rule: string): string | null {
  for (const part of rule.split(';')) {
    const name = part.split('=')[0] ?? '';
    if (!RULE_PARTS.has(name)) return `“${part}” is not a part of a rule that is used here`;
  }
  if (!FREQUENCIES.has(/(?:^|;)FREQ=([A-Z]+)/.exec(rule)?.[1] ?? '')) return 'needs FREQ=HOURLY, DAILY, WEEKLY, MONTHLY or YEARLY';
  try {
    compile(rule, 0);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : 'is not a recurrence rule';
  }
}

/** The rule on the clock of its zone, spelled as UTC: UNTIL is a reading too. */
function compile(rule: string, startReading: number): RRuleTemporal<Temporal.ZonedDateTime> {
  const text = rule.replace(/UNTIL=(\d{8})(?:T(\d{6})Z?)?/, (_match, day: string, time: string | undefined) => `UNTIL=${day}T${time ?? '235959'}Z`);
  return new RRuleTemporal({ rruleString: text, dtstart: Temporal.Instant.fromEpochMilliseconds(startReading).toZonedDateTimeISO('UTC'), temporal: Temporal });
}

/** Occurrences of an event that touch a range. */
function occurrences(event: CalendarEvent, range: Span): Turn[] {
  const start = localReading(event.startsAt);
  if (start === null) return [];
  const clock = zoneClock(event.timeZone);
  const lengthMs = event.minutes * MINUTE_MS;
  let readings = [start];
  if (event.rule !== null) {
    const from = Math.max(range.startMs - lengthMs - APART_MS, start - 1);
    const to = range.endMs + APART_MS;
    readings = to <= from ? [] : compile(event.rule, start).between(new Date(from), new Date(to), true).map((at) => at.epochMilliseconds);
  }
  const except = new Set(event.except.map(localReading));
  const turns: Turn[] = [];
  for (const reading of readings) {
    if (except.has(reading)) continue;
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
