/**
 * Who is on call when. Pure: a schedule and its overrides in, shifts out.
 *
 * Layers stack: where several have somebody, the highest (the last of the list) wins. Overrides lie above all layers, a later one
 * above an earlier one; one that names whom it stands in for changes nothing while that person is not on call.
 */
import type { ScheduleBody, ScheduleLayer, ShiftOrigin, UserKey } from '#contract';
import { calendarTurns, sameUsers } from './calendarShifts.ts';
import { turnsOf, type Turn } from './rotation.ts';
import { firstEndingAfter, joined, merged, outside, within, type Span } from './spans.ts';

/** An override as it is reckoned with. */
export interface OverrideSpan extends Span {
  readonly id: string;
  readonly users: readonly UserKey[];
  readonly replaces: UserKey | null;
}

/** A schedule with its overrides, the earliest made first. */
export interface WholeSchedule {
  readonly body: Pick<ScheduleBody, 'timeZone' | 'layers'>;
  readonly overrides: readonly OverrideSpan[];
}

export interface ResolvedShift extends Turn {
  readonly origin: ShiftOrigin;
}

export interface ResolvedOverlap extends Span {
  /** Ids, from the lowest to the highest. */
  readonly layers: readonly string[];
}

/** What a layer says by itself within a range. */
export function layerShifts(layer: ScheduleLayer, scheduleZone: string, range: Span): ResolvedShift[] {
  const turns = layer.kind === 'rotation' ? turnsOf(layer, scheduleZone, range) : calendarTurns(layer, range);
  const origin: ShiftOrigin = { kind: 'layer', layer: layer.id };
  return turns.map((turn) => ({ ...turn, origin }));
}

function bySpan(a: Span, b: Span): number {
  return a.startMs - b.startMs;
}

/** Lays sorted shifts over others. */
function laidOver(upper: readonly ResolvedShift[], lower: readonly ResolvedShift[], range: Span): ResolvedShift[] {
  if (upper.length === 0) return [...lower];
  if (lower.length === 0) return [...upper];
  return merged(upper, within(lower, outside(joined(upper), range)));
}

function withOverride(shifts: readonly ResolvedShift[], override: OverrideSpan, range: Span): ResolvedShift[] {
  const span = { startMs: Math.max(override.startMs, range.startMs), endMs: Math.min(override.endMs, range.endMs) };
  if (span.endMs <= span.startMs) return [...shifts];
  const origin: ShiftOrigin = { kind: 'override', override: override.id };
  const { replaces } = override;
  // Only what it touches is looked at: a year may have many overrides.
  const first = firstEndingAfter(shifts, span.startMs);
  let last = first;
  while (last < shifts.length && (shifts[last]?.startMs ?? span.endMs) < span.endMs) last += 1;
  const touched = shifts.slice(first, last);
  const inside = replaces === null ? [{ ...span, users: override.users, origin }] : within(touched, [span]).map((shift) => (!shift.users.includes(replaces) ? shift : {
    ...shift, origin, users: [...new Set(shift.users.flatMap((user) => (user === replaces ? override.users : [user])))],
  }));
  return [...shifts.slice(0, first), ...merged(within(touched, outside([span], range)), inside), ...shifts.slice(last)];
}

/** Joins what was cut in two by something above that is no longer there, or by an override that says the same on. */
function mended(shifts: readonly ResolvedShift[]): ResolvedShift[] {
  const result: ResolvedShift[] = [];
  for (const shift of shifts) {
    const last = result.at(-1);
    const goesOn = last !== undefined && last.endMs === shift.startMs && sameUsers(last.users, shift.users)
      && last.origin.kind === 'override' && shift.origin.kind === 'override' && last.origin.override === shift.origin.override;
    if (goesOn) result[result.length - 1] = { ...last, endMs: shift.endMs };
    else result.push(shift);
  }
  return result;
}

/** Shifts within a range, in order of time, cut at its ends; they do not overlap. */
export function shiftsBetween(schedule: WholeSchedule, fromMs: number, toMs: number): ResolvedShift[] {
  const range = { startMs: fromMs, endMs: toMs };
  let shifts: ResolvedShift[] = [];
  for (const layer of schedule.body.layers) shifts = laidOver(layerShifts(layer, schedule.body.timeZone, range), shifts, range);
  for (const override of schedule.overrides) {
    if (override.endMs > fromMs && override.startMs < toMs) shifts = withOverride(shifts, override, range);
  }
  return mended(shifts);
}

/** Who is on call at an instant; nobody when it is a gap. */
export function whoIsOnCall(schedule: WholeSchedule, at: Date): UserKey[] {
  const atMs = at.getTime();
  return [...(shiftsBetween(schedule, atMs, atMs + 1)[0]?.users ?? [])];
}

/** Times within a range in which nobody is on call. */
export function gapsIn(shifts: readonly ResolvedShift[], range: Span): Span[] {
  return outside(joined(shifts), range);
}

/** Times within a range in which more than one layer has somebody. */
export function overlapsIn(layers: readonly { readonly id: string; readonly shifts: readonly Span[] }[], range: Span): ResolvedOverlap[] {
  const edges = layers.flatMap(({ id, shifts }) => joined(shifts).flatMap(({ startMs, endMs }) => [{ atMs: startMs, id, begins: true }, { atMs: endMs, id, begins: false }]))
    .sort((a, b) => a.atMs - b.atMs || Number(a.begins) - Number(b.begins));
  const found: ResolvedOverlap[] = [];
  const present = new Set<string>();
  let sinceMs = range.startMs;
  for (const edge of edges) {
    if (present.size > 1 && edge.atMs > sinceMs) {
      const ids = layers.filter(({ id }) => present.has(id)).map(({ id }) => id);
      const last = found.at(-1);
      if (last !== undefined && last.endMs === sinceMs && last.layers.join() === ids.join()) found[found.length - 1] = { ...last, endMs: edge.atMs };
      else found.push({ startMs: sinceMs, endMs: edge.atMs, layers: ids });
    }
    sinceMs = edge.atMs;
    if (edge.begins) present.add(edge.id);
    else present.delete(edge.id);
  }
  return found;
}

/** Who is on call now, and when that changes within a range. */
export interface Standing {
  readonly users: readonly UserKey[];
  /** When others are on call, or nobody; null: not within the range. */
  readonly untilMs: number | null;
  readonly next: readonly UserKey[];
}

/** How things stand at the begin of a range, and what comes next in it. */
export function standingAt(shifts: readonly ResolvedShift[], range: Span): Standing {
  const told: Turn[] = [...shifts, ...gapsIn(shifts, range).map((gap): Turn => ({ ...gap, users: [] }))].sort(bySpan);
  const now = told[0]?.users ?? [];
  const change = told.find((piece) => !sameUsers([...piece.users].sort(), [...now].sort()));
  return { users: now, untilMs: change?.startMs ?? null, next: change?.users ?? [] };
}
