/** What a diagnosis is given and what it answers. Times are milliseconds since 1970, values in the unit of their metric. */

/** Who calls whom. An edge goes from the caller to the one that is called. */
export interface CallGraph {
  readonly nodes: readonly string[];
  readonly edges: readonly (readonly [caller: string, callee: string])[];
}

/** Both ends belong to it. */
export interface TimeWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/** One metric of one node, a value for each row of the table; `NaN` where nothing was measured. */
export interface MetricColumn {
  readonly node: string;
  readonly metric: string;
  readonly values: readonly number[];
  /** What somebody who watches the metric says of it; without it, its name alone tells. */
  readonly watched?: WatchedMetric;
}

/** Of a metric that people chose to watch: more is known of it than its name. */
export interface WatchedMetric {
  /** 1: bad when high. -1: bad when low. 0: as its name tells. */
  readonly bad: 1 | -1 | 0;
  /** Further words that tell its kind, where its name does not: the query. */
  readonly words: string;
}

/** Metrics on common times, in the order of time. */
export interface MetricTable {
  readonly timesMs: readonly number[];
  readonly columns: readonly MetricColumn[];
}

export interface DiagnosisInput {
  readonly graph: CallGraph;
  /** Where the trouble was noticed. */
  readonly symptom: { readonly node: string; readonly metric: string };
  /** When all was well: what deviates is measured against it. */
  readonly normal: TimeWindow;
  readonly anomalous: TimeWindow;
  readonly series: MetricTable;
}

/** What a metric tells of, recognised from its name. */
export const METRIC_KINDS = ['latency', 'availability', 'errors', 'cpu', 'memory', 'disk', 'network', 'traffic', 'other'] as const;
export type MetricKind = (typeof METRIC_KINDS)[number];

/** A metric that is not as it was. */
export interface Deviation {
  readonly node: string;
  readonly metric: string;
  readonly kind: MetricKind;
  /** Who measured it, where that is another node: the caller whose calls became slow. */
  readonly seenBy: string | null;
  readonly direction: 'up' | 'down';
  /** Median of the normal window. */
  readonly typical: number;
  /** What half of the anomalous window reached or passed. */
  readonly observed: number;
  /** Distance from typical in units of what one in a hundred normal stretches of the same length reaches: above 1 is rare. */
  readonly times: number;
  /** How often a normal stretch of the same length was as far off, as a share of all stretches; never 0. */
  readonly normalShare: number;
  /** Level just before the window, from its better rows; null when nothing was measured there. */
  readonly before: number | null;
  /** The same measure for the distance from just before: a change of state is both. Equal to `times` when `before` is null. */
  readonly changeTimes: number;
  /** When it was half of the way, or null when no single row was. */
  readonly onsetMs: number | null;
  /** 0 to 1: how far both are beyond 1. */
  readonly strength: number;
}

/** A reason for a place in the ranking; `text` says it so that a person can check it on a chart. */
export type CauseEvidence = { readonly text: string } & (
  | { readonly kind: 'deviation'; readonly deviation: Deviation }
  | { readonly kind: 'onset'; readonly onsetMs: number; readonly symptomOnsetMs: number; readonly beforeSymptomMs: number }
  | { readonly kind: 'path'; readonly path: readonly string[]; readonly distance: number }
  | { readonly kind: 'no-path' }
  | { readonly kind: 'co-movement'; readonly correlation: number }
  | { readonly kind: 'own-share'; readonly share: number; readonly of: 'time' | 'failures' }
  | { readonly kind: 'explained-by'; readonly callee: string; readonly share: number }
  | { readonly kind: 'new-callee'; readonly callee: string }
  | { readonly kind: 'calm' }
);

export interface RankedCause {
  readonly node: string;
  /** Confidence, 0 to 1: below 0.1 there is nothing that speaks for it. */
  readonly score: number;
  /** The weightiest first. */
  readonly evidence: readonly CauseEvidence[];
}
