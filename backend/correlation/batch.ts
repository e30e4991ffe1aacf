/** Turns a batch of changes into what it means for each incident. Pure but for the window it advances. */
import type { DecisionReason, IncidentNumber, Severity } from '#contract';
import type { AlertChange } from '../ingest/index.ts';
import type { IncidentChange, LinkedAlert } from './incidentSink.ts';
import type { AlertRef, Decision, GroupId, Strategy } from './strategy.ts';

/** Incident of each group of the window that has one. */
export type GroupIncidents = ReadonlyMap<GroupId, IncidentNumber>;

export interface BatchPlan {
  readonly changes: readonly IncidentChange[];
  /** Group of each change, to note the number that a new incident gets. */
  readonly groups: readonly (GroupId | null)[];
  readonly held: number;
}

interface Draft {
  readonly group: GroupId | null;
  readonly incident: IncidentNumber | null;
  title: string;
  keys: readonly string[];
  reason: DecisionReason | null;
  severity: Severity | null;
  services: readonly string[];
  readonly joined: Map<string, LinkedAlert>;
  ended: number;
}

function refKey(ref: AlertRef): string {
  return `${ref.alertKey}/${ref.startsAt.getTime()}`;
}

/**
 * Asks the strategy about each change and gathers its decisions by incident. `linked` says which
 * incident an alert of the batch belongs to already.
 */
export function planBatch<Window>(
  strategy: Strategy<Window>,
  window: Window,
  groupIncidents: GroupIncidents,
  changes: readonly AlertChange[],
  linked: (change: AlertChange) => IncidentNumber | null,
): BatchPlan {
  const byGroup = new Map<GroupId, Draft>();
  const byIncident = new Map<IncidentNumber, Draft>();
  const drafts: Draft[] = [];
  /** Draft in which an alert of this batch was joined. */
  const joinedIn = new Map<string, Draft>();
  let held = 0;

  function draftOf(group: GroupId | null, incident: IncidentNumber | null): Draft {
    const known = incident === null ? undefined : byIncident.get(incident);
    const present = known ?? (group === null ? undefined : byGroup.get(group));
    if (present !== undefined) return present;
    const draft: Draft = { group, incident, title: '', keys: [], reason: null, severity: null, services: [], joined: new Map(), ended: 0 };
    drafts.push(draft);
    if (group !== null) byGroup.set(group, draft);
    if (incident !== null) byIncident.set(incident, draft);
    return draft;
  }

  function join(draft: Draft, alert: AlertRef, firing: boolean, reason: DecisionReason): void {
    const key = refKey(alert);
    draft.joined.set(key, { alertKey: alert.alertKey, startsAt: alert.startsAt, firing, reason });
    joinedIn.set(key, draft);
  }

  function takeDecision(decision: Decision): void {
    switch (decision.kind) {
      case 'hold':
        held += 1;
        return;
      case 'open': {
        const draft = draftOf(decision.group, null);
        draft.title = decision.title;
        draft.keys = decision.keys;
        draft.reason = decision.reason;
        draft.severity = decision.severity;
        draft.services = decision.services;
        for (const alert of decision.alerts) join(draft, alert, alert.firing, decision.reason);
        return;
      }
      case 'join': {
        const draft = draftOf(decision.group, groupIncidents.get(decision.group) ?? null);
        draft.severity = decision.severity;
        draft.services = decision.services;
        join(draft, decision.alert, true, decision.reason);
        return;
      }
    }
  }

  /** An alert that is over counts off in the incident that has it. */
  function takeEnd(change: AlertChange): void {
    const key = refKey(change);
    const fresh = joinedIn.get(key);
    const alert = fresh?.joined.get(key);
    if (fresh !== undefined && alert !== undefined) {
      fresh.joined.set(key, { ...alert, firing: false });
      return;
    }
    const incident = linked(change);
    if (incident !== null) draftOf(null, incident).ended += 1;
  }

  for (const change of changes) {
    for (const decision of strategy.decide(window, change)) takeDecision(decision);
    if (change.kind === 'resolved' || change.kind === 'superseded') takeEnd(change);
  }

  return {
    changes: drafts.map((draft) => ({
      incident: draft.incident, title: draft.title, keys: draft.keys, reason: draft.reason, severity: draft.severity,
      services: draft.services, joined: [...draft.joined.values()], ended: draft.ended, assessment: null, moved: [], absorbed: [],
    })),
    groups: drafts.map((draft) => draft.group),
    held,
  };
}
