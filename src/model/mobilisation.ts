/** Escalations and pages in words. */
import type { Escalation, EscalationPage, EscalationPolicy, EscalationStep, PickRule } from '#contract';
import { SEVERITY_LABELS } from './severities.ts';

export const STATE_WORDS: Readonly<Record<Escalation['state'], string>> = { active: 'Calling', answered: 'Answered', stopped: 'Stopped', exhausted: 'Nobody answered' };
export const PAGE_WORDS: Readonly<Record<EscalationPage['state'], string>> = {
  open: 'no answer yet', accepted: 'is on it', declined: 'can’t', help: 'is on it and needs help', superseded: 'another one was quicker', failed: 'could not be reached',
};
const DELIVERY_WORDS: Readonly<Record<EscalationPage['delivery'], string>> = { queued: 'on its way', sent: 'sent', delivered: 'arrived', failed: 'no way led there', answered: 'answered there' };

/** How a page went: `arrived over sms`. */
export function deliveryWords({ delivery, over }: Pick<EscalationPage, 'delivery' | 'over'>): string {
  return over === null ? DELIVERY_WORDS[delivery] : `${DELIVERY_WORDS[delivery]} over ${over}`;
}
const PICK_WORDS: Readonly<Record<PickRule, string>> = { all: 'everybody', round_robin: 'the next in turn', least_loaded: 'whoever was paged least' };
export const PICK_LABELS: Readonly<Record<PickRule, string>> = { all: 'Everybody', round_robin: 'Next in turn', least_loaded: 'Paged least' };

function waits(seconds: number): string {
  if (seconds === 0) return 'go on at once';
  return seconds % 60 === 0 ? `wait ${seconds / 60} min` : `wait ${seconds} s`;
}

/** What is called how; an id that nothing is known of stands for itself. */
export interface StepNames {
  readonly user: (id: string) => string;
  readonly schedule: (id: string) => string;
  readonly channel: (id: string) => string;
  /** Without it a team is called by its id. */
  readonly team?: (id: string) => string;
}

/** One step in a line. */
export function stepWords(step: EscalationStep, names: StepNames): string {
  switch (step.kind) {
    case 'user':
      return `${names.user(step.user)}; ${waits(step.waitSeconds)}`;
    case 'schedule':
      return `On call by ${names.schedule(step.schedule)}: ${PICK_WORDS[step.pick]}; ${waits(step.waitSeconds)}`;
    case 'team':
      return `Team ${names.team?.(step.team) ?? step.team}: ${PICK_WORDS[step.pick]}; ${waits(step.waitSeconds)}`;
    case 'owner':
      return `Owner of the failing service: ${PICK_WORDS[step.pick]}; ${waits(step.waitSeconds)}`;
    case 'channel':
      return `Channel ${names.channel(step.channel)}`;
    case 'webhook':
      return `Webhook over ${names.channel(step.channel)}`;
    case 'wait':
      return waits(step.seconds).replace(/^w/, 'W');
    case 'condition':
      return `Only if ${step.when}${step.otherwise === 'stop' ? ', else it ends' : ', else the next step is left out'}`;
  }
}

/** When a policy starts, in words. */
export function startWords({ starts }: Pick<EscalationPolicy, 'starts'>): string {
  if (starts === null) return 'Started by hand';
  const severities = starts.severities.map((severity) => SEVERITY_LABELS[severity]).join(', ');
  return `Starts by itself for ${severities}${starts.ownedBy === null ? '' : `, if ${starts.ownedBy} owns the service`}${starts.condition === null ? '' : `, if ${starts.condition}`}`;
}
