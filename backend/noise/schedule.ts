/**
 * When a maintenance window applies. Pure.
 *
 * A recurring window is expanded on the clock of its zone, as people read it, and only then turned into instants. In
 * the nights in which the clocks change nothing that was named is left uncovered: a begin that comes twice means the
 * first time, an end that comes twice the second; one that does not come is as much later as the clocks are put forward
 * (RFC 5545, 3.3.5).
 */
import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import type { FieldFault, MaintenanceSchedule } from '#contract';

export interface Interval {
  readonly startMs: number;
  /** The first instant after it. */
  readonly endMs: number;
}

/** A schedule that cannot be used, with the field at fault. */
export class ScheduleError extends Error {
  readonly fault: FieldFault;

  constructor(fault: FieldFault) {
    super(`${fault.field}: ${fault.message}`);
    this.name = 'ScheduleError';
    this.fault = fault;
  }
}

export interface CompiledSchedule {
  /** The occurrence at an instant; of several that overlap the one that ends last. */
  at(ms: number): Interval | null;
  /** The first `count` occurrences that end after an instant, in order. */
  from(ms: number, count: number): Interval[];
  /** Occurrences that touch a span, in order. */
  within(fromMs: number, toMs: number): Interval[];
  /** The last occurrence that ended at or before an instant. */
  before(ms: number): Interval | null;
}

const FREQUENCIES = new Set(['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY']);
const RULE_PARTS = new Set(['FREQ', 'INTERVAL', 'COUNT', 'UNTIL', 'BYDAY', 'BYMONTH', 'BYMONTHDAY', 'BYSETPOS', 'WKST']);
const DAY_MS = 86_400_000;
/** Offsets of zones lie within this, so that a local time is never further from the same reading in UTC. */
const MAX_OFFSET_MS = 27 * 60 * 60_000;
/** How far occurrences are kept ready at a time. */
const AHEAD_MS = 40 * DAY_MS;
const MAX_LOOK_MS = 6 * 366 * DAY_MS;

function once(schedule: Extract<MaintenanceSchedule, { kind: 'once' }>): CompiledSchedule {
  const interval = { startMs: Date.parse(schedule.startsAt), endMs: Date.parse(schedule.endsAt) };
  if (interval.endMs <= interval.startMs) throw new ScheduleError({ field: 'schedule.endsAt', message: 'must be after the begin' });
  return {
    at: (ms) => (interval.startMs <= ms && ms < interval.endMs ? interval : null),
    from: (ms, count) => (interval.endMs > ms && count > 0 ? [interval] : []),
    within: (fromMs, toMs) => (interval.endMs > fromMs && interval.startMs < toMs ? [interval] : []),
    before: (ms) => (interval.endMs <= ms ? interval : null),
  };
}

function checkRule(text: string): string {
  const rule = text.replace(/^RRULE:/i, '').toUpperCase();
  for (const part of rule.split(';')) {
    const name = part.split('=')[0] ?? '';
    if (!RULE_PARTS.has(name)) throw new ScheduleError({ field: 'schedule.rule', message: `"${part}" is not a part of a rule that is used here` });
  }
  const frequency = /(?:^|;)FREQ=([A-Z]+)/.exec(rule)?.[1] ?? '';
  if (!FREQUENCIES.has(frequency)) {
    throw new ScheduleError({ field: 'schedule.rule', message: 'needs FREQ=DAILY, WEEKLY, MONTHLY or YEARLY' });
  }
  // The end is a time on the zone's clock too; the expansion below runs on that clock, spelled as UTC.
  return rule.replace(/UNTIL=(\d{8})(?:T(\d{6})Z?)?/, (_match, day: string, time: string | undefined) => `UNTIL=${day}T${time ?? '235959'}Z`);
}

/** A reading of the zone's clock as the same reading in UTC. */
function asUtc(local: Temporal.PlainDateTime): number {
  return local.toZonedDateTime('UTC').epochMilliseconds;
}

function recurring(schedule: Extract<MaintenanceSchedule, { kind: 'recurring' }>): CompiledSchedule {
  const { timeZone, minutes } = schedule;
  let first: Temporal.PlainDateTime;
  try {
    first = Temporal.PlainDateTime.from(schedule.startsAt);
  } catch (error) {
    throw new ScheduleError({ field: 'schedule.startsAt', message: error instanceof Error ? error.message : 'is not a date and time' });
  }
  try {
    first.toZonedDateTime(timeZone);
  } catch {
    throw new ScheduleError({ field: 'schedule.timeZone', message: 'is not a time zone, such as Europe/Berlin' });
  }
  const ruleText = checkRule(schedule.rule);
  let rule: RRuleTemporal<Temporal.ZonedDateTime>;
  try {
    rule = new RRuleTemporal({ rruleString: ruleText, dtstart: first.toZonedDateTime('UTC'), temporal: Temporal });
  } catch (error) {
    throw new ScheduleError({ field: 'schedule.rule', message: error instanceof Error ? error.message : 'is not a recurrence rule' });
  }
  const lengthMs = minutes * 60_000;

  function toInterval(start: Temporal.ZonedDateTime): Interval {
    const local = start.toPlainDateTime();
    const startMs = local.toZonedDateTime(timeZone, { disambiguation: 'compatible' }).epochMilliseconds;
    const endMs = local.add({ minutes }).toZonedDateTime(timeZone, { disambiguation: 'later' }).epochMilliseconds;
    // A window that lies altogether within the hour that is left out has no length: it keeps the one it was given.
    return { startMs, endMs: endMs > startMs ? endMs : startMs + lengthMs };
  }

  /** Occurrences that touch the span, in order. */
  function between(fromMs: number, toMs: number): Interval[] {
    const from = new Date(Math.max(fromMs - lengthMs - MAX_OFFSET_MS, asUtc(first) - 1));
    const to = new Date(toMs + MAX_OFFSET_MS);
    if (to <= from) return [];
    return rule.between(from, to, true).map(toInterval).filter((interval) => interval.endMs > fromMs && interval.startMs < toMs);
  }

  // Alerts are asked about in the order of time, so a span of occurrences is kept and moved along.
  let ready: { readonly fromMs: number; readonly toMs: number; readonly intervals: readonly Interval[] } = { fromMs: 0, toMs: 0, intervals: [] };

  function firstFrom(ms: number, count: number): Interval[] {
    const found: Interval[] = [];
    const beginMs = Math.max(ms, asUtc(first) - MAX_OFFSET_MS);
    for (let fromMs = beginMs, spanMs = AHEAD_MS; found.length < count && fromMs < beginMs + MAX_LOOK_MS; fromMs += spanMs, spanMs = Math.min(spanMs * 2, 366 * DAY_MS)) {
      for (const interval of between(fromMs, fromMs + spanMs)) {
        if (!found.some((known) => known.startMs === interval.startMs)) found.push(interval);
      }
    }
    return found.slice(0, count);
  }

  if (firstFrom(0, 1).length === 0) throw new ScheduleError({ field: 'schedule.rule', message: 'never occurs' });
  return {
    at(ms) {
      if (ms < ready.fromMs || ms >= ready.toMs) ready = { fromMs: ms - DAY_MS, toMs: ms + AHEAD_MS, intervals: between(ms - DAY_MS, ms + AHEAD_MS) };
      let found: Interval | null = null;
      for (const interval of ready.intervals) {
        if (interval.startMs <= ms && ms < interval.endMs && (found === null || interval.endMs > found.endMs)) found = interval;
      }
      return found;
    },
    from: firstFrom,
    within: between,
    before(ms) {
      for (let spanMs = AHEAD_MS; spanMs < 2 * MAX_LOOK_MS; spanMs *= 4) {
        const last = between(ms - spanMs, ms).filter((interval) => interval.endMs <= ms).at(-1);
        if (last !== undefined) return last;
        if (ms - spanMs < asUtc(first) - MAX_OFFSET_MS) return null;
      }
      return null;
    },
  };
}

/** Compiles a schedule. Throws `ScheduleError`. */
export function compileSchedule(schedule: MaintenanceSchedule): CompiledSchedule {
  return schedule.kind === 'once' ? once(schedule) : recurring(schedule);
}

/** What the clocks of the zone do during an occurrence: a sentence, or null. */
export function clockShift(schedule: MaintenanceSchedule, interval: Interval): string | null {
  if (schedule.kind === 'once') return null;
  const offset = (ms: number): number => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(schedule.timeZone).offsetNanoseconds / 60e9;
  const minutes = offset(interval.endMs) - offset(interval.startMs);
  if (minutes === 0) return null;
  const lasts = Math.round((interval.endMs - interval.startMs) / 60_000);
  return `clocks go ${minutes > 0 ? 'forward' : 'back'} ${Math.abs(minutes)} min: lasts ${lasts} min instead of ${schedule.minutes}`;
}
