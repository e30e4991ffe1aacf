/**
 * Which runbook is likely to help in an incident: what was tried in earlier ones, each as much as it is like this one, on top of what the
 * runbook says of itself. Pure; docs/aiops.md tells why.
 */
import { betaMean, betaQuantile, type Beta } from './beta.ts';
import { CREDIT, isGood, type Outcome } from './outcomes.ts';

/** What became of a runbook in an earlier incident. */
export interface Trial {
  readonly runbook: string;
  readonly incident: number;
  /** Of that incident to this one, 0 to 1; 0 where it is not known. */
  readonly similarity: number;
  readonly outcome: Outcome;
}

export interface Candidate {
  readonly runbook: string;
  /** How well it fits by what it says of itself, 0 to 1. */
  readonly fit: number;
  /** It may be tried without knowing that it helps: it only reads, or may run by itself. */
  readonly isSafe: boolean;
}

export interface Tally {
  readonly worked: number;
  readonly tried: number;
}

export interface Ranked {
  readonly runbook: string;
  /** That it ends the incident: the expected share, and its 95 % credible interval. */
  readonly probability: number;
  readonly low: number;
  readonly high: number;
  /** In incidents like this one, and in all. Rejections are no tries. */
  readonly similar: Tally;
  readonly all: Tally;
  /** It stands higher than what is known of it would put it, so that more becomes known. */
  readonly isExplored: boolean;
}

/** From here on an incident is like this one. */
export const LIKE = 0.3;
/** From here on what happened there counts as if it had been here. */
const ALIKE = 0.45;
/** What happened in any other incident counts so much, and all of it together so much at most. */
const ELSEWHERE = 0.15;
const MOST_ELSEWHERE = 0.5;
/** What is believed of a runbook that was never tried: so likely, as firmly as so many tries. */
const UNFIT = 0.15;
const FITTING = 0.45;
const FIRMNESS = 2;
/** What was tried so often in incidents like this one is known. */
const KNOWN = 3;
/** So much of what was seen counts for the interval: with it, 95 % of intervals hold in the simulation of `npm run bench -- recommendation`. */
const TRUST = 0.5;
const INTERVAL = [0.025, 0.975] as const;

function weightOf(similarity: number): number {
  return similarity < LIKE ? 0 : Math.min(1, similarity / ALIKE);
}

function tallyOf(trials: readonly Trial[]): Tally {
  const tried = trials.filter(({ outcome }) => outcome !== 'rejected');
  return { worked: tried.filter(({ outcome }) => isGood(outcome)).length, tried: tried.length };
}

/** What is believed of a runbook for this incident. */
export function beliefOf({ fit }: Pick<Candidate, 'fit'>, trials: readonly Trial[]): Beta {
  const expected = UNFIT + (FITTING - UNFIT) * fit;
  let [a, b] = [FIRMNESS * expected, FIRMNESS * (1 - expected)];
  const others = trials.filter(({ similarity }) => similarity < LIKE);
  const each = Math.min(ELSEWHERE, MOST_ELSEWHERE / Math.max(1, others.length));
  for (const { similarity, outcome } of trials) {
    const weight = weightOf(similarity) || each;
    a += weight * CREDIT[outcome].good;
    b += weight * CREDIT[outcome].bad;
  }
  return { a, b };
}

/** With the same mean, as if less had been seen: a like incident is not the same one. */
function doubted({ a, b }: Beta): Beta {
  return { a: a * TRUST, b: b * TRUST };
}

export interface Exploring {
  /** 0 to 1, evenly; asked once for each that may be explored. */
  random(): number;
}

/**
 * The best first, by expected share. With exploring, each safe candidate of which little is known draws from what is believed of it (Thompson sampling);
 * the best draw that beats the second place takes it. The first place is never given away for learning.
 */
export function rankRunbooks(candidates: readonly Candidate[], trials: readonly Trial[], exploring: Exploring | null): Ranked[] {
  const known = candidates.map((candidate) => {
    const own = trials.filter(({ runbook }) => runbook === candidate.runbook);
    const belief = beliefOf(candidate, own);
    return {
      candidate, belief,
      ranked: {
        runbook: candidate.runbook, probability: betaMean(belief), low: betaQuantile(INTERVAL[0], doubted(belief)), high: betaQuantile(INTERVAL[1], doubted(belief)),
        similar: tallyOf(own.filter(({ similarity }) => similarity >= LIKE)), all: tallyOf(own), isExplored: false,
      },
    };
  }).sort((one, other) => other.ranked.probability - one.ranked.probability || (one.ranked.runbook < other.ranked.runbook ? -1 : 1));
  const [first, second, ...rest] = known;
  if (exploring === null || first === undefined || second === undefined) return known.map(({ ranked }) => ranked);
  const draws = rest.filter(({ candidate, ranked }) => candidate.isSafe && ranked.similar.tried < KNOWN).map((each) => ({ each, draw: betaQuantile(exploring.random(), each.belief) }));
  const best = draws.reduce<(typeof draws)[number] | null>((found, each) => (found === null || each.draw > found.draw ? each : found), null);
  if (best === null || best.draw <= second.ranked.probability) return known.map(({ ranked }) => ranked);
  return [first.ranked, { ...best.each.ranked, isExplored: true }, ...[second, ...rest].filter((each) => each !== best.each).map(({ ranked }) => ranked)];
}
