/**
 * How much of the symptom each node carries: excess seconds, or failures, of a node are (value - typical) times its
 * calls. What a caller has too much of and its callees have as well is theirs; the rest is its own, as the own time of a
 * span in a trace.
 */
import type { ReadColumn } from './deviations.ts';
import type { DiagnosisInput } from './model.ts';
import { clamp, covariance, quantile, sortedMeasured } from './statistics.ts';

export interface Shares {
  readonly of: 'time' | 'failures';
  /** Part of the symptom's excess that moves with this node's: 1 is all of it. */
  shareOf(node: string): number;
  /** Correlation of the node's excess with the symptom's, over the rows about the begin. */
  correlationOf(node: string): number;
  /** Whether time or failures, as the symptom is one, were measured at the node or at its callers. */
  isMeasuredAt(node: string): boolean;
  /** The same between two nodes. */
  togetherOf(one: string, other: string): number;
}

/** What is felt from outside: time, or failures, which both availability and errors tell of. */
const FELT: ReadonlySet<string> = new Set(['latency', 'availability', 'errors']);
/** Rows of calm put before the first, when nothing of just before is known. */
const CALM_ROWS = 2;
const STATISTICS = ['average', 'p50', '', 'p90', 'p95', 'p99'];
/** A node cannot carry more of the symptom than this: the rest never reaches it. */
const MOST_SHARE = 1.25;

/**
 * Excess of a column row by row over before and anomalous, in seconds or failures, never below 0. Counted from just before
 * where that is known: a system that has been slower for a week has no more excess for it.
 */
function excessOf(column: ReadColumn, calls: ReadColumn | undefined): number[] {
  const { meaning } = column;
  const sign = meaning.bad === -1 ? -1 : 1;
  const typical = quantile(sortedMeasured(column.normal), 0.5);
  const before = quantile(sortedMeasured(column.before.map((value) => sign * value)), 0.25) * sign;
  const base = Number.isNaN(before) ? typical : before;
  const rows = (read: ReadColumn): readonly number[] => [...read.before, ...read.anomalous];
  const isShare = meaning.kind === 'availability' || (meaning.kind === 'errors' && /rate|ratio|pct|percent|share/i.test(column.metric));
  const isPercent = isShare && Math.max(0, ...sortedMeasured(column.normal)) > 1.5;
  const isWeighed = meaning.kind === 'latency' || isShare;
  const weights = calls === undefined ? null : rows(calls);
  return rows(column).map((value, place) => {
    if (Number.isNaN(value) || Number.isNaN(base)) return 0;
    const weight = isWeighed && weights !== null ? (weights[place] ?? 0) : 1;
    return Math.max(0, sign * (value - base)) * meaning.toSeconds * (isPercent ? 0.01 : 1) * (Number.isNaN(weight) ? 0 : weight);
  });
}

/** The columns of a node that can be compared with the symptom's: the same statistic, else the one nearest to a mean; measured from callers as well. */
function comparable(columns: readonly ReadColumn[], symptom: ReadColumn): ReadColumn[] {
  const same = columns.filter((column) => column.meaning.statistic === symptom.meaning.statistic);
  const seen = columns.filter((column) => column.seenBy !== null);
  if (same.length + seen.length > 0) return [...new Set([...same, ...seen])];
  const order = (column: ReadColumn): number => (STATISTICS.includes(column.meaning.statistic) ? STATISTICS.indexOf(column.meaning.statistic) : STATISTICS.length);
  const best = Math.min(...columns.map(order));
  return columns.filter((column) => order(column) === best);
}

/** Shares of all nodes in the symptom; null when the symptom's metric is neither latency nor failures, or was not measured. */
export function sharesIn(input: DiagnosisInput, columnsOf: ReadonlyMap<string, readonly ReadColumn[]>, leastBaseline: number): Shares | null {
  const symptom = columnsOf.get(input.symptom.node)?.find((column) => column.metric === input.symptom.metric && column.seenBy === null);
  const kind = symptom?.meaning.kind;
  if (symptom === undefined || (kind !== 'latency' && kind !== 'availability' && kind !== 'errors')) return null;
  const isMine = (column: ReadColumn): boolean => (kind === 'latency') === (column.meaning.kind === 'latency') && FELT.has(column.meaning.kind)
    && !column.meaning.isOutgoing && sortedMeasured(column.normal).length >= leastBaseline;
  const callsOf = (node: string): ReadColumn[] => (columnsOf.get(node) ?? []).filter((column) => column.meaning.kind === 'traffic' && column.meaning.peer === null);
  const counted = callsOf(input.symptom.node)[0];
  const weights = (node: string): ReadColumn | undefined => callsOf(node).find((column) => column.metric === counted?.metric) ?? counted;
  const calm = symptom.before.length < CALM_ROWS ? Array.from({ length: CALM_ROWS }, () => 0) : [];
  const whole = [...calm, ...excessOf(symptom, counted)];
  const found = new Map<string, { share: number; correlation: number; part: readonly number[] }>();
  for (const [node, columns] of columnsOf) {
    const parts = comparable(columns.filter(isMine), symptom).map((column) => {
      const part = [...calm, ...excessOf(column, weights(node))];
      const { xy, xx } = covariance(whole, part);
      return { share: xx > 0 ? clamp(xy / xx, 0, MOST_SHARE) : 0, correlation: correlationOf(whole, part), part };
    });
    const best = parts.sort((a, b) => b.share * b.correlation - a.share * a.correlation)[0];
    if (best !== undefined) found.set(node, best);
  }
  return {
    of: kind === 'latency' ? 'time' : 'failures',
    shareOf: (node) => found.get(node)?.share ?? 0,
    isMeasuredAt: (node) => found.has(node),
    correlationOf: (node) => found.get(node)?.correlation ?? 0,
    togetherOf: (one, other) => correlationOf(found.get(one)?.part ?? [], found.get(other)?.part ?? []),
  };
}

function correlationOf(xs: readonly number[], ys: readonly number[]): number {
  const { xy, xx, yy } = covariance(xs, ys);
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : 0;
}
