/** When a candidate is declared without waiting for a person. */
import { SEVERITIES, type Severity } from '#contract';

/** Declared at once when it is at least this grave and has at least so many alerts. */
export interface DeclareRule {
  readonly severity: Severity;
  readonly alerts: number;
}

/** The first rule that holds, told as a reason; null: it stays a candidate. */
export function declarationReason(rules: readonly DeclareRule[], severity: Severity, alertsTotal: number): string | null {
  const rank = SEVERITIES.indexOf(severity);
  const rule = rules.find((candidate) => rank <= SEVERITIES.indexOf(candidate.severity) && alertsTotal >= candidate.alerts);
  if (rule === undefined) return null;
  return `${alertsTotal} ${alertsTotal === 1 ? 'alert' : 'alerts'}, up to ${severity}: the policy declares from ${rule.severity} with ${rule.alerts}`;
}
