/**
 * Reads an iCalendar text (RFC 5545) into its events. Pure. RRULE, EXDATE, RDATE, changed single occurrences
 * (RECURRENCE-ID), all-day events and TZID are understood; what is not is said, not guessed.
 */
import ICAL from 'ical.js';
import { ruleFault, type Repeating } from './recurrence.ts';
import { isTimeZone } from './zoneClock.ts';

export interface ReadEvent extends Repeating {
  readonly uid: string;
  /** As the calendar has it; may be empty. */
  readonly summary: string;
  /** It is of days, whatever the zone: no time of the day is named. */
  readonly isAllDay: boolean;
  readonly timeZone: string;
  readonly minutes: number;
  /** Addresses of those who take part. */
  readonly attendees: readonly string[];
  /** What stands under the property that was asked for. */
  readonly own: readonly string[];
  readonly except: string[];
}

/** Something that could not be taken over as it is. */
export interface Remark {
  readonly subject: string;
  readonly message: string;
}

export interface ReadEvents {
  readonly events: readonly ReadEvent[];
  readonly remarks: readonly Remark[];
}

const MINUTE_MS = 60_000;
const MAX_EVENTS = 5_000;

/** A text that is no calendar, or one that cannot be used. */
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

/** Reads a text. `zone` is that of times which name none; of each event the values of a property named `own` are read, too. Throws `CalendarError`. */
export function readEvents(text: string, zone: string, own: string | null = null): ReadEvents {
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
  const remarks: Remark[] = [];
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
      const attendees = part.getAllProperties('attendee').map((attendee) => String(attendee.getFirstValue()).replace(/^mailto:/i, ''));
      const uid = typeof event.uid === 'string' && event.uid !== '' ? event.uid.slice(0, 400) : `event-${index + 1}`;
      const base = {
        timeZone: place.zone, minutes, summary: event.summary ?? '', isAllDay: start.isDate, attendees,
        own: own === null ? [] : part.getAllProperties(own).map((property) => String(property.getFirstValue())),
      };
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
  if (events.length > MAX_EVENTS) throw new CalendarError(`a calendar has ${MAX_EVENTS} events at most, and this one ${events.length}`);
  return { events, remarks };
}
