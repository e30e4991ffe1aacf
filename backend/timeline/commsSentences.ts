/** What was told of an incident, and when it was to be, in one sentence each. Pure. */
import type { EventType } from '#contract';
import { text, type EventData } from './words.ts';

export type CommsEventType = 'incident.status_updated' | Extract<EventType, `incident.update_${string}` | `incident.updates_${string}`>;

function published(data: EventData): string {
  const next = text(data, 'nextUpdateAt');
  const soon = next === '' ? '' : ` Next update ${next}`;
  const audience = text(data, 'audienceName');
  if (audience === '') return `Status: ${text(data, 'text')}${soon}`;
  return `${text(data, 'corrects') === '' ? 'Told' : 'Corrected for'} ${audience}: ${text(data, 'subject')}. ${text(data, 'text')}${soon}`;
}

function whoWasTold(data: EventData): string {
  // Events of before say only who led the incident.
  const told = text(data, 'told') === '' ? text(data, 'commander') : text(data, 'told');
  return told === '' ? '; nobody leads the incident' : `; ${told} was told`;
}

/** One event in one sentence. */
export function commsSentence(type: CommsEventType, data: EventData): string {
  const audience = text(data, 'audienceName');
  switch (type) {
    case 'incident.status_updated':
      return published(data);
    case 'incident.update_drafted':
      return text(data, 'corrects') === '' ? `Update to ${audience} drafted` : `Correction of an update to ${audience} drafted`;
    case 'incident.update_edited':
      return `Draft of the update to ${audience} changed${data['approvalLost'] === true ? '; it has to be approved again' : ''}`;
    case 'incident.update_approved':
      return `Update to ${audience} approved`;
    case 'incident.update_discarded':
      return `Draft of the update to ${audience} thrown away`;
    case 'incident.update_due':
      return `Update to ${audience} is due ${text(data, 'dueAt')}`;
    case 'incident.update_overdue':
      return `Update to ${audience} is overdue since ${text(data, 'dueAt')}${whoWasTold(data)}`;
    case 'incident.updates_paused':
      return `${data['all'] === true ? 'No update' : `No update to ${text(data, 'names')}`} is due until ${text(data, 'until')}: ${text(data, 'reason')}`;
    case 'incident.updates_resumed':
      return `Updates to ${text(data, 'names')} are due again`;
  }
}
