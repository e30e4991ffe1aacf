/**
 * The live stream: LISTEN/NOTIFY wakes, the event log is the truth.
 *
 * A hub per process listens once and keeps, for each organisation with readers, the position up to
 * which it has sent. When woken it reads what is new and writes the same bytes to every reader. A
 * new reader first gets, from the log, what lies between its last id and that position; as
 * positions follow the order of commits there is neither a gap nor a repeat. A reader that does
 * not keep up is cut off instead of being buffered for: it comes back with its last id.
 */
import type { LiveEvent, OrgId } from '#contract';
import type { Clock, Timer } from '../platform/clock.ts';
import type { Database } from '../platform/db/database.ts';
import { createListener } from '../platform/db/listener.ts';
import type { Logger } from '../platform/logger.ts';
import { newestEventPosition, readEventsAfter } from './read.ts';

/** Where the bytes of a reader go. `write` gives how many bytes still wait to be sent. */
export interface StreamWriter {
  write(chunk: string): number;
  end(): void;
}

export interface LiveHub {
  start(): Promise<void>;
  /** Adds a reader; gives the function that removes it. */
  subscribe(orgId: OrgId, lastEventId: string | null, writer: StreamWriter): () => void;
  /** Reads and sends what is new, without waiting for a notification. */
  wake(orgId: OrgId): void;
  readerCount(): number;
  close(): Promise<void>;
}

export interface LiveHubDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
}

const READ_LIMIT = 500;
const MAX_POSITION = '9223372036854775807';
/** A reader with more than this unsent is dropped. */
export const MAX_UNSENT_BYTES = 1024 * 1024;
const HEARTBEAT_MS = 15_000;
/** Wakes all readers although nothing was notified, in case a notification was lost on a reconnect. */
const SAFETY_POLL_MS = 5_000;
const RETRY_MS = 500;

interface Reader {
  readonly writer: StreamWriter;
  /** Position sent so far. */
  sentUpTo: string;
  /** Has its backlog, and takes what comes. */
  ready: boolean;
}

interface OrgStream {
  readonly orgId: OrgId;
  readonly readers: Set<Reader>;
  /** Up to where `readers` that are ready have been served; null before the first read. */
  position: string | null;
  running: boolean;
  again: boolean;
}

/** One event in the format of server-sent events. */
export function formatServerSentEvent(event: LiveEvent): string {
  return `id: ${event.position}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** Makes the hub; `start` connects it. */
export function createLiveHub(deps: LiveHubDeps): LiveHub {
  const { db, clock, logger } = deps;
  const streams = new Map<number, OrgStream>();
  const timers: Timer[] = [];
  let closed = false;

  function drop(stream: OrgStream, reader: Reader): void {
    if (!stream.readers.delete(reader)) return;
    reader.writer.end();
  }

  function send(stream: OrgStream, reader: Reader, chunk: string, upTo: string): void {
    reader.sentUpTo = upTo;
    const unsent = reader.writer.write(chunk);
    if (unsent > MAX_UNSENT_BYTES) {
      logger.warn({ orgId: stream.orgId, unsent }, 'a live reader does not keep up and is cut off; it can resume');
      drop(stream, reader);
    }
  }

  /** Sends to one reader what it lacks up to `until`. */
  async function sendBacklog(stream: OrgStream, reader: Reader, until: string): Promise<void> {
    while (stream.readers.has(reader) && BigInt(reader.sentUpTo) < BigInt(until)) {
      const events = await readEventsAfter(db, stream.orgId, reader.sentUpTo, READ_LIMIT);
      const due = events.filter((event) => BigInt(event.position) <= BigInt(until));
      const last = due.at(-1);
      if (last === undefined) break;
      send(stream, reader, due.map(formatServerSentEvent).join(''), last.position);
    }
    reader.ready = true;
    // Tells the browser where it stands, so that it can resume even before a first event came.
    send(stream, reader, `id: ${until}\n\n`, until);
  }

  async function pump(stream: OrgStream): Promise<void> {
    let position = (stream.position ??= await newestEventPosition(db, stream.orgId));
    for (;;) {
      const events = await readEventsAfter(db, stream.orgId, position, READ_LIMIT);
      const last = events.at(-1);
      if (last === undefined) break;
      const chunk = events.map(formatServerSentEvent).join('');
      stream.position = position = last.position;
      for (const reader of stream.readers) {
        if (reader.ready) send(stream, reader, chunk, position);
      }
    }
    // Only now: a reader that comes from another replica may know more than was read here before.
    for (const reader of stream.readers) {
      if (!reader.ready) await sendBacklog(stream, reader, position);
    }
  }

  function run(stream: OrgStream): void {
    if (stream.running) {
      stream.again = true;
      return;
    }
    stream.running = true;
    stream.again = false;
    pump(stream).then(
      () => {
        stream.running = false;
        if (stream.readers.size === 0) streams.delete(stream.orgId);
        // A reader that came during the read still waits for its backlog.
        else if (!closed && (stream.again || [...stream.readers].some((reader) => !reader.ready))) run(stream);
      },
      (error: unknown) => {
        logger.error({ err: error, orgId: stream.orgId }, 'live stream could not read the event log; trying again');
        stream.running = false;
        if (stream.readers.size === 0) streams.delete(stream.orgId);
        else if (!closed) clock.after(RETRY_MS, () => run(stream));
      },
    );
  }

  function wakeAll(): void {
    for (const stream of streams.values()) run(stream);
  }

  const listener = createListener({
    connectionString: db.connectionString, channel: 'muster_events', applicationName: 'muster-live', clock, logger,
    onNotification(payload) {
      const stream = streams.get(Number(payload));
      if (stream !== undefined) run(stream);
    },
    onConnected: wakeAll,
  });

  function heartbeat(): void {
    for (const stream of streams.values()) {
      for (const reader of stream.readers) {
        if (reader.ready && reader.writer.write(': still here\n\n') > MAX_UNSENT_BYTES) drop(stream, reader);
      }
    }
  }

  return {
    async start() {
      await listener.start();
      timers.push(clock.every(HEARTBEAT_MS, heartbeat), clock.every(SAFETY_POLL_MS, wakeAll));
    },
    subscribe(orgId, lastEventId, writer) {
      let stream = streams.get(orgId);
      if (stream === undefined) {
        stream = { orgId, readers: new Set(), position: null, running: false, again: false };
        streams.set(orgId, stream);
      }
      const target = stream;
      // Without a last id a reader lacks nothing: it starts at the present.
      const reader: Reader = { writer, sentUpTo: lastEventId ?? MAX_POSITION, ready: false };
      target.readers.add(reader);
      run(target);
      return () => {
        target.readers.delete(reader);
        if (target.readers.size === 0 && !target.running) streams.delete(orgId);
      };
    },
    wake(orgId) {
      const stream = streams.get(orgId);
      if (stream !== undefined) run(stream);
    },
    readerCount() {
      let count = 0;
      for (const stream of streams.values()) count += stream.readers.size;
      return count;
    },
    async close() {
      closed = true;
      for (const timer of timers) timer.stop();
      for (const stream of streams.values()) for (const reader of [...stream.readers]) drop(stream, reader);
      await listener.close();
    },
  };
}
