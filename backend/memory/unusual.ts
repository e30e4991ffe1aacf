/** Whether an incident is one of a kind that comes often, comes now and then, or has never come (cap 116). */
import type { UsualThresholds } from '#contract';

export type Unusual = 'frequent' | 'rare' | 'anomaly';

export interface UnusualLabel {
  readonly label: Unusual;
  /** Earlier incidents of the same kind within the time. */
  readonly ofKind: readonly string[];
  readonly text: string;
}

export interface EarlierIncident {
  readonly id: string;
  readonly similarity: number;
  readonly atMs: number;
}

const DAY_MS = 86_400_000;

/** Labels an incident that began at `atMs` by its similar ones; later ones do not count. Without any memory it says nothing: null. */
export function unusualLabel(earlier: readonly EarlierIncident[], atMs: number, thresholds: UsualThresholds): UnusualLabel | null {
  const past = earlier.filter((each) => each.atMs < atMs && atMs - each.atMs <= thresholds.days * DAY_MS);
  if (past.length === 0) return null;
  const ofKind = past.filter(({ similarity }) => similarity >= thresholds.sameKind).sort((a, b) => b.similarity - a.similarity).map(({ id }) => id);
  const span = thresholds.days === 1 ? '1 day' : `${thresholds.days} days`;
  if (ofKind.length === 0) return { label: 'anomaly', ofKind, text: `Nothing like it in ${span}: ${past.length} incidents were looked at.` };
  const times = ofKind.length === 1 ? 'once' : `${ofKind.length} times`;
  return ofKind.length >= thresholds.frequentFrom
    ? { label: 'frequent', ofKind, text: `This kind came ${times} in ${span}.` }
    : { label: 'rare', ofKind, text: `This kind came only ${times} in ${span}.` };
}
