/**
 * When a series will cross its limit for the first time (cap 113). It has crossed by a time when the highest until then is over
 * the limit, so earliest, median and latest are where the edges of that highest cross; noise that touches the limit early counts.
 */
import type { Forecaster } from './forecaster.ts';

export interface Breach {
  /** Steps until it has crossed with 10, 50 and 90 %, with fractions; null: not as far as can be seen. */
  readonly earliest: number;
  readonly steps: number | null;
  readonly latest: number | null;
}

export interface Limit {
  readonly value: number;
  /** Trouble is above, or below. */
  readonly side: 'above' | 'below';
}

/** First crossing of a path, by straight lines between its points; `path[i]` is i + 1 steps ahead, before it stands `now`. */
function crossing(now: number, path: readonly (number | null)[], limit: Limit): number | null {
  const sign = limit.side === 'above' ? 1 : -1;
  let before = now;
  for (const [index, value] of path.entries()) {
    if (value === null) return null;
    if ((value - limit.value) * sign >= 0) {
      const rise = value - before;
      return index + (rise === 0 ? 1 : Math.max(0, Math.min(1, (limit.value - before) / rise)));
    }
    before = value;
  }
  return null;
}

/** What is to come of a series that is at `now`; null when it is over its limit already, or does not cross it with as much as 10 % as far as can be seen. */
export function breachOf(forecaster: Forecaster, now: number, limit: Limit): Breach | null {
  const isAbove = limit.side === 'above';
  if (isAbove ? now >= limit.value : now <= limit.value) return null;
  const path = Array.from({ length: forecaster.farthest }, (_, index) => forecaster.ahead(index + 1, isAbove ? 'highest' : 'lowest').range);
  const earliest = crossing(now, path.map((range) => (range === null ? null : isAbove ? range.high : range.low)), limit);
  if (earliest === null) return null;
  const steps = crossing(now, path.map((range) => range?.middle ?? null), limit);
  const latest = crossing(now, path.map((range) => (range === null ? null : isAbove ? range.low : range.high)), limit);
  // A crossing is seen at the first value beyond the limit: of a series without noise all three would lie before that.
  return { earliest, steps: steps === null ? null : Math.max(steps, earliest), latest: latest === null ? null : Math.ceil(Math.max(latest, steps ?? 0, earliest)) };
}

function clockText(minutes: number): string {
  const rounded = Math.max(0, Math.round(minutes));
  return `${Math.floor(rounded / 60)}:${String(rounded % 60).padStart(2, '0')}`;
}

/** In words: "in 3 h 10 min (80 %: 2:40-4:05)". */
export function breachText({ steps, earliest, latest }: Breach, stepMinutes: number): string {
  const range = latest === null ? `not before ${clockText(earliest * stepMinutes)}` : `${clockText(earliest * stepMinutes)}-${clockText(latest * stepMinutes)}`;
  if (steps === null) return `perhaps (80 %: ${range})`;
  const minutes = Math.max(0, Math.round(steps * stepMinutes));
  const hours = Math.floor(minutes / 60);
  return `in ${hours === 0 ? '' : `${hours} h `}${minutes % 60} min (80 %: ${range})`;
}
