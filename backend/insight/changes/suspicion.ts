/** Which changes before an incident are suspicious, as far as alerts tell: diagnosis orders them, with alert rules in the place of metrics. Pure. */
import type { ChangeEvent, Topology } from '../../catalog/index.ts';
import type { NearFinding } from '../../detection/index.ts';
import { meaningOf, whatChanged, type Deviation, type NoticedPattern } from '../../diagnosis/index.ts';
import { wordsOf } from '../causes/metrics/table.ts';

/** Alerts of one rule at one service about the time when the trouble began. */
export interface RuleCount {
  readonly rule: string;
  readonly service: string;
  readonly alerts: number;
  /** Of the rule, at all services, in a time as long. */
  readonly usual: number;
  readonly firstAt: Date;
  /** 1 (worst) to 5. */
  readonly severity: number;
}

/** A suspect of the engine. */
export interface EngineSuspect {
  readonly service: string;
  readonly score: number;
}

export interface Suspected<C extends ChangeEvent> {
  readonly change: C;
  readonly suspicion: number;
  readonly reasons: readonly { readonly kind: string; readonly text: string }[];
  readonly hops: number | null;
}

/** A finding that may tell of a change. */
export interface SuspectedFinding {
  readonly finding: NearFinding;
  readonly suspicion: number;
  readonly reasons: readonly { readonly kind: string; readonly text: string }[];
  readonly hops: number | null;
}

export interface SuspicionInput<C extends ChangeEvent> {
  readonly from: Date;
  readonly to: Date;
  readonly onsetAt: Date;
  readonly changes: readonly C[];
  readonly rules: readonly RuleCount[];
  /** What detectors found about that time. */
  readonly findings: readonly NearFinding[];
  readonly roots: readonly EngineSuspect[];
  /** The change that the engine holds for the cause. */
  readonly causeChangeId: string | null;
  readonly topology: Topology;
  readonly hops: ReadonlyMap<string, number>;
}

/** The engine's word counts so much: a change of its first suspect is at least so suspicious, times how sure it is. */
const OF_ROOT = 0.6;
const OF_CAUSE = 0.9;
/** Alerts of this rank and worse tell that something is not as it was; weaker ones tell less. */
const GRAVE = 3;
const WEAK_STRENGTH = 0.5;

/** The services, and what they need, with the number of steps. */
export function upstreamOf(services: readonly string[], topology: Topology, most: number): Map<string, number> {
  const hops = new Map<string, number>(services.map((service) => [service, 0]));
  for (let hop = 1; hop <= most; hop += 1) {
    for (const { to } of topology.edges.filter(({ from }) => hops.get(from) === hop - 1)) if (!hops.has(to)) hops.set(to, hop);
  }
  return hops;
}

function deviationOf({ rule, service, alerts, usual, firstAt, severity }: RuleCount, onsetMs: number): Deviation {
  const news = Math.max(0, 1 - usual / alerts);
  const times = alerts / Math.max(usual, 0.1);
  return {
    node: service, metric: rule, kind: 'errors', seenBy: null, direction: 'up', typical: usual, observed: alerts, times, normalShare: Math.min(1, usual), before: null, changeTimes: times,
    // What fired long before is not how this began.
    onsetMs: Math.max(firstAt.getTime(), onsetMs), strength: news * (severity <= GRAVE ? 1 : WEAK_STRENGTH),
  };
}

/** Load, as the words of its detector say it, is no trouble by itself; whatever else a detector of a series found is. */
function isLoad({ name, query }: NearFinding): boolean {
  return meaningOf(`${name} ${wordsOf({ query })}`, new Set()).kind === 'traffic';
}

/** What a finding in a series says of its service; null where it is not known what would have been usual. */
function foundDeviation(finding: NearFinding, onsetMs: number): Deviation | null {
  const { service, name, expected, value, score, startsAt } = finding;
  if (expected === null) return null;
  const times = Math.abs(value - expected.mid) / Math.max(1e-9, value > expected.mid ? expected.high - expected.mid : expected.mid - expected.low);
  const isTraffic = isLoad(finding);
  return {
    node: service, metric: name, kind: isTraffic ? 'traffic' : 'other', seenBy: null, direction: value >= expected.mid ? 'up' : 'down', typical: expected.mid, observed: value, times, normalShare: 1 - score, before: null, changeTimes: times,
    onsetMs: isTraffic ? startsAt.getTime() : Math.max(startsAt.getTime(), onsetMs), strength: 2 * score - 1,
  };
}

function reasonsOf(reasons: readonly { readonly kind: string; readonly text: string }[]): { kind: string; text: string }[] {
  return reasons.map(({ kind, text }) => ({ kind, text }));
}

const rounded = (value: number): number => Math.round(value * 1000) / 1000;

/** Orders changes and what detectors found, the most suspicious first. */
export function suspectedChanges<C extends ChangeEvent>(input: SuspicionInput<C>): { readonly changes: Suspected<C>[]; readonly findings: SuspectedFinding[] } {
  const { from, to, onsetAt, changes, rules, findings, roots, causeChangeId, topology, hops } = input;
  const ofRules = rules.map((rule) => deviationOf(rule, onsetAt.getTime()));
  const foundBy = new Map<Deviation, NearFinding>();
  const patternBy = new Map<NoticedPattern, NearFinding>();
  for (const finding of findings) {
    if (finding.pattern !== null) patternBy.set({ node: finding.service, isNew: finding.pattern.kind === 'new', atMs: finding.startsAt.getTime(), strength: finding.score }, finding);
    // Counts of alerts are what the rules say already.
    else if (finding.query.kind !== 'alerts') {
      const deviation = foundDeviation(finding, onsetAt.getTime());
      if (deviation !== null) foundBy.set(deviation, finding);
    }
  }
  const deviations = [...ofRules, ...foundBy.keys()];
  // The engine may suspect a service that has no alert of its own.
  const told = roots.filter(({ service }) => !ofRules.some(({ node }) => node === service))
    .map(({ service, score }): Deviation => ({ ...deviationOf({ rule: 'suspected', service, alerts: 1, usual: 0, firstAt: onsetAt, severity: 1 }, onsetAt.getTime()), strength: score }));
  const graph = { nodes: topology.services.map(({ name }) => name), edges: topology.edges.map((edge) => [edge.from, edge.to] as const) };
  const byEvent = new Map<ChangeEvent, C>(changes.map((change) => [change, change]));
  const rootOf = new Map(roots.map((root) => [root.service, root]));
  const suspects = whatChanged({ fromMs: from.getTime(), toMs: to.getTime() }, changes, [...deviations, ...told], graph, [...patternBy.keys()]);

  const noticed = suspects.flatMap(({ what, suspicion, reasons }): SuspectedFinding[] => {
    const finding = what.kind === 'pattern' ? patternBy.get(what.pattern) : what.kind === 'traffic' ? foundBy.get(what.deviation) : undefined;
    if (finding === undefined) return [];
    // How far load went is shown with it.
    return [{ finding, suspicion: rounded(suspicion), reasons: reasonsOf(reasons.filter(({ kind }) => kind !== 'traffic')), hops: hops.get(finding.service) ?? null }];
  });
  const made = suspects.flatMap((suspect): Suspected<C>[] => {
    const change = suspect.what.kind === 'change' ? byEvent.get(suspect.what.change) : undefined;
    if (change === undefined) return [];
    const reasons = reasonsOf(suspect.reasons);
    let { suspicion } = suspect;
    const root = change.service === null ? undefined : rootOf.get(change.service);
    const isBefore = change.at.getTime() <= onsetAt.getTime();
    if (root !== undefined && isBefore) {
      suspicion = Math.max(suspicion, suspicion + (1 - suspicion) * OF_ROOT * root.score);
      reasons.push({ kind: 'root', text: `${root.service} is suspected as the cause (${Math.round(root.score * 100)} %)` });
    }
    if (change.id === causeChangeId) {
      suspicion = Math.max(suspicion, OF_CAUSE * (root?.score ?? 1));
      reasons.push({ kind: 'cause', text: 'grouping holds it for the probable cause' });
    }
    return [{ change, suspicion: rounded(suspicion), reasons, hops: change.service === null ? null : (hops.get(change.service) ?? null) }];
  }).sort((a, b) => b.suspicion - a.suspicion || b.change.at.getTime() - a.change.at.getTime());
  return { changes: made, findings: noticed };
}
