/**
 * What people made of candidates: a kind that they reject again and again is held, one that they promote comes sooner.
 * A kind is the suspected cause; how wide and how grave its candidates were is kept, so that what is more than that is
 * proposed all the same. Pure.
 */
import type { IncidentNumber, LearnedEffect } from '#contract';
import { dayOf, isForgotten, type CandidateAct, type Vetoes } from './observations.ts';

export interface LearnedCandidate {
  readonly key: string;
  readonly cause: string;
  readonly effect: LearnedEffect;
  /** Since people last decided otherwise. */
  readonly rejected: number;
  readonly promoted: number;
  /** In how many of the rejected ones each service, and each rule, was. */
  readonly services: Readonly<Record<string, number>>;
  readonly rules: Readonly<Record<string, number>>;
  /** The gravest that was rejected, and the largest. */
  readonly severity: number;
  readonly alerts: number;
  readonly incidents: readonly IncidentNumber[];
  readonly lastSeenAt: Date;
}

/** A candidate of this moment. */
export interface CandidateFacts {
  readonly services: readonly string[];
  readonly rules: readonly string[];
  readonly severity: number;
  readonly alerts: number;
}

export const LEARNED_DAYS = 30;
/** So often rejected: held. So often promoted: sooner. */
export const HELD_FROM = 3;
const SOONER_FROM = 2;
/** What a promoted kind adds to the score. */
export const SOONER_SCORE = 0.1;
/** So many times the largest rejected one: larger. */
const LARGER = 1.5;
const SHOWN_INCIDENTS = 10;
const DAY_MS = 86_400_000;

export function candidateKey(cause: string): string {
  return JSON.stringify(['candidate', cause]);
}

function countNames(lists: readonly (readonly string[])[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const list of lists) for (const name of new Set(list)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function learnOne(cause: string, acts: readonly CandidateAct[]): LearnedCandidate {
  // The last word on each incident counts.
  const last = new Map<IncidentNumber, CandidateAct>();
  for (const act of acts) last.set(act.incident, act);
  const decided = [...last.values()].sort((a, b) => a.at.getTime() - b.at.getTime() || a.incident - b.incident);
  const lastOf = (kind: CandidateAct['kind']): number => decided.findLastIndex((act) => act.kind === kind);
  const rejected = decided.filter((act, index) => act.kind === 'rejected' && index > lastOf('promoted'));
  const promoted = decided.filter((act, index) => act.kind === 'promoted' && index > lastOf('rejected'));
  return {
    key: candidateKey(cause), cause, rejected: rejected.length, promoted: promoted.length,
    effect: rejected.length >= HELD_FROM ? 'held' : promoted.length >= SOONER_FROM ? 'sooner' : 'none',
    services: countNames(rejected.map((act) => act.services)), rules: countNames(rejected.map((act) => act.rules)),
    severity: Math.min(5, ...rejected.map((act) => act.severity)), alerts: Math.max(0, ...rejected.map((act) => act.alerts)),
    incidents: decided.map((act) => act.incident).reverse().slice(0, SHOWN_INCIDENTS), lastSeenAt: new Date(decided.at(-1)?.at ?? 0),
  };
}

/** Learns, by cause. The order of the acts does not matter. */
export function learnCandidates(acts: readonly CandidateAct[], now: Date, vetoes: Vetoes): LearnedCandidate[] {
  const since = dayOf(now) - LEARNED_DAYS * DAY_MS;
  const byCause = new Map<string, CandidateAct[]>();
  for (const act of [...acts].sort((a, b) => a.at.getTime() - b.at.getTime() || a.incident - b.incident || (a.kind < b.kind ? -1 : 1))) {
    const veto = vetoes.get(candidateKey(act.cause));
    if (act.at.getTime() < since || veto?.ignored === true || isForgotten(veto, act.at)) continue;
    byCause.set(act.cause, [...(byCause.get(act.cause) ?? []), act]);
  }
  return [...byCause].map(([cause, own]) => learnOne(cause, own)).sort((a, b) => (a.key < b.key ? -1 : 1));
}

function isCovered(names: readonly string[], counts: Readonly<Record<string, number>>): boolean {
  return names.every((name) => (Object.hasOwn(counts, name) ? (counts[name] ?? 0) : 0) >= HELD_FROM);
}

/** Why a candidate is not proposed; null when it is: it is graver, broader or larger than what was rejected. */
export function whyHeld(learned: LearnedCandidate, facts: CandidateFacts): string | null {
  if (learned.effect !== 'held') return null;
  if (facts.severity < learned.severity || facts.alerts > learned.alerts * LARGER) return null;
  if (!isCovered(facts.services, learned.services) || !isCovered(facts.rules, learned.rules)) return null;
  return `candidates around ${learned.cause} were rejected ${learned.rejected} times in the last ${LEARNED_DAYS} days: held, until it is graver, broader or larger than those`;
}

/** Why a candidate scores more; null when it does not. */
export function whySooner(learned: LearnedCandidate): string | null {
  return learned.effect === 'sooner' ? `candidates around ${learned.cause} were promoted ${learned.promoted} times in the last ${LEARNED_DAYS} days` : null;
}
