import type { Severity } from '#contract';

/** The engine's few numbers. Each means something outside the code; neighbouring values give about the same result (docs/correlation.md). */
export interface EngineParameters {
  /** How long the pace of a group remembers. */
  readonly paceMs: number;
  /** Quiet time after which a group takes no more alerts. */
  readonly closeMs: number;
  /** How long an alert may wait for company before it counts as background. */
  readonly holdMs: number;
  /** When each alert is looked at again: what came since may explain it better. After the last time it is settled. */
  readonly reviewMs: readonly number[];
  /** How much of its force trouble keeps on each call towards the users. */
  readonly hopDecay: number;
  /** Alerts' worth of trust in the topology before a group's own make-up counts as much. */
  readonly priorAlerts: number;
  /** How much of a place's evidence is new: alerts of one place are no independent witnesses. */
  readonly placeWeight: number;
  /** Incidents to expect in an hour. */
  readonly incidentsPerHour: number;
  /** Time over which habits are learned. */
  readonly habitMs: number;
  /** Log-odds against background at which a group becomes a candidate, and alerts that it needs. */
  readonly openLogOdds: number;
  readonly minAlerts: number;
  /** An alert at least as grave as this is a candidate by itself, when nothing else around explains it. */
  readonly graveSeverity: Severity;
  /** Log-odds at which two groups are merged. */
  readonly mergeLogOdds: number;
  /** Log-odds at which a changed service gets a group of its own. */
  readonly splitLogOdds: number;
  /** How long after a change its service is suspected. */
  readonly changeMs: number;
}

const MINUTE_MS = 60_000;

/** What Muster comes with. */
export const DEFAULT_PARAMETERS: EngineParameters = {
  paceMs: 4 * MINUTE_MS,
  closeMs: 45 * MINUTE_MS,
  holdMs: 30 * MINUTE_MS,
  reviewMs: [MINUTE_MS, 4 * MINUTE_MS, 12 * MINUTE_MS, 25 * MINUTE_MS],
  hopDecay: 0.45,
  priorAlerts: 20,
  placeWeight: 0.7,
  incidentsPerHour: 0.5,
  habitMs: 24 * 60 * MINUTE_MS,
  openLogOdds: 3,
  minAlerts: 3,
  graveSeverity: 'sev1',
  mergeLogOdds: 8,
  splitLogOdds: 4,
  changeMs: 20 * MINUTE_MS,
};
