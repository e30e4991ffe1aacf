/** What the noise gate remembers of an organisation: alerts that wait, and what flaps, counts and explains. Pure. */
import type { NoiseVerdict, Severity } from '#contract';
import type { FlapHistory } from './flapping.ts';
import type { SourceIndex } from './inhibition.ts';
import type { Occurrences } from './threshold.ts';

export interface EpisodeRef {
  readonly alertKey: string;
  readonly startsAt: Date;
}

/** An alert that waits, and why. */
export interface HeldBack extends EpisodeRef {
  readonly verdict: NoiseVerdict;
  readonly causeId: string;
  readonly causeName: string;
  readonly reason: string;
  readonly severity: Severity;
  readonly service: string | null;
  readonly sinceMs: number;
  /** Since when the present verdict stands. */
  readonly verdictSinceMs: number;
  /** When it was last judged. */
  readonly judgedMs: number;
  /** When the verdict ends by itself; null: something else must happen first. */
  readonly untilMs: number | null;
  /** The alert that explains it, or the episode before of a flapping one. */
  readonly parent: EpisodeRef | null;
  readonly attach: 'never' | 'at_once' | 'when_due';
  readonly cleared: boolean;
  readonly changes: number | null;
}

export interface GateState {
  readonly waiting: Map<string, HeldBack>;
  /** Of each alert that a flapping rule looks at, by its key. */
  readonly flaps: Map<string, { readonly history: FlapHistory; lastGiven: EpisodeRef | null }>;
  /** By rule and group. */
  readonly occurrences: Map<string, Occurrences>;
  /** Firing sources, by inhibition rule. */
  readonly sources: Map<string, SourceIndex>;
  /** Waiting alerts, by the one that explains them. */
  readonly explained: Map<string, Set<string>>;
  /** When what says nothing any more was last removed. */
  sweptMs: number;
}

export function newGateState(): GateState {
  return { waiting: new Map(), flaps: new Map(), occurrences: new Map(), sources: new Map(), explained: new Map(), sweptMs: 0 };
}

/** Names an episode in memory. */
export function refOf(episode: EpisodeRef): string {
  return `${episode.alertKey}/${episode.startsAt.getTime()}`;
}

/** Puts an alert among those that wait. */
export function keepWaiting(state: GateState, entry: HeldBack): void {
  const ref = refOf(entry);
  dropWaiting(state, ref);
  state.waiting.set(ref, entry);
  if (entry.verdict !== 'inhibited' || entry.parent === null) return;
  const parent = refOf(entry.parent);
  state.explained.set(parent, (state.explained.get(parent) ?? new Set()).add(ref));
}

/** Takes an alert from those that wait. */
export function dropWaiting(state: GateState, ref: string): void {
  const entry = state.waiting.get(ref);
  if (entry === undefined) return;
  state.waiting.delete(ref);
  if (entry.parent === null) return;
  const siblings = state.explained.get(refOf(entry.parent));
  if (siblings?.delete(ref) === true && siblings.size === 0) state.explained.delete(refOf(entry.parent));
}
