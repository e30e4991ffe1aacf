/** The one configuration for all systems. docs/aiops.md says how each was chosen and what happens beside it. */
import type { MetricKind } from './model.ts';

export interface DiagnosisParameters {
  /** Rows before the anomalous window that count to it: trouble begins before it is noticed. */
  readonly leadRows: number;
  /** Share of the anomalous rows that must reach what counts as observed, from the worst. */
  readonly reachedBy: number;
  /** A stretch as far off as one in this share of normal stretches is where rare begins. */
  readonly rareShare: number;
  /** Least distance that counts, as a share of the typical value. */
  readonly leastRelative: number;
  /** The same for availability, as a share of all calls. */
  readonly leastUnavailable: number;
  /** So many times the rare distance make half of the greatest strength. */
  readonly halfStrength: number;
  /** Fewer measured normal rows than these are no baseline. */
  readonly leastBaseline: number;
  /** How much each kind of metric says of a cause. */
  readonly kindWeight: Readonly<Record<MetricKind, number>>;
  /** Factor for metrics of a machine that others share. */
  readonly hostWeight: number;
  /** Least weight of a metric that people watch: they would not for nothing. Recorded cases have none. */
  readonly watchedWeight: number;
  /** Parts of the strength: what is unusual but was there just before, and what is both unusual and new; the rest counts what is new alone. */
  readonly levelWeight: number;
  readonly bothWeight: number;
  /** Weight of what a node adds of its own to the symptom, against the strength of its own deviations. */
  readonly ownWeight: number;
  /** Distance of the symptom, in rare distances, at which half of `ownWeight` counts. */
  readonly halfSymptom: number;
  /** Part of what is felt at a node that counts for callees at which nothing was measured. */
  readonly unseenWeight: number;
  /** Weight of there being no cause among the nodes. */
  readonly nothingWeight: number;
  /** Strength of the strongest deviation anywhere at which half of the confidence is left. */
  readonly halfTrouble: number;
  /** Confidence that the first must have for anything to be named. */
  readonly leastConfidence: number;
  /** Share that a node without a way from the symptom keeps. */
  readonly offPath: number;
}

export const DEFAULT_PARAMETERS: DiagnosisParameters = {
  leadRows: 1,
  reachedBy: 0.4,
  rareShare: 0.01,
  leastRelative: 0.02,
  leastUnavailable: 0.005,
  halfStrength: 7,
  leastBaseline: 30,
  kindWeight: { latency: 1, availability: 1, errors: 1, cpu: 0.9, memory: 0.8, disk: 0.8, network: 0.3, traffic: 0.15, other: 0.2 },
  hostWeight: 0.5,
  watchedWeight: 0.5,
  levelWeight: 0.1,
  bothWeight: 0.5,
  ownWeight: 1,
  halfSymptom: 0.5,
  unseenWeight: 0.5,
  nothingWeight: 0.3,
  halfTrouble: 0.1,
  leastConfidence: 0.08,
  offPath: 0.75,
};
