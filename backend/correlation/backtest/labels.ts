/**
 * From judgements to labels of alerts: which alerts were of one cause. Pure. Alerts of incidents that nobody judged have
 * no label and count for nothing.
 */
import type { AlertId, Judgement } from '#contract';

/** Alerts with the same label were of one cause; null: background, alone. */
export type AlertLabels = ReadonlyMap<AlertId, string | null>;

/** Joins incidents that should have been one, however the judgements are chained. */
function joinIncidents(judgements: readonly Judgement[]): (incident: number) => number {
  const parent = new Map<number, number>();
  const find = (incident: number): number => {
    let root = incident;
    for (let next = parent.get(root); next !== undefined && next !== root; next = parent.get(root)) root = next;
    return root;
  };
  for (const { incident, judgement } of judgements) {
    if (judgement.verdict !== 'should_merge') continue;
    for (const other of judgement.with) {
      const [a, b] = [find(incident), find(other)];
      // The older number names the whole, so that the order of judgements does not matter.
      if (a !== b) parent.set(Math.max(a, b), Math.min(a, b));
    }
  }
  return find;
}

/** Labels of all alerts of judged incidents. `members`: alerts of each incident as they are linked. */
export function labelAlerts(judgements: readonly Judgement[], members: ReadonlyMap<number, readonly AlertId[]>): AlertLabels {
  const find = joinIncidents(judgements);
  const judged = new Set<number>(judgements.flatMap(({ incident, judgement }) => (judgement.verdict === 'should_merge' ? [incident, ...judgement.with] : [incident])));
  const labels = new Map<AlertId, string | null>();
  for (const incident of judged) {
    for (const alert of members.get(incident) ?? []) labels.set(alert, String(find(incident)));
  }
  for (const { incident, judgement } of judgements) {
    if (judgement.verdict !== 'should_split') continue;
    const own = new Set(members.get(incident) ?? []);
    judgement.parts.forEach((part, index) => {
      for (const alert of part.alerts) if (own.has(alert)) labels.set(alert, part.background ? null : `${incident}/${index}`);
    });
  }
  return labels;
}

export interface LabelScore {
  readonly labelled: number;
  readonly pairPrecision: number;
  readonly pairRecall: number;
  readonly pairF1: number;
  /** Labelled alerts that were put together with one of another cause. */
  readonly falseJoins: number;
}

const pairs = (n: number): number => (n * (n - 1)) / 2;

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/**
 * Compares groups with labels over all pairs of labelled alerts, as in the evaluation of clusterings: precision is the
 * share of pairs put together that belong together, recall the share of pairs that belong together and were put together.
 * `groupOf` gives null for an alert left alone. Null when nothing in the period is labelled.
 */
export function scoreGroups(labels: AlertLabels, groupOf: (alert: AlertId) => string | null): LabelScore | null {
  if (labels.size === 0) return null;
  const byLabel = new Map<string, number>();
  const byGroup = new Map<string, number>();
  const byBoth = new Map<string, number>();
  const groups = new Map<string, Map<string, number>>();
  for (const [alert, label] of labels) {
    const cause = label ?? `alone ${alert}`;
    const group = groupOf(alert) ?? `alone ${alert}`;
    add(byLabel, cause);
    add(byGroup, group);
    add(byBoth, `${cause}\u0000${group}`);
    const causes = groups.get(group) ?? new Map<string, number>();
    add(causes, cause);
    groups.set(group, causes);
  }
  const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((total, n) => total + pairs(n), 0);
  const [right, joined, belonging] = [sum(byBoth), sum(byGroup), sum(byLabel)];
  const pairPrecision = joined === 0 ? 1 : right / joined;
  const pairRecall = belonging === 0 ? 1 : right / belonging;
  // In each group the most frequent cause is taken to be what the group is about.
  const falseJoins = [...groups.values()].reduce((total, causes) => {
    const counts = [...causes.values()];
    return total + counts.reduce((all, n) => all + n, 0) - Math.max(...counts);
  }, 0);
  return {
    labelled: labels.size, pairPrecision, pairRecall, falseJoins,
    pairF1: pairPrecision + pairRecall === 0 ? 0 : (2 * pairPrecision * pairRecall) / (pairPrecision + pairRecall),
  };
}

