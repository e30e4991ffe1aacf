/** What a schedule must be, beyond its shape. Pure. */
import type { FieldFault, ScheduleBody } from '#contract';
import { ruleFault } from '../../platform/calendar/recurrence.ts';
import { dayReading, isTimeZone, localReading } from '../../platform/calendar/zoneClock.ts';

const NO_ZONE = 'is not a time zone, such as Europe/Berlin';
const NO_DAY = 'is not a day of the calendar';

/** What is wrong with a schedule, each with its field; empty when it can be used. */
export function scheduleFaults(body: ScheduleBody): FieldFault[] {
  const faults: FieldFault[] = [];
  const add = (field: string, message: string): void => void faults.push({ field, message });
  if (!isTimeZone(body.timeZone)) add('timeZone', NO_ZONE);
  body.layers.forEach((layer, index) => {
    const at = `layers[${index}]`;
    if (body.layers.findIndex((other) => other.id === layer.id) < index) add(`${at}.id`, `there is another layer “${layer.id}”`);
    if (layer.kind === 'rotation') {
      if (layer.timeZone !== null && !isTimeZone(layer.timeZone)) add(`${at}.timeZone`, NO_ZONE);
      if (dayReading(layer.startsOn) === null) add(`${at}.startsOn`, NO_DAY);
      if (layer.endsOn !== null && dayReading(layer.endsOn) === null) add(`${at}.endsOn`, NO_DAY);
      else if (layer.endsOn !== null && layer.endsOn <= layer.startsOn) add(`${at}.endsOn`, 'must be after the first day');
      if (layer.slots.every((slot) => slot.length === 0)) add(`${at}.slots`, 'name somebody in one of the slots');
      layer.slots.forEach((slot, place) => {
        if (new Set(slot).size < slot.length) add(`${at}.slots[${place}]`, 'names somebody twice');
      });
      return;
    }
    layer.events.forEach((event, place) => {
      const here = `${at}.events[${place}]`;
      if (!isTimeZone(event.timeZone)) add(`${here}.timeZone`, NO_ZONE);
      if (localReading(event.startsAt) === null) add(`${here}.startsAt`, NO_DAY);
      const fault = event.rule === null ? null : ruleFault(event.rule);
      if (fault !== null) add(`${here}.rule`, fault);
      event.except.forEach((left, number) => {
        if (localReading(left) === null) add(`${here}.except[${number}]`, NO_DAY);
      });
    });
  });
  return faults;
}
