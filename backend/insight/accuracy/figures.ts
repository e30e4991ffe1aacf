/** What was known of answers, as figures: by week and in all, and what that says of a helper. Pure. */
import type { AccuracyFigures, HelperAccuracy } from '#contract';
import { precisionOf } from '../../detection/index.ts';
import { ENOUGH_ANSWERS, isWorse } from '../helpers/shadowRule.ts';

/** A probability that was said, and what came. */
export interface SaidOutcome {
  readonly at: Date;
  readonly probability: number;
  readonly isWarned: boolean;
  readonly came: boolean;
}

/** A cause that was confirmed, and what was suspected then. */
export interface ConfirmedCause {
  readonly at: Date;
  readonly service: string;
  readonly suspects: readonly string[];
  readonly loudest: string | null;
}

const WEEK_MS = 7 * 86_400_000;
/** 1970-01-05 was a Monday. */
const FIRST_MONDAY_MS = 4 * 86_400_000;
const WEEKS_OF_A_VERDICT = 2;
/** Of a normal distribution, for 95 %. */
const Z = 1.96;

/** Nothing is known. */
export const NOTHING_KNOWN: AccuracyFigures = { judged: 0, score: null, baseline: null, precision: null, recall: null, interval: null };

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

/** Brier score against that of always saying how often it came; precision and recall of what was warned of. */
export function predictionFigures(said: readonly SaidOutcome[]): AccuracyFigures {
  if (said.length === 0) return NOTHING_KNOWN;
  const came = said.filter((each) => each.came).length;
  const rate = came / said.length;
  const warned = said.filter(({ isWarned }) => isWarned);
  const hits = warned.filter((each) => each.came).length;
  const errors = said.map((each) => (each.probability - (each.came ? 1 : 0)) ** 2);
  const score = errors.reduce((sum, error) => sum + error, 0) / said.length;
  return {
    judged: said.length, score: rounded(score), baseline: rounded(rate * (1 - rate)), interval: meanInterval(errors, score), precision: share(hits, warned.length), recall: share(hits, came),
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
  return errors.reduce((sum, error) => sum + error ** 2, 0) / Math.max(1, errors.length);
}

/** Brier score of the chances at the times that were said, against those of the naive forecast. Precision: what was named and came; recall: with both ends, what came between them. */
export function forecastFigures(said: readonly SaidCrossing[]): AccuracyFigures {
  if (said.length === 0) return NOTHING_KNOWN;
  const errors = said.map(({ times }) => squaredMean(times.map(({ chance, crossed }) => chance - (crossed ? 1 : 0))));
  const naive = said.map(({ times }) => squaredMean(times.map(({ naive: chance, crossed }) => chance - (crossed ? 1 : 0))));
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const bounded = said.filter(({ isInside }) => isInside !== null);
  return {
    judged: said.length, score: rounded(mean(errors)), baseline: rounded(mean(naive)), interval: meanInterval(errors, mean(errors)),
    precision: share(said.filter(({ came }) => came).length, said.length), recall: share(bounded.filter(({ isInside }) => isInside === true).length, bounded.length),
  };
}

/** How often the confirmed cause stood first, against naming the loudest service; recall: among the first three. */
export function diagnosisFigures(causes: readonly ConfirmedCause[]): AccuracyFigures {
  const first = causes.filter(({ suspects, service }) => suspects[0] === service).length;
  const amongThree = causes.filter(({ suspects, service }) => suspects.slice(0, 3).includes(service)).length;
  return {
    judged: causes.length, score: share(first, causes.length), baseline: share(causes.filter(({ loudest, service }) => loudest === service).length, causes.length),
    precision: share(first, causes.length), recall: share(amongThree, causes.length), interval: intervalOf(first, causes.length),
  };
}

/** A finding that somebody judged. */
export interface JudgedFinding {
  readonly at: Date;
  readonly detector: string;
  readonly isRight: boolean;
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

/** Share of judged findings that were right, against the share of ordinary alerts that belonged to something real. Recall: of incidents at services that are watched. */
export function detectionFigures(findings: readonly JudgedFinding[], rules: readonly RuleAlerts[], incidents: readonly WatchedIncident[]): AccuracyFigures {
  const right = findings.filter(({ isRight }) => isRight).length;
  const { alerts, real } = shareReal(rules);
  return {
    judged: findings.length, score: share(right, findings.length), baseline: share(real, alerts), precision: share(right, findings.length),
    recall: share(incidents.filter(({ isFound }) => isFound).length, incidents.length), interval: intervalOf(right, findings.length),
  };
}

/** Too few alerts of rules are known: it is to be right more often than wrong. */
const EVEN = 0.5;

/** One detector, against ordinary alerts; where too few of those are known, against a coin. */
export function oneDetectorFigures(findings: readonly JudgedFinding[], rules: readonly RuleAlerts[]): AccuracyFigures {
  const figures = detectionFigures(findings, rules, []);
  return shareReal(rules).alerts >= ENOUGH_ANSWERS ? figures : { ...figures, baseline: EVEN };
}

/** What was recommended for an incident at first, and what became of it. */
export interface AnsweredRecommendation {
  readonly at: Date;
  /** The best first. */
  readonly order: readonly string[];
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
export function recommendationFigures(all: readonly AnsweredRecommendation[]): AccuracyFigures {
  const known = all.filter(isAnswered);
  const first = known.filter(({ order, ended }) => ended.includes(order[0] ?? '')).length;
  const taken = known.filter(({ order: [best = ''], ended, refused }) => ended.includes(best) || refused.includes(best)).length;
  const answered = known.filter(({ ended }) => ended.length > 0);
  return {
    judged: known.length, score: share(first, known.length), baseline: share(known.filter(({ mostUsed, ended }) => mostUsed !== null && ended.includes(mostUsed)).length, known.length),
    precision: share(first, taken), recall: share(answered.filter(({ order, ended }) => order.slice(0, 3).some((runbook) => ended.includes(runbook))).length, answered.length), interval: intervalOf(first, known.length),
  };
}

/** What figures say of a helper: worse after two weeks below its baseline, else by the whole time. */
export function verdictOf(weeks: readonly AccuracyFigures[], total: AccuracyFigures, lowerIsBetter: boolean): HelperAccuracy['verdict'] {
  const telling = weeks.filter(({ judged }) => judged >= ENOUGH_ANSWERS);
  const last = telling.slice(-WEEKS_OF_A_VERDICT);
  if (last.length === WEEKS_OF_A_VERDICT && last.every((week) => isWorse(week, lowerIsBetter))) return 'worse';
  if (total.judged < ENOUGH_ANSWERS || total.score === null || total.baseline === null) return 'unknown';
  return isWorse(total, lowerIsBetter) ? 'unknown' : 'better';
}
