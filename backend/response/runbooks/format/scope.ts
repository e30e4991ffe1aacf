/** What expressions and templates know of an incident. Documented in docs/runbooks.md. */
import { incidentKey, type Severity } from '#contract';
import type { Scope } from '../kinds/kind.ts';

/** An incident, as whoever makes a scope has read it. */
export interface ScopedIncident {
  readonly number: number;
  readonly title: string;
  readonly state: string;
  readonly severity: Severity;
  readonly services: readonly string[];
  readonly primaryService: string | null;
  /** Custom fields, by key. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Login of the commander. */
  readonly commander: string | null;
  /** Address of its page. */
  readonly url: string | null;
  readonly declaredAt?: Date | null;
}

/** An alert of the incident. */
export interface ScopedAlert {
  readonly name: string;
  readonly service: string | null;
  readonly severity: Severity;
  /** `firing` or `resolved`. */
  readonly state: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Fields of `incident`; the check of names uses them. */
export const INCIDENT_FIELDS = [
  'number', 'key', 'title', 'state', 'severity', 'services', 'primaryService', 'labels', 'fields', 'alerts', 'commander', 'url', 'declaredAt',
] as const;

/** Labels that all alerts which are not resolved have alike; of all alerts when every one is resolved. */
function commonLabels(alerts: readonly ScopedAlert[]): Record<string, string> {
  const firing = alerts.filter((alert) => alert.state !== 'resolved');
  const [first, ...others] = firing.length === 0 ? alerts : firing;
  return Object.fromEntries(Object.entries(first?.labels ?? {}).filter(([name, value]) => others.every(({ labels }) => labels[name] === value)));
}

/** `incident`, `alerts` and `services` of a scope. Without an incident, `incident` is null and the lists are empty. */
export function incidentScope(incident: ScopedIncident | null, alerts: readonly ScopedAlert[]): Scope {
  if (incident === null) return { incident: null, alerts: [], services: [] };
  const shown = alerts.map(({ name, service, severity, state, labels, annotations }) => ({ name, service, severity, state, labels: { ...labels }, annotations: { ...annotations } }));
  return {
    incident: {
      number: incident.number, key: incidentKey(incident.number), title: incident.title, state: incident.state, severity: incident.severity, services: [...incident.services],
      primaryService: incident.primaryService ?? incident.services[0] ?? null, labels: commonLabels(alerts), fields: { ...incident.fields }, alerts: shown, commander: incident.commander,
      url: incident.url, declaredAt: incident.declaredAt?.toISOString() ?? null,
    },
    alerts: shown, services: [...incident.services],
  };
}
