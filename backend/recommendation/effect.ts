/** How long mitigation took with a runbook and without it. Pure. */

export interface Effect {
  readonly with: { readonly medianMs: number; readonly incidents: number };
  readonly without: { readonly medianMs: number; readonly incidents: number };
}

/** Fewer incidents on either side say nothing. */
export const ENOUGH_INCIDENTS = 5;

function median(values: readonly number[]): number {
  const ordered = [...values].sort((a, b) => a - b);
  const middle = Math.floor(ordered.length / 2);
  const [low, high] = [ordered[middle - 1] ?? 0, ordered[middle] ?? 0];
  return ordered.length % 2 === 1 ? high : (low + high) / 2;
}

/** Medians of both, where both are of enough incidents; else null. What else differed between them it does not know. */
export function effectOf(withMs: readonly number[], withoutMs: readonly number[]): Effect | null {
  if (withMs.length < ENOUGH_INCIDENTS || withoutMs.length < ENOUGH_INCIDENTS) return null;
  return { with: { medianMs: median(withMs), incidents: withMs.length }, without: { medianMs: median(withoutMs), incidents: withoutMs.length } };
}
