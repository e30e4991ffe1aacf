/**
 * A cause is a change of state, never a symptom of one: where something that a node needs changed its state before the node did,
 * and nothing within the node itself did, what is noticed at the node is a symptom, and is ranked below. Pure.
 */
import { callsFrom } from './callGraph.ts';
import type { CallGraph, Deviation, MetricKind } from './model.ts';

/** A node with what deviates at it. */
export interface Suspected {
  readonly node: string;
  readonly deviations: readonly Deviation[];
  /** Part of the symptom that is its own, 0 to 1. */
  readonly own: number;
  /** When it was found otherwise that it changed, by an alert or a detector; null: by its metrics alone. */
  readonly noticedMs: number | null;
}

/** Of what a node's trouble is a symptom. */
export interface Symptom {
  /** The node that it comes from. */
  readonly of: string;
  /** When it was noticed here, and how much earlier that one had changed. */
  readonly atMs: number;
  readonly earlierMs: number;
}

/** Of the node itself: what others do to it does not show there first. */
const WITHIN: ReadonlySet<MetricKind> = new Set(['cpu', 'memory', 'disk']);
/** What travels from callee to caller at once. */
const FELT: ReadonlySet<MetricKind> = new Set(['latency', 'availability', 'errors']);
/** More calls come from the caller: no change of the callee's state. */
const FROM_CALLERS: ReadonlySet<MetricKind> = new Set(['traffic', 'network']);
/** So strong is no noise. */
const CLEAR = 0.1;
/** Much of the trouble. */
const MUCH = 0.4;
/** A symptom keeps so much of its confidence; the cause gets the rest, and the symptom stays below it. */
const KEPT = 0.3;
const BELOW = 0.9;

const isClear = ({ strength }: Deviation): boolean => strength >= CLEAR;

function earliest(deviations: readonly Deviation[], noticedMs: number | null): number | null {
  const times = [...deviations.flatMap(({ onsetMs }) => (onsetMs === null ? [] : [onsetMs])), ...(noticedMs === null ? [] : [noticedMs])];
  return times.length === 0 ? null : Math.min(...times);
}

/** Which nodes show symptoms, and of what. */
export function symptomsAmong(ranked: readonly Suspected[], graph: CallGraph): Map<string, Symptom> {
  const changes = ranked.flatMap((each) => {
    const own = each.deviations.filter((deviation) => isClear(deviation) && !FROM_CALLERS.has(deviation.kind));
    const atMs = own.length === 0 ? null : earliest(own, each.noticedMs);
    return atMs === null ? [] : [{ node: each.node, atMs, foundMs: each.noticedMs, strength: Math.max(...own.map(({ strength }) => strength)) }];
  });
  const found = new Map<string, Symptom>();
  for (const { node, deviations, noticedMs, own } of ranked) {
    const clear = deviations.filter(isClear);
    const atMs = earliest(clear, noticedMs);
    if (atMs === null || clear.some(({ kind }) => WITHIN.has(kind))) continue;
    const needs = callsFrom(graph, node);
    const isFelt = clear.every(({ kind }) => FELT.has(kind));
    // What adds much of its own is no mere symptom by its metrics; only a detector that found the other one earlier outweighs that.
    const isEarlier = (change: (typeof changes)[number]): boolean =>
      own >= MUCH ? change.foundMs !== null && change.foundMs < atMs : change.atMs < atMs || (isFelt && change.atMs === atMs);
    const [first] = changes
      .filter((change) => change.node !== node && needs.isStartKnown && needs.pathTo(change.node) !== null && isEarlier(change))
      .sort((a, b) => a.atMs - b.atMs || b.strength - a.strength);
    // Two that need each other and changed in one row: neither is the other's symptom.
    if (first === undefined || (first.atMs === atMs && callsFrom(graph, first.node).pathTo(node) !== null)) continue;
    found.set(node, { of: first.node, atMs, earlierMs: atMs - first.atMs });
  }
  return found;
}

/** Gives what symptoms are believed to be to their causes, in place of them; the sum of all confidences stays as it was. */
export function withoutSymptoms(scores: ReadonlyMap<string, number>, symptoms: ReadonlyMap<string, Symptom>): Map<string, number> {
  const left = new Map(scores);
  // What a cause that is a symptom itself was given goes on to its own: those that changed last go first.
  for (const [node, { of }] of [...symptoms].sort(([, a], [, b]) => b.atMs - a.atMs)) {
    const both = (left.get(node) ?? 0) + (left.get(of) ?? 0);
    const kept = Math.min(KEPT * (left.get(node) ?? 0), (both * BELOW) / (1 + BELOW));
    left.set(node, kept);
    left.set(of, both - kept);
  }
  return left;
}
