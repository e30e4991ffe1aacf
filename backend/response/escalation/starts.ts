/** Which events call people, and which end it. Pure. */
import { isGraver, severity, userKey, type LiveEvent, type PolicyBody, type Severity, type UserKey } from '#contract';

/** What an event means for the mobilisation of its incident. */
export type Occasion =
  | { readonly kind: 'call'; readonly cause: string }
  | { readonly kind: 'end'; readonly reason: string }
  | { readonly kind: 'merged'; readonly into: number }
  /** Somebody has a role now, however they came by it. */
  | { readonly kind: 'taken'; readonly role: string; readonly user: UserKey };

const ENDS: Readonly<Record<string, string>> = {
  'incident.resolved': 'the incident is resolved', 'incident.cancelled': 'the incident was cancelled', 'incident.rejected': 'the incident was rejected', 'incident.closed': 'the incident is closed',
};

/** The events that are looked at. */
export const RELEVANT_EVENTS: readonly string[] = ['incident.declared', 'incident.promoted', 'incident.severity_changed', 'incident.reopened', 'incident.merged', 'incident.commander_assigned', 'incident.role_assigned', ...Object.keys(ENDS)];

/** The occasion that an event is; null: none. */
export function occasionOf(event: Pick<LiveEvent, 'type' | 'incident' | 'data'>): Occasion | null {
  if (event.incident === null) return null;
  const reason = ENDS[event.type];
  if (reason !== undefined) return { kind: 'end', reason };
  switch (event.type) {
    case 'incident.declared':
    case 'incident.promoted':
      return { kind: 'call', cause: 'declared' };
    case 'incident.commander_assigned':
    case 'incident.role_assigned': {
      const user = userKey.safeParse(event.data['to']).data;
      const role = event.type === 'incident.commander_assigned' ? 'commander' : event.data['role'];
      return user === undefined || typeof role !== 'string' ? null : { kind: 'taken', role, user };
    }
    case 'incident.reopened':
      return { kind: 'call', cause: 'reopened' };
    case 'incident.merged': {
      const into = event.data['into'];
      return typeof into === 'number' ? { kind: 'merged', into } : null;
    }
    case 'incident.severity_changed': {
      const [from, to] = [severity.safeParse(event.data['from']).data, severity.safeParse(event.data['to']).data];
      return from !== undefined && to !== undefined && isGraver(to, from) ? { kind: 'call', cause: `raised from ${from.toUpperCase()}` } : null;
    }
    default:
      return null;
  }
}

/** What decides whether a policy starts for an incident. */
export interface StartFacts {
  readonly severity: Severity;
  /** Teams that own its root and affected services, the root's first. */
  readonly owners: readonly string[];
  readonly holds: (when: string) => boolean;
}

/** Whether a policy starts by itself. */
export function startsFor(policy: Pick<PolicyBody, 'starts'>, facts: StartFacts): boolean {
  const { starts } = policy;
  if (starts === null || !starts.severities.includes(facts.severity)) return false;
  if (starts.ownedBy !== null && !facts.owners.includes(starts.ownedBy)) return false;
  return starts.condition === null || facts.holds(starts.condition);
}
