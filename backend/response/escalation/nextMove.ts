/** What an escalation does next: a walk through the steps of its policy. Pure. */
import type { EscalationStep, PolicyBody } from '#contract';

/** The step that is next, and how often all steps were gone through before. Both from 0. */
export interface Position {
  readonly round: number;
  readonly step: number;
}

export type PagingStep = Exclude<EscalationStep, { kind: 'wait' | 'condition' }>;

export type Move =
  | { readonly kind: 'page'; readonly step: PagingStep; readonly at: Position; readonly then: Position }
  | { readonly kind: 'wait'; readonly seconds: number; readonly then: Position }
  | { readonly kind: 'end'; readonly state: 'stopped' | 'exhausted'; readonly reason: string };

/** Going through all steps takes at least so long, so that a policy without waits does not page the same people again at once. */
export const MIN_ROUND_SECONDS = 60;

function secondsOf(step: EscalationStep): number {
  switch (step.kind) {
    case 'wait':
      return step.seconds;
    case 'condition':
      return 0;
    case 'user':
    case 'schedule':
    case 'team':
    case 'owner':
    case 'channel':
    case 'webhook':
      return step.waitSeconds;
  }
}

/** The next move from a position. `holds` says whether a condition holds now. Ends after `repeat` more rounds at the latest. */
export function nextMove(plan: Pick<PolicyBody, 'steps' | 'repeat'>, from: Position, holds: (when: string) => boolean): Move {
  let { step: index } = from;
  for (;;) {
    const step = plan.steps[index];
    if (step === undefined) {
      if (from.round >= plan.repeat) return { kind: 'end', state: 'exhausted', reason: 'all steps are through and nobody took it' };
      const taken = plan.steps.reduce((sum, each) => sum + secondsOf(each), 0);
      return { kind: 'wait', seconds: Math.max(0, MIN_ROUND_SECONDS - taken), then: { round: from.round + 1, step: 0 } };
    }
    const then = { round: from.round, step: index + 1 };
    switch (step.kind) {
      case 'wait':
        return { kind: 'wait', seconds: step.seconds, then };
      case 'condition':
        if (holds(step.when)) index += 1;
        else if (step.otherwise === 'skip') index += 2;
        else return { kind: 'end', state: 'stopped', reason: `the condition ${step.when} does not hold` };
        break;
      case 'user':
      case 'schedule':
      case 'team':
      case 'owner':
      case 'channel':
      case 'webhook':
        return { kind: 'page', step, at: { round: from.round, step: index }, then };
    }
  }
}
