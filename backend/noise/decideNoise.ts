/**
 * The noise gate: for each change of an alert, whether correlation gets to see it. Pure: time is the log's, memory is
 * handed in. What is held back is never lost; every answer carries the reason that is stored and shown.
 *
 * Order of the questions: planned work, silences, suppression, explained by another alert, flapping, too few yet, too
 * early yet. The first yes counts; when it ends, the alert is asked about again from the top.
 */
import type { AlertChange, LoggedChange } from '../ingest/index.ts';
import { isFlapping, isStale, newFlapHistory, noteStateChange, releasedAt } from './flapping.ts';
import { dropWaiting, keepWaiting, refOf, type EpisodeRef, type GateState, type HeldBack } from './gateState.ts';
import { addSource, explainedBy, newSourceIndex, removeSource } from './inhibition.ts';
import type { ActiveFlapping, Ruleset } from './ruleset.ts';
import { keyOf } from './scope.ts';
import { standingReasons } from './standing.ts';
import { countOccurrence } from './threshold.ts';

export type NoiseDecision =
  /** Correlation sees it. `released`: it had waited. */
  | { readonly kind: 'pass'; readonly change: AlertChange; readonly released: boolean }
  /** It waits, from now on or still. */
  | { readonly kind: 'hold_back'; readonly entry: HeldBack }
  /** It waited, and is over. */
  | { readonly kind: 'ended'; readonly episode: EpisodeRef }
  /** Nothing to do: asked about again, but it waits no more. */
  | { readonly kind: 'nothing' };

export interface NoiseAnswer {
  readonly decision: NoiseDecision;
  /** Alerts that wait and are to be asked about again now; `cleared`: their threshold is reached. */
  readonly lookAgain: readonly { readonly episode: EpisodeRef; readonly cleared: boolean }[];
}

/** A verdict without the parts that say since when. */
type Verdict = Pick<HeldBack, 'verdict' | 'causeId' | 'causeName' | 'reason' | 'untilMs'> & Partial<Pick<HeldBack, 'parent' | 'attach' | 'changes'>>;

const SWEEP_MS = 60_000;
const MAX_CHAIN = 20;

function duration(ms: number): string {
  if (ms < 120_000) return `${Math.round(ms / 1000)} s`;
  return `${Math.round(ms / 6000) / 10} min`;
}

function flapRuleOf(rules: Ruleset, change: LoggedChange): ActiveFlapping | null {
  return rules.flappings.find((rule) => rule.matches(change)) ?? null;
}

/** Takes a change of state into the memory of flaps; also when the memory is built anew from the log. */
export function noteFlap(rules: Ruleset, state: GateState, change: LoggedChange, given: boolean): void {
  if (rules.flappings.length === 0 || change.kind === 'changed' || change.kind === 'reconsidered') return;
  const rule = flapRuleOf(rules, change);
  if (rule === null) return;
  const known = state.flaps.get(change.alertKey) ?? { history: newFlapHistory(), lastGiven: null };
  state.flaps.set(change.alertKey, known);
  // An episode that gives way to the next one changed its state once, with the begin of the next one.
  if (change.kind !== 'superseded') noteStateChange(known.history, rule, change.recordedAt.getTime());
  if (given && change.kind === 'opened') known.lastGiven = { alertKey: change.alertKey, startsAt: change.startsAt };
}

/** Counts an alert that began for the thresholds that it falls under; also when the memory is built anew. */
export function noteOccurrence(rules: Ruleset, state: GateState, change: LoggedChange): void {
  if (change.kind !== 'opened') return;
  for (const rule of rules.thresholds) {
    if (rule.matches(change)) countOccurrence(occurrencesOf(state, rule.id, rule.groupBy, change), rule, change.recordedAt.getTime(), refOf(change));
  }
}

/** Notes an alert that fires as a possible explanation of others; also when the memory is built anew. */
export function noteSource(rules: Ruleset, state: GateState, change: LoggedChange): void {
  for (const rule of rules.inhibitions) {
    const index = state.sources.get(rule.id) ?? newSourceIndex();
    state.sources.set(rule.id, index);
    addSource(rule, index, change, refOf(change));
  }
}

function occurrencesOf(state: GateState, ruleId: string, groupBy: readonly string[], change: LoggedChange) {
  const key = `${ruleId}\n${groupBy.length === 0 ? change.alertKey : keyOf(change, groupBy)}`;
  const known = state.occurrences.get(key) ?? { entries: [] };
  state.occurrences.set(key, known);
  return known;
}

/** Forgets what says nothing any more, at most once a minute of the log's time. */
function sweep(rules: Ruleset, state: GateState, atMs: number): void {
  if (atMs - state.sweptMs < SWEEP_MS) return;
  state.sweptMs = atMs;
  const longest = { changes: 0, withinMs: rules.memoryMs, stableMs: rules.memoryMs };
  for (const [key, { history }] of state.flaps) if (isStale(history, longest, atMs)) state.flaps.delete(key);
  for (const [key, { entries }] of state.occurrences) if (atMs - (entries.at(-1)?.atMs ?? 0) > rules.memoryMs) state.occurrences.delete(key);
}

/** True when `source` waits, directly or through others, because `ref` fires. */
function isHeldBackBy(state: GateState, source: string, ref: string): boolean {
  let at = state.waiting.get(source);
  for (let step = 0; at !== undefined && at.verdict === 'inhibited' && at.parent !== null && step < MAX_CHAIN; step += 1) {
    const parent = refOf(at.parent);
    if (parent === ref) return true;
    at = state.waiting.get(parent);
  }
  return false;
}

function episodeOf(ref: string): EpisodeRef {
  const [alertKey = '', startsAtMs = '0'] = ref.split('/');
  return { alertKey, startsAt: new Date(Number(startsAtMs)) };
}

/** The first reason to hold an alert back now, or null. */
function judge(rules: Ruleset, state: GateState, change: LoggedChange, before: HeldBack | undefined, lookAgain: { episode: EpisodeRef; cleared: boolean }[]): Verdict | null {
  const atMs = change.recordedAt.getTime();
  const ref = refOf(change);
  for (const standing of standingReasons(rules, change, atMs)) return standing;
  for (const rule of rules.inhibitions) {
    const index = state.sources.get(rule.id);
    const found = index === undefined ? null : explainedBy(rule, index, change, ref, (source, target) => isHeldBackBy(state, source, target));
    if (found === null) continue;
    const { source, hops } = found;
    const why = rule.form === 'topology'
      ? `${change.service ?? 'it'} depends on ${source.service ?? 'something'}${hops > 1 ? ` over ${hops} steps` : ''}, where ${source.name} fires`
      : `${source.name} fires${rule.equal.length > 0 ? ` with the same ${rule.equal.join(', ')}` : ''}`;
    return {
      verdict: 'inhibited', causeId: rule.id, causeName: rule.name, reason: why, untilMs: null,
      parent: episodeOf(source.ref), attach: rule.form === 'topology' ? 'at_once' : 'never',
    };
  }
  const flaps = state.flaps.get(change.alertKey);
  const flapRule = flaps === undefined ? null : flapRuleOf(rules, change);
  if (flaps !== undefined && flapRule !== null && isFlapping(flaps.history, flapRule, atMs)) {
    return {
      verdict: 'flapping', causeId: flapRule.id, causeName: flapRule.name, untilMs: releasedAt(flaps.history, flapRule),
      reason: `flapping: ${flaps.history.count} changes of state; released after ${duration(flapRule.stableMs)} without one`,
      parent: flaps.lastGiven, attach: flaps.lastGiven === null ? 'never' : 'when_due', changes: flaps.history.count,
    };
  }
  for (const rule of rules.thresholds) {
    if (before?.cleared === true || !rule.matches(change)) continue;
    const { reached, count, refs } = countOccurrence(occurrencesOf(state, rule.id, rule.groupBy, change), rule, atMs, ref);
    if (!reached) {
      return {
        verdict: 'below_threshold', causeId: rule.id, causeName: rule.name, untilMs: null,
        reason: `${count} of ${rule.count} within ${duration(rule.withinMs)} that "${rule.name}" asks for`,
      };
    }
    for (const other of refs) {
      const waiting = state.waiting.get(other);
      if (waiting === undefined || other === ref || waiting.causeId !== rule.id || waiting.cleared) continue;
      keepWaiting(state, { ...waiting, cleared: true });
      lookAgain.push({ episode: waiting, cleared: true });
    }
  }
  let longest: Verdict | null = null;
  for (const rule of rules.holds) {
    if ((change.severity === 'sev1' && !rule.includeSev1) || !rule.matches(change)) continue;
    const began = before?.verdict === 'held' ? before.verdictSinceMs : atMs;
    const untilMs = began + rule.ms;
    if (untilMs > atMs && (longest === null || untilMs > (longest.untilMs ?? 0))) {
      longest = { verdict: 'held', causeId: rule.id, causeName: rule.name, reason: `"${rule.name}" waits ${duration(rule.ms)} whether it resolves by itself`, untilMs };
    }
  }
  return longest;
}

/** An alert in the shape in which correlation sees it begin. */
function asOpened(change: LoggedChange): AlertChange {
  return { ...change, kind: 'opened' };
}

/** Decides one change and advances the memory. */
export function decideNoise(rules: Ruleset, state: GateState, change: LoggedChange): NoiseAnswer {
  const ref = refOf(change);
  const atMs = change.recordedAt.getTime();
  const before = state.waiting.get(ref);
  const lookAgain: { episode: EpisodeRef; cleared: boolean }[] = [];
  sweep(rules, state, atMs);
  switch (change.kind) {
    case 'resolved':
    case 'superseded': {
      noteFlap(rules, state, change, false);
      for (const index of state.sources.values()) removeSource(index, ref);
      for (const target of state.explained.get(ref) ?? []) lookAgain.push({ episode: episodeOf(target), cleared: false });
      if (before === undefined) return { decision: { kind: 'pass', change: { ...change, kind: change.kind }, released: false }, lookAgain };
      dropWaiting(state, ref);
      return { decision: { kind: 'ended', episode: { alertKey: change.alertKey, startsAt: change.startsAt } }, lookAgain };
    }
    case 'changed':
      if (before === undefined) return { decision: { kind: 'pass', change: { ...change, kind: 'changed' }, released: false }, lookAgain };
      break;
    case 'reconsidered':
      if (before === undefined) return { decision: { kind: 'nothing' }, lookAgain };
      break;
    case 'opened':
      noteFlap(rules, state, change, false);
      noteSource(rules, state, change);
      break;
  }
  const verdict = judge(rules, state, change, before, lookAgain);
  if (verdict === null) {
    const flaps = state.flaps.get(change.alertKey);
    if (flaps !== undefined) flaps.lastGiven = { alertKey: change.alertKey, startsAt: change.startsAt };
    dropWaiting(state, ref);
    return { decision: { kind: 'pass', change: asOpened(change), released: before !== undefined }, lookAgain };
  }
  const same = before !== undefined && before.verdict === verdict.verdict && before.causeId === verdict.causeId;
  const entry: HeldBack = {
    alertKey: change.alertKey, startsAt: change.startsAt, severity: change.severity, service: change.service, parent: null, attach: 'never', changes: null, ...verdict,
    sinceMs: before?.sinceMs ?? atMs, verdictSinceMs: same ? before.verdictSinceMs : atMs, judgedMs: atMs,
    cleared: before?.cleared ?? false,
  };
  keepWaiting(state, entry);
  return { decision: { kind: 'hold_back', entry }, lookAgain };
}
