/** Steps, pages and answers in words. Pure. */
import { incidentKey, type EscalationStep, type PickRule, type Severity } from '#contract';

const PICK_WORDS: Readonly<Record<PickRule, string>> = { all: 'everybody of', round_robin: 'the next of', least_loaded: 'whoever was paged least of' };

function minutes(seconds: number): string {
  if (seconds % 60 === 0 && seconds > 0) return `${seconds / 60} min`;
  return seconds > 60 ? `${Math.floor(seconds / 60)} min ${seconds % 60} s` : `${seconds} s`;
}

/** One step, for the board. `nameOf` gives the name of a person. */
export function stepText(step: EscalationStep, nameOf: (user: string) => string): string {
  switch (step.kind) {
    case 'user': return `Page ${nameOf(step.user)}, wait ${minutes(step.waitSeconds)}`;
    case 'schedule': return `Page ${PICK_WORDS[step.pick]} those on call by “${step.schedule}”, wait ${minutes(step.waitSeconds)}`;
    case 'team': return `Page ${PICK_WORDS[step.pick]} the team “${step.team}”, wait ${minutes(step.waitSeconds)}`;
    case 'owner': return `Page ${PICK_WORDS[step.pick]} the team that owns the failing service, wait ${minutes(step.waitSeconds)}`;
    case 'channel': return `Tell the channel “${step.channel}”`;
    case 'webhook': return `Call a webhook over “${step.channel}”`;
    case 'wait': return `Wait ${minutes(step.seconds)}`;
    case 'condition': return `If not ${step.when}: ${step.otherwise === 'stop' ? 'stop' : 'leave out the next step'}`;
  }
}

const ROLE_ASKS: Readonly<Record<string, string>> = { commander: 'as commander', communications: 'for communications', operations: 'for operations', scribe: 'as scribe', liaison: 'as liaison' };

/** `as commander`, `for communications`, `as network lead`. */
export function roleText(role: string): string {
  return ROLE_ASKS[role] ?? `as ${role.replaceAll('-', ' ')}`;
}

export interface PageSubject {
  readonly number: number;
  readonly title: string;
  readonly severity: Severity;
}

/** The one line of a page. */
export function pageSubject({ number, title, severity }: PageSubject, role: string | null): string {
  return `${severity.toUpperCase()} ${incidentKey(number)}: ${title}. You are needed${role === null ? '' : ` ${roleText(role)}`}`;
}
