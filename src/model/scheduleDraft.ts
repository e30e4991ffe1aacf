/** A schedule while somebody writes it. */
import type { RotationLayer, ScheduleBody, ScheduleLayer, UserKey, Weekday } from '#contract';

export const WORK_DAYS: readonly Weekday[] = ['mo', 'tu', 'we', 'th', 'fr'];

/** Zones that the browser knows, UTC first. */
export function timeZones(): string[] {
  return ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** A layer with a first turn, beginning on the Monday of a moment's week. */
export function newLayer(nowMs: number, taken: readonly ScheduleLayer[]): RotationLayer {
  const date = new Date(nowMs);
  const monday = new Date(date.getFullYear(), date.getMonth(), date.getDate() - ((date.getDay() + 6) % 7));
  let number = taken.length + 1;
  while (taken.some(({ id }) => id === `layer-${number}`)) {
    number += 1;
  }
  return {
    kind: 'rotation', id: `layer-${number}`, name: `Layer ${number}`, timeZone: null, every: { count: 1, unit: 'weeks' }, startsOn: `${monday.getFullYear()}-${two(monday.getMonth() + 1)}-${two(monday.getDate())}`, handOffAt: '09:00', endsOn: null,
    slots: [[]], restrictions: [],
  };
}

/** A new schedule with one layer, on the clock of this browser's zone. */
export function newSchedule(nowMs: number): ScheduleBody {
  return { name: '', description: '', team: null, timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone, layers: [newLayer(nowMs, [])] };
}

/** A list with one item replaced. */
export function replacedAt<T>(list: readonly T[], index: number, item: T): T[] {
  return list.map((old, place) => (place === index ? item : old));
}

/** A list with an item one place further up or down. */
export function movedAt<T>(list: readonly T[], index: number, by: 1 | -1): T[] {
  const item = list[index];
  const other = list[index + by];
  if (item === undefined || other === undefined) {
    return [...list];
  }
  return replacedAt(replacedAt(list, index, other), index + by, item);
}

/** True when somebody takes a turn in every layer of turns. */
export function hasPeople(layers: readonly ScheduleLayer[]): boolean {
  return layers.every((layer) => layer.kind === 'calendar' || layer.slots.some((slot: readonly UserKey[]) => slot.length > 0));
}
