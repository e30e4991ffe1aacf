/** One way of correlating, run over the past: what it makes of it, without a trace in what is live. */
import type { AlertId, CorrelationSettings, OrgId, Severity } from '#contract';
import type { ChangeEvent } from '../../catalog/index.ts';
import type { AlertChange } from '../../ingest/index.ts';

export interface TrialGroup {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly services: readonly string[];
  /** Episodes that it held together in the end. */
  readonly alerts: readonly AlertId[];
  readonly firstAlertAt: Date;
  /** Null: it stayed a candidate. */
  readonly declaredAt: Date | null;
}

/** What came of a period; groups that became incidents or candidates only. */
export interface TrialOutcome {
  readonly groups: readonly TrialGroup[];
}

export interface Trial {
  /** Takes in the next change of an alert. */
  alert(change: AlertChange): void;
  /** Takes in the next change of a system. */
  change(event: ChangeEvent): void;
  /** Tells the time when no alert does. */
  pass(at: Date): void;
  /** What it has made of everything so far. */
  outcome(): TrialOutcome;
}

/** Makes trials with given settings, with the organisation's topology as it is now. */
export interface TrialFactory {
  /** How long before a period it must begin to listen, to know by then what it would have known. */
  readonly warmUpMs: number;
  /** `from`: the beginning of the period; what was learned by then is known. */
  start(orgId: OrgId, settings: CorrelationSettings, from: Date): Promise<Trial>;
}
