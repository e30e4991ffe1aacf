/** What was changed about the time of the trouble, ordered by how suspicious it is, with the reasons. */
import type { ChangeEvent } from '../catalog/index.ts';
import type { CallGraph, Deviation, TimeWindow } from './model.ts';
import { clamp } from './statistics.ts';
import { deviationText, duration } from './words.ts';

export type SuspicionReason = { readonly text: string } & (
  | { readonly kind: 'before'; readonly beforeMs: number }
  | { readonly kind: 'after'; readonly afterMs: number }
  | { readonly kind: 'deviating-here'; readonly node: string; readonly strength: number }
  | { readonly kind: 'deviating-caller'; readonly caller: string; readonly strength: number }
  | { readonly kind: 'calm-here'; readonly node: string }
  | { readonly kind: 'anywhere' }
  | { readonly kind: 'traffic'; readonly deviation: Deviation }
  | { readonly kind: 'pattern'; readonly isNew: boolean }
);

/** A pattern of log lines that nobody had seen before, or that came much more often than it does. */
export interface NoticedPattern {
  readonly node: string;
  readonly isNew: boolean;
  readonly atMs: number;
  /** 0 to 1: how sure it is. */
  readonly strength: number;
}

export interface Suspect {
  /** A change that somebody made, or load that came or went by itself. */
  readonly what: { readonly kind: 'change'; readonly change: ChangeEvent } | { readonly kind: 'traffic'; readonly node: string; readonly deviation: Deviation } | { readonly kind: 'pattern'; readonly pattern: NoticedPattern };
  readonly atMs: number;
  /** 0 to 1. */
  readonly suspicion: number;
  readonly reasons: readonly SuspicionReason[];
}

/** After so long half of the suspicion is left: what breaks something mostly does so soon. */
const HALF_LIFE_MS = 15 * 60_000;
/** Clocks differ, and rows have a length: so much later is still the same time. */
const SAME_TIME_MS = 90_000;
/** What came after the trouble is no cause, though it may be told late. */
const AFTER = 0.05;
/** A deviation of less says nothing of when the trouble began. */
const LEAST_STRENGTH = 0.1;
const PLACE = { caller: 0.6, anywhere: 0.4, calm: 0.1 } as const;
/** What people change on purpose, against what is only told of: what runs elsewhere, or nothing in particular. */
const OF_KIND: ReadonlyMap<string, number> = new Map([['deploy', 1], ['config', 1], ['flag', 1], ['schema', 1], ['infrastructure', 0.9]]);
const OTHER_KIND = 0.7;
/** More load can be the cause; less mostly follows from callers that wait. */
const TRAFFIC = { up: 0.6, down: 0.2 } as const;
/** Lines tell of what was changed, and of what broke: less than the change itself. */
const PATTERN = { new: 0.6, more: 0.4 } as const;

function timing(atMs: number, onsetMs: number): { factor: number; reason: SuspicionReason } {
  const lead = onsetMs - atMs;
  if (lead < -SAME_TIME_MS) return { factor: AFTER, reason: { kind: 'after', afterMs: -lead, text: `came ${duration(lead)} after the trouble had begun` } };
  const text = Math.abs(lead) <= SAME_TIME_MS ? 'came as the trouble began' : `came ${duration(lead)} before the trouble began`;
  return { factor: 0.5 ** (Math.max(0, lead) / HALF_LIFE_MS), reason: { kind: 'before', beforeMs: lead, text } };
}

function placing(did: 'changed' | 'logged by', service: string | null, strengths: ReadonlyMap<string, number>, graph: CallGraph): { factor: number; reason: SuspicionReason } {
  if (service === null) return { factor: PLACE.anywhere, reason: { kind: 'anywhere', text: 'does not say what it changed' } };
  const here = strengths.get(service) ?? 0;
  const callers = graph.edges.filter(([, callee]) => callee === service).map(([caller]) => ({ caller, strength: strengths.get(caller) ?? 0 })).sort((a, b) => b.strength - a.strength);
  const [first] = callers;
  if (here >= LEAST_STRENGTH && here >= PLACE.caller * (first?.strength ?? 0)) {
    return { factor: PLACE.anywhere + (1 - PLACE.anywhere) * here, reason: { kind: 'deviating-here', node: service, strength: here, text: `${did} ${service}, which is not as it was` } };
  }
  if (first !== undefined && first.strength >= LEAST_STRENGTH) {
    return { factor: PLACE.caller * first.strength, reason: { kind: 'deviating-caller', caller: first.caller, strength: first.strength, text: `${did} ${service}, which ${first.caller} calls; ${first.caller} is not as it was` } };
  }
  return { factor: PLACE.calm, reason: { kind: 'calm-here', node: service, text: `${did} ${service}, where all is as usual` } };
}

/** When the trouble began: the first onset of what deviates clearly, else the begin of the window. */
function beginOf(window: TimeWindow, deviations: readonly Deviation[]): number {
  const onsets = deviations.filter(({ strength, kind }) => strength >= LEAST_STRENGTH && kind !== 'traffic').map(({ onsetMs }) => onsetMs).filter((at) => at !== null);
  return Math.min(window.toMs, ...onsets, ...(onsets.length === 0 ? [window.fromMs] : []));
}

/**
 * Orders what was changed within a window by suspicion: how shortly before the trouble, at a node that deviates or one that
 * such a node calls, and what kind of change. Load that rose or fell, and patterns of log lines that were noticed, are among it. What is outside the window is left out.
 */
export function whatChanged(window: TimeWindow, changes: readonly ChangeEvent[], deviations: readonly Deviation[], graph: CallGraph = { nodes: [], edges: [] }, patterns: readonly NoticedPattern[] = []): Suspect[] {
  const onsetMs = beginOf(window, deviations);
  const strengths = new Map<string, number>();
  for (const { node, strength, kind } of deviations) if (kind !== 'traffic') strengths.set(node, Math.max(strength, strengths.get(node) ?? 0));
  const made = changes.filter(({ at }) => at.getTime() >= window.fromMs && at.getTime() <= window.toMs).map((change): Suspect => {
    const when = timing(change.at.getTime(), onsetMs);
    const where = placing('changed', change.service, strengths, graph);
    return { what: { kind: 'change', change }, atMs: change.at.getTime(), suspicion: clamp(when.factor * where.factor * (OF_KIND.get(change.kind) ?? OTHER_KIND), 0, 1), reasons: [where.reason, when.reason] };
  });
  const strongest = new Map<string, Deviation>();
  for (const deviation of deviations) {
    if (deviation.kind === 'traffic' && deviation.strength >= LEAST_STRENGTH && deviation.strength > (strongest.get(deviation.node)?.strength ?? 0)) strongest.set(deviation.node, deviation);
  }
  const load = [...strongest.values()].map((deviation): Suspect => {
    const atMs = deviation.onsetMs ?? onsetMs;
    const when = timing(atMs, onsetMs);
    return { what: { kind: 'traffic', node: deviation.node, deviation }, atMs, suspicion: deviation.strength * when.factor * TRAFFIC[deviation.direction], reasons: [{ kind: 'traffic', deviation, text: deviationText(deviation) }, when.reason] };
  });
  const logged = patterns.filter(({ atMs }) => atMs >= window.fromMs && atMs <= window.toMs).map((pattern): Suspect => {
    const { node, isNew, atMs, strength } = pattern;
    const when = timing(atMs, onsetMs);
    const where = placing('logged by', node, strengths, graph);
    const what: SuspicionReason = { kind: 'pattern', isNew, text: isNew ? 'no such line had come before' : 'such lines came much more often than they do' };
    return { what: { kind: 'pattern', pattern }, atMs, suspicion: clamp(strength * when.factor * where.factor * (isNew ? PATTERN.new : PATTERN.more), 0, 1), reasons: [what, where.reason, when.reason] };
  });
  return [...made, ...load, ...logged].sort((a, b) => b.suspicion - a.suspicion || b.atMs - a.atMs);
}
