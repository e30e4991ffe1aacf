/** Events of people, teams, roles and escalation, in one sentence each. Pure. */
import type { EventType } from '#contract';
import { text, withReason, type EventData } from './words.ts';

export type OnCallEventType = Extract<EventType, `contacts.${string}` | `clock_rules.${string}` | `incident.clock_${string}` | `team.${string}` | `escalation.${string}` | `escalation_policy.${string}` | 'incident.role_assigned' | 'incident.role_offered' | 'incident.role_declined'>;

/** True for the events that this file tells. */
export function isOnCallEvent(type: EventType): type is OnCallEventType {
  return /^(contacts|clock_rules|team|escalation|escalation_policy)\.|^incident\.(role|clock)_/.test(type);
}

function names(data: EventData, key: string): string {
  const list = data[key];
  return Array.isArray(list) && list.length > 0 ? list.join(', ') : 'nobody';
}

function roleOf(data: EventData): string {
  const role = text(data, 'role').replaceAll('-', ' ');
  return role === '' ? 'Role' : `${role.charAt(0).toUpperCase()}${role.slice(1)}`;
}

const CLOCK_WORDS: Readonly<Record<string, string>> = { response: 'for somebody to answer', update: 'for the next update', resolution: 'to resolve it' };
const ANSWER_WORDS: Readonly<Record<string, string>> = { accept: 'takes it', decline: 'can’t', help: 'takes it and needs help' };

function personOf(data: EventData): string {
  return text(data, 'person') || 'Somebody';
}

function noted(sentence: string, data: EventData): string {
  return text(data, 'note') === '' ? sentence : `${sentence}: ${text(data, 'note')}`;
}

/** One event in one sentence. */
export function onCallSentence(type: OnCallEventType, data: EventData): string {
  switch (type) {
    case 'incident.clock_at_risk': return `The time ${CLOCK_WORDS[text(data, 'clock')] ?? 'of a clock'} runs out`;
    case 'incident.clock_breached': return `The time ${CLOCK_WORDS[text(data, 'clock')] ?? 'of a clock'} is up`;
    case 'clock_rules.edited': return 'Rules of clocks changed';
    case 'contacts.point_added': return `Contact point on “${text(data, 'channel')}” added, with consent`;
    case 'contacts.point_verified': return `Contact point on “${text(data, 'channel')}” proven`;
    case 'contacts.point_removed': return `Contact point on “${text(data, 'channel')}” and consent taken back`;
    case 'contacts.rules_changed': return 'Contact rules changed';
    case 'team.created': return `Team “${text(data, 'name')}” made`;
    case 'team.edited': return `Team “${text(data, 'name')}” changed`;
    case 'team.deleted': return `Team “${text(data, 'name')}” deleted`;
    case 'escalation_policy.created': return `Escalation policy “${text(data, 'name')}” made`;
    case 'escalation_policy.edited': return `Escalation policy “${text(data, 'name')}” changed`;
    case 'escalation_policy.deleted': return `Escalation policy “${text(data, 'name')}” deleted`;
    case 'escalation.started': return `“${text(data, 'name')}” calls people: ${text(data, 'cause')}`;
    case 'escalation.paged': return `Paged ${names(data, 'people')}${text(data, 'role') === '' ? '' : ` as ${text(data, 'role').replaceAll('-', ' ')}`} (“${text(data, 'name')}”)`;
    case 'escalation.answered': return noted(`${personOf(data)} ${ANSWER_WORDS[text(data, 'answer')] ?? 'answered'} (“${text(data, 'name')}”)`, data);
    case 'escalation.nobody': return withReason(`“${text(data, 'name')}” could not page ${text(data, 'what')}`, data);
    case 'escalation.not_reached': return `No way led to ${personOf(data)} (“${text(data, 'name')}”)`;
    case 'escalation.nudged': return `${personOf(data)} was asked for a word (“${text(data, 'name')}”)`;
    case 'escalation.silent': return `${personOf(data)} says nothing; the next ones are called (“${text(data, 'name')}”)`;
    case 'escalation.stopped': return withReason(`“${text(data, 'name')}” calls nobody any more`, data);
    case 'escalation.exhausted': return `Nobody answered “${text(data, 'name')}”: ${text(data, 'reason')}`;
    case 'incident.role_assigned': return text(data, 'name') === '' ? `${roleOf(data)}: nobody now` : `${roleOf(data)} is ${text(data, 'name')}${text(data, 'how') === '' ? '' : ` (${text(data, 'how')})`}`;
    case 'incident.role_offered': return noted(`${text(data, 'name')} was asked to take over as ${text(data, 'role').replaceAll('-', ' ')}`, data);
    case 'incident.role_declined': return noted(`${text(data, 'name')} did not take over as ${text(data, 'role').replaceAll('-', ' ')}`, data);
  }
}
