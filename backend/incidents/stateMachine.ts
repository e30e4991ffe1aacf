/**
 * What may happen to an incident. The transitions are those of the domain reference (section 3);
 * decision 0005 says how the words people use (acknowledge, mitigate) map onto its states.
 */
import type { AvailableCommand, EventType, IncidentState, LifecycleCommand, Severity } from '#contract';

/** What a transition's conditions look at. */
export interface LifecycleFacts {
  readonly state: IncidentState;
  readonly severity: Severity;
  readonly alertsFiring: number;
  /** When an alert last joined or ended; null without alerts. */
  readonly lastAlertAtMs: number | null;
  /** When it was resolved, rejected or cancelled, for the windows in which it may come back. */
  readonly endedAtMs: number | null;
}

export interface LifecycleRules {
  /** Alerts must be over for this long before a resolve needs no reason. */
  readonly stabilityMs: number;
  /** A resolved incident may be reopened within this time. */
  readonly reopenMs: number;
}

export const DEFAULT_LIFECYCLE_RULES: LifecycleRules = { stabilityMs: 10 * 60_000, reopenMs: 24 * 3_600_000 };

interface CommandRule {
  readonly from: readonly IncidentState[];
  readonly to: IncidentState;
  readonly event: EventType;
  /** Past participle for messages: "was acknowledged". */
  readonly done: string;
}

const RULES: Record<LifecycleCommand, CommandRule> = {
  promote: { from: ['candidate', 'rejected', 'cancelled'], to: 'declared', event: 'incident.promoted', done: 'promoted' },
  reject: { from: ['candidate'], to: 'rejected', event: 'incident.rejected', done: 'rejected' },
  acknowledge: { from: ['declared'], to: 'investigating', event: 'incident.acknowledged', done: 'acknowledged' },
  identify: { from: ['investigating', 'mitigating'], to: 'identified', event: 'incident.identified', done: 'marked as identified' },
  'start-mitigation': {
    from: ['declared', 'investigating', 'identified', 'monitoring'], to: 'mitigating', event: 'incident.mitigation_started',
    done: 'moved to mitigating',
  },
  mitigate: { from: ['investigating', 'identified', 'mitigating'], to: 'monitoring', event: 'incident.mitigated', done: 'mitigated' },
  resolve: { from: ['monitoring'], to: 'resolved', event: 'incident.resolved', done: 'resolved' },
  review: { from: ['resolved'], to: 'in_review', event: 'incident.review_started', done: 'taken into review' },
  close: { from: ['resolved', 'in_review'], to: 'closed', event: 'incident.closed', done: 'closed' },
  reopen: {
    from: ['identified', 'mitigating', 'monitoring', 'resolved', 'in_review'], to: 'investigating', event: 'incident.reopened', done: 'reopened',
  },
  cancel: { from: ['declared', 'investigating'], to: 'cancelled', event: 'incident.cancelled', done: 'cancelled' },
};

const COMMANDS: readonly LifecycleCommand[] = [
  'promote', 'acknowledge', 'identify', 'start-mitigation', 'mitigate', 'resolve', 'review', 'close', 'reopen', 'reject', 'cancel',
];

/** States in which alerts may join. Refused ones take what goes on of the same burst, so that it stays quiet. */
export const ATTACHABLE_STATES: readonly IncidentState[] = [
  'candidate', 'declared', 'investigating', 'identified', 'mitigating', 'monitoring', 'rejected', 'cancelled',
];
export const ACTIVE_STATES: readonly IncidentState[] = ['declared', 'investigating', 'identified', 'mitigating', 'monitoring'];
export const OPEN_STATES: readonly IncidentState[] = ['candidate', ...ACTIVE_STATES];
export const DONE_STATES: readonly IncidentState[] = ['resolved', 'in_review', 'closed', 'rejected', 'duplicate', 'cancelled'];

/** How far open incidents have come. */
const PROGRESS: readonly IncidentState[] = ['candidate', 'declared', 'investigating', 'identified', 'mitigating', 'monitoring'];

/** True when `from` has come further than `into`; one that is refused has not come anywhere. */
export function isFurther(from: IncidentState, into: IncidentState): boolean {
  return PROGRESS.indexOf(from) > PROGRESS.indexOf(into);
}

/** The state of what goes on after a merge: the further of both. Impact is gone only where it was gone in both. */
export function mergedState(from: IncidentState, into: IncidentState): IncidentState {
  const bothActive = ACTIVE_STATES.includes(from) && ACTIVE_STATES.includes(into);
  if (bothActive && (from === 'monitoring') !== (into === 'monitoring')) return 'mitigating';
  return isFurther(from, into) ? from : into;
}

export const MIN_REASON_CHARACTERS = 3;
export const MIN_REOPEN_REASON_CHARACTERS = 10;

export function eventOf(command: LifecycleCommand): EventType {
  return RULES[command].event;
}

/** "acknowledged" for `incident.acknowledged`: to say who was quicker. */
export function participleOf(event: string): string | null {
  return COMMANDS.map((command) => RULES[command]).find((rule) => rule.event === event)?.done ?? null;
}

/** SEV1 and SEV2 pass a review before they are closed. */
function needsReview(severity: Severity): boolean {
  return severity === 'sev1' || severity === 'sev2';
}

/** True when the command's own windows and gates allow it now, its starting state apart. */
function gateOpen(command: LifecycleCommand, facts: LifecycleFacts, nowMs: number, rules: LifecycleRules): boolean {
  const endedAgoMs = facts.endedAtMs === null ? 0 : nowMs - facts.endedAtMs;
  switch (command) {
    case 'promote':
      return facts.state === 'candidate' || endedAgoMs <= rules.reopenMs;
    case 'reopen':
      return facts.state !== 'resolved' || endedAgoMs <= rules.reopenMs;
    case 'close':
      return facts.state === 'in_review' || !needsReview(facts.severity);
    case 'reject':
    case 'acknowledge':
    case 'identify':
    case 'start-mitigation':
    case 'mitigate':
    case 'resolve':
    case 'review':
    case 'cancel':
      return true;
  }
}

/** Why the command needs a reason now; null when it needs none. */
function reasonNeeded(command: LifecycleCommand, facts: LifecycleFacts, nowMs: number, rules: LifecycleRules): string | null {
  switch (command) {
    case 'reject':
      return 'a rejected candidate keeps its reason, and Muster learns from it';
    case 'cancel':
      return 'say why this was no incident';
    case 'reopen':
      return 'say what came back, in at least 10 characters';
    case 'promote':
      return facts.state === 'candidate' ? null : 'say why it is an incident after all';
    case 'resolve':
      if (facts.alertsFiring > 0) return `${facts.alertsFiring} of its alerts still fire`;
      if (facts.lastAlertAtMs !== null && nowMs - facts.lastAlertAtMs < rules.stabilityMs) {
        return `its alerts have been over for less than ${Math.round(rules.stabilityMs / 60_000)} minutes`;
      }
      return null;
    case 'acknowledge':
    case 'identify':
    case 'start-mitigation':
    case 'mitigate':
    case 'review':
    case 'close':
      return null;
  }
}

/** A command as the state permits it; custom fields may hold it up besides. */
export type PermittedCommand = Omit<AvailableCommand, 'missingFields'>;

/** Commands that the present state permits, the next likely one first. */
export function availableCommands(facts: LifecycleFacts, nowMs: number, rules: LifecycleRules): PermittedCommand[] {
  return COMMANDS.filter((command) => RULES[command].from.includes(facts.state) && gateOpen(command, facts, nowMs, rules)).map((command) => {
    const hint = reasonNeeded(command, facts, nowMs, rules);
    return { command, to: RULES[command].to, reasonRequired: hint !== null, reasonHint: hint };
  });
}

/** Where an incident may go from its state now: the commands, and the states that they and a merge lead to. */
export interface Ways {
  readonly permitted: readonly LifecycleCommand[];
  readonly targets: readonly IncidentState[];
}

/** Tells it. */
export function waysOn(facts: LifecycleFacts, nowMs: number, rules: LifecycleRules): Ways {
  const available = availableCommands(facts, nowMs, rules);
  return {
    permitted: available.map(({ command }) => command),
    targets: [...available.map(({ to }) => to), ...(OPEN_STATES.includes(facts.state) ? ['duplicate' as const] : [])],
  };
}

export type TransitionResult =
  | { readonly ok: true; readonly to: IncidentState; readonly event: EventType }
  | { readonly ok: false; readonly fault: 'not_permitted' | 'reason_missing'; readonly message: string };

/** Decides whether a command may be carried out. */
export function decideTransition(
  command: LifecycleCommand,
  facts: LifecycleFacts,
  reason: string | undefined,
  nowMs: number,
  rules: LifecycleRules,
): TransitionResult {
  const available = availableCommands(facts, nowMs, rules).find((candidate) => candidate.command === command);
  if (available === undefined) {
    const gated = RULES[command].from.includes(facts.state);
    const message = gated && command === 'close'
      ? `a ${facts.severity.toUpperCase()} incident goes through review before it is closed`
      : gated
        ? `more than ${Math.round(rules.reopenMs / 3_600_000)} hours have passed; declare a new incident instead`
        : `not possible while the incident is ${facts.state}`;
    return { ok: false, fault: 'not_permitted', message };
  }
  const least = command === 'reopen' ? MIN_REOPEN_REASON_CHARACTERS : MIN_REASON_CHARACTERS;
  if (available.reasonRequired && (reason ?? '').trim().length < least) {
    return { ok: false, fault: 'reason_missing', message: `needs a reason of at least ${least} characters: ${available.reasonHint ?? ''}` };
  }
  return { ok: true, to: available.to, event: RULES[command].event };
}
