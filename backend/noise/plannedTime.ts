/** Arithmetic of periods: what is under planned work, and how much of a time that is. Pure. */
import type { Interval } from './schedule.ts';

/** The same instants as periods that neither overlap nor touch, in order. */
export function unionOf(intervals: readonly Interval[]): Interval[] {
  const merged: { startMs: number; endMs: number }[] = [];
  for (const { startMs, endMs } of [...intervals].sort((a, b) => a.startMs - b.startMs)) {
    if (endMs <= startMs) continue;
    const last = merged.at(-1);
    if (last !== undefined && startMs <= last.endMs) last.endMs = Math.max(last.endMs, endMs);
    else merged.push({ startMs, endMs });
  }
  return merged;
}

function intersectTwo(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  const shared: Interval[] = [];
  for (let i = 0, j = 0; ;) {
    const [one, other] = [a[i], b[j]];
    if (one === undefined || other === undefined) return shared;
    const startMs = Math.max(one.startMs, other.startMs);
    const endMs = Math.min(one.endMs, other.endMs);
    if (startMs < endMs) shared.push({ startMs, endMs });
    if (one.endMs < other.endMs) i += 1;
    else j += 1;
  }
}

/** The instants that are in each of the lists; none when there is no list. */
export function intersectionOf(lists: readonly (readonly Interval[])[]): Interval[] {
  const [first, ...rest] = lists.map(unionOf);
  return rest.reduce(intersectTwo, first ?? []);
}

/** How much of a time lies within periods. */
export function overlapMs(intervals: readonly Interval[], fromMs: number, toMs: number): number {
  let total = 0;
  for (const { startMs, endMs } of unionOf(intervals)) total += Math.max(0, Math.min(endMs, toMs) - Math.max(startMs, fromMs));
  return total;
}
