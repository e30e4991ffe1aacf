/** Times, lengths and lists as summaries and drafts say them. Pure. */

/** A point in time, in the zone given. */
export function timeOf(at: string, language: string, timeZone: string): string {
  const options = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', timeZoneName: 'short', hourCycle: 'h23', timeZone } as const;
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, options).format(new Date(at));
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long it lasts, in the two largest units that say something. */
export function lengthOf(ms: number): string {
  if (ms < MINUTE_MS) return 'less than a minute';
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  const [large, small, unit, part] = ms < DAY_MS ? [HOUR_MS, MINUTE_MS, 'h', 'min'] as const : [DAY_MS, HOUR_MS, 'd', 'h'] as const;
  const rest = Math.floor((ms % large) / small);
  return `${Math.floor(ms / large)} ${unit}${rest === 0 ? '' : ` ${rest} ${part}`}`;
}

/** The first few names, and how many more there are. */
export function namesOf(names: readonly string[], most = 5): string {
  return names.length <= most ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}

/** Names as a sentence counts them. */
export function listOf(names: readonly string[], language: string): string {
  return new Intl.ListFormat(language, { style: 'long', type: 'conjunction' }).format(names);
}

/** A number of things. */
export function countOf(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

/** One line, not longer than that. */
export function lineOf(text: string, most = 300): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= most ? line : `${line.slice(0, most - 1).trimEnd()}…`;
}
