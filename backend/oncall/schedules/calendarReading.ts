/** A calendar of somebody else, read into events with people of the organisation. */
import { userKey, type CalendarEvent, type ImportRemark, type OrgId, type UserKey } from '#contract';
import { meantPeople, type Meant } from './meantPeople.ts';
import type { SchedulePorts } from './ports.ts';
import { namesOf, readCalendar, withPeople } from './readCalendar.ts';

export interface CalendarReading {
  readonly events: CalendarEvent[];
  readonly remarks: readonly ImportRemark[];
  /** Everybody whom the calendar names, and who is meant. */
  readonly names: readonly string[];
  readonly person: Meant;
}

/** Reads a text. `zone` is that of times which name none; `said` says who is meant by names. Throws `CalendarError`. */
export async function readWithPeople(users: SchedulePorts['users'], orgId: OrgId, text: string, zone: string, said: Readonly<Record<string, UserKey>>): Promise<CalendarReading> {
  const read = readCalendar(text, zone);
  const names = namesOf(read.events);
  const person = await meantPeople(users, orgId, names, said);
  const keys = [...new Set(read.events.flatMap((event) => event.keys))].flatMap((key) => userKey.safeParse(key).data ?? []);
  const given = await users.find(orgId, keys);
  const made = withPeople(read.events, (name) => person(name)?.key ?? null, (key) => [...given.keys()].find((known) => known === key) ?? null);
  return { events: made.events, remarks: [...read.remarks, ...made.remarks], names, person };
}
