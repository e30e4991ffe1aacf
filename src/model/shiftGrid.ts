/** Where shifts stand in rows of seven days, on the clock of this browser. */
import type { Shift } from '#contract';

export const SHIFT_VIEWS = ['week', 'month'] as const;
export type ShiftViewKind = (typeof SHIFT_VIEWS)[number];

/** Seven days: the begins of each, and the end of the last. */
export interface WeekRow {
  readonly days: readonly number[];
  readonly endMs: number;
}

function midnight(year: number, month: number, day: number): number {
  return new Date(year, month, day).getTime();
}

/** Monday of the week of a moment. */
export function mondayOf(ms: number): number {
  const date = new Date(ms);
  return midnight(date.getFullYear(), date.getMonth(), date.getDate() - ((date.getDay() + 6) % 7));
}

/** Rows of a view: the week of a moment, or all weeks that its month touches. */
export function rowsOf(view: ShiftViewKind, anchorMs: number): WeekRow[] {
  const anchor = new Date(anchorMs);
  const first = view === 'week' ? mondayOf(anchorMs) : mondayOf(midnight(anchor.getFullYear(), anchor.getMonth(), 1));
  const until = view === 'week' ? first + 1 : midnight(anchor.getFullYear(), anchor.getMonth() + 1, 1);
  const rows: WeekRow[] = [];
  for (let monday = new Date(first); monday.getTime() < until; ) {
    const at = (offset: number): number => midnight(monday.getFullYear(), monday.getMonth(), monday.getDate() + offset);
    rows.push({ days: [0, 1, 2, 3, 4, 5, 6].map(at), endMs: at(7) });
    monday = new Date(at(7));
  }
  return rows;
}

/** The view before or after. */
export function movedBy(view: ShiftViewKind, anchorMs: number, steps: number): number {
  const date = new Date(anchorMs);
  return view === 'week' ? midnight(date.getFullYear(), date.getMonth(), date.getDate() + 7 * steps) : midnight(date.getFullYear(), date.getMonth() + steps, 1);
}

/** Share of a row, from 0 to 1, at which a moment stands; days are equally wide, however long they are. */
export function shareOf(row: WeekRow, ms: number): number {
  const index = row.days.findLastIndex((day) => day <= ms);
  if (index < 0) {
    return 0;
  }
  const start = row.days[index] ?? ms;
  const end = row.days[index + 1] ?? row.endMs;
  return Math.min(1, (index + (ms - start) / (end - start)) / 7);
}

/** The moment at a share of a row, on a full half-hour. */
export function momentAt(row: WeekRow, share: number): number {
  const place = Math.min(6.9999, Math.max(0, share * 7));
  const index = Math.floor(place);
  const start = row.days[index] ?? row.endMs;
  const end = row.days[index + 1] ?? row.endMs;
  const step = 30 * 60_000;
  return Math.round((start + (place - index) * (end - start)) / step) * step;
}

export interface Placed<T> {
  readonly item: T;
  readonly left: number;
  readonly width: number;
}

/** What of a list lies in a row, with its place in percent. */
export function placedIn<T extends Pick<Shift, 'startsAt' | 'endsAt'>>(row: WeekRow, items: readonly T[]): Placed<T>[] {
  const first = row.days[0] ?? 0;
  return items.flatMap((item) => {
    const startMs = Math.max(first, Date.parse(item.startsAt));
    const endMs = Math.min(row.endMs, Date.parse(item.endsAt));
    if (endMs <= startMs) {
      return [];
    }
    const left = shareOf(row, startMs) * 100;
    return [{ item, left, width: (endMs === row.endMs ? 100 : shareOf(row, endMs) * 100) - left }];
  });
}
