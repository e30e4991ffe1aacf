/** Recurrence rules as people choose them. */

export const REPEATS = ['daily', 'weekdays', 'weekly', 'monthly', 'custom'] as const;
export type Repeat = (typeof REPEATS)[number];

export const REPEAT_LABELS: Readonly<Record<Repeat, string>> = {
  daily: 'Every day',
  weekdays: 'Monday to Friday',
  weekly: 'Every week on that day',
  monthly: 'Every month on that weekday',
  custom: 'By a rule (RFC 5545)',
};

const DAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'] as const;

/** Day of the week and of the month of a local date and time. */
function dayOf(local: string): { weekday: string; week: number } {
  const date = new Date(`${local}:00Z`);
  return { weekday: DAYS[date.getUTCDay()] ?? 'SU', week: Math.ceil(date.getUTCDate() / 7) };
}

/** The rule for a choice; a custom one is written by hand. */
export function ruleFor(repeat: Exclude<Repeat, 'custom'>, startsAt: string): string {
  const { weekday, week } = dayOf(startsAt);
  switch (repeat) {
    case 'daily':
      return 'FREQ=DAILY';
    case 'weekdays':
      return 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR';
    case 'weekly':
      return `FREQ=WEEKLY;BYDAY=${weekday}`;
    case 'monthly':
      // The fifth of a month is often missing: people mean the last one.
      return `FREQ=MONTHLY;BYDAY=${week === 5 ? -1 : week}${weekday}`;
  }
}

/** The choice that a rule stands for. */
export function repeatOf(rule: string, startsAt: string): Repeat {
  return REPEATS.find((repeat) => repeat !== 'custom' && ruleFor(repeat, startsAt) === rule) ?? 'custom';
}

const DAY_NAMES: Readonly<Record<string, string>> = { SU: 'Sunday', MO: 'Monday', TU: 'Tuesday', WE: 'Wednesday', TH: 'Thursday', FR: 'Friday', SA: 'Saturday' };
const ORDINALS: Readonly<Record<string, string>> = { '1': 'first', '2': 'second', '3': 'third', '4': 'fourth', '-1': 'last' };
const UNITS: Readonly<Record<string, string>> = { DAILY: 'day', WEEKLY: 'week', MONTHLY: 'month', YEARLY: 'year' };

/** A rule in words, as `every month on the first Sunday`; the rule itself where it says more than that. */
export function recurrenceText(rule: string): string {
  const parts = new Map(rule.toUpperCase().split(';').map((part): [string, string] => [part.split('=')[0] ?? '', part.split('=')[1] ?? '']));
  const unit = UNITS[parts.get('FREQ') ?? ''];
  const interval = Number(parts.get('INTERVAL') ?? '1');
  const days = parts.get('BYDAY')?.split(',').map((day) => {
    const [, ordinal = '', name = ''] = /^(-?\d)?([A-Z]{2})$/.exec(day) ?? [];
    const dayName = DAY_NAMES[name];
    return dayName === undefined || (ordinal !== '' && ORDINALS[ordinal] === undefined) ? null : ordinal === '' ? dayName : `the ${ORDINALS[ordinal] ?? ''} ${dayName}`;
  }) ?? [];
  const isPlain = [...parts.keys()].every((key) => key === 'FREQ' || key === 'BYDAY' || key === 'INTERVAL');
  if (!isPlain || unit === undefined || days.includes(null)) {
    return rule;
  }
  return `every ${interval === 1 ? unit : `${interval} ${unit}s`}${days.length === 0 ? '' : ` on ${days.join(', ')}`}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** An instant as the clock of this browser shows it, for a date and time field. */
export function toLocalField(ms: number): string {
  const date = new Date(ms);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The instant that a date and time field means on the clock of this browser; null while it is not complete. */
export function fromLocalField(text: string): string | null {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}
