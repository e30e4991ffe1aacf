/** LISTEN on a connection of its own, which is made anew whenever it breaks. */
import pg from 'pg';
import type { Clock, Timer } from '../clock.ts';
import type { Logger } from '../logger.ts';

export interface ListenerOptions {
  readonly connectionString: string;
  readonly channels: readonly string[];
  readonly applicationName: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told the payload of each notification, and its channel. */
  readonly onNotification: (payload: string, channel: string) => void;
  /** Told after each connect: what was notified before is lost and has to be looked for. */
  readonly onConnected: () => void;
}

export interface Listener {
  /** Resolves when it listens; fails when the database cannot be reached the first time. */
  start(): Promise<void>;
  close(): Promise<void>;
}

const RECONNECT_MS = 500;

/** Makes a listener. There is one attempt at a time, however often the connection breaks. */
export function createListener(options: ListenerOptions): Listener {
  const { clock, logger, channels } = options;
  let client: pg.Client | null = null;
  let retry: Timer | null = null;
  let closed = false;

  async function connect(): Promise<void> {
    const fresh = new pg.Client({ connectionString: options.connectionString, application_name: options.applicationName, keepAlive: true });
    let listening = false;
    fresh.on('notification', (message) => options.onNotification(message.payload ?? '', message.channel));
    fresh.on('error', (error) => logger.warn({ err: error, channels }, 'a listening connection broke and is made anew'));
    fresh.on('end', () => {
      // An end before it listened is the failure of the attempt, which is told to the caller.
      if (listening) reconnectSoon();
    });
    client = fresh;
    try {
      await fresh.connect();
      await fresh.query(channels.map((channel) => `listen ${pg.escapeIdentifier(channel)}`).join('; '));
    } catch (error) {
      fresh.end().catch((endError: unknown) => logger.debug({ err: endError, channels }, 'a failed connection could not be ended'));
      throw error;
    }
    listening = true;
    if (!closed) options.onConnected();
  }

  function reconnectSoon(): void {
    client = null;
    if (closed) return;
    retry = clock.after(RECONNECT_MS, () => {
      connect().catch((error: unknown) => {
        if (!closed) logger.warn({ err: error, channels }, 'the database cannot be listened to yet; trying again');
        reconnectSoon();
      });
    });
  }

  return {
    start: connect,
    async close() {
      closed = true;
      retry?.stop();
      await client?.end();
    },
  };
}
