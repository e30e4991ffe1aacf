/** Whether alerts that come again belong to the incident that they belonged to before. Pure. */
import type { IncidentState } from '#contract';

/** An ended incident that had some of the same alerts. */
export interface EarlierIncident {
  readonly number: number;
  readonly state: IncidentState;
  readonly endedAtMs: number;
  /** How many of the asked alerts it had. */
  readonly shared: number;
}

export type RecurrenceDecision =
  | { readonly kind: 'new' }
  /** Within the window: the same incident goes on. */
  | { readonly kind: 'reopen'; readonly number: number }
  /** Too late, or closed for good: a new one that points back. */
  | { readonly kind: 'recurrence'; readonly of: number };

/** At least this share of the alerts must have been there before. */
const SAME_SHARE = 0.5;

/** Decides for `alerts` alerts that would make a new incident; the newest incident that fits wins. */
export function decideRecurrence(alerts: number, earlier: readonly EarlierIncident[], nowMs: number, reopenMs: number): RecurrenceDecision {
  const fitting = earlier.filter((incident) => incident.shared >= alerts * SAME_SHARE).sort((a, b) => b.endedAtMs - a.endedAtMs || b.number - a.number);
  const newest = fitting[0];
  if (newest === undefined) return { kind: 'new' };
  const mayReopen = newest.state === 'resolved' || newest.state === 'in_review';
  return mayReopen && nowMs - newest.endedAtMs <= reopenMs ? { kind: 'reopen', number: newest.number } : { kind: 'recurrence', of: newest.number };
}
