/** What was known of answers, as figures: by week and in all, and what that says of a helper. Pure. */
import type { AccuracyFigures } from '#contract';
import { precisionOf } from '../../detection/index.ts';
import { rightBet, squaredErrorBet, type Bet } from '../helpers/luck.ts';
import { ENOUGH_ANSWERS, type Known } from '../helpers/shadowRule.ts';
import type { Stated } from './calibration.ts';

/** A probability that was said, and what came. */
export interface SaidOutcome {
  readonly at: Date;
  readonly probability: number;
  readonly isWarned: boolean;
  readonly came: boolean;
  /** How often it had come until then: what the baseline says. */
  readonly usual: number;
}

/** A cause that was confirmed, and what was suspected then; null: the first suspect was refuted, and nobody knows better yet. */
export interface ConfirmedCause {
  readonly at: Date;
  readonly service: string | null;
  readonly suspects: readonly string[];
  readonly loudest: string | null;
  /** Of the first suspect; null: it was not kept. */
  readonly confidence: number | null;
}

const WEEK_MS = 7 * 86_400_000;
/** 1970-01-05 was a Monday. */
const FIRST_MONDAY_MS = 4 * 86_400_000;
/** Of a normal distribution, for 95 %. */
const Z = 1.96;

/** Nothing is known. */
export const NOTHING_KNOWN: Known = { judged: 0, score: null, baseline: null, precision: null, recall: null, interval: null, bets: [] };

/** Trouble came after one question in thirty of those that the storms of the benchmark ask; so much is believed before anything is known, as if of thirty. */
const BEFORE_ANYTHING = { came: 1, asked: 30 };

/** How often it comes, by the questions until now. */
export function usualShare(came: number, asked: number): number {
  return (came + BEFORE_ANYTHING.came) / (asked + BEFORE_ANYTHING.asked);
}

/** The Monday (UTC) on or before a time. */
export function weekOf(at: Date): Date {
  return new Date(Math.floor((at.getTime() - FIRST_MONDAY_MS) / WEEK_MS) * WEEK_MS + FIRST_MONDAY_MS);
}

/** Begins of so many weeks, the oldest first; the last one is that of `now`. */
export function weeksUntil(now: Date, weeks: number): Date[] {
  const last = weekOf(now).getTime();
  return Array.from({ length: weeks }, (_, place) => new Date(last - (weeks - 1 - place) * WEEK_MS));
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : rounded(part / whole);
}

/** Of a share of answers, by Wilson. */
function intervalOf(part: number, whole: number): AccuracyFigures['interval'] {
  const { low, high } = precisionOf({ right: part, wrong: whole - part, unjudged: 0 });
  return low === null || high === null ? null : { low: rounded(low), high: rounded(high) };
}

/** Of a mean of values between 0 and 1, as if they did not depend on each other. */
function meanInterval(values: readonly number[], mean: number): AccuracyFigures['interval'] {
  if (values.length < 2) return null;
  const reach = Z * Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1) / values.length);
  return { low: rounded(Math.max(0, mean - reach)), high: rounded(Math.min(1, mean + reach)) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function squaredErrors(said: readonly SaidOutcome[], probabilityOf: (each: SaidOutcome) => number): number[] {
  return said.map((each) => (probabilityOf(each) - (each.came ? 1 : 0)) ** 2);
}

/** Brier score against that of always saying how often it had come until then; precision and recall of what was warned of. */
export function predictionFigures(said: readonly SaidOutcome[]): Known {
  if (said.length === 0) return NOTHING_KNOWN;
  const came = said.filter((each) => each.came).length;
  const warned = said.filter(({ isWarned }) => isWarned);
  const hits = warned.filter((each) => each.came).length;
  const errors = squaredErrors(said, ({ probability }) => probability);
  const score = mean(errors);
  return {
    judged: said.length, score: rounded(score), baseline: rounded(mean(squaredErrors(said, ({ usual }) => usual))), interval: meanInterval(errors, score), precision: share(hits, warned.length), recall: share(hits, came),
    bets: said.map(({ probability, usual, came: hasCome }) => squaredErrorBet(probability, usual, hasCome)),
  };
}

/** What was said of when a limit will be crossed, and what came. */
export interface SaidCrossing {
  readonly at: Date;
  /** For each time that was said: the chance that was given of having crossed by then, that of the naive forecast, and whether it had. */
  readonly times: readonly { readonly chance: number; readonly naive: number; readonly crossed: boolean }[];
  /** It crossed by the last of them. */
  readonly came: boolean;
  /** It crossed between the first and the last, where both ends were said; else null. */
  readonly isInside: boolean | null;
}

function squaredMean(errors: readonly number[]): number {
  return mean(errors.map((error) => error ** 2));
}

/** One answer of a forecast: its times hang together, so of luck the one counts at which both differ most. */
function crossingBet(times: SaidCrossing['times']): Bet[] {
  const [most] = times.toSorted((a, b) => Math.abs(b.chance - b.naive) - Math.abs(a.chance - a.naive));
  return most === undefined ? [] : [squaredErrorBet(most.chance, most.naive, most.crossed)];
}

/** Brier score of the chances at the times that were said, against those of the naive forecast. Precision: what was named and came; recall: with both ends, what came between them. */
export function forecastFigures(said: readonly SaidCrossing[]): Known {
  if (said.length === 0) return NOTHING_KNOWN;
  const errors = said.map(({ times }) => squaredMean(times.map(({ chance, crossed }) => chance - (crossed ? 1 : 0))));
  const naive = said.map(({ times }) => squaredMean(times.map(({ naive: chance, crossed }) => chance - (crossed ? 1 : 0))));
  const bounded = said.filter(({ isInside }) => isInside !== null);
  return {
    judged: said.length, score: rounded(mean(errors)), baseline: rounded(mean(naive)), interval: meanInterval(errors, mean(errors)),
    precision: share(said.filter(({ came }) => came).length, said.length), recall: share(bounded.filter(({ isInside }) => isInside === true).length, bounded.length),
    bets: said.flatMap(({ times }) => crossingBet(times)),
  };
}

function isFirst({ suspects, service }: ConfirmedCause): boolean {
  return service !== null && suspects[0] === service;
}

/** How often the confirmed cause stood first, against naming the loudest service; recall: among the first three, where it is known. */
export function diagnosisFigures(causes: readonly ConfirmedCause[]): Known {
  const first = causes.filter(isFirst).length;
  const known = causes.filter(({ service }) => service !== null);
  const amongThree = known.filter(({ suspects, service }) => service !== null && suspects.slice(0, 3).includes(service)).length;
  const isLoudest = ({ loudest, service }: ConfirmedCause): boolean => service !== null && loudest === service;
  return {
    judged: causes.length, score: share(first, causes.length), baseline: share(causes.filter(isLoudest).length, causes.length), precision: share(first, causes.length), recall: share(amongThree, known.length),
    interval: intervalOf(first, causes.length), bets: causes.flatMap((cause) => rightBet(isFirst(cause), isLoudest(cause))),
  };
}

/** A finding that somebody judged. */
export interface JudgedFinding {
  readonly at: Date;
  readonly detector: string;
  readonly isRight: boolean;
  /** How sure the detector was, 0 to 1. */
  readonly score: number;
}

/** Alerts of ordinary rules in a week, whose incidents people decided on. */
export interface RuleAlerts {
  readonly at: Date;
  readonly alerts: number;
  /** Those of incidents that were real. */
  readonly real: number;
}

/** A real incident at a service that detectors watched, and whether one of them found something there about then. */
export interface WatchedIncident {
  readonly at: Date;
  readonly isFound: boolean;
}

function shareReal(rules: readonly RuleAlerts[]): { readonly alerts: number; readonly real: number } {
  return { alerts: rules.reduce((sum, each) => sum + each.alerts, 0), real: rules.reduce((sum, each) => sum + each.real, 0) };
}

/** Too few alerts of rules are known: it is to be right more often than wrong. */
const EVEN = 0.5;

/** Share of judged findings that were right, against the share of ordinary alerts that belonged to something real. Recall: of incidents at services that are watched. */
export function detectionFigures(findings: readonly JudgedFinding[], rules: readonly RuleAlerts[], incidents: readonly WatchedIncident[]): Known {
  const right = findings.filter(({ isRight }) => isRight).length;
  const { alerts, real } = shareReal(rules);
  // The share of a few alerts may be anything around it: findings are held against the least and the most that it may be.
  const { low, high } = precisionOf({ right: real, wrong: alerts - real, unjudged: 0 });
  const baseline = share(real, alerts);
  const edge = baseline !== null && right < baseline * findings.length ? low : high;
  return {
    judged: findings.length, score: share(right, findings.length), baseline, precision: share(right, findings.length),
    recall: share(incidents.filter(({ isFound }) => isFound).length, incidents.length), interval: intervalOf(right, findings.length), bets: edge === null ? [] : findingBets(findings, edge),
  };
}

function findingBets(findings: readonly JudgedFinding[], chance: number): Bet[] {
  return findings.map(({ isRight }) => ({ stake: 1, chance, came: isRight }));
}

/** One detector, against ordinary alerts; where too few of those are known, against a coin. */
export function oneDetectorFigures(findings: readonly JudgedFinding[], rules: readonly RuleAlerts[]): Known {
  const figures = detectionFigures(findings, rules, []);
  return shareReal(rules).alerts >= ENOUGH_ANSWERS ? figures : { ...figures, baseline: EVEN, bets: findingBets(findings, EVEN) };
}

/** What was recommended for an incident at first, and what became of it. */
export interface AnsweredRecommendation {
  readonly at: Date;
  /** The best first. */
  readonly order: readonly string[];
  /** Of the first. */
  readonly probability: number | null;
  readonly mostUsed: string | null;
  /** The same runbooks, those first that had been run most. */
  readonly byUse: readonly string[];
  /** Runbooks that ended it. */
  readonly ended: readonly string[];
  /** Those that were tried without that, or rejected. */
  readonly refused: readonly string[];
}

/** Known where a runbook ended it, or the first was tried or rejected. */
function isAnswered({ order: [first = ''], ended, refused }: AnsweredRecommendation): boolean {
  return ended.length > 0 || refused.includes(first);
}

function meanReciprocalRank(answers: readonly AnsweredRecommendation[], orderOf: (answer: AnsweredRecommendation) => readonly string[]): number | null {
  if (answers.length === 0) return null;
  const places = answers.map((answer) => orderOf(answer).findIndex((runbook) => answer.ended.includes(runbook)));
  return rounded(places.reduce((sum, place) => sum + (place < 0 ? 0 : 1 / (place + 1)), 0) / answers.length);
}

/** Mean of one over the place of what ended an incident, where something did; none was suggested: 0. The same for the order by use. */
export function reciprocalRanks(all: readonly AnsweredRecommendation[]): { readonly own: number | null; readonly baseline: number | null } {
  const answers = all.filter(({ ended }) => ended.length > 0);
  return { own: meanReciprocalRank(answers, ({ order }) => order), baseline: meanReciprocalRank(answers, ({ byUse }) => byUse) };
}

/** How often the first one ended it, against the most used one. */
export function recommendationFigures(all: readonly AnsweredRecommendation[]): Known {
  const known = all.filter(isAnswered);
  const isMostUsedRight = ({ mostUsed, ended }: AnsweredRecommendation): boolean => mostUsed !== null && ended.includes(mostUsed);
  const first = known.filter(({ order, ended }) => ended.includes(order[0] ?? '')).length;
  const taken = known.filter(({ order: [best = ''], ended, refused }) => ended.includes(best) || refused.includes(best)).length;
  const answered = known.filter(({ ended }) => ended.length > 0);
  return {
    judged: known.length, score: share(first, known.length), baseline: share(known.filter(isMostUsedRight).length, known.length),
    precision: share(first, taken), recall: share(answered.filter(({ order, ended }) => order.slice(0, 3).some((runbook) => ended.includes(runbook))).length, answered.length), interval: intervalOf(first, known.length),
    bets: known.flatMap((answer) => rightBet(answer.ended.includes(answer.order[0] ?? ''), isMostUsedRight(answer))),
  };
}

/** What each kind of answer had said of itself. */
export const STATED = {
  prediction: ({ at, probability, came }: SaidOutcome): Stated[] => [{ at, said: probability, came }],
  forecast: ({ at, times }: SaidCrossing): Stated[] => times.map(({ chance, crossed }) => ({ at, said: chance, came: crossed })),
  diagnosis: (cause: ConfirmedCause): Stated[] => (cause.confidence === null ? [] : [{ at: cause.at, said: cause.confidence, came: isFirst(cause) }]),
  detection: ({ at, score, isRight }: JudgedFinding): Stated[] => [{ at, said: score, came: isRight }],
  /** Only where the first one was tried or rejected it is known what it would have done. */
  recommendation: ({ at, order: [first = ''], probability, ended, refused }: AnsweredRecommendation): Stated[] => (probability === null || !(ended.includes(first) || refused.includes(first)) ? [] : [{ at, said: probability, came: ended.includes(first) }]),
};
