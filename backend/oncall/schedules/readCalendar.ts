/** Events of an iCalendar text with the people whom they name. Pure. */
import type { CalendarEvent, ImportRemark, UserKey } from '#contract';
import { readEvents } from '../../platform/calendar/readEvents.ts';
import { USER_PROPERTY } from './calendarText.ts';

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

/** `alice, bob [L1]` as their names; OnCall and others write people like this. */
function namesIn(summary: string): string[] {
  return summary.replaceAll(/\[[^\]]*\]/g, ' ').split(/[,;+&]/).map((part) => part.trim()).filter((part) => part !== '');
}

/** Reads a text. `zone` is that of times which name none. Throws `CalendarError`. */
export function readCalendar(text: string, zone: string): ReadCalendar {
  const { events, remarks } = readEvents(text, zone, USER_PROPERTY);
  return { remarks, events: events.map(({ isAllDay: _isAllDay, summary, attendees, own, ...event }) => ({ ...event, names: attendees.length > 0 ? attendees : namesIn(summary), keys: own })) };
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
