/**
 * A plain strategy, for tests of what surrounds a strategy: alerts of one scope belong together while no more than a gap lies
 * between one and the next. The scope is the service, else the nearest label that says where the alert comes from;
 * environments stay apart. A scope becomes an incident when a grave alert comes or enough alerts
 * came; until then its alerts are held.
 */
import { graverOf, SEVERITIES, type DecisionReason, type Severity } from '../../backend/contract/index.ts';
import type { AlertChange } from '../../backend/ingest/index.ts';
import type { AlertRef, Decision, GroupId, Strategy } from '../../backend/correlation/index.ts';

export interface ScopeStrategyOptions {
  /** Quiet time after which a scope's next alert starts anew. */
  readonly gapMs: number;
  /** Alerts that make an incident of a scope. */
  readonly minAlerts: number;
  /** One alert at least as grave as this makes an incident at once. */
  readonly graveSeverity: Severity;
}

interface HeldAlert {
  readonly ref: AlertRef;
  firing: boolean;
}

interface ScopeGroup {
  readonly id: GroupId;
  readonly opened: boolean;
  severity: Severity;
  readonly services: Set<string>;
  lastAlertMs: number;
  held: HeldAlert[];
}

export interface ScopeWindow {
  readonly groups: Map<string, ScopeGroup>;
  nextGroup: number;
  /** When groups that are past their gap were last removed. */
  sweptMs: number;
}

/** Labels that can stand in for a missing service, nearest first. */
const SCOPE_LABELS = ['namespace', 'instance', 'node', 'device', 'grafana_folder'] as const;

/** What an alert is about: a kind and a name, for the key and for the reason. */
export function scopeOf(change: AlertChange): { kind: string; name: string; key: string } {
  const environment = change.environment ?? '';
  if (change.service !== null) return { kind: 'service', name: change.service, key: `service/${environment}/${change.service}` };
  if (change.cluster !== null) return { kind: 'cluster', name: change.cluster, key: `cluster/${environment}/${change.cluster}` };
  for (const label of SCOPE_LABELS) {
    const value = change.labels[label];
    if (value !== undefined && value !== '') return { kind: label, name: value, key: `${label}/${environment}/${value}` };
  }
  return { kind: 'rule', name: change.name, key: `rule/${environment}/${change.name}` };
}

function minutes(ms: number): string {
  const rounded = Math.round(ms / 6000) / 10;
  return rounded < 0.1 ? 'seconds' : `${rounded} min`;
}

/** Makes the strategy. */
export function createScopeStrategy(options: ScopeStrategyOptions): Strategy<ScopeWindow> {
  const name = 'scope and gap';

  function reason(summary: string, contributions: DecisionReason['contributions']): DecisionReason {
    return { strategy: name, summary, contributions };
  }

  /** Forgets groups whose gap is over, at most once a gap: constant work an alert on average. */
  function sweep(window: ScopeWindow, nowMs: number): void {
    if (nowMs - window.sweptMs < options.gapMs) return;
    window.sweptMs = nowMs;
    for (const [key, group] of window.groups) {
      if (nowMs - group.lastAlertMs > options.gapMs) window.groups.delete(key);
    }
  }

  function newGroup(window: ScopeWindow, severity: Severity, atMs: number, id?: GroupId): ScopeGroup {
    const group: ScopeGroup = {
      id: id ?? `new-${window.nextGroup}`, opened: id !== undefined, severity, services: new Set(), lastAlertMs: atMs, held: [],
    };
    if (id === undefined) window.nextGroup += 1;
    return group;
  }

  function isGrave(severity: Severity): boolean {
    return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(options.graveSeverity);
  }

  /** Group of a change's scope that is still within its gap. */
  function liveGroup(window: ScopeWindow, key: string, atMs: number): ScopeGroup | undefined {
    const group = window.groups.get(key);
    if (group === undefined) return undefined;
    if (atMs - group.lastAlertMs <= options.gapMs) return group;
    window.groups.delete(key);
    return undefined;
  }

  function hold(window: ScopeWindow, key: string, change: AlertChange): ScopeGroup {
    const atMs = change.recordedAt.getTime();
    const group = liveGroup(window, key, atMs) ?? newGroup(window, change.severity, atMs);
    window.groups.set(key, group);
    group.severity = graverOf(group.severity, change.severity);
    group.lastAlertMs = Math.max(group.lastAlertMs, atMs);
    if (change.service !== null) group.services.add(change.service);
    group.held.push({ ref: { alertKey: change.alertKey, startsAt: change.startsAt }, firing: true });
    return group;
  }

  /** Notes that a held alert is over; it still counts towards an incident of its scope. */
  function endHeld(window: ScopeWindow, change: AlertChange): void {
    const held = window.groups.get(scopeOf(change).key)?.held.find(
      (other) => other.ref.alertKey === change.alertKey && other.ref.startsAt.getTime() === change.startsAt.getTime(),
    );
    if (held !== undefined) held.firing = false;
  }

  function decideOpened(window: ScopeWindow, change: AlertChange): readonly Decision[] {
    const atMs = change.recordedAt.getTime();
    const scope = scopeOf(change);
    const alert: AlertRef = { alertKey: change.alertKey, startsAt: change.startsAt };
    const live = liveGroup(window, scope.key, atMs);
    if (live !== undefined && live.opened) {
      const gap = atMs - live.lastAlertMs;
      live.lastAlertMs = Math.max(live.lastAlertMs, atMs);
      live.severity = graverOf(live.severity, change.severity);
      if (change.service !== null) live.services.add(change.service);
      return [{
        kind: 'join', group: live.id, severity: live.severity, services: [...live.services],
        alert: { ...alert, firing: true, reason: reason(`same ${scope.kind} ${scope.name}, ${minutes(gap)} after its alert before`, [
          { kind: 'scope', text: `${scope.kind} is ${scope.name}`, weight: 0.7 },
          { kind: 'time', text: `${minutes(gap)} after the alert before; the gap is ${minutes(options.gapMs)}`, weight: 0.3 },
        ]) },
      }];
    }
    const group = hold(window, scope.key, change);
    if (!isGrave(change.severity) && group.held.length < options.minAlerts) {
      return [{
        kind: 'hold', alert, nearest: [...window.groups.values()].findLast(({ opened }) => opened)?.id ?? null,
        reason: reason(`alert ${group.held.length} of ${options.minAlerts} on ${scope.kind} ${scope.name} that make an incident`, []),
      }];
    }
    const why = isGrave(change.severity)
      ? `a ${change.severity} alert on ${scope.kind} ${scope.name}`
      : `${group.held.length} alerts on ${scope.kind} ${scope.name}, each within ${minutes(options.gapMs)} of the one before`;
    window.groups.set(scope.key, { ...group, opened: true, held: [] });
    const because = reason(why, [
      { kind: 'scope', text: `${scope.kind} is ${scope.name}`, weight: 0.7 },
      { kind: isGrave(change.severity) ? 'severity' : 'count', text: why, weight: 0.3 },
    ]);
    return [{
      kind: 'open', group: group.id, keys: [scope.key],
      title: group.held.length > 1 ? `${scope.name}: ${change.name} and ${group.held.length - 1} more` : `${scope.name}: ${change.name}`,
      severity: group.severity, services: [...group.services],
      alerts: group.held.map((held) => ({ ...held.ref, firing: held.firing, reason: because })), moved: [], reason: because, assessment: null,
    }];
  }

  return {
    name,
    memoryMs: options.gapMs,
    habitMs: 0,
    restoreHabits: () => undefined,
    noteChange: () => undefined,
    pass: () => [],
    empty: () => ({ groups: new Map(), nextGroup: 1, sweptMs: 0 }),
    restoreGroup(window, known, decided) {
      const found = [...window.groups.values()].find((group) => group.id === decided);
      if (decided !== null && found === undefined) return null;
      const group = found ?? newGroup(window, known.severity, known.lastAlertAt.getTime(), `incident-${known.incident}`);
      for (const service of known.services) group.services.add(service);
      // Keys of a merged incident have moved along; of two incidents with one key the newer comes last.
      for (const key of known.keys) window.groups.set(key, group);
      return group.id;
    },
    dropGroup(window, id) {
      for (const [key, group] of window.groups) if (group.id === id) window.groups.delete(key);
    },
    correctLink(window, change, _decided, stands) {
      const key = scopeOf(change).key;
      if (stands === null && change.kind === 'opened' && window.groups.get(key)?.opened !== true) hold(window, key, change);
    },
    forgetAlert: () => undefined,
    holdAlert: () => undefined,
    decide(window, change) {
      sweep(window, change.recordedAt.getTime());
      switch (change.kind) {
        case 'opened':
          return decideOpened(window, change);
        case 'resolved':
        case 'superseded':
          endHeld(window, change);
          return [];
        case 'changed':
          return [];
      }
    },
  };
}
