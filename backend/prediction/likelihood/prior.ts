/** What is taken to be so before an installation has taught anything: weights of the evidence in log odds. */
import { EVIDENCE_NAMES, type Evidence, type EvidenceName } from './evidence.ts';

export interface Prior {
  readonly bias: number;
  readonly weights: Readonly<Record<EvidenceName, number>>;
  /** Warned of from this probability on. */
  readonly threshold: number;
}

/**
 * Fitted to five simulated storms by ridge logistic regression and rounded (`npm run bench -- foresight --fit`; how each
 * does on a storm that it was not fitted to stands in docs/aiops.md). Signs as one would expect: rare rules, several
 * complaints, all places where the service runs, a change; against it: the rule fires everywhere, nothing hangs on the
 * service, it stirs all the time, neighbours stir too (then the cause is likely theirs).
 */
export const PRIOR: Prior = {
  bias: -3.25,
  weights: { rarest: 1.2, further: 0.8, spread: 1.4, whole: 0.25, elsewhere: -1, neighbours: -0.5, leaf: -1, restless: -0.3, changed: 0.75, lessons: 0.6 },
  threshold: 0.25,
};

/** Log odds of trouble within the horizon. */
export function logOdds(evidence: Evidence, prior: Prior): number {
  return EVIDENCE_NAMES.reduce((sum, name) => sum + prior.weights[name] * evidence[name], prior.bias);
}

/** The probability of log odds. */
export function probabilityOf(odds: number): number {
  return 1 / (1 + Math.exp(-odds));
}
