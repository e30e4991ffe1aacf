/** Which events of the log are occasions for which triggers. Pure. */
import { incidentState, isGraver, severity, type LiveEvent, type WarningKind } from '#contract';
import { subjectOf, type Occasion } from './occasion.ts';

/** What detectors find, what is foreseen of services and of limits, and the triggers that wait for it. */
const DETECTION_EVENTS: Readonly<Record<string, 'anomaly' | WarningKind>> = { 'detector.found': 'anomaly', 'prediction.warned': 'prediction', 'forecast.warned': 'forecast' };

/** Events after which an incident needs nothing more: its timers are stopped. */
const ENDING_EVENTS: ReadonlySet<string> = new Set(['incident.resolved', 'incident.cancelled', 'incident.rejected', 'incident.closed']);

/** The events that are looked at. */
export const RELEVANT_EVENTS: readonly string[] = [
  'incident.opened', 'incident.reconsidered', 'incident.declared', 'incident.promoted', 'incident.rejected', 'incident.acknowledged', 'incident.identified', 'incident.mitigation_started', 'incident.mitigated',
  'incident.quiet', 'incident.resolved', 'incident.review_started', 'incident.closed', 'incident.reopened', 'incident.cancelled', 'incident.severity_changed', 'incident.commander_assigned',
  ...Object.keys(DETECTION_EVENTS),
];

type Loggable = Pick<LiveEvent, 'incident' | 'at' | 'actor' | 'data'> & { readonly type: string };

/** The occasions that an event is, in the order in which they are acted on. */
export function occasionsOf(event: Loggable): Occasion[] {
  const known = { type: event.type, at: event.at, by: event.actor.name, data: event.data };
  const detected = DETECTION_EVENTS[event.type];
  // What a detector finds in shadow is for people to judge, not to act on.
  if (detected !== undefined) return event.type === 'detector.found' && event.data['mode'] !== 'active' ? [] : [{ on: detected, event: known, of: subjectOf(detected, event.data) }];
  // What is merged away goes on in another one, which is told of what changes there.
  if (event.incident === null || !RELEVANT_EVENTS.includes(event.type)) return [];
  const { from, to } = event.data;
  switch (event.type) {
    case 'incident.opened':
      // What is declared or ignored the moment it is opened never was a candidate.
      return (event.data['state'] ?? 'candidate') === 'candidate' ? [{ on: 'candidate', event: known }] : [];
    case 'incident.commander_assigned':
      return from === to ? [] : [{ on: 'role_changed', event: { ...known, role: 'commander', from: from ?? null, to: to ?? null } }];
    case 'incident.severity_changed': {
      const [before, after] = [severity.safeParse(from).data, severity.safeParse(to).data];
      if (before === undefined || after === undefined || before === after) return [];
      return [{ on: isGraver(after, before) ? 'severity_raised' : 'severity_lowered', event: { ...known, from: before, to: after } }];
    }
  }
  const [before, after] = [incidentState.safeParse(from).data, incidentState.safeParse(to).data];
  const moved: Occasion[] = before === undefined || after === undefined || before === after ? [] : [{ on: 'state_changed', event: { ...known, from: before, to: after } }];
  // Ignored by policy until now.
  if (event.type === 'incident.reconsidered') return [{ on: 'candidate', event: known }, ...moved];
  if (!isDeclaration(event.type)) return moved;
  return [{ on: 'declared', event: { ...known, from: before ?? null, to: 'declared' } }, ...moved];
}

/** True for the events from which timers count. */
export function isDeclaration(type: string): boolean {
  return type === 'incident.declared' || type === 'incident.promoted';
}

/** True for the events that stop the timers of their incident. */
export function endsTimers(type: string): boolean {
  return ENDING_EVENTS.has(type);
}
