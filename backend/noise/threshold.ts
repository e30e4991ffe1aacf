/** "Act on N in M": counts how often something began within a sliding time. Pure but for the memory it keeps. */

export interface ThresholdRule {
  readonly count: number;
  /** Both ends belong to it: N alerts that span exactly this time count. */
  readonly withinMs: number;
}

export interface Occurrences {
  /** When each began, oldest first, with what names it. */
  entries: { readonly atMs: number; readonly ref: string }[];
}

export interface ThresholdResult {
  readonly reached: boolean;
  readonly count: number;
  /** All that count now, the new one included. */
  readonly refs: readonly string[];
}

/** Counts one more that began, or looks again at one that was counted before. Time does not go back. */
export function countOccurrence(occurrences: Occurrences, rule: ThresholdRule, atMs: number, ref: string): ThresholdResult {
  if (!occurrences.entries.some((entry) => entry.ref === ref)) occurrences.entries.push({ atMs, ref });
  occurrences.entries = occurrences.entries.filter((entry) => atMs - entry.atMs <= rule.withinMs);
  const count = occurrences.entries.length;
  return { reached: count >= rule.count, count, refs: occurrences.entries.map((entry) => entry.ref) };
}
