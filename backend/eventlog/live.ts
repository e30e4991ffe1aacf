/**
 * The live stream: LISTEN/NOTIFY wakes, the event log is the truth.
 *
 * A hub per process listens once and keeps, for each organisation with readers, the position up to
 * which it has sent. When woken it reads what is new and writes the same bytes to every reader. A
 * new reader first gets, from the log, what lies between its last id and that position, no faster
 * than it reads; as positions follow the order of commits there is neither a gap nor a repeat. A
 * reader that does not keep up is no longer written to, but brought up from the log like a new one;
 * one that takes nothing at all is cut off. It comes back with its last id.
 *
 * Beside the log it passes on that alerts changed (alertNews.ts).
 */
import { ALERTS_CHANGED, type OrgId } from '#contract';
import { findPrivate, incidentsNamedIn, incidentsOf, type Viewer } from '../access/index.ts';
import type { Clock, Timer } from '../platform/clock.ts';
import type { Database } from '../platform/db/database.ts';
import { createListener } from '../platform/db/listener.ts';
import type { Logger } from '../platform/logger.ts';
import { ALERT_NEWS_CHANNEL } from './alertNews.ts';
import { newestEventPosition, readEventsAfter } from './read.ts';
import { formatServerSentEvent, liveTextFor, textFor, type Batch } from './streamText.ts';

/** Where the bytes of a reader go. */
export interface StreamWriter {
  /** Gives how many bytes still wait to be sent. */
  write(chunk: string): number;
  /** True once it has taken what was written; false when it does not in time, or is gone. */
  drained(): Promise<boolean>;
  end(): void;
}

export interface LiveHub {
  start(): Promise<void>;
  /** Adds a reader, who is sent what the viewer may see; gives the function that removes it. */
  subscribe(orgId: OrgId, viewer: Viewer, lastEventId: string | null, writer: StreamWriter): () => void;
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
/** A reader with more than this unsent gets nothing more until it has taken that. */
export const MAX_UNSENT_BYTES = 1024 * 1024;
const HEARTBEAT_MS = 15_000;
/** Wakes all readers although nothing was notified, in case a notification was lost on a reconnect. */
const SAFETY_POLL_MS = 5_000;
const RETRY_MS = 500;

interface Reader {
  readonly viewer: Viewer;
  readonly writer: StreamWriter;
  /** Position sent so far. */
  sentUpTo: string;
  /** `ready` has all of the log, and takes what comes; `behind` is being brought up. */
  state: 'new' | 'behind' | 'ready';
  /** Alerts changed while it was not ready. */
  owedNews: boolean;
}

interface OrgStream {
  readonly orgId: OrgId;
  readonly readers: Set<Reader>;
  /** Up to where `readers` that are ready have been served; null before the first read. */
  position: string | null;
  running: boolean;
  again: boolean;
}

/** Not of the log: it has no id, so that a reader resumes after the last event that is. */
const ALERTS_CHANGED_BLOCK = `event: ${ALERTS_CHANGED}\ndata: {}\n\n`;

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

  /** Writes to a reader that takes what comes; one that does not keep up is brought up by itself from here on. */
  function send(stream: OrgStream, reader: Reader, chunk: string): void {
    if (reader.writer.write(chunk) > MAX_UNSENT_BYTES) bringUp(stream, reader);
  }

  function bringUp(stream: OrgStream, reader: Reader): void {
    reader.state = 'behind';
    catchUp(stream, reader).catch((error: unknown) => {
      logger.warn({ err: error, orgId: stream.orgId }, 'a live reader could not be brought up; trying again');
      clock.after(RETRY_MS, () => {
        if (!closed && stream.readers.has(reader)) bringUp(stream, reader);
      });
    });
  }

  /** What is private is asked after the events are read: an incident that was private when they were written is so then. */
  async function readBatch(orgId: OrgId, after: string, limit = READ_LIMIT): Promise<Batch> {
    const written = (await readEventsAfter(db, orgId, after, limit)).map((event) => ({ event, text: formatServerSentEvent(event) }));
    const named = new Set(written.flatMap(({ event, text }) => [...incidentsOf(event), ...incidentsNamedIn(text)]));
    return { written, hidden: await findPrivate(db, orgId, [...named]) };
  }

  /** Sends one reader what it lacks, no faster than it reads, until it is where the others are. */
  async function catchUp(stream: OrgStream, reader: Reader): Promise<void> {
    let limit = READ_LIMIT;
    while (stream.readers.has(reader)) {
      if (!(await reader.writer.drained())) {
        if (stream.readers.has(reader)) logger.warn({ orgId: stream.orgId }, 'a live reader takes nothing and is cut off; it can resume');
        drop(stream, reader);
        return;
      }
      const until = stream.position ?? '0';
      if (BigInt(reader.sentUpTo) >= BigInt(until)) {
        reader.state = 'ready';
        // Tells the browser where it stands, so that it can resume even before a first event came.
        send(stream, reader, `id: ${reader.sentUpTo}\n\n`);
        if (reader.owedNews) {
          reader.owedNews = false;
          send(stream, reader, ALERTS_CHANGED_BLOCK);
        }
        return;
      }
      const { written, hidden } = await readBatch(stream.orgId, reader.sentUpTo, limit);
      if (written.length === 0) reader.sentUpTo = until;
      let taken = 0;
      for (const one of written) {
        reader.sentUpTo = one.event.position;
        taken += 1;
        const chunk = textFor(reader.viewer, { written: [one], hidden });
        if (chunk !== '' && reader.writer.write(chunk) > MAX_UNSENT_BYTES) break;
      }
      // Of large events few are taken at a time; the others would be read again and again.
      limit = taken < written.length ? 2 * taken : Math.min(READ_LIMIT, 2 * limit);
    }
  }

  /** Sends new events to everybody who has the log up to `before`. */
  function sendAll(stream: OrgStream, before: string, { written, hidden }: Batch): void {
    const chunks = new Map<Viewer, string>();
    const chunkFor = (viewer: Viewer): string => {
      // Nearly always everybody is sent the same.
      const eyes = hidden.size === 0 ? '' : viewer;
      const chunk = chunks.get(eyes) ?? liveTextFor(viewer, { written, hidden });
      chunks.set(eyes, chunk);
      return chunk;
    };
    for (const reader of stream.readers) {
      if (reader.state !== 'ready') continue;
      // Brought up from the log, it may be ahead of what was read for all.
      const isAhead = BigInt(reader.sentUpTo) > BigInt(before);
      const lacking = isAhead ? written.filter(({ event }) => BigInt(event.position) > BigInt(reader.sentUpTo)) : written;
      const last = lacking.at(-1);
      if (last === undefined) continue;
      reader.sentUpTo = last.event.position;
      const chunk = isAhead ? liveTextFor(reader.viewer, { written: lacking, hidden }) : chunkFor(reader.viewer);
      if (chunk !== '') send(stream, reader, chunk);
    }
  }

  /** Those who are being brought up are told afterwards. */
  function sendAlertNews(stream: OrgStream): void {
    for (const reader of stream.readers) {
      if (reader.state === 'ready') send(stream, reader, ALERTS_CHANGED_BLOCK);
      else reader.owedNews = true;
    }
  }

  async function pump(stream: OrgStream): Promise<void> {
    let position = (stream.position ??= await newestEventPosition(db, stream.orgId));
    for (;;) {
      const batch = await readBatch(stream.orgId, position);
      const last = batch.written.at(-1);
      if (last === undefined) break;
      const before = position;
      stream.position = position = last.event.position;
      sendAll(stream, before, batch);
    }
    for (const reader of stream.readers) {
      if (reader.state !== 'new') continue;
      if (BigInt(reader.sentUpTo) > BigInt(position)) {
        // It comes from another replica that was quicker, or lacks nothing, or knows ids from before a restore.
        const newest = await newestEventPosition(db, stream.orgId);
        if (BigInt(reader.sentUpTo) > BigInt(newest)) reader.sentUpTo = newest;
      }
      bringUp(stream, reader);
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
        else if (!closed && (stream.again || [...stream.readers].some((reader) => reader.state === 'new'))) run(stream);
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
    connectionString: db.connectionString, channels: ['muster_events', ALERT_NEWS_CHANNEL], applicationName: 'muster-live', clock, logger,
    onNotification(payload, channel) {
      const stream = streams.get(Number(payload));
      if (stream === undefined) return;
      if (channel === ALERT_NEWS_CHANNEL) sendAlertNews(stream);
      else run(stream);
    },
    onConnected: wakeAll,
  });

  function heartbeat(): void {
    for (const stream of streams.values()) {
      for (const reader of stream.readers) {
        if (reader.state === 'ready') send(stream, reader, ': still here\n\n');
      }
    }
  }

  return {
    async start() {
      await listener.start();
      timers.push(clock.every(HEARTBEAT_MS, heartbeat), clock.every(SAFETY_POLL_MS, wakeAll));
    },
    subscribe(orgId, viewer, lastEventId, writer) {
      let stream = streams.get(orgId);
      if (stream === undefined) {
        stream = { orgId, readers: new Set(), position: null, running: false, again: false };
        streams.set(orgId, stream);
      }
      const target = stream;
      const reader: Reader = { viewer, writer, sentUpTo: lastEventId ?? MAX_POSITION, state: 'new', owedNews: false };
      target.readers.add(reader);
      run(target);
      return () => {
        target.readers.delete(reader);
        // Told late, of a reader that was dropped, another stream may stand in its place.
        if (target.readers.size === 0 && !target.running && streams.get(orgId) === target) streams.delete(orgId);
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
