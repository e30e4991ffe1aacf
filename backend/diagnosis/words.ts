/** Evidence in words that a person can check on a chart. */
import type { Deviation } from './model.ts';

/** Three digits, without an exponent where people would not write one. */
export function number(value: number): string {
  if (Number.isNaN(value)) return 'nothing';
  const rounded = Number(value.toPrecision(3));
  return Math.abs(rounded) >= 1e-4 && Math.abs(rounded) < 1e15 || rounded === 0 ? String(rounded) : rounded.toExponential(1);
}

export function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

export function duration(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000);
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/** What a metric did, against normal and against just before. */
export function deviationText(d: Deviation): string {
  const seen = d.seenBy === null ? '' : ` (measured by ${d.seenBy})`;
  const before = d.before === null ? '' : `, just before ${number(d.before)}`;
  const reach = (times: number): string => `${times > 999 ? 'more than 999' : number(times)} times what is rare here`;
  const far = d.times < 1 ? `within what is normal, but a change of ${reach(d.changeTimes)}`
    : d.changeTimes < 1 ? `${reach(d.times)}, but it was so just before`
    : reach(d.times);
  return `${d.metric}${seen} went ${d.direction}: ${number(d.observed)}, usually ${number(d.typical)}${before}; ${far}`;
}
