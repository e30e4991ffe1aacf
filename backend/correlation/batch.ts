/** Turns a batch of changes into what it means for each incident. Pure but for the window it advances. */
import { graverOf, type DecisionReason, type IncidentNumber, type Severity } from '#contract';
import type { AlertChange } from '../ingest/index.ts';
import type { GroupAssessment } from './assessment.ts';
import type { IncidentChange, LinkedAlert } from './incidentSink.ts';
import type { AlertRef, Decision, GroupId, PlacedRef, Strategy } from './strategy.ts';

/** Incident of each group of the window that has one. */
export type GroupIncidents = ReadonlyMap<GroupId, IncidentNumber>;

/** An alert that no incident took, and why. */
export type HeldAlert = Omit<Extract<Decision, { kind: 'hold' }>, 'kind'>;

export interface BatchPlan {
  readonly changes: readonly IncidentChange[];
  /** Groups of each change, to note the number that its incident gets. */
  readonly groups: readonly (readonly GroupId[])[];
  /** Alerts that no incident took, as far as none of the batch did later. */
  readonly held: readonly HeldAlert[];
}

interface Draft {
  readonly groups: GroupId[];
  incident: IncidentNumber | null;
  title: string;
  keys: readonly string[];
  reason: DecisionReason | null;
  severity: Severity | null;
  services: readonly string[];
  assessment: GroupAssessment | null;
  readonly joined: Map<string, LinkedAlert>;
  readonly moved: Map<string, LinkedAlert>;
  readonly absorbed: Set<IncidentNumber>;
  ended: number;
}

function refKey(ref: AlertRef): string {
  return `${ref.alertKey}/${ref.startsAt.getTime()}`;
}

/** A rule of a user may make a group less grave than it was told to be; an incident is never lowered, not within a batch either. */
function graverOfBoth(a: Severity | null, b: Severity | null): Severity | null {
  return a === null || b === null ? (a ?? b) : graverOf(a, b);
}

/**
 * Asks the strategy about each change, then about the time that has passed, and gathers its decisions
 * by incident. `linked` says which incident an alert of the batch belongs to already.
 */
export function planBatch<Window>(
  strategy: Strategy<Window>,
  window: Window,
  groupIncidents: GroupIncidents,
  changes: readonly AlertChange[],
  linked: (change: AlertChange) => IncidentNumber | null,
  passedTo: Date | null = null,
): BatchPlan {
  const byGroup = new Map<GroupId, Draft>();
  const byIncident = new Map<IncidentNumber, Draft>();
  const drafts = new Set<Draft>();
  /** Draft in which an alert of this batch was joined. */
  const joinedIn = new Map<string, Draft>();
  const held = new Map<string, HeldAlert>();

  function draftOf(group: GroupId | null, incident: IncidentNumber | null): Draft {
    const present = (group === null ? undefined : byGroup.get(group)) ?? (incident === null ? undefined : byIncident.get(incident));
    const draft: Draft = present ?? {
      groups: [], incident, title: '', keys: [], reason: null, severity: null, services: [], assessment: null, joined: new Map(), moved: new Map(),
      absorbed: new Set(), ended: 0,
    };
    drafts.add(draft);
    if (group !== null && byGroup.get(group) !== draft) {
      draft.groups.push(group);
      byGroup.set(group, draft);
    }
    if (incident !== null) byIncident.set(incident, draft);
    return draft;
  }

  function draftOfGroup(group: GroupId): Draft {
    return draftOf(group, groupIncidents.get(group) ?? null);
  }

  function join(draft: Draft, alert: PlacedRef): void {
    const key = refKey(alert);
    draft.joined.set(key, alert);
    joinedIn.set(key, draft);
  }

  /** An alert that joined in this very batch simply joins elsewhere. */
  function move(draft: Draft, alert: PlacedRef): void {
    const key = refKey(alert);
    const before = joinedIn.get(key);
    if (before !== undefined) {
      before.joined.delete(key);
      join(draft, alert);
      return;
    }
    for (const other of drafts) other.moved.delete(key);
    draft.moved.set(key, alert);
  }

  function merge(into: Draft, absorbed: Draft): void {
    if (into === absorbed) return;
    for (const group of absorbed.groups) {
      into.groups.push(group);
      byGroup.set(group, into);
    }
    for (const [key, alert] of absorbed.joined) {
      into.joined.set(key, alert);
      joinedIn.set(key, into);
    }
    for (const [key, alert] of absorbed.moved) into.moved.set(key, alert);
    for (const number of absorbed.absorbed) into.absorbed.add(number);
    if (absorbed.incident !== null) into.absorbed.add(absorbed.incident);
    into.ended += absorbed.ended;
    into.severity = graverOfBoth(into.severity, absorbed.severity);
    into.services = [...new Set([...into.services, ...absorbed.services])];
    drafts.delete(absorbed);
    for (const number of into.absorbed) byIncident.set(number, into);
  }

  function takeDecision(decision: Decision): void {
    switch (decision.kind) {
      case 'hold':
        held.set(refKey(decision.alert), decision);
        return;
      case 'open': {
        const draft = draftOf(decision.group, null);
        const { title, keys, reason, severity, services, assessment } = decision;
        Object.assign(draft, { title, keys, reason, severity: graverOfBoth(draft.severity, severity), services, assessment });
        for (const alert of decision.alerts) join(draft, alert);
        for (const alert of decision.moved) move(draft, alert);
        return;
      }
      case 'join':
      case 'move': {
        const draft = draftOfGroup(decision.group);
        draft.severity = graverOfBoth(draft.severity, decision.severity);
        draft.services = decision.services;
        if (decision.kind === 'join') join(draft, decision.alert);
        else move(draft, decision.alert);
        return;
      }
      case 'merge': {
        const draft = draftOfGroup(decision.group);
        draft.reason ??= decision.reason;
        merge(draft, draftOfGroup(decision.absorbed));
        return;
      }
      case 'assess':
        draftOfGroup(decision.group).assessment = decision.assessment;
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
  if (passedTo !== null) for (const decision of strategy.pass(window, passedTo)) takeDecision(decision);

  const made = [...drafts];
  return {
    changes: made.map((draft) => ({
      incident: draft.incident, title: draft.title, keys: draft.keys, reason: draft.reason, severity: draft.severity, services: draft.services,
      joined: [...draft.joined.values()], ended: draft.ended, assessment: draft.assessment, moved: [...draft.moved.values()], absorbed: [...draft.absorbed],
    })),
    groups: made.map((draft) => draft.groups),
    held: [...held].filter(([key]) => !joinedIn.has(key)).map(([, alert]) => alert),
  };
}

/** The number that a group of the plan was given; null when it has no incident. */
export function numberOf(plan: BatchPlan, given: readonly IncidentNumber[], group: GroupId): IncidentNumber | null {
  return given[plan.groups.findIndex((groups) => groups.includes(group))] ?? null;
}
