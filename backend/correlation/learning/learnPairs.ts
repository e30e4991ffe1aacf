/**
 * Pairs: which services, and which alert rule and service, belong together or do not. Two sources: how often they were in
 * one incident against chance, and what people merged, split, moved and judged. Pure; the order of observations does not matter.
 */
import type { IncidentNumber, LearnedEvidence } from '#contract';
import { MAX_EFFECT } from '../engine/index.ts';
import { fading, isForgotten, type Observations, type PairAct, type PastIncident, type Vetoes } from './observations.ts';

export interface LearnedPair {
  readonly key: string;
  readonly kind: 'service' | 'rule';
  readonly name: string;
  readonly service: string;
  /** Log-odds, in tenths. */
  readonly effect: number;
  readonly evidence: LearnedEvidence;
  /** Newest first. */
  readonly incidents: readonly IncidentNumber[];
  readonly lastSeenAt: Date;
}

/** An incident or a side with more services than this tells of an outage of everything, not of a pair. */
const MAX_SERVICES = 20;
const MAX_RULES = 20;
/** Different incidents that a pair needs before their being together says anything. */
const MIN_SUPPORT = 3;
const MIN_LIFT = 1.5;
/** Incidents with neither, taken for granted: with few incidents everything looks connected. */
const PRIOR_INCIDENTS = 10;
const CO_OCCURRENCE_WEIGHT = 0.7;
const MAX_CO_OCCURRENCE = 2;
/** What an act of a person adds, and how far acts on one, two and more different incidents go at most. */
const ACT_WEIGHT = 2;
const ACT_LIMITS = [0, 1, 4, 5] as const;
/** Acts on so many pairs of services at once count in full; with more each pair gets its share. */
const FULL_ACT_PAIRS = 4;
const MIN_EFFECT = 0.3;
const MAX_PAIRS = 5_000;
const SHOWN_INCIDENTS = 10;

interface Tally {
  readonly kind: 'service' | 'rule';
  readonly name: string;
  readonly service: string;
  /** Faded counts. */
  together: number;
  merged: number;
  parted: number;
  readonly incidents: Set<IncidentNumber>;
  readonly mergedIn: Set<IncidentNumber>;
  readonly partedIn: Set<IncidentNumber>;
  /** When each was seen. */
  readonly seen: Map<IncidentNumber, number>;
}

/** Names a pair; that of two services is the same either way round. */
export function pairKey(kind: 'service' | 'rule', name: string, service: string): string {
  return JSON.stringify(['pair', kind, ...(kind === 'service' ? [name, service].sort() : [name, service])]);
}

/** Sums of floating numbers depend on their order: everything is taken in one order. */
function inOrder<T>(list: readonly T[]): T[] {
  return list.map((item) => ({ item, key: JSON.stringify(item) })).sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ item }) => item);
}

function actLimit(incidents: number): number {
  return ACT_LIMITS[Math.min(incidents, ACT_LIMITS.length - 1)] ?? 0;
}

/** The log-odds of a pair. Bounded whatever was observed. */
function effectOf(tally: Tally, lift: number | null): number {
  const net = ACT_WEIGHT * (tally.merged - tally.parted);
  const limit = actLimit(net >= 0 ? tally.mergedIn.size : tally.partedIn.size);
  const acts = Math.max(-limit, Math.min(limit, net));
  const counts = tally.incidents.size >= MIN_SUPPORT && lift !== null && lift >= MIN_LIFT && acts >= 0;
  const coOccurrence = counts ? Math.min(MAX_CO_OCCURRENCE, CO_OCCURRENCE_WEIGHT * Math.log(lift)) : 0;
  return Math.round(10 * Math.max(-MAX_EFFECT, Math.min(MAX_EFFECT, acts + coOccurrence))) / 10;
}

/** Pairs of an act, as far as the two sides tell them apart. */
function pairsOfAct(act: PairAct): [string, string][] {
  const [left, right] = [new Set(act.left), new Set(act.right)];
  const same = act.left.length === act.right.length && act.left.every((name) => right.has(name));
  const pairs: [string, string][] = [];
  for (const a of left) {
    for (const b of right) {
      // What stands on both sides was neither joined nor separated; of one list with itself each pair counts once.
      if (a === b || (same ? a > b : right.has(a) || left.has(b))) continue;
      pairs.push([a, b]);
    }
  }
  return pairs;
}

/** Learns. The strongest first. */
export function learnPairs(observations: Pick<Observations, 'incidents' | 'pairActs'>, now: Date, vetoes: Vetoes): LearnedPair[] {
  const tallies = new Map<string, Tally>();
  const counts = { service: new Map<string, number>(), rule: new Map<string, number>() };
  const places = new Map<string, Set<string>>();
  const faded = { service: new Map<string, number>(), rule: new Map<string, number>() };
  let all = 0;

  function tallyOf(kind: 'service' | 'rule', name: string, service: string, at: Date): Tally | null {
    const key = pairKey(kind, name, service);
    const veto = vetoes.get(key);
    if (veto?.ignored === true || isForgotten(veto, at)) return null;
    const [first, second] = kind === 'service' && name > service ? [service, name] : [name, service];
    const tally = tallies.get(key) ?? {
      kind, name: first, service: second, together: 0, merged: 0, parted: 0, incidents: new Set(), mergedIn: new Set(), partedIn: new Set(), seen: new Map(),
    };
    tallies.set(key, tally);
    return tally;
  }

  function see(tally: Tally, incident: IncidentNumber, at: Date): void {
    tally.seen.set(incident, Math.max(tally.seen.get(incident) ?? 0, at.getTime()));
  }

  function count(kind: 'service' | 'rule', name: string, weight: number): void {
    counts[kind].set(name, (counts[kind].get(name) ?? 0) + 1);
    faded[kind].set(name, (faded[kind].get(name) ?? 0) + weight);
  }

  function takeIncident({ number, endedAt, services, rules }: PastIncident): void {
    const weight = fading(endedAt, now);
    all += weight;
    for (const service of services) count('service', service, weight);
    for (const rule of rules) {
      count('rule', rule.name, weight);
      const at = places.get(rule.name) ?? new Set();
      for (const service of rule.services) at.add(service);
      places.set(rule.name, at);
    }
    if (services.length > MAX_SERVICES || rules.length > MAX_RULES) return;
    const note = (kind: 'service' | 'rule', name: string, service: string): void => {
      const tally = tallyOf(kind, name, service, endedAt);
      if (tally === null) return;
      tally.together += weight;
      tally.incidents.add(number);
      see(tally, number, endedAt);
    };
    services.forEach((a, index) => services.slice(index + 1).forEach((b) => note('service', a, b)));
    for (const rule of rules) {
      for (const service of services) if (rule.services.some((own) => own !== service) || rule.services.length === 0) note('rule', rule.name, service);
    }
  }

  function takeAct(act: PairAct, pairs: readonly [string, string][]): void {
    const weight = fading(act.at, now) * Math.min(1, FULL_ACT_PAIRS / pairs.length);
    for (const [a, b] of pairs) {
      const tally = tallyOf('service', a, b, act.at);
      if (tally === null) continue;
      const seenIn = act.kind === 'together' ? tally.mergedIn : tally.partedIn;
      // Whatever is done to one incident, it is one observation of its kind.
      if (!seenIn.has(act.incident)) tally[act.kind === 'together' ? 'merged' : 'parted'] += weight;
      seenIn.add(act.incident);
      see(tally, act.incident, act.at);
    }
  }

  for (const incident of inOrder(observations.incidents)) takeIncident(incident);
  for (const act of inOrder(observations.pairActs)) {
    const pairs = pairsOfAct(act);
    if (pairs.length > 0 && act.left.length <= MAX_SERVICES && act.right.length <= MAX_SERVICES) takeAct(act, pairs);
  }

  const learned: LearnedPair[] = [];
  for (const [key, tally] of tallies) {
    // A rule of one service says no more than that service.
    if (tally.kind === 'rule' && places.get(tally.name)?.size === 1) continue;
    const [withSubject, withOther] = [faded[tally.kind].get(tally.name) ?? 0, faded.service.get(tally.service) ?? 0];
    const lift = tally.incidents.size === 0 ? null : (tally.together * (all + PRIOR_INCIDENTS)) / ((withSubject + 1) * (withOther + 1));
    const effect = effectOf(tally, lift);
    if (Math.abs(effect) < MIN_EFFECT) continue;
    const seen = [...tally.seen].sort((a, b) => b[1] - a[1] || b[0] - a[0]);
    learned.push({
      key, kind: tally.kind, name: tally.name, service: tally.service, effect,
      evidence: {
        together: tally.incidents.size, withSubject: counts[tally.kind].get(tally.name) ?? 0, withOther: counts.service.get(tally.service) ?? 0,
        incidents: observations.incidents.length, lift: lift === null ? null : Math.round(lift * 10) / 10, merged: tally.mergedIn.size, parted: tally.partedIn.size,
        rejected: 0, promoted: 0,
      },
      incidents: seen.slice(0, SHOWN_INCIDENTS).map(([number]) => number), lastSeenAt: new Date(seen[0]?.[1] ?? 0),
    });
  }
  return learned.sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect) || (a.key < b.key ? -1 : 1)).slice(0, MAX_PAIRS);
}
