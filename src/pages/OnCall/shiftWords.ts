/** Shifts in words, on the clock of this browser. */
import { dateTimeFormat } from '@grafana/data';
import type { UserKey, UserRef } from '#contract';

/** `Mon 5 Jan 09:00`. */
export function momentText(at: string): string {
  return dateTimeFormat(at, { format: 'ddd D MMM HH:mm' });
}

/** `Mon 5 Jan 09:00 to 17:00`. */
export function spanText({ startsAt, endsAt }: { readonly startsAt: string; readonly endsAt: string }): string {
  const day = dateTimeFormat(startsAt, { format: 'ddd D MMM' });
  const sameDay = day === dateTimeFormat(endsAt, { format: 'ddd D MMM' });
  return `${momentText(startsAt)} to ${sameDay ? dateTimeFormat(endsAt, { format: 'HH:mm' }) : momentText(endsAt)}`;
}

/** Names with commas; what is said when there are none. */
export function namesText(people: readonly UserRef[], none = 'nobody'): string {
  return people.length === 0 ? none : people.map(({ name }) => name).join(', ');
}

/** How somebody is called. */
export function nameOf(people: readonly UserRef[], key: UserKey): string {
  return people.find((person) => person.key === key)?.name ?? key;
}
