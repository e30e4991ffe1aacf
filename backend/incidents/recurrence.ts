/** Whether alerts that come again belong to the incident that they belonged to before. Pure. */
import type { IncidentState } from '#contract';
import { OPEN_STATES } from './stateMachine.ts';

/** An incident that had some of the same alerts and in which none fires any more. */
export interface EarlierIncident {
  readonly number: number;
  readonly state: IncidentState;
  readonly endedAtMs: number;
  /** How many of the asked alerts it had. */
  readonly shared: number;
}

export type RecurrenceDecision =
  | { readonly kind: 'new' }
  /** It is open still. */
  | { readonly kind: 'join'; readonly number: number }
  /** Within the window: the same incident goes on. */
  | { readonly kind: 'reopen'; readonly number: number }
  /** Too late, or closed for good: a new one that points back. */
  | { readonly kind: 'recurrence'; readonly of: number };

function isOpen(incident: EarlierIncident): boolean {
  return OPEN_STATES.includes(incident.state);
}

/** At least this share of the alerts must have been there before. */
const SAME_SHARE = 0.5;

/** Decides for `alerts` alerts that would make a new incident; an open incident that fits wins, then the newest. */
export function decideRecurrence(alerts: number, earlier: readonly EarlierIncident[], nowMs: number, reopenMs: number): RecurrenceDecision {
  const fitting = earlier.filter((incident) => incident.shared >= alerts * SAME_SHARE)
    .sort((a, b) => Number(isOpen(b)) - Number(isOpen(a)) || b.endedAtMs - a.endedAtMs || b.number - a.number);
  const newest = fitting[0];
  if (newest === undefined) return { kind: 'new' };
  if (isOpen(newest)) return { kind: 'join', number: newest.number };
  const mayReopen = newest.state === 'resolved' || newest.state === 'in_review';
  return mayReopen && nowMs - newest.endedAtMs <= reopenMs ? { kind: 'reopen', number: newest.number } : { kind: 'recurrence', of: newest.number };
}
