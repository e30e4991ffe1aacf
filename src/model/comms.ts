import { COMPONENT_STATES, type Approval, type Audience, type AudienceKind, type ComponentState, type DraftWording, type StatusUpdate, type UpdateDeliveries, type UpdateDue, type UpdateLanguage, type UpdatePhase } from '#contract';
import { formatDuration } from './duration.ts';

export const PHASE_WORDS: Readonly<Record<UpdatePhase, string>> = { investigating: 'Investigating', identified: 'Identified', monitoring: 'Monitoring', resolved: 'Resolved' };
export const COMPONENT_WORDS: Readonly<Record<ComponentState, string>> = {
  operational: 'Operational', under_maintenance: 'Maintenance', degraded_performance: 'Degraded', partial_outage: 'Partial outage', major_outage: 'Major outage',
};
export const AUDIENCE_WORDS: Readonly<Record<AudienceKind, string>> = { internal: 'Internal', executive: 'Executives', customer: 'Customers', regulator: 'Regulator', custom: 'Other' };
export const LANGUAGE_WORDS: Readonly<Record<UpdateLanguage, string>> = { en: 'English', de: 'German', fr: 'French', es: 'Spanish' };
/** How a draft is worded. */
export const WORDING_WORDS: Readonly<Record<DraftWording, string>> = {
  inside: 'with everything that is known', management: 'without technical detail', outside: 'with nothing but what people outside notice: no services, hosts, people, notes or causes',
};
export const APPROVAL_WORDS: Readonly<Record<Approval, string>> = { none: 'Nobody', anybody: 'Anybody who leads incidents', second_person: 'A second person' };
export const UPDATE_STATE_WORDS: Readonly<Record<StatusUpdate['state'], string>> = { draft: 'Draft', approved: 'Approved', published: 'Published', discarded: 'Thrown away' };

/** The worst of some states; operational when there are none. */
export function worstOf(states: readonly ComponentState[]): ComponentState {
  return states.reduce<ComponentState>((worst, state) => (COMPONENT_STATES.indexOf(state) > COMPONENT_STATES.indexOf(worst) ? state : worst), 'operational');
}

const MINUTE_MS = 60_000;
/** So long before, a time that is due is shown as near. */
const SOON_MS = 5 * MINUTE_MS;

/** How a due time stands on a running clock. */
export function dueView(due: Pick<UpdateDue, 'dueAt' | 'state'>, now: number): { readonly state: UpdateDue['state']; readonly words: string } {
  const left = Date.parse(due.dueAt) - now;
  if (left <= 0) return { state: 'overdue', words: `overdue by ${formatDuration(-left)}` };
  return { state: left <= SOON_MS || due.state === 'soon' ? 'soon' : 'running', words: `in ${formatDuration(left)}` };
}

/** The first time that is due in an incident. */
export function firstDue(dues: readonly UpdateDue[], incident: number): UpdateDue | undefined {
  return dues.find((due) => due.incident === incident);
}

/** What may be done with it next, in a word on the button. */
export function needsApproval(audience: Pick<Audience, 'approval'> | undefined): boolean {
  return audience?.approval !== 'none';
}

/** Whom an update reached, in one line; null: there was nobody to be told but the timeline. */
export function reachedWords({ recipients, arrived, taken, waiting, failed, cancelled, elsewhere, spreading }: Omit<UpdateDeliveries, 'troubled'>): string | null {
  if (recipients === 0) return spreading ? 'Subscribers are being told.' : null;
  const number = (count: number): string => count.toLocaleString('en');
  const parts = [
    [arrived, 'arrived'], [taken, 'taken by the provider'], [waiting, 'waiting'], [failed, 'failed'], [cancelled, 'called off'],
  ] as const;
  const said = parts.flatMap(([count, word]) => (count === 0 ? [] : [`${number(count)} ${word}`]));
  const more = [...(elsewhere === 0 ? [] : [`${number(elsewhere)} over another way`]), ...(spreading ? ['more subscribers are being told'] : [])];
  return `To ${number(recipients)} ${recipients === 1 ? 'recipient' : 'recipients'}: ${[...said, ...more].join(', ')}.`;
}
