/** How far a trigger may go, and what holds it back. Pure; `docs/automation.md` tells the order of the bounds. */
import { AUTOMATION_LEVELS, type AutomationLevel, type AutomationSettings, type RunbookPolicy, type Severity, type TriggerRecord } from '#contract';

export interface StartFacts {
  readonly policy: Pick<RunbookPolicy, 'automation' | 'bySeverity' | 'approvalRole'>;
  /** Null: no incident is concerned. */
  readonly severity: Severity | null;
  readonly most: AutomationSettings['most'];
  /** What is allowed outside the hours of the runbook, when it is outside them now; else null. */
  readonly outsideHours: AutomationLevel | null;
  /** Who froze automation and why; null: it is not frozen. */
  readonly frozen: { readonly by: string; readonly reason: string } | null;
  /** Null: no limit. */
  readonly maxTargetsPerHour: number | null;
  readonly targetsLastHour: number;
  /** Targets of this run; null: they cannot be told beforehand. */
  readonly targets: number | null;
}

export interface StartDecision {
  readonly level: AutomationLevel;
  readonly outcome: Exclude<TriggerRecord['outcome'], 'failed'>;
  /** Why no more than this, in words. */
  readonly reason: string;
}

interface Bound {
  readonly level: AutomationLevel;
  readonly why: string;
}

function rank(level: AutomationLevel): number {
  return AUTOMATION_LEVELS.indexOf(level);
}

function ownLevel({ policy, severity }: StartFacts): Bound {
  const special = severity === null ? undefined : policy.bySeverity[severity];
  if (severity !== null && special !== undefined) return { level: special, why: `the runbook says so for ${severity.toUpperCase()}` };
  return { level: policy.automation, why: 'the runbook says so' };
}

/** The most that the organisation allows; without an incident, the least that it allows for any. */
function organisationLevel({ most, severity }: StartFacts): Bound {
  if (severity !== null) return { level: most[severity], why: `the organisation allows no more for ${severity.toUpperCase()}` };
  const least = Object.values(most).reduce((a, b) => (rank(b) < rank(a) ? b : a));
  return { level: least, why: 'the organisation allows no more without an incident' };
}

function overLimit({ maxTargetsPerHour, targetsLastHour, targets }: StartFacts): string | null {
  if (maxTargetsPerHour === null) return null;
  if (targets === null) return 'how many targets it touches cannot be told beforehand, and there is a limit';
  // What touches nothing cannot pass a limit.
  if (targets === 0 || targetsLastHour + targets <= maxTargetsPerHour) return null;
  return `it would touch ${targets} ${targets === 1 ? 'target' : 'targets'}, with ${targetsLastHour} touched in the last hour and ${maxTargetsPerHour} allowed`;
}

const OUTCOMES = { run: 'started', approve: 'waits_for_approval', suggest: 'suggested' } as const;

/** What becomes of a trigger that matched: never more than any of the bounds allows. */
export function decideStart(facts: StartFacts): StartDecision {
  const bounds: Bound[] = [ownLevel(facts), organisationLevel(facts)];
  if (facts.outsideHours !== null) bounds.push({ level: facts.outsideHours, why: 'it is outside the hours of the runbook' });
  const lowest = bounds.reduce((a, b) => (rank(b.level) < rank(a.level) ? b : a));
  const told: Bound = facts.frozen === null || lowest.level === 'suggest'
    ? lowest
    : { level: 'suggest', why: `automation is frozen by ${facts.frozen.by}: ${facts.frozen.reason}` };
  if (told.level !== 'suggest') {
    const over = overLimit(facts);
    if (over !== null) return { level: 'suggest', outcome: 'held_back', reason: over };
  }
  const reason = told.level === 'approve' ? `${told.why}; a ${facts.policy.approvalRole} approves it first` : told.why;
  return { level: told.level, outcome: OUTCOMES[told.level], reason };
}

/** What would hold a trigger back now from what the runbook itself allows; null: nothing. */
export function heldBackBy(facts: StartFacts): string | null {
  const decision = decideStart(facts);
  return rank(decision.level) < rank(ownLevel(facts).level) ? decision.reason : null;
}
