/** Puts alerts into groups and takes them out, opens groups, merges them: every step keeps counts, index and decisions in agreement. */
import { SEVERITIES, type DecisionReason, type Severity } from '#contract';
import type { PlacedRef } from '../strategy.ts';
import { areKeptApart, isKeptFrom, setApartTogether, stays } from './apart.ts';
import { assess } from './assess.ts';
import { findStrays } from './blocks.ts';
import { noteWaitingAt } from './burst.ts';
import { absorbCounts, countSignal, newGroup, realness, type Group } from './group.ts';
import { learnedBetween, learnedPlaces } from './learned.ts';
import { mergeLogOdds } from './merging.ts';
import { emptiedReason, holdReason, linkReason, mergeReason, openReason, titleOf } from './reasons.ts';
import type { Member } from './signal.ts';
import { testChanges } from './splitting.ts';
import { toSuspects, tryCauses } from './suspects.ts';
import type { EngineWindow } from './window.ts';

/** Groups that are weighed for one alert at most. */
const MAX_CANDIDATES = 16;
const MAX_RIVALS = 6;
/** Belief from which the reach of a suspect counts as the group's. */
const BELIEVED = 0.1;
/** A group is looked at anew when it has grown by this factor, or shrunk; the smallest always. */
const GROWTH = 1.25;
const SMALL = 3;
const REGROWTH = 1.5;
const ASSESS_GROWTH = 1.3;
const MAX_SERVICES = 100;

function servicesOf(group: Group): readonly string[] {
  const services = group.services.counts;
  return services.size > MAX_SERVICES ? group.services.top(MAX_SERVICES) : [...services.keys()];
}

function refOf(window: EngineWindow, member: Member, group: Group): PlacedRef {
  const { alertKey, startsAtMs } = member.signal;
  return { alertKey, startsAt: new Date(startsAtMs), firing: member.firing, reason: linkReason(window, member, group) };
}

/** The group of a member, if it has one that is still there. */
export function groupOf(window: EngineWindow, id: string | null): Group | undefined {
  return id === null ? undefined : window.groups.get(id);
}

/** At least as grave. */
function isGrave(severity: Severity, limit: Severity): boolean {
  return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(limit);
}

/** Whether nobody can say yet that such a grave alert comes by habit: it must not wait as background. */
function isGraveNews(window: EngineWindow, member: Member): boolean {
  const { severity, rule } = member.signal;
  return isGrave(severity, window.parameters.graveSeverity) && !window.habits.isUsual(rule, member.waiting);
}

/** A new group, empty yet. */
export function startGroup(window: EngineWindow): Group {
  const group = newGroup(`new-${window.nextGroup}`, window.nextGroup, window.parameters.paceMs);
  window.nextGroup += 1;
  window.groups.set(group.id, group);
  return group;
}

export function closeGroup(window: EngineWindow, group: Group): void {
  group.closed = true;
  window.index.remove(group);
  window.groups.delete(group.id);
}

/** A group that has been quiet for too long is over, whether it was swept away yet or not. */
function isOver(window: EngineWindow, group: Group): boolean {
  return window.nowMs - group.lastMs > window.parameters.closeMs;
}

/** Closes a group that is over. What belongs to it stays with it: nothing that comes later explains it. */
export function closeIfOver(window: EngineWindow, group: Group): void {
  if (!isOver(window, group)) return;
  if (group.opened) for (const key of group.members.keys()) window.members.delete(key);
  closeGroup(window, group);
}

function tellAssessment(window: EngineWindow, group: Group, always: boolean): void {
  if (!group.opened || window.restoring) return;
  if (!always && group.nodes.total < group.assessedAt * ASSESS_GROWTH + 1) return;
  group.assessedAt = group.nodes.total;
  window.out.push({ kind: 'assess', group: group.id, assessment: assess(window, group) });
}

/** Looks for the cause of a group again, and files it under what that reaches. */
export function refresh(window: EngineWindow, group: Group): void {
  const { graph, changes } = window;
  group.weighedAt = group.nodes.total;
  const before = group.suspects[0]?.node;
  group.trials = tryCauses(group, graph, (node) => changes.bonus(node, group.firstMs));
  group.suspects = toSuspects(group.trials);
  const reach = new Set<string>(group.nodes.counts.keys());
  for (const { node, mode, share } of group.suspects) if (share > BELIEVED) for (const place of graph.spread(node, mode).at.keys()) reach.add(place);
  window.index.file(group, reach);
  tellAssessment(window, group, before !== undefined && before !== group.suspects[0]?.node);
}

/** Does so when it has grown or shrunk enough since. */
export function refreshIfDue(window: EngineWindow, group: Group): void {
  const size = group.nodes.total;
  if (size <= SMALL || size >= group.weighedAt * GROWTH || size * GROWTH <= group.weighedAt) refresh(window, group);
}

/** Notes that an alert is part of an incident: it is no background. */
export function noteLinked(window: EngineWindow, member: Member): void {
  const { rule, alertKey } = member.signal;
  window.habits.noteIncident(rule, 1);
  if (member.waiting === 0) return;
  window.habits.settle(rule, alertKey, member.waiting, false);
  member.waiting = 0;
}

/** Counts a member out of its group. */
export function leave(window: EngineWindow, member: Member): void {
  const group = groupOf(window, member.groupId);
  member.groupId = null;
  if (group === undefined) return;
  countSignal(group, member.signal, -1);
  group.evidence -= member.gain;
  group.members.delete(member.signal.key);
  if (group.opened) window.habits.noteIncident(member.signal.rule, -1);
  if (group.nodes.total <= 0 && !group.opened) closeGroup(window, group);
  else refreshIfDue(window, group);
}

/** Tells that a member of an opened group is part of its incident, if that is new. */
function tellLink(window: EngineWindow, member: Member, group: Group): void {
  const from = member.linkedTo;
  member.linkedTo = group.id;
  if (from === group.id || window.restoring) return;
  const told = { group: group.id, alert: refOf(window, member, group), severity: group.ruleSeverity ?? group.severity, services: servicesOf(group) };
  window.out.push(from === null ? { kind: 'join', ...told } : { kind: 'move', from, ...told });
}

function openIfDue(window: EngineWindow, group: Group): void {
  const { openLogOdds, minAlerts } = window.parameters;
  if (group.members.size >= minAlerts && group.evidence >= openLogOdds) openGroup(window, group);
}

/** Makes a candidate of a group, whatever its size. */
export function openGroup(window: EngineWindow, group: Group): void {
  if (group.opened || window.restoring) return;
  group.opened = true;
  group.assessedAt = group.nodes.total;
  const alerts: PlacedRef[] = [];
  const moved: PlacedRef[] = [];
  for (const member of group.members.values()) {
    (member.linkedTo === null ? alerts : moved).push(refOf(window, member, group));
    member.linkedTo = group.id;
    noteLinked(window, member);
  }
  window.out.push({
    kind: 'open', group: group.id, keys: [`cause/${group.suspects[0]?.node ?? ''}`], title: titleOf(group), severity: group.ruleSeverity ?? group.severity, services: servicesOf(group),
    alerts, moved, reason: openReason(window, group), assessment: assess(window, group),
  });
}

/** Counts a member into a group. */
export function enter(window: EngineWindow, member: Member, group: Group, gain: number): void {
  member.groupId = group.id;
  member.gain = gain;
  countSignal(group, member.signal, 1);
  group.evidence += gain;
  group.members.set(member.signal.key, member);
  if (group.opened) {
    noteLinked(window, member);
    refreshIfDue(window, group);
    tellLink(window, member, group);
    return;
  }
  refreshIfDue(window, group);
  openIfDue(window, group);
}

function candidatesFor(window: EngineWindow, member: Member): Group[] {
  const { node: own, rule, blamed } = member.signal;
  let list: Group[] = [];
  for (const group of window.index.at(own)) if (!isOver(window, group)) list.push(group);
  for (const places of [blamed, learnedPlaces(window.learned, own, rule)]) {
    for (const node of places) for (const group of window.index.at(node)) if (!isOver(window, group) && !list.includes(group)) list.push(group);
  }
  if (window.anyApart) list = list.filter((group) => !isKeptFrom(window, member, group));
  if (list.length <= MAX_CANDIDATES) return list;
  const at = member.signal.onsetMs;
  return list.sort((a, b) => b.pace.read(at) - a.pace.read(at) || a.order - b.order).slice(0, MAX_CANDIDATES);
}

/** The best group for a member, and how much it explains. */
export function bestGroup(window: EngineWindow, member: Member, current: Group | undefined): { readonly group: Group; readonly total: number } | null {
  let best: { group: Group; total: number } | null = null;
  const candidates = candidatesFor(window, member);
  // Where it is now explains it best most often; the others then fall behind before they are weighed whole.
  const at = current === undefined ? -1 : candidates.indexOf(current);
  if (at > 0) candidates.unshift(...candidates.splice(at, 1));
  for (const group of candidates) {
    const within = group === current;
    if (within && group.nodes.total <= 1) continue;
    const real = realness(group, within ? member.gain : 0);
    const weight = window.weigher.total(member.signal, group, within, (best?.total ?? -Infinity) - real);
    if (weight === null) continue;
    const total = weight + real;
    if (best === null || total > best.total) best = { group, total };
  }
  return best;
}

/** Puts a member where it is explained best: on arrival, and at each review. */
export function place(window: EngineWindow, member: Member): void {
  const { weigher, parameters } = window;
  const { signal } = member;
  const current = groupOf(window, member.groupId);
  if (current !== undefined && (stays(member) || (current.opened && isOver(window, current)))) return;
  const background = weigher.background(signal, member.waiting);
  const fresh = weigher.fresh(signal);
  const best = bestGroup(window, member, current);
  if (best !== null && best.total >= fresh && (best.total >= background || (best.group.opened && isGraveNews(window, member)))) {
    const gain = best.total - background;
    if (best.group === current) {
      current.evidence += gain - member.gain;
      member.gain = gain;
      openIfDue(window, current);
      return;
    }
    leave(window, member);
    enter(window, member, best.group, gain);
    if (current !== undefined) followEmptied(window, current, best.group);
    else if (!window.restoring) splitIfDue(window, member, best.group);
    return;
  }
  // A part of an incident stays with it until another one explains it better.
  if (current !== undefined && (current.opened || current.nodes.total <= 1)) return;
  leave(window, member);
  const seed = startGroup(window);
  enter(window, member, seed, fresh - background);
  if (current !== undefined || window.restoring) return;
  const standsAlone = best === null && (parameters.minAlerts <= 1 || isGrave(signal.severity, parameters.graveSeverity));
  if (standsAlone || (fresh >= background && isGraveNews(window, member))) {
    openGroup(window, seed);
    return;
  }
  if (gatherBurst(window, member)) return;
  window.out.push({
    kind: 'hold', alert: { alertKey: signal.alertKey, startsAt: new Date(signal.startsAtMs) }, nearest: best?.group.opened === true ? best.group.id : null,
    reason: holdReason(window, member, best, background),
  });
}

/** A grave alert that still fires, and of which no habit is known, becomes a candidate when its time to find company is over: it never becomes background. */
export function openGraveNews(window: EngineWindow, member: Member): void {
  const group = groupOf(window, member.groupId);
  if (group !== undefined && member.firing && member.linkedTo === null && isGraveNews(window, member)) openGroup(window, group);
}

/** Makes a group of alerts that are too many for their habits; true when it took this one. */
function gatherBurst(window: EngineWindow, member: Member): boolean {
  const burst = noteWaitingAt(window, member);
  if (burst === null) return false;
  const group = startGroup(window);
  for (const other of burst.members) {
    const at = groupOf(window, other.groupId);
    if (at !== undefined && at.opened) continue;
    leave(window, other);
    enter(window, other, group, burst.logOdds / burst.members.length);
  }
  refresh(window, group);
  return member.linkedTo !== null;
}

/** Gives a changed service its own group when it explains enough. */
function splitIfDue(window: EngineWindow, member: Member, group: Group): void {
  const test = testChanges(window, member, group);
  if (test === null) return;
  const part = startGroup(window);
  const left = new Set<Group>();
  for (const other of test.group.members.values()) {
    const from = groupOf(window, other.groupId);
    if (from === undefined || stays(other) || !from.members.has(other.signal.key)) continue;
    const gain = other.gain;
    left.add(from);
    leave(window, other);
    enter(window, other, part, gain);
  }
  if (part.nodes.total === 0) closeGroup(window, part);
  else refresh(window, part);
  let to = part;
  for (const from of left) {
    if (!from.closed) refresh(window, from);
    to = followEmptied(window, from, to);
  }
}

/** Moves what a group took at one place to the group that explains it better, all at once. */
export function moveStrays(window: EngineWindow, group: Group): void {
  if (group.closed || !group.opened) return;
  const strays = findStrays(window, group, (member) => candidatesFor(window, member));
  for (const { members, to } of strays) {
    for (const member of members) {
      leave(window, member);
      const background = window.weigher.background(member.signal, member.waiting);
      enter(window, member, to, window.weigher.group(member.signal, to, false).total - background);
    }
    refresh(window, to);
  }
  if (strays.length > 0) refresh(window, group);
  const last = strays.at(-1)?.to;
  if (last !== undefined) followEmptied(window, group, last);
}

function rivalsOf(window: EngineWindow, group: Group): Group[] {
  const found = new Set<Group>();
  for (const { node } of group.suspects.slice(0, 2)) for (const other of window.index.at(node)) found.add(other);
  for (const node of group.nodes.top(MAX_RIVALS)) for (const other of window.index.at(node)) found.add(other);
  for (const node of group.nodes.top(MAX_RIVALS)) for (const place of learnedPlaces(window.learned, node, null)) for (const other of window.index.at(place)) found.add(other);
  found.delete(group);
  return [...found].filter((other) => other.nodes.total >= 2).sort((a, b) => b.nodes.total - a.nodes.total || a.order - b.order).slice(0, MAX_RIVALS);
}

function merge(window: EngineWindow, into: Group, from: Group, reason: DecisionReason): void {
  if (into.opened && from.opened) window.out.push({ kind: 'merge', group: into.id, absorbed: from.id, reason });
  const members = [...from.members.values()];
  for (const member of members) if (member.rule !== null) window.ruleHomes.set(member.rule.group, into.id);
  into.ruleSeverity ??= from.ruleSeverity;
  into.setApart = setApartTogether(into.setApart, from.setApart);
  absorbCounts(into, from);
  closeGroup(window, from);
  for (const member of members) {
    member.groupId = into.id;
    into.members.set(member.signal.key, member);
    if (member.linkedTo === from.id) member.linkedTo = into.id;
  }
  refresh(window, into);
  if (into.opened) {
    for (const member of members) {
      if (member.linkedTo === into.id) continue;
      noteLinked(window, member);
      tellLink(window, member, into);
    }
  }
  openIfDue(window, into);
}

/** An incident whose alerts have all gone to another one is that one: the older number stays, the younger leads to it. Gives the group that has the alerts now. */
export function followEmptied(window: EngineWindow, emptied: Group, to: Group): Group {
  if (window.restoring || emptied.closed || to.closed || !emptied.opened || !to.opened || emptied.nodes.total > 0 || areKeptApart(window, emptied, to)) return to;
  const [into, from] = emptied.order < to.order ? [emptied, to] : [to, emptied];
  merge(window, into, from, emptiedReason(to));
  return into;
}

/** Merges a group that has grown with the first rival that has the same cause. */
export function mergeIfDue(window: EngineWindow, group: Group): void {
  if (group.closed || group.nodes.total < 2 || group.nodes.total < group.comparedAt * REGROWTH) return;
  group.comparedAt = group.nodes.total;
  for (const other of rivalsOf(window, group)) {
    if (areKeptApart(window, group, other)) continue;
    const learned = learnedBetween(window.learned, group, other).total;
    const logOdds = mergeLogOdds(group, other, window.graph, window.changes, window.parameters, window.parameters.mergeLogOdds - learned) + learned;
    if (logOdds <= window.parameters.mergeLogOdds) continue;
    const older = group.opened === other.opened ? group.order < other.order : group.opened;
    const [into, from] = older ? [group, other] : [other, group];
    merge(window, into, from, mergeReason(window, into, from, logOdds));
    return;
  }
}

/** Ends the time in which a member may move: what no group took was background. */
export function settle(window: EngineWindow, member: Member): void {
  const { key, rule, alertKey } = member.signal;
  const group = groupOf(window, member.groupId);
  if (group !== undefined && !group.opened) place(window, member);
  openGraveNews(window, member);
  const last = groupOf(window, member.groupId);
  window.members.delete(key);
  if (last === undefined) return;
  if (last.opened) {
    last.members.delete(key);
    return;
  }
  leave(window, member);
  const home = groupOf(window, member.linkedTo);
  if (home !== undefined) countSignal(home, member.signal, 1);
  else if (member.linkedTo === null) window.habits.settle(rule, alertKey, member.waiting, true);
}
