/**
 * The clock of a time zone as a table of its offsets, so that a year of shifts is reckoned with plain numbers. Pure: the zones'
 * data are those of the running JavaScript engine.
 *
 * A *reading* is what the clock shows, as the number of milliseconds that the same date and time would have in UTC.
 */
import { Temporal } from 'temporal-polyfill';

export interface ZoneClock {
  /** The first instant (ms since 1970) at which the clock has shown a reading or gone beyond it. Never goes back when readings grow. */
  reached(reading: number): number;
  /** What the clock shows at an instant. */
  reading(atMs: number): number;
}

interface Table {
  readonly fromMs: number;
  readonly toMs: number;
  /** Begins of the stretches of one offset; the first one begins with the table. */
  readonly starts: readonly number[];
  readonly offsets: readonly number[];
  /** The furthest reading that has been shown by the end of each stretch. */
  readonly furthest: readonly number[];
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MARGIN_MS = 3 * DAY_MS;
/** A table covers what was asked for and as much on both sides. */
const AROUND_MS = 800 * DAY_MS;

/** True when the engine knows the zone. */
export function isTimeZone(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}

function offsetOf(zone: string, atMs: number): number {
  return Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone).offsetNanoseconds / 1e6;
}

function makeTable(zone: string, fromMs: number, toMs: number): Table {
  const starts = [fromMs];
  const offsets = [offsetOf(zone, fromMs)];
  let at = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(zone);
  for (;;) {
    const next = at.getTimeZoneTransition('next');
    if (next === null || next.epochMilliseconds >= toMs) break;
    starts.push(next.epochMilliseconds);
    offsets.push(next.offsetNanoseconds / 1e6);
    at = next;
  }
  let furthest = Number.NEGATIVE_INFINITY;
  const reachedBy = starts.map((_start, index) => {
    furthest = Math.max(furthest, (starts[index + 1] ?? toMs) + (offsets[index] ?? 0));
    return furthest;
  });
  return { fromMs, toMs, starts, offsets, furthest: reachedBy };
}

/** The first index at which a growing list is beyond a value; its length when there is none. */
function firstBeyond(list: readonly number[], value: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle] ?? 0) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

function makeClock(zone: string): ZoneClock {
  let table: Table | null = null;
  function covering(atMs: number): Table {
    if (table !== null && atMs - MARGIN_MS >= table.fromMs && atMs + MARGIN_MS < table.toMs) return table;
    const fromMs = Math.min(atMs - AROUND_MS, table?.fromMs ?? Number.POSITIVE_INFINITY);
    const toMs = Math.max(atMs + AROUND_MS, table?.toMs ?? Number.NEGATIVE_INFINITY);
    table = makeTable(zone, fromMs, toMs);
    return table;
  }
  return {
    reached(reading) {
      const { starts, offsets, furthest } = covering(reading);
      const index = firstBeyond(furthest, reading);
      return Math.max(starts[index] ?? 0, reading - (offsets[index] ?? 0));
    },
    reading(atMs) {
      const { starts, offsets } = covering(atMs);
      return atMs + (offsets[firstBeyond(starts, atMs) - 1] ?? 0);
    },
  };
}

const clocks = new Map<string, ZoneClock>();

/** The clock of a zone, kept for the next time. Throws `RangeError` for a zone that the engine does not know. */
export function zoneClock(zone: string): ZoneClock {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  if (!isTimeZone(zone)) throw new RangeError(`${zone} is not a time zone`);
  const made = makeClock(zone);
  clocks.set(zone, made);
  return made;
}

/** Milliseconds after midnight of `HH:MM`. */
export function timeMs(time: string): number {
  return Number(time.slice(0, 2)) * HOUR_MS + Number(time.slice(3, 5)) * 60_000;
}

/** The reading of a day's midnight, or null when there is no such day. */
export function dayReading(date: string): number | null {
  const ms = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== date ? null : ms;
}

/** The reading of `2026-03-29T02:30`, or null when there is no such day. */
export function localReading(text: string): number | null {
  const day = dayReading(text.slice(0, 10));
  return day === null ? null : day + timeMs(text.slice(11, 16));
}

/** Monday is 0. */
export function weekdayOf(dayMs: number): number {
  return (((Math.floor(dayMs / DAY_MS) + 3) % 7) + 7) % 7;
}
