/** A group: alerts that may share a cause, with what they have in common as counts. */
import { graverOf, type Severity } from '#contract';
import { Bag, Pace } from './counts.ts';
import type { Member, Signal } from './signal.ts';
import type { Mode } from './spread.ts';

/** A possible cause. */
export interface Suspect {
  readonly node: string;
  readonly mode: Mode;
  /** Share of belief. */
  readonly share: number;
}

/** A suspect with the log-likelihood of the group if it is the cause. */
export interface Trial {
  readonly node: string;
  readonly mode: Mode;
  readonly fit: number;
}

/** What of a group speaks for its cause. */
export interface Evidence {
  readonly nodes: Bag;
  readonly clusters: Bag;
  /** Complaints as `from>to`, who makes them, and whom they are about. */
  readonly complaints: Bag;
  readonly complainers: Bag;
  readonly blamed: Bag;
  /** When trouble began at each node. */
  readonly onsets: Map<string, number>;
}

/** The incidents that a group is made of, and those that people set them apart from. */
export interface SetApart {
  readonly own: ReadonlySet<number>;
  readonly from: ReadonlySet<number>;
}

export interface Group extends Evidence {
  readonly id: string;
  /** Older groups have lower ones. */
  readonly order: number;
  /** Members that may still move; those settled live on in the counts. */
  readonly members: Map<string, Member>;
  readonly places: Bag;
  readonly rules: Bag;
  readonly templates: Bag;
  readonly services: Bag;
  readonly pace: Pace;
  suspects: readonly Suspect[];
  /** The causes tried last, best first. */
  trials: readonly Trial[];
  /** Share expected at a node by the suspects, as far as asked; see weigh.ts. */
  readonly expected: Map<string, number>;
  expectedBy: readonly Suspect[] | null;
  expectedIn: number;
  /** Nodes by which the index finds it. */
  reach: ReadonlySet<string>;
  firstMs: number;
  lastMs: number;
  /** Sum of the gains of its members: log-odds that it is no background. */
  evidence: number;
  opened: boolean;
  closed: boolean;
  /** Size when its suspects, and when its neighbours, were last looked at. */
  weighedAt: number;
  comparedAt: number;
  /** When its places were last weighed as a whole, and its size then; see blocks.ts. */
  sortedMs: number;
  sortedAt: number;
  /** Size when it was last assessed. */
  assessedAt: number;
  severity: Severity;
  /** As a rule of a user says; null where none does. */
  ruleSeverity: Severity | null;
  /** Who alone sees its incident; null: everybody. */
  circle: string | null;
  /** Null: no person has set it apart from any other. */
  setApart: SetApart | null;
}

/** Pace is kept for as long as an incident may go on without a break. */
const PACE_KEPT_MS = 3 * 3_600_000;

export function newGroup(id: string, order: number, paceMs: number): Group {
  return {
    id, order, members: new Map(), nodes: new Bag(), clusters: new Bag(), complaints: new Bag(), complainers: new Bag(), blamed: new Bag(), onsets: new Map(), places: new Bag(),
    rules: new Bag(), templates: new Bag(), services: new Bag(), pace: new Pace(paceMs, PACE_KEPT_MS), suspects: [], trials: [], expected: new Map(), expectedBy: null, expectedIn: 0, reach: new Set(), firstMs: Infinity,
    lastMs: 0, evidence: 0, opened: false, closed: false, weighedAt: 0, comparedAt: 0, sortedMs: 0, sortedAt: 0, assessedAt: 0, severity: 'sev5', ruleSeverity: null, circle: null, setApart: null,
  };
}

/** Counts a signal in (1) or out (-1). */
export function countSignal(group: Group, signal: Signal, by: 1 | -1): void {
  group.nodes.add(signal.node, by);
  group.places.add(signal.place, by);
  if (signal.cluster !== null) group.clusters.add(signal.cluster, by);
  group.rules.add(signal.rule, by);
  group.templates.add(signal.template, by);
  if (signal.service !== null) group.services.add(signal.service, by);
  signal.blamed.forEach((to, index) => {
    group.blamed.add(to, by);
    group.complaints.add(signal.complaints[index] ?? '', by);
    group.complainers.add(signal.node, by);
  });
  group.pace.add(signal.onsetMs, by);
  if (by < 0) {
    if (group.nodes.get(signal.node) === 0) group.onsets.delete(signal.node);
    return;
  }
  group.onsets.set(signal.node, Math.min(signal.onsetMs, group.onsets.get(signal.node) ?? Infinity));
  group.firstMs = Math.min(group.firstMs, signal.onsetMs);
  group.lastMs = Math.max(group.lastMs, signal.atMs);
  group.severity = graverOf(group.severity, signal.severity);
}

/** Takes the earlier of both at each node. */
export function addOnsets(into: Map<string, number>, from: ReadonlyMap<string, number>): void {
  for (const [node, onsetMs] of from) into.set(node, Math.min(onsetMs, into.get(node) ?? Infinity));
}

/** Adds all that `from` counted to `into`. */
export function absorbCounts(into: Group, from: Group): void {
  const bags = ['nodes', 'clusters', 'complaints', 'complainers', 'blamed', 'places', 'rules', 'templates', 'services'] as const;
  for (const bag of bags) into[bag].addAll(from[bag]);
  addOnsets(into.onsets, from.onsets);
  into.pace.addAll(from.pace);
  into.firstMs = Math.min(into.firstMs, from.firstMs);
  into.lastMs = Math.max(into.lastMs, from.lastMs);
  into.evidence += from.evidence;
  into.severity = graverOf(into.severity, from.severity);
}

/** Log-chance that a group is real, leaving out one member's gain. */
export function realness(group: Group, gain: number): number {
  return group.opened ? 0 : -Math.log1p(Math.exp(gain - group.evidence));
}
