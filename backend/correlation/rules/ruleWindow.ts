/**
 * Runs the rules over the stream of alerts: which rule's group does an alert belong to, and has that group enough
 * alerts to be an incident by its rule? Pure but for the state it advances; time is the time of the change.
 *
 * Memory is bounded: a group keeps its alerts only until it has enough of them, groups that are over are swept away,
 * and beyond a number the longest untouched one goes.
 */
import { graverOf, type Severity } from '#contract';
import type { AlertChange } from '../../ingest/index.ts';
import type { AlertRef } from '../strategy.ts';
import { factsOf, type CompiledRule } from './ruleSet.ts';

interface PendingAlert {
  readonly ref: AlertRef;
  readonly atMs: number;
  readonly service: string | null;
}

interface RuleGroup {
  readonly id: string;
  readonly startedMs: number;
  lastMs: number;
  fired: boolean;
  /** All alerts so far (sliding: those within the window) until the group fires. */
  pending: PendingAlert[];
  alerts: number;
  readonly services: Set<string>;
  worst: Severity;
}

export interface RuleState {
  /** Groups of each rule by their key, the longest untouched first. */
  readonly groups: Map<string, Map<string, RuleGroup>>;
  sweptMs: number;
}

/** What a rule says of one alert. */
export interface RuleMatch {
  readonly rule: string;
  readonly name: string;
  /** The same for all alerts that the rule puts together. */
  readonly group: string;
  /** True from the alert on with which the group has enough. */
  readonly fired: boolean;
  /** How many alerts and services count towards the rule's minimum now. */
  readonly alerts: number;
  readonly services: number;
  readonly minAlerts: number;
  readonly minServices: number;
  /** When this very alert makes the group fire: all alerts that belong to it, this one last. Else empty. */
  readonly members: readonly AlertRef[];
  readonly severity: Severity;
}

const MAX_GROUPS_PER_RULE = 10_000;
const MAX_PENDING = 10_000;
const SWEEP_MS = 60_000;

/** No group yet. */
export function emptyRuleState(): RuleState {
  return { groups: new Map(), sweptMs: 0 };
}

function isOver(rule: CompiledRule, group: RuleGroup, atMs: number): boolean {
  return rule.rule.window.kind === 'tumbling' ? atMs >= group.startedMs + rule.windowMs : atMs - group.lastMs > rule.windowMs;
}

/** Start of the window that an alert at this time opens. */
function startOf(rule: CompiledRule, atMs: number): number {
  return rule.rule.window.kind === 'tumbling' ? Math.floor(atMs / rule.windowMs) * rule.windowMs : atMs;
}

function sweep(state: RuleState, rules: readonly CompiledRule[], atMs: number): void {
  if (atMs - state.sweptMs < SWEEP_MS) return;
  state.sweptMs = atMs;
  for (const rule of rules) {
    const groups = state.groups.get(rule.rule.id);
    if (groups === undefined) continue;
    for (const [key, group] of groups) if (isOver(rule, group, atMs)) groups.delete(key);
  }
}

function groupFor(rule: CompiledRule, groups: Map<string, RuleGroup>, key: string, change: AlertChange, atMs: number): RuleGroup {
  const known = groups.get(key);
  groups.delete(key);
  const live = known !== undefined && !isOver(rule, known, atMs) ? known : undefined;
  const startedMs = startOf(rule, atMs);
  const group = live ?? {
    id: `${rule.rule.id}/${key}/${startedMs}`, startedMs, lastMs: atMs, fired: false, pending: [], alerts: 0, services: new Set<string>(), worst: change.severity,
  };
  // Late ones do not turn the clock back.
  group.lastMs = Math.max(group.lastMs, atMs);
  if (groups.size >= MAX_GROUPS_PER_RULE) {
    const [oldest] = groups.keys();
    if (oldest !== undefined) groups.delete(oldest);
  }
  groups.set(key, group);
  return group;
}

/** Counts of a group that has not fired yet, from the alerts it keeps. */
function recount(group: RuleGroup): void {
  group.alerts = group.pending.length;
  group.services.clear();
  for (const { service } of group.pending) if (service !== null) group.services.add(service);
}

function advanceRule(rule: CompiledRule, groups: Map<string, RuleGroup>, key: string, change: AlertChange): RuleMatch {
  const atMs = change.recordedAt.getTime();
  const group = groupFor(rule, groups, key, change, atMs);
  const { minAlerts, minServices, window } = rule.rule;
  group.worst = graverOf(group.worst, change.severity);
  let members: readonly AlertRef[] = [];
  if (group.fired) {
    group.alerts += 1;
    if (change.service !== null) group.services.add(change.service);
  } else {
    group.pending.push({ ref: { alertKey: change.alertKey, startsAt: change.startsAt }, atMs, service: change.service });
    if (window.kind === 'sliding') group.pending = group.pending.filter((alert) => atMs - alert.atMs <= rule.windowMs);
    if (group.pending.length > MAX_PENDING) group.pending.shift();
    recount(group);
    // An alert that names no service counts towards the alerts only.
    if (group.alerts >= minAlerts && group.services.size >= (minServices > 1 ? minServices : 0)) {
      group.fired = true;
      members = group.pending.map((alert) => alert.ref);
      group.pending = [];
    }
  }
  const counts = { alerts: group.alerts, services: group.services.size };
  return {
    rule: rule.rule.id, name: rule.rule.name, group: group.id, fired: group.fired, ...counts, minAlerts, minServices, members,
    severity: rule.severityOf({ ...counts, worst: group.worst }),
  };
}

/** Takes in one alert that has opened; gives what each rule that it meets says of it, in the order of the rules. */
export function advanceRules(state: RuleState, rules: readonly CompiledRule[], change: AlertChange): readonly RuleMatch[] {
  if (rules.length === 0) return [];
  sweep(state, rules, change.recordedAt.getTime());
  const facts = factsOf(change);
  const matches: RuleMatch[] = [];
  for (const rule of rules) {
    if (!rule.matches(facts)) continue;
    const key = rule.keyOf(change);
    if (key === null) continue;
    let groups = state.groups.get(rule.rule.id);
    if (groups === undefined) {
      groups = new Map();
      state.groups.set(rule.rule.id, groups);
    }
    matches.push(advanceRule(rule, groups, key, change));
  }
  return matches;
}
