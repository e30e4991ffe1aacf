/**
 * Is this alert better explained by a group, by the beginning of a new one, or by its own habit?
 * Each answer is a rate, in alerts a minute of this kind at this place, as its logarithm: so they can
 * be compared, and their parts added up.
 */
import type { Group } from './group.ts';
import type { Habits } from './habits.ts';
import { learnedWeight, type LearnedPairs } from './learned.ts';
import type { EngineParameters } from './parameters.ts';
import type { ServiceGraph } from './serviceGraph.ts';
import type { Signal } from './signal.ts';

/** Parts of the rate at which a group brings forth such an alert. */
export interface Weights {
  /** How fast its alerts come. */
  readonly pace: number;
  /** How likely this place is among them. */
  readonly place: number;
  /** How likely it accuses whom it does. */
  readonly complaint: number;
  /** How likely a rule or wording like this is among them. */
  readonly kind: number;
  /** What is known of its service or rule and those of the group. */
  readonly learned: number;
  readonly total: number;
}

export interface Weigher {
  background(signal: Signal, waiting: number): number;
  fresh(signal: Signal): number;
  /** `counted`: the signal is counted in the group already and must not speak for itself. */
  group(signal: Signal, group: Group, counted: boolean): Weights;
  /** Total of the same; null without further work when it cannot reach `floor`. */
  total(signal: Signal, group: Group, counted: boolean, floor: number): number | null;
  /** Weight of a place of which nothing is known. */
  anywhere(): number;
  /** Weight of a complaint that comes by chance. */
  chance(signal: Signal): number;
}

/** Share of alerts from places that nobody expected: no topology is whole. */
export const STRAY = 0.05;
/** Alerts' worth of trust in what a node and a cluster say apart, before what they say together counts as much. */
const PLACE_TRUST = 8;
/** The same for whom the topology lets a place accuse. */
const COMPLAINT_TRUST = 4;
const KIND_TRUST = 20;
/** Share of background alerts that accuse somebody. */
const BACKGROUND_COMPLAINS = 0.05;
/** Chance that a complaint points one step towards the cause; that it comes from beyond its reach; that it points away. */
const TOWARDS = 0.5;
const BEYOND = 0.1;
const AWAY = 0.01;
/** An alert from a rack that hangs on the failed switch, and from one that does not. */
const RIGHT_RACK = 0.7;
const WRONG_RACK = -2;
const LEAST = 1e-9;
/** More than rounding can make of a sum. */
const ROUNDING = 1e-6;
/** Places for which a group keeps what it expects. */
const MAX_EXPECTED = 1_000;
/** A group whose only alert this is has at least this pace. */
const LEAST_PACE = 0.05;

/** Makes the weigher. */
export function createWeigher(parameters: EngineParameters, graph: ServiceGraph, habits: Habits, learnedPairs: LearnedPairs): Weigher {
  const { priorAlerts, placeWeight } = parameters;
  const paceMinutes = parameters.paceMs / 60_000;

  function anywhere(): number {
    return -placeWeight * Math.log(graph.size * graph.clusterCount);
  }

  /** Kept on the group until its suspects or the graph change: most groups are asked again and again about the same few places. */
  function expectedAt(group: Group, node: string): number {
    if (group.expectedBy !== group.suspects || group.expectedIn !== graph.version) {
      group.expected.clear();
      group.expectedBy = group.suspects;
      group.expectedIn = graph.version;
    }
    const known = group.expected.get(node);
    if (known !== undefined) return known;
    let share = STRAY / graph.size;
    for (const suspect of group.suspects) share += (1 - STRAY) * suspect.share * (graph.spread(suspect.node, suspect.mode).at.get(node) ?? 0);
    if (group.expected.size < MAX_EXPECTED) group.expected.set(node, share);
    return share;
  }

  function expectedComplaint(group: Group, from: string, to: string): number {
    let share = STRAY / graph.size;
    for (const suspect of group.suspects) {
      const { steps } = graph.spread(suspect.node, suspect.mode);
      const there = steps.get(to);
      const here = steps.get(from);
      if (there === undefined) continue;
      share += suspect.share * (here === undefined ? BEYOND : there < here ? TOWARDS : AWAY);
    }
    return share;
  }

  function placeIn(signal: Signal, group: Group, own: number): number {
    const count = group.nodes.total - own;
    const atNode = (group.nodes.get(signal.node) - own + priorAlerts * expectedAt(group, signal.node)) / (count + priorAlerts);
    const anyCluster = 1 / graph.clusterCount;
    const inCluster = signal.cluster === null
      ? anyCluster
      : (group.clusters.get(signal.cluster) - own + anyCluster) / (group.clusters.total - own + 1);
    const both = (group.places.get(signal.place) - own + PLACE_TRUST * atNode * inCluster) / (count + PLACE_TRUST);
    const cause = group.suspects[0];
    const racks = cause === undefined ? null : graph.spread(cause.node, cause.mode).racks;
    const rack = racks === null || signal.rack === null ? 0 : racks.has(signal.rack) ? RIGHT_RACK : WRONG_RACK;
    return placeWeight * (Math.log(Math.max(both, LEAST)) + rack);
  }

  function complaintIn(signal: Signal, group: Group, own: number): number {
    let sum = 0;
    signal.blamed.forEach((to, index) => {
      const seen = group.complaints.get(signal.complaints[index] ?? '') - own;
      const share = (seen + COMPLAINT_TRUST * expectedComplaint(group, signal.node, to)) / (group.complainers.get(signal.node) - own + COMPLAINT_TRUST);
      sum += Math.log(Math.max(share, LEAST));
    });
    return sum;
  }

  function paceIn(signal: Signal, group: Group, own: number): number {
    return Math.log(Math.max(group.pace.read(signal.onsetMs) - own, LEAST_PACE) / paceMinutes);
  }

  function kindIn(signal: Signal, group: Group, own: number): number {
    const alike = Math.max(group.rules.get(signal.rule), group.templates.get(signal.template)) - own;
    return Math.log((alike + KIND_TRUST * habits.incidentShare(signal.rule)) / (group.nodes.total - own + KIND_TRUST));
  }

  function chance(signal: Signal): number {
    return signal.blamed.length === 0 ? 0 : Math.log(BACKGROUND_COMPLAINS / graph.size);
  }

  return {
    anywhere,
    chance,
    background(signal, waiting) {
      const somewhere = habits.ruleRate(signal.rule, waiting) * Math.exp(anywhere());
      return Math.log(somewhere + habits.ownRate(signal.alertKey, waiting)) + chance(signal);
    },
    fresh(signal) {
      const complaint = signal.blamed.length === 0 ? 0 : -Math.log(graph.size);
      return Math.log((parameters.incidentsPerHour / 60) * habits.incidentShare(signal.rule)) + anywhere() + complaint;
    },
    total(signal, group, counted, floor) {
      const own = counted ? 1 : 0;
      const pace = paceIn(signal, group, own);
      const kind = kindIn(signal, group, own);
      const learned = learnedWeight(learnedPairs, signal, group, own).total;
      // Place and complaint are shares, below one but for the rack: what is far behind already cannot catch up.
      if (pace + kind + learned + placeWeight * RIGHT_RACK + ROUNDING < floor) return null;
      return pace + placeIn(signal, group, own) + complaintIn(signal, group, own) + kind + learned;
    },
    group(signal, group, counted) {
      const own = counted ? 1 : 0;
      const pace = paceIn(signal, group, own);
      const place = placeIn(signal, group, own);
      const complaint = complaintIn(signal, group, own);
      const kind = kindIn(signal, group, own);
      const learned = learnedWeight(learnedPairs, signal, group, own).total;
      return { pace, place, complaint, kind, learned, total: pace + place + complaint + kind + learned };
    },
  };
}
