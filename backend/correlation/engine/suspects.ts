/** Which cause explains a group best: the spread of each suspect is held against where the alerts are and whom they accuse. */
import { Bag } from './counts.ts';
import { addOnsets, type Evidence, type Suspect, type Trial } from './group.ts';
import type { ServiceGraph } from './serviceGraph.ts';
import { MODES, type Mode } from './spread.ts';
import { STRAY } from './weigh.ts';

const MAX_SUSPECTS = 20;
const MAX_EARLIEST = 3;
const KEPT = 6;
/** Belief below this does not count. */
const NEGLIGIBLE = 1e-4;
/** Share of a victim's alerts that name what it cannot reach. */
const VICTIM_COMPLAINS = 0.3;
const SAYS_VICTIM = Math.log(VICTIM_COMPLAINS);
const SILENT_VICTIM = Math.log(1 - VICTIM_COMPLAINS);
/** Most trouble fades on its way; what floods others, or is felt in full far away, is rarer. */
const PRIORS: Readonly<Record<Mode, number>> = { failure: 0, load: Math.log(0.3), cascade: Math.log(0.1) };
/** Alerts of one place, and complaints of one kind, that still say something new. */
const MOST_HEARD = 20;
/** Share of accusing alerts at which a group's silent ones count in full, and what they count when none accuses. */
const TALKATIVE = 0.1;
const SILENCE = 0.3;
/** Onsets closer together than this are hardly in an order; one that is out of it costs at most the logarithm of the least. */
const ORDER_MS = 60_000;
const LEAST_ORDER = 0.02;
const TOWARDS = Math.log(0.5);
const BEYOND = Math.log(0.1);
const AWAY = Math.log(0.02);
const CLUSTER_WEIGHT = 0.3;
/** How a place harms others that calls nobody, or is no service. */
const CALLS_NOBODY = ['failure', 'cascade'] as const;
/** More than rounding can make of a sum. */
const ROUNDING = 1e-6;

/**
 * What the order in which trouble began says of a cause, as log-likelihood: it begins at the cause. Used to rank suspects only:
 * alerts tell of trouble late, each by its own delay, so that whether two groups are one is not asked of the order.
 */
function orderFit(onsets: ReadonlyMap<string, number>, root: string): number {
  const began = onsets.get(root);
  if (began === undefined) return 0;
  let fit = 0;
  for (const [node, onsetMs] of onsets) {
    if (node === root) continue;
    const later = 1 / (1 + Math.exp(-((onsetMs - began) / ORDER_MS + 1)));
    fit += Math.log(LEAST_ORDER + (1 - LEAST_ORDER) * later);
  }
  return fit;
}

/** What of a group every trial asks for, read once. */
interface Readings {
  readonly stray: number;
  /** `complaining` is null where a place is no service: nothing is expected of what it says. */
  readonly places: readonly { readonly node: string; readonly weight: number; readonly heard: number; readonly complaining: number | null }[];
  readonly complaints: readonly { readonly from: string; readonly to: string; readonly heard: number }[];
}

function readingsOf(group: Evidence, graph: ServiceGraph): Readings {
  // Where hardly any text names others, silence says little.
  const accusing = SILENCE + (1 - SILENCE) * Math.min(1, group.complainers.total / (TALKATIVE * Math.max(1, group.nodes.total)));
  const places: Readings['places'][number][] = [];
  for (const [node, count] of group.nodes.counts) {
    places.push({
      node, weight: Math.sqrt(count), heard: accusing * Math.min(count, MOST_HEARD),
      complaining: graph.kindOf(node) === 'service' ? Math.min(1, group.complainers.get(node) / count) : null,
    });
  }
  const complaints: Readings['complaints'][number][] = [];
  for (const [pair, count] of group.complaints.counts) {
    const cut = pair.indexOf('>');
    complaints.push({ from: pair.slice(0, cut), to: pair.slice(cut + 1), heard: Math.min(count, MOST_HEARD) });
  }
  return { stray: STRAY / graph.size, places, complaints };
}

/**
 * Log-likelihood of a group under one cause. A place counts less the more it repeats itself. Everything takes something off, so
 * it is minus infinity, without further work, once it is below `floor`.
 */
function fitOf({ stray, places, complaints }: Readings, graph: ServiceGraph, root: string, mode: Mode, floor: number): number {
  const { at, complains, steps } = graph.spread(root, mode);
  let fit = PRIORS[mode];
  for (const { node, weight, heard, complaining } of places) {
    if (fit < floor) return -Infinity;
    fit += weight * Math.log((1 - STRAY) * (at.get(node) ?? 0) + stray);
    if (complaining === null) continue;
    // Who calls the cause complains of it; the cause itself and what it hammers do not.
    const expected = complains.get(node);
    fit += heard * (expected === undefined
      ? complaining * SAYS_VICTIM + (1 - complaining) * SILENT_VICTIM
      : complaining * Math.log(expected) + (1 - complaining) * Math.log(1 - expected));
  }
  for (const complaint of complaints) {
    const from = steps.get(complaint.from);
    const to = steps.get(complaint.to);
    const share = to === undefined ? Math.log(stray) : from === undefined ? BEYOND : to < from ? TOWARDS : AWAY;
    fit += complaint.heard * share;
  }
  return fit;
}

/** Where trouble was seen first. */
function earliest(onsets: ReadonlyMap<string, number>, most: number): string[] {
  return [...onsets].sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1)).slice(0, most).map(([node]) => node);
}

/** Nodes worth a trial: where it began, who has most alerts, who is accused most, and the infrastructure under them. */
function namesOf(group: Evidence, graph: ServiceGraph): Set<string> {
  const names = new Set([...group.blamed.top(6), ...earliest(group.onsets, MAX_EARLIEST), ...group.nodes.top(8)]);
  for (const node of [...names]) for (const support of graph.supports(node)) names.add(support);
  for (const node of [...names]) if (graph.kindOf(node) === 'switch') for (const support of graph.supports(node)) names.add(support);
  return names;
}

function modesOf(node: string, graph: ServiceGraph): readonly Mode[] {
  return graph.kindOf(node) === 'service' && graph.dependencies(node).size > 0 ? MODES : CALLS_NOBODY;
}

/** Tries the likely causes, best first. `bonus` is what else speaks for a node, in log-odds. */
export function tryCauses(group: Evidence, graph: ServiceGraph, bonus: (node: string) => number): Trial[] {
  const trials: Trial[] = [];
  const readings = readingsOf(group, graph);
  for (const node of [...namesOf(group, graph)].slice(0, MAX_SUSPECTS)) {
    for (const mode of modesOf(node, graph)) trials.push({ node, mode, fit: fitOf(readings, graph, node, mode, -Infinity) + bonus(node) });
  }
  return trials.sort((a, b) => b.fit - a.fit || (a.node < b.node ? -1 : 1));
}

/** Fit of the best of the same causes; less than `floor`, without more being known of it, where none reaches that. */
function bestFit(group: Evidence, graph: ServiceGraph, bonus: (node: string) => number, floor: number): number {
  const readings = readingsOf(group, graph);
  let best = -Infinity;
  for (const node of [...namesOf(group, graph)].slice(0, MAX_SUSPECTS)) {
    const more = bonus(node);
    for (const mode of modesOf(node, graph)) best = Math.max(best, fitOf(readings, graph, node, mode, Math.max(best, floor) - more) + more);
  }
  return best;
}

/** Trials as shares of belief. */
export function toSuspects(trials: readonly Trial[]): Suspect[] {
  const best = trials[0]?.fit ?? 0;
  const kept = trials.slice(0, KEPT).map(({ node, mode, fit }) => ({ node, mode, share: Math.exp(fit - best) }));
  const sum = kept.reduce((total, { share }) => total + share, 0);
  return kept.map((suspect) => ({ ...suspect, share: suspect.share / sum })).filter((suspect) => suspect.share >= NEGLIGIBLE);
}

/** Belief in each node, whichever way it harms, best first. */
export function rankNodes(group: Evidence, tried: readonly Trial[]): { readonly node: string; readonly share: number }[] {
  const trials = tried.map((trial) => ({ ...trial, fit: trial.fit + orderFit(group.onsets, trial.node) }));
  const best = trials.reduce((most, { fit }) => Math.max(most, fit), -Infinity);
  const shares = new Map<string, number>();
  let sum = 0;
  for (const { node, fit } of trials) {
    const share = Math.exp(fit - best);
    sum += share;
    shares.set(node, (shares.get(node) ?? 0) + share);
  }
  return [...shares].map(([node, share]) => ({ node, share: share / sum })).sort((a, b) => b.share - a.share || (a.node < b.node ? -1 : 1));
}

/** How well the clusters of the alerts agree: nothing is lost by one, the more the more even they are. */
function clusterFit(clusters: Bag): number {
  let fit = 0;
  for (const count of clusters.counts.values()) fit += Math.sqrt(count) * Math.log(count / clusters.total);
  return fit;
}

/** Log-likelihood of a group under its best cause. */
export function qualityOf(group: Evidence, trials: readonly Trial[]): number {
  return (trials[0]?.fit ?? 0) + CLUSTER_WEIGHT * clusterFit(group.clusters);
}

/** The same for two groups as one; less than `floor`, without more being known of it, where it cannot reach that. */
export function qualityTogether(a: Evidence, b: Evidence, graph: ServiceGraph, bonus: (node: string) => number, floor: number): number {
  const both = unite(a, b);
  const inClusters = CLUSTER_WEIGHT * clusterFit(both.clusters);
  return bestFit(both, graph, bonus, floor - inClusters - ROUNDING) + inClusters;
}

/** Two groups as one. */
function unite(a: Evidence, b: Evidence): Evidence {
  const onsets = new Map(a.onsets);
  addOnsets(onsets, b.onsets);
  return {
    onsets, nodes: Bag.union(a.nodes, b.nodes), clusters: Bag.union(a.clusters, b.clusters), complaints: Bag.union(a.complaints, b.complaints),
    complainers: Bag.union(a.complainers, b.complainers), blamed: Bag.union(a.blamed, b.blamed),
  };
}
