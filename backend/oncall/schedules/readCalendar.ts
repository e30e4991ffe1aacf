/**
 * Reads an iCalendar text (RFC 5545) into events of a layer. Pure. RRULE, EXDATE, RDATE, changed single occurrences
 * (RECURRENCE-ID), all-day events and TZID are understood; what is not is said, not guessed.
 */
import ICAL from 'ical.js';
import type { CalendarEvent, ImportRemark, UserKey } from '#contract';
import { ruleFault } from './calendarShifts.ts';
import { USER_PROPERTY } from './calendarText.ts';
import { isTimeZone } from './zoneClock.ts';

/** An event before it is known who is meant. */
export interface ReadEvent extends Omit<CalendarEvent, 'users'> {
  /** How the calendar names the people: addresses, else parts of the summary. */
  readonly names: readonly string[];
  /** Keys that a calendar of Muster gives. */
  readonly keys: readonly string[];
}

export interface ReadCalendar {
  readonly events: readonly ReadEvent[];
  readonly remarks: readonly ImportRemark[];
}

const MINUTE_MS = 60_000;

/** A text that is no calendar. */
export class CalendarError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CalendarError';
  }
}

function readingText(time: ICAL.Time): string {
  return new Date(readingOf(time)).toISOString().slice(0, 16);
}

function readingOf(time: ICAL.Time): number {
  return Date.UTC(time.year, time.month - 1, time.day, time.hour, time.minute);
}

function isTime(value: unknown): value is ICAL.Time {
  return value instanceof ICAL.Time;
}

function timesOf(part: ICAL.Component, name: string): ICAL.Time[] {
  return part.getAllProperties(name).flatMap((property) => {
    const values: readonly unknown[] = property.getValues();
    return values.filter(isTime);
  });
}

/** `alice, bob [L1]` as their names; OnCall and others write people like this. */
function namesIn(summary: string): string[] {
  return summary.replaceAll(/\[[^\]]*\]/g, ' ').split(/[,;+&]/).map((part) => part.trim()).filter((part) => part !== '');
}

interface Place {
  readonly zone: string;
  /** The event stands at an instant of its own reckoning: its zone is not one that the engine knows. */
  readonly foreign: string | null;
}

function placeOf(start: ICAL.Time, property: ICAL.Property | null, zone: string): Place {
  const tzid = property?.getFirstParameter('tzid');
  if (start.zone === ICAL.Timezone.utcTimezone) return { zone: 'UTC', foreign: null };
  if (typeof tzid !== 'string' || tzid === '') return { zone, foreign: null };
  return isTimeZone(tzid) ? { zone: tzid, foreign: null } : { zone: 'UTC', foreign: tzid };
}

/** Reads a text. `zone` is that of times which name none. Throws `CalendarError`. */
export function readCalendar(text: string, zone: string): ReadCalendar {
  let calendars: ICAL.Component[];
  try {
    // A text may hold several calendars; the library then gives a list of them. So each is read by itself.
    const texts = text.split(/^(?=BEGIN:VCALENDAR\r?$)/im).filter((part) => part.trim() !== '');
    if (texts.length === 0) throw new Error('it is empty');
    calendars = texts.map((part) => ICAL.Component.fromString(part));
  } catch (error) {
    throw new CalendarError(`this is not an iCalendar text: ${error instanceof Error ? error.message : 'it cannot be read'}`, { cause: error });
  }
  if (calendars.some((calendar) => calendar.name !== 'vcalendar')) throw new CalendarError('this is not an iCalendar text: it does not begin with VCALENDAR');
  const events: ReadEvent[] = [];
  const remarks: ImportRemark[] = [];
  for (const calendar of calendars) {
    const parts = calendar.getAllSubcomponents('vevent');
    const changed = new Map<string, string[]>();
    for (const part of parts) {
      const uid = part.getFirstPropertyValue('uid');
      const instead = part.getFirstPropertyValue('recurrence-id');
      if (typeof uid === 'string' && isTime(instead)) changed.set(uid, [...(changed.get(uid) ?? []), readingText(instead)]);
    }
    parts.forEach((part, index) => {
      const event = new ICAL.Event(part);
      const subject = typeof event.summary === 'string' && event.summary !== '' ? event.summary : `event ${index + 1}`;
      const remark = (message: string): void => void remarks.push({ subject, message });
      const start: unknown = part.getFirstPropertyValue('dtstart');
      if (!isTime(start)) return remark('has no begin and was left out');
      if (part.getFirstPropertyValue('status') === 'CANCELLED') return remark('is cancelled and was left out');
      const place = placeOf(start, part.getFirstProperty('dtstart'), zone);
      const recurring = part.hasProperty('rrule') || part.hasProperty('rdate');
      if (place.foreign !== null && recurring) return remark(`repeats in the zone “${place.foreign}”, which is not known here, and was left out`);
      const end = event.endDate;
      const minutes = Math.round((place.zone === 'UTC' ? end.toUnixTime() * 1000 - start.toUnixTime() * 1000 : readingOf(end) - readingOf(start)) / MINUTE_MS);
      if (minutes < 1 || minutes > 366 * 24 * 60) return remark('has no length, or one of more than a year, and was left out');
      const addresses = part.getAllProperties('attendee').map((attendee) => String(attendee.getFirstValue()).replace(/^mailto:/i, ''));
      const keys = part.getAllProperties(USER_PROPERTY).map((property) => String(property.getFirstValue()));
      const uid = typeof event.uid === 'string' && event.uid !== '' ? event.uid.slice(0, 400) : `event-${index + 1}`;
      const base = { timeZone: place.zone, minutes, names: addresses.length > 0 ? addresses : namesIn(event.summary ?? ''), keys };
      const first = place.foreign === null ? readingText(start) : new Date(start.toUnixTime() * 1000).toISOString().slice(0, 16);
      if (part.hasProperty('recurrence-id')) {
        events.push({ ...base, uid: `${uid}/${readingText(start)}`, startsAt: first, rule: null, except: [] });
        return undefined;
      }
      const rules = part.getAllProperties('rrule');
      if (rules.length > 1) remark('has several rules: only the first was taken');
      const rule = rules[0] === undefined ? null : String(rules[0].getFirstValue());
      const fault = rule === null ? null : ruleFault(rule);
      if (fault !== null) return remark(`its rule cannot be used (${fault}), and it was left out`);
      const except = [...timesOf(part, 'exdate').map((time) => (time.isDate ? `${readingText(time).slice(0, 10)}${first.slice(10)}` : readingText(time))), ...(changed.get(typeof event.uid === 'string' ? event.uid : '') ?? [])];
      events.push({ ...base, uid, startsAt: first, rule, except: [...new Set(except)].slice(0, 1000) });
      for (const added of timesOf(part, 'rdate')) {
        events.push({ ...base, uid: `${uid}/${readingText(added)}`, startsAt: readingText(added), rule: null, except: [] });
      }
      return undefined;
    });
  }
  return { events, remarks };
}

/** Everybody whom events name, each once, in the order in which they come. */
export function namesOf(events: readonly ReadEvent[]): string[] {
  return [...new Set(events.filter(({ keys }) => keys.length === 0).flatMap(({ names }) => names))];
}

/** Events with people; those in which nobody is known are left out, with a remark. */
export function withPeople(events: readonly ReadEvent[], keyOf: (name: string) => UserKey | null, knownKey: (key: string) => UserKey | null): { events: CalendarEvent[]; remarks: ImportRemark[] } {
  const made: CalendarEvent[] = [];
  const remarks: ImportRemark[] = [];
  for (const { names, keys, ...event } of events) {
    const known = keys.map(knownKey).filter((key) => key !== null);
    const users = [...new Set(known.length > 0 ? known : names.map(keyOf).filter((key) => key !== null))].slice(0, 20);
    if (users.length > 0) made.push({ ...event, users });
    else remarks.push({ subject: names.join(', ') || event.uid, message: `nobody here is called so: the event at ${event.startsAt} was left out` });
  }
  return { events: made, remarks };
}
