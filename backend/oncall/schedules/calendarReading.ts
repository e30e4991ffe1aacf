/** A calendar of somebody else: fetched through the guarded client, and read into events with people of the organisation. */
import { userKey, type CalendarEvent, type ImportRemark, type OrgId, type UserKey } from '#contract';
import { OutboundError } from '../../platform/outbound/outboundError.ts';
import type { Validators } from './calendarStore.ts';
import { meantPeople, type Meant } from './meantPeople.ts';
import type { SchedulePorts } from './ports.ts';
import { CalendarError, namesOf, readCalendar, withPeople } from './readCalendar.ts';

const MAX_EVENTS = 5_000;
const MAX_VALIDATOR = 500;

/** Why an address gave no calendar. `isDenied`: it may not be called at all. */
export class FetchFault extends Error {
  readonly isDenied: boolean;
  readonly hasAnswered: boolean;

  constructor(message: string, { isDenied = false, hasAnswered = false }: { isDenied?: boolean; hasAnswered?: boolean } = {}, options?: ErrorOptions) {
    super(message, options);
    this.name = 'FetchFault';
    this.isDenied = isDenied;
    this.hasAnswered = hasAnswered;
  }
}

export interface Fetched extends Validators {
  /** Null: the copy that is known still holds. */
  readonly text: string | null;
}

/** `webcal:` is how calendars write that an address is one of theirs. */
export function webAddress(address: string): string {
  return address.replace(/^webcals?:/i, 'https:');
}

function shortened(value: string | undefined): string | null {
  return value === undefined || value.length > MAX_VALIDATOR ? null : value;
}

/** Asks for a calendar, with what is known of the copy that was read last. Throws `FetchFault`. */
export async function fetchCalendar(callOut: SchedulePorts['callOut'], address: string, known: Validators): Promise<Fetched> {
  const headers = {
    Accept: 'text/calendar',
    ...(known.etag === null ? {} : { 'If-None-Match': known.etag }),
    ...(known.lastModified === null ? {} : { 'If-Modified-Since': known.lastModified }),
  };
  try {
    const answer = await callOut({ url: webAddress(address), method: 'GET', headers });
    if (answer.status === 304 && (known.etag !== null || known.lastModified !== null)) return { text: null, ...known };
    if (answer.status !== 200) throw new FetchFault(`the address answered ${answer.status}`, { hasAnswered: true });
    return { text: answer.body, etag: shortened(answer.headers['etag']), lastModified: shortened(answer.headers['last-modified']) };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    throw new FetchFault(error.message, { isDenied: error.reason === 'denied' }, { cause: error });
  }
}

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
  if (read.events.length > MAX_EVENTS) throw new CalendarError(`a calendar has ${MAX_EVENTS} events at most, and this one ${read.events.length}`);
  const names = namesOf(read.events);
  const person = await meantPeople(users, orgId, names, said);
  const keys = [...new Set(read.events.flatMap((event) => event.keys))].flatMap((key) => userKey.safeParse(key).data ?? []);
  const given = await users.find(orgId, keys);
  const made = withPeople(read.events, (name) => person(name)?.key ?? null, (key) => [...given.keys()].find((known) => known === key) ?? null);
  return { events: made.events, remarks: [...read.remarks, ...made.remarks], names, person };
}
