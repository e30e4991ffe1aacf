/**
 * Dependencies that the alerts suggest. Two services whose troubles begin close together again and
 * again, far more often than chance would have it, probably hang together; the one that is first
 * nearly always is probably what the other needs. Labels that name what was called say it outright.
 * Pure: a proposal with its evidence, for a person to decide.
 */
import type { DependencyType, ProposalEvidence } from '#contract';

/** When trouble of a service began, by one of its alerts. */
export interface ServiceAlert {
  readonly service: string;
  readonly atMs: number;
  /** Name of the alert, for the examples. */
  readonly name: string;
  /** The service that its labels say is called or used, if they do. */
  readonly blames: string | null;
}

export interface LearnedDependency {
  readonly from: string;
  readonly to: string;
  readonly type: DependencyType;
  readonly evidence: ProposalEvidence;
}

export interface LearnOptions {
  /** Alerts of a service closer together than this are one trouble. */
  readonly troubleGapMs: number;
  /** How long after the first trouble the second may begin. */
  readonly windowMs: number;
  readonly minSupport: number;
  readonly minLift: number;
  /** Share of joint troubles in which the needed service must be first. */
  readonly minDirection: number;
  readonly minLabelSupport: number;
  readonly maxProposals: number;
}

export const DEFAULT_LEARN_OPTIONS: LearnOptions = {
  troubleGapMs: 15 * 60_000, windowMs: 5 * 60_000, minSupport: 3, minLift: 5, minDirection: 0.8, minLabelSupport: 3, maxProposals: 200,
};

/** More than this many services in trouble at once tell of an outage of everything, not of who needs whom. */
const MAX_SERVICES_AT_ONCE = 40;
const MAX_EXAMPLES = 3;
/** A pair that so many steps of the topology join needs no edge of its own. */
const MAX_EXPLAINING_HOPS = 3;
/** In the database's and the queue's words. */
const STORE_NAME = /(?:^|[-_.])(?:db|database|postgres|mysql|redis|cache|mongo|kafka|queue|store|storage|elastic|s3)(?:[-_.\d]|$)/;

interface Trouble {
  readonly service: string;
  readonly atMs: number;
  readonly name: string;
}

interface Pair {
  joint: number;
  readonly lagsMs: number[];
  readonly examples: { at: string; toAlert: string; fromAlert: string }[];
}

/** The beginnings of troubles, oldest first. */
function troublesOf(alerts: readonly ServiceAlert[], gapMs: number): Trouble[] {
  const lastMs = new Map<string, number>();
  const troubles: Trouble[] = [];
  for (const { service, atMs, name } of [...alerts].sort((a, b) => a.atMs - b.atMs)) {
    const before = lastMs.get(service);
    if (before === undefined || atMs - before > gapMs) troubles.push({ service, atMs, name });
    lastMs.set(service, atMs);
  }
  return troubles;
}

/** Pairs "first → second" of troubles within the window. */
function pairsOf(troubles: readonly Trouble[], windowMs: number): Map<string, Pair> {
  const pairs = new Map<string, Pair>();
  for (const [index, first] of troubles.entries()) {
    let within = 0;
    for (let next = index + 1; next < troubles.length && within < MAX_SERVICES_AT_ONCE; next += 1) {
      const second = troubles[next];
      if (second === undefined || second.atMs - first.atMs > windowMs) break;
      within += 1;
      // At the same moment there is no first.
      if (second.service === first.service || second.atMs === first.atMs) continue;
      const key = `${first.service}\n${second.service}`;
      const pair = pairs.get(key) ?? { joint: 0, lagsMs: [], examples: [] };
      pair.joint += 1;
      pair.lagsMs.push(second.atMs - first.atMs);
      pair.examples.push({ at: new Date(first.atMs).toISOString(), toAlert: first.name, fromAlert: second.name });
      pairs.set(key, pair);
    }
  }
  return pairs;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

function typeFor(to: string): DependencyType {
  return STORE_NAME.test(to) ? 'stores-in' : 'calls';
}

function fromOrder(alerts: readonly ServiceAlert[], options: LearnOptions): LearnedDependency[] {
  const troubles = troublesOf(alerts, options.troubleGapMs);
  const first = troubles[0];
  const last = troubles.at(-1);
  if (first === undefined || last === undefined) return [];
  const counts = new Map<string, number>();
  for (const { service } of troubles) counts.set(service, (counts.get(service) ?? 0) + 1);
  const pairs = pairsOf(troubles, options.windowMs);
  // How many windows there are: the chance of a trouble to fall into one is its count over this.
  const windows = Math.max(1, (last.atMs - first.atMs) / options.windowMs);
  const learned: LearnedDependency[] = [];
  for (const [key, { joint, lagsMs, examples }] of pairs) {
    const [to = '', from = ''] = key.split('\n');
    const against = pairs.get(`${from}\n${to}`)?.joint ?? 0;
    const direction = joint / (joint + against);
    const expected = ((counts.get(to) ?? 0) * (counts.get(from) ?? 0)) / windows;
    const lift = joint / Math.max(expected, 1e-6);
    if (joint < options.minSupport || lift < options.minLift || direction < options.minDirection) continue;
    learned.push({
      from, to, type: typeFor(to),
      evidence: {
        basis: 'order', support: joint, lift: rounded(Math.min(lift, 10_000)), medianLagSeconds: rounded(median(lagsMs) / 1000), direction: rounded(direction),
        examples: examples.slice(-MAX_EXAMPLES),
      },
    });
  }
  return learned;
}

function fromLabels(alerts: readonly ServiceAlert[], options: LearnOptions): LearnedDependency[] {
  const said = new Map<string, ServiceAlert[]>();
  for (const alert of alerts) {
    if (alert.blames === null || alert.blames === alert.service) continue;
    const key = `${alert.service}\n${alert.blames}`;
    said.set(key, [...(said.get(key) ?? []), alert]);
  }
  return [...said].flatMap(([key, saying]): LearnedDependency[] => {
    const [from = '', to = ''] = key.split('\n');
    if (saying.length < options.minLabelSupport) return [];
    return [{
      from, to, type: typeFor(to),
      evidence: {
        basis: 'label', support: saying.length, lift: 1, medianLagSeconds: null, direction: 1,
        examples: saying.slice(-MAX_EXAMPLES).map(({ atMs, name }) => ({ at: new Date(atMs).toISOString(), toAlert: '', fromAlert: name })),
      },
    }];
  });
}

/** True when some path of edges leads from one to the other, one step or more, and not by way of `without`. */
function isReachable(from: string, to: string, needs: ReadonlyMap<string, ReadonlySet<string>>, hops: number, without: string = from): boolean {
  const seen = new Set([from, without]);
  let ring = [from];
  for (let step = 0; step < hops && ring.length > 0; step += 1) {
    ring = ring.flatMap((name) => [...(needs.get(name) ?? [])]).filter((name) => !seen.has(name));
    if (ring.includes(to)) return true;
    for (const name of ring) seen.add(name);
  }
  return false;
}

/** Who needs whom. */
function needsOf(edges: readonly { readonly from: string; readonly to: string }[]): Map<string, Set<string>> {
  const needs = new Map<string, Set<string>>();
  for (const { from, to } of edges) {
    const list = needs.get(from);
    if (list === undefined) needs.set(from, new Set([to]));
    else list.add(to);
  }
  return needs;
}

/**
 * What the alerts suggest and the topology does not have yet, neither as an edge nor by way of other
 * services; the best supported first.
 */
export function learnDependencies(
  alerts: readonly ServiceAlert[], edges: readonly { readonly from: string; readonly to: string }[], options: LearnOptions = DEFAULT_LEARN_OPTIONS,
): LearnedDependency[] {
  const byPair = new Map<string, LearnedDependency>();
  // What labels say outright wins over what order suggests.
  for (const one of [...fromOrder(alerts, options), ...fromLabels(alerts, options)]) byPair.set(`${one.from}\n${one.to}`, one);
  const known = needsOf(edges);
  const fresh = [...byPair.values()].filter(({ from, to }) => !isReachable(from, to, known, MAX_EXPLAINING_HOPS));
  const all = needsOf([...edges, ...fresh]);
  return fresh
    // Who fails after what it needs needs fails after that as well: the middle one explains it.
    .filter(({ from, to, evidence }) => evidence.basis === 'label' || ![...(all.get(from) ?? [])].some((middle) => middle !== to && isReachable(middle, to, all, MAX_EXPLAINING_HOPS, from)))
    .sort((a, b) => b.evidence.support - a.evidence.support || b.evidence.lift - a.evidence.lift || (a.from + a.to < b.from + b.to ? -1 : 1))
    .slice(0, options.maxProposals);
}
