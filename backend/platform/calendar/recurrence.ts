/** When events repeat, by rules of RFC 5545. Pure. Times are readings: what the clock of the event shows, spelled as UTC. */
import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { localReading } from './zoneClock.ts';

/** Parts of a rule that are reckoned with; hours are needed for what other products export. */
const RULE_PARTS = new Set(['FREQ', 'INTERVAL', 'COUNT', 'UNTIL', 'BYDAY', 'BYMONTH', 'BYMONTHDAY', 'BYSETPOS', 'BYHOUR', 'BYMINUTE', 'WKST']);
const FREQUENCIES = new Set(['HOURLY', 'DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY']);

export interface Repeating {
  /** `2026-03-29T02:30` */
  readonly startsAt: string;
  readonly rule: string | null;
  /** Begins of occurrences that are left out, written like `startsAt`. */
  readonly except: readonly string[];
}

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

/** Begins of an event, those of a rule between two readings; of one without a rule, its only one. */
export function beginsOf({ startsAt, rule, except }: Repeating, from: number, to: number): number[] {
  const start = localReading(startsAt);
  if (start === null) return [];
  let begins = [start];
  if (rule !== null) {
    const first = Math.max(from, start - 1);
    begins = to <= first ? [] : compile(rule, start).between(new Date(first), new Date(to), true).map((at) => at.epochMilliseconds);
  }
  const leftOut = new Set(except.map(localReading));
  return begins.filter((begin) => !leftOut.has(begin));
}
