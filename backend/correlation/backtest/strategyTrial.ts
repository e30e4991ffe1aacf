/** A strategy run over the past, its decisions kept in memory instead of written: what would have become of them. */
import { graverOf, type AlertId, type Severity } from '#contract';
import { alertIdOf } from '../../ingest/index.ts';
import type { AlertRef, Decision, GroupId, Strategy } from '../strategy.ts';
import type { Trial, TrialGroup } from './trial.ts';

/** What the declare policy looks at; severity as the alerts have it. */
export interface TrialFacts {
  readonly gravestAlert: Severity;
  readonly services: readonly string[];
  readonly alerts: number;
  readonly confidence: number | null;
}

/** What the policy in force makes of a group. */
export interface TrialVerdict {
  readonly severity: Severity;
  readonly declared: boolean;
}

export type TrialPolicy = (facts: TrialFacts) => TrialVerdict;

interface TrialIncident {
  readonly id: GroupId;
  readonly title: string;
  gravestAlert: Severity;
  services: Set<string>;
  confidence: number | null;
  readonly alerts: Set<AlertId>;
  firstAlertAt: Date;
  severity: Severity;
  declaredAt: Date | null;
}

function earlier(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}

/** Runs a strategy from an empty window. Decisions are followed as the incident sink follows them: the older group survives a merge. */
export function createStrategyTrial<Window>(strategy: Strategy<Window>, policy: TrialPolicy): Trial {
  const window = strategy.empty();
  const incidents = new Map<GroupId, TrialIncident>();
  const mergedInto = new Map<GroupId, GroupId>();
  const placeOf = new Map<AlertId, TrialIncident>();
  let now = new Date(0);

  function find(group: GroupId): TrialIncident | undefined {
    let id = group;
    for (let next = mergedInto.get(id); next !== undefined; next = mergedInto.get(id)) id = next;
    return incidents.get(id);
  }

  function put(alert: AlertRef, incident: TrialIncident): void {
    const id = alertIdOf(alert.alertKey, alert.startsAt);
    placeOf.get(id)?.alerts.delete(id);
    placeOf.set(id, incident);
    incident.alerts.add(id);
    if (alert.startsAt < incident.firstAlertAt) incident.firstAlertAt = alert.startsAt;
  }

  /** Asks the policy anew: severity is raised, never lowered, and what is declared stays declared. */
  function evaluate(incident: TrialIncident): void {
    const verdict = policy({ gravestAlert: incident.gravestAlert, services: [...incident.services], alerts: incident.alerts.size, confidence: incident.confidence });
    incident.severity = graverOf(verdict.severity, incident.severity);
    if (verdict.declared) incident.declaredAt ??= now;
  }

  function grow(group: GroupId, alert: AlertRef, severity: Severity, services: readonly string[]): void {
    const incident = find(group);
    if (incident === undefined) return;
    put(alert, incident);
    incident.gravestAlert = graverOf(severity, incident.gravestAlert);
    for (const service of services) incident.services.add(service);
    evaluate(incident);
  }

  function follow(decision: Decision): void {
    switch (decision.kind) {
      case 'open': {
        const incident: TrialIncident = {
          id: decision.group, title: decision.title, gravestAlert: decision.severity, services: new Set(decision.services), alerts: new Set(),
          confidence: decision.assessment?.confidence ?? null, firstAlertAt: now, severity: 'sev5', declaredAt: null,
        };
        incidents.set(decision.group, incident);
        for (const alert of [...decision.alerts, ...decision.moved]) put(alert, incident);
        evaluate(incident);
        return;
      }
      case 'join':
      case 'move':
        grow(decision.group, decision.alert, decision.severity, decision.services);
        return;
      case 'merge': {
        const [into, from] = [find(decision.group), find(decision.absorbed)];
        if (into === undefined || from === undefined || into === from) return;
        for (const id of from.alerts) {
          placeOf.set(id, into);
          into.alerts.add(id);
        }
        for (const service of from.services) into.services.add(service);
        into.gravestAlert = graverOf(from.gravestAlert, into.gravestAlert);
        into.firstAlertAt = earlier(from.firstAlertAt, into.firstAlertAt) ?? into.firstAlertAt;
        into.declaredAt = earlier(from.declaredAt, into.declaredAt);
        mergedInto.set(from.id, into.id);
        incidents.delete(from.id);
        evaluate(into);
        return;
      }
      case 'assess': {
        const incident = find(decision.group);
        if (incident === undefined) return;
        incident.confidence = decision.assessment.confidence;
        evaluate(incident);
        return;
      }
      case 'hold':
        return;
    }
  }

  return {
    alert(change) {
      now = change.recordedAt;
      for (const decision of strategy.decide(window, change)) follow(decision);
    },
    change(event) {
      strategy.noteChange(window, event);
    },
    pass(at) {
      now = at;
      for (const decision of strategy.pass(window, at)) follow(decision);
    },
    outcome: () => ({
      groups: [...incidents.values()].filter((incident) => incident.alerts.size > 0).map((incident): TrialGroup => ({
        id: incident.id, title: incident.title, severity: incident.severity, services: [...incident.services].sort(), alerts: [...incident.alerts],
        firstAlertAt: incident.firstAlertAt, declaredAt: incident.declaredAt,
      })),
    }),
  };
}
