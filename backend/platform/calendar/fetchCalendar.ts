/** A calendar of somebody else, fetched through the guarded client. */
import type { OutboundClient } from '../outbound/client.ts';
import { OutboundError } from '../outbound/outboundError.ts';

const MAX_VALIDATOR = 500;

/** What a server said of the copy that it gave, so that the next question is whether it still holds. */
export interface Validators {
  readonly etag: string | null;
  readonly lastModified: string | null;
}

/** Of a calendar that was never read, or is to be read whole. */
export const NOTHING_KNOWN: Validators = { etag: null, lastModified: null };

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
export async function fetchCalendar(callOut: OutboundClient['call'], address: string, known: Validators): Promise<Fetched> {
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
