/** When the next update is due. Pure. */
import { SEVERITIES, type Audience, type IncidentState, type Severity, type UpdateDue, type UpdatePhase } from '#contract';

const MINUTE_MS = 60_000;
/** States in which people wait for news. */
export const RUNNING_STATES = ['declared', 'investigating', 'identified', 'mitigating', 'monitoring'] as const satisfies readonly IncidentState[];

/** What an audience was told last. */
export interface LastTold {
  readonly atMs: number;
  readonly phase: UpdatePhase;
  /** When the next one was promised. */
  readonly promisedMs: number | null;
}

export interface DueFacts {
  readonly severity: Severity;
  readonly state: IncidentState;
  /** When it was declared, reopened, or got its severity: whatever came last. */
  readonly beganMs: number;
  readonly resolvedMs: number | null;
  readonly last: LastTold | null;
}

function earliest(...times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/**
 * When an audience is to be told next, in milliseconds; null: nothing is due. What was promised counts, sooner or later than the
 * cadence, until the incident gets another severity; after the end, those who were told of it are told that it is over.
 */
export function dueAt(audience: Pick<Audience, 'cadence' | 'clockFrom'>, facts: DueFacts): number | null {
  const { last } = facts;
  const minutes = audience.cadence[facts.severity];
  const after = (ms: number): number | null => (minutes === null ? null : ms + minutes * MINUTE_MS);
  if (facts.state === 'resolved') {
    if (last === null || last.phase === 'resolved' || facts.resolvedMs === null) return null;
    return earliest(after(Math.max(facts.resolvedMs, last.atMs)), last.promisedMs);
  }
  if (!RUNNING_STATES.some((state) => state === facts.state)) return null;
  if (last === null) return audience.clockFrom === 'first_update' ? null : after(facts.beganMs);
  if (last.promisedMs === null) return after(Math.max(facts.beganMs, last.atMs));
  return facts.beganMs > last.atMs ? earliest(last.promisedMs, after(facts.beganMs)) : last.promisedMs;
}

/** A due time while a clock stands still until `untilMs`: nothing is due before. */
export function dueAfterPause(dueMs: number, untilMs: number | null): number {
  return untilMs === null ? dueMs : Math.max(dueMs, untilMs);
}

/** How near it is. */
export function dueState(dueMs: number, nowMs: number, remindMinutes: number): UpdateDue['state'] {
  if (nowMs >= dueMs) return 'overdue';
  return nowMs >= dueMs - remindMinutes * MINUTE_MS ? 'soon' : 'running';
}

/** The phase that a state of an incident comes to, in the words of status pages. */
export function phaseOf(state: IncidentState): UpdatePhase {
  switch (state) {
    case 'identified':
    case 'mitigating':
      return 'identified';
    case 'monitoring':
      return 'monitoring';
    case 'resolved':
    case 'in_review':
    case 'closed':
    case 'rejected':
    case 'duplicate':
    case 'cancelled':
      return 'resolved';
    case 'candidate':
    case 'declared':
    case 'investigating':
      return 'investigating';
  }
}

/** How urgent a message about an incident of that severity is. */
export function urgencyOf(severity: Severity): 'critical' | 'high' | 'normal' {
  const rank = SEVERITIES.indexOf(severity);
  return rank === 0 ? 'critical' : rank === 1 ? 'high' : 'normal';
}
