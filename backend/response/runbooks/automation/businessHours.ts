/** Whether an instant lies within the hours of a runbook, as the clocks on its wall say. Pure. */
import { Temporal } from 'temporal-polyfill';
import type { RunbookPolicy } from '#contract';

type Hours = NonNullable<RunbookPolicy['hours']>;
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/**
 * True within the hours. They may go past midnight (from 22:00 to 06:00 belongs to the day on which it begins); the
 * same time twice means the whole day. A zone that nobody knows has no hours.
 */
export function isWithinHours(hours: Pick<Hours, 'zone' | 'days' | 'from' | 'to'>, atMs: number): boolean {
  let local: Temporal.ZonedDateTime;
  try {
    local = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(hours.zone);
  } catch {
    return false;
  }
  const time = local.toPlainTime();
  const [from, to] = [Temporal.PlainTime.from(hours.from), Temporal.PlainTime.from(hours.to)];
  const isOn = (offset: number): boolean => hours.days.some((day) => day === DAYS[(local.dayOfWeek - 1 + offset + 7) % 7]);
  const order = Temporal.PlainTime.compare(from, to);
  const [afterFrom, beforeTo] = [Temporal.PlainTime.compare(time, from) >= 0, Temporal.PlainTime.compare(time, to) < 0];
  if (order < 0) return isOn(0) && afterFrom && beforeTo;
  if (order === 0) return (isOn(0) && afterFrom) || (isOn(-1) && beforeTo);
  return (isOn(0) && afterFrom) || (isOn(-1) && beforeTo);
}
