/** Sorted lists of spans of time that do not overlap, and what is done with them. Pure. */

export interface Span {
  readonly startMs: number;
  /** The first instant after it. */
  readonly endMs: number;
}

/** Spans in any order as a sorted list in which none touch. */
export function joined(spans: readonly Span[]): Span[] {
  const inOrder = spans.every((span, index) => index === 0 || (spans[index - 1]?.startMs ?? 0) <= span.startMs);
  const sorted = inOrder ? spans : [...spans].sort((a, b) => a.startMs - b.startMs);
  const result: Span[] = [];
  for (const span of sorted) {
    if (span.endMs <= span.startMs) continue;
    const last = result.at(-1);
    if (last === undefined || span.startMs > last.endMs) result.push(span);
    else if (span.endMs > last.endMs) result[result.length - 1] = { startMs: last.startMs, endMs: span.endMs };
  }
  return result;
}

/** The pieces of sorted items that lie within a sorted list of spans. */
export function within<T extends Span>(items: readonly T[], spans: readonly Span[]): T[] {
  const result: T[] = [];
  let first = 0;
  for (const item of items) {
    while (first < spans.length && (spans[first]?.endMs ?? 0) <= item.startMs) first += 1;
    for (let index = first; index < spans.length; index += 1) {
      const span = spans[index];
      if (span === undefined || span.startMs >= item.endMs) break;
      result.push(item.startMs >= span.startMs && item.endMs <= span.endMs ? item : { ...item, startMs: Math.max(item.startMs, span.startMs), endMs: Math.min(item.endMs, span.endMs) });
    }
  }
  return result;
}

/** What a range has outside a sorted list of spans. */
export function outside(spans: readonly Span[], range: Span): Span[] {
  const result: Span[] = [];
  let at = range.startMs;
  for (const span of spans) {
    if (span.endMs <= at) continue;
    if (span.startMs >= range.endMs) break;
    if (span.startMs > at) result.push({ startMs: at, endMs: span.startMs });
    at = span.endMs;
  }
  if (at < range.endMs) result.push({ startMs: at, endMs: range.endMs });
  return result;
}

/** Two sorted lists as one. */
export function merged<T extends Span>(a: readonly T[], b: readonly T[]): T[] {
  const result: T[] = [];
  let next = 0;
  for (const item of a) {
    for (let other = b[next]; other !== undefined && other.startMs < item.startMs; other = b[next]) {
      result.push(other);
      next += 1;
    }
    result.push(item);
  }
  for (; next < b.length; next += 1) {
    const other = b[next];
    if (other !== undefined) result.push(other);
  }
  return result;
}

/** The first index of a sorted list of spans at which one ends after an instant; its length when none does. */
export function firstEndingAfter(spans: readonly Span[], ms: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((spans[middle]?.endMs ?? 0) > ms) high = middle;
    else low = middle + 1;
  }
  return low;
}
