/** Schedules as the API shows them. Pure. */
import type { OnCallEntry, Override, Schedule, ScheduleCalendar, Shift, ShiftView, UserKey, UserRef } from '#contract';
import { gapsIn, layerShifts, overlapsIn, shiftsBetween, standingAt, type ResolvedShift, type WholeSchedule } from './resolve.ts';
import type { StoredOverride, StoredSchedule } from './scheduleStore.ts';
import type { Span } from './spans.ts';

export type People = ReadonlyMap<UserKey, UserRef>;

const DAY_MS = 86_400_000;
/** How far it is looked for when others take over, and for a gap. */
export const NEXT_MS = 60 * DAY_MS;
export const GAP_MS = 14 * DAY_MS;

/** How somebody is called; who was never here by their key. */
export function personOf(people: People, key: UserKey): UserRef {
  return people.get(key) ?? { key, login: key, name: key };
}

/** An instant as the API writes it. */
export function instantText(ms: number): string {
  return new Date(ms).toISOString();
}

/** A span as the API writes it. */
export function spanView({ startMs, endMs }: Span): { startsAt: string; endsAt: string } {
  return { startsAt: instantText(startMs), endsAt: instantText(endMs) };
}

/** A schedule with the people that it names, and the calendars that its layers follow. */
export function scheduleView(stored: StoredSchedule, named: readonly UserKey[], people: People, calendars: readonly ScheduleCalendar[]): Schedule {
  return { ...stored.body, id: stored.id, version: stored.version, people: named.map((key) => personOf(people, key)), calendars: [...calendars], provisionedAs: stored.provisionedAs, createdBy: stored.createdBy };
}

/** An override with names. */
export function overrideView(stored: StoredOverride, people: People): Override {
  return {
    id: stored.id, ...spanView(stored), users: stored.users.map((key) => personOf(people, key)), replaces: stored.replaces === null ? null : personOf(people, stored.replaces),
    reason: stored.reason, swap: stored.swap, createdAt: stored.createdAt.toISOString(), createdBy: stored.createdBy,
  };
}

function shiftView(shift: ResolvedShift): Shift {
  return { ...spanView(shift), users: [...shift.users], origin: shift.origin };
}

/** Everything about a range: who is on call, what each layer says, gaps and overlaps. */
export function rangeView(whole: WholeSchedule, overrides: readonly StoredOverride[], range: Span, people: People): ShiftView {
  const shifts = shiftsBetween(whole, range.startMs, range.endMs);
  const layers = whole.body.layers.map((layer) => ({ id: layer.id, name: layer.name, shifts: layerShifts(layer, whole.body.timeZone, range) }));
  const named = new Set<UserKey>([...shifts, ...layers.flatMap((layer) => layer.shifts)].flatMap((shift) => shift.users));
  return {
    shifts: shifts.map(shiftView),
    layers: layers.map(({ id, name, shifts: own }) => ({ id, name, shifts: own.map(shiftView) })),
    overrides: overrides.map((override) => overrideView(override, people)),
    gaps: gapsIn(shifts, range).map(spanView),
    overlaps: overlapsIn(layers, range).map((overlap) => ({ ...spanView(overlap), layers: [...overlap.layers] })),
    people: [...named].map((key) => personOf(people, key)),
  };
}

/** Who is on call at an instant, who is next, and the next gap. */
export function onCallEntryView(stored: StoredSchedule, whole: WholeSchedule, atMs: number, people: People): OnCallEntry {
  const range = { startMs: atMs, endMs: atMs + NEXT_MS };
  const shifts = shiftsBetween(whole, range.startMs, range.endMs);
  const standing = standingAt(shifts, range);
  const [gap] = gapsIn(shifts, { startMs: atMs, endMs: atMs + GAP_MS });
  const { name, team, timeZone } = stored.body;
  return {
    schedule: { id: stored.id, name, team, timeZone }, users: standing.users.map((key) => personOf(people, key)), until: standing.untilMs === null ? null : instantText(standing.untilMs),
    next: standing.next.map((key) => personOf(people, key)), gap: gap === undefined ? null : spanView(gap),
  };
}
