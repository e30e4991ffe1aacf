/** What was known of answers, as figures: by week and in all, and what that says of a helper. Pure. */
import type { AccuracyFigures, HelperAccuracy } from '#contract';

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
/** Fewer answers say nothing of a week. */
const ENOUGH = 5;
const WEEKS_OF_A_VERDICT = 2;

/** Nothing is known. */
export const NOTHING_KNOWN: AccuracyFigures = { judged: 0, score: null, baseline: null, precision: null, recall: null };

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

/** Brier score against that of always saying how often it came; precision and recall of what was warned of. */
export function predictionFigures(said: readonly SaidOutcome[]): AccuracyFigures {
  if (said.length === 0) return NOTHING_KNOWN;
  const came = said.filter((each) => each.came).length;
  const rate = came / said.length;
  const warned = said.filter(({ isWarned }) => isWarned);
  const hits = warned.filter((each) => each.came).length;
  return {
    judged: said.length, score: rounded(said.reduce((sum, each) => sum + (each.probability - (each.came ? 1 : 0)) ** 2, 0) / said.length), baseline: rounded(rate * (1 - rate)),
    precision: share(hits, warned.length), recall: share(hits, came),
  };
}

/** How often the confirmed cause stood first, against naming the loudest service; recall: among the first three. */
export function diagnosisFigures(causes: readonly ConfirmedCause[]): AccuracyFigures {
  const first = causes.filter(({ suspects, service }) => suspects[0] === service).length;
  const amongThree = causes.filter(({ suspects, service }) => suspects.slice(0, 3).includes(service)).length;
  return {
    judged: causes.length, score: share(first, causes.length), baseline: share(causes.filter(({ loudest, service }) => loudest === service).length, causes.length),
    precision: share(first, causes.length), recall: share(amongThree, causes.length),
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

/** Share of judged findings that were right, against the share of ordinary alerts that belonged to something real. What was not found is not known. */
export function detectionFigures(findings: readonly JudgedFinding[], rules: readonly RuleAlerts[]): AccuracyFigures {
  const right = share(findings.filter(({ isRight }) => isRight).length, findings.length);
  const [alerts, real] = [rules.reduce((sum, each) => sum + each.alerts, 0), rules.reduce((sum, each) => sum + each.real, 0)];
  return { judged: findings.length, score: right, baseline: share(real, alerts), precision: right, recall: null };
}

/** What was recommended for an incident at first, and what became of it. */
export interface AnsweredRecommendation {
  readonly at: Date;
  /** The best first. */
  readonly order: readonly string[];
  readonly mostUsed: string | null;
  /** Runbooks that ended it. */
  readonly ended: readonly string[];
  /** Those that were tried without that, or rejected. */
  readonly refused: readonly string[];
}

/** How often the first one ended it, against the most used one. Known where a runbook ended it, or the first was tried or rejected. */
export function recommendationFigures(all: readonly AnsweredRecommendation[]): AccuracyFigures {
  const known = all.filter(({ order: [first = ''], ended, refused }) => ended.length > 0 || refused.includes(first));
  const first = known.filter(({ order, ended }) => ended.includes(order[0] ?? '')).length;
  const taken = known.filter(({ order: [best = ''], ended, refused }) => ended.includes(best) || refused.includes(best)).length;
  const answered = known.filter(({ ended }) => ended.length > 0);
  return {
    judged: known.length, score: share(first, known.length), baseline: share(known.filter(({ mostUsed, ended }) => mostUsed !== null && ended.includes(mostUsed)).length, known.length),
    precision: share(first, taken), recall: share(answered.filter(({ order, ended }) => order.slice(0, 3).some((runbook) => ended.includes(runbook))).length, answered.length),
  };
}

/** What figures say of a helper: worse after two weeks below its baseline, else by the whole time. */
export function verdictOf(weeks: readonly AccuracyFigures[], total: AccuracyFigures, lowerIsBetter: boolean): HelperAccuracy['verdict'] {
  const isWorse = ({ score, baseline }: AccuracyFigures): boolean => score !== null && baseline !== null && (lowerIsBetter ? score > baseline : score < baseline);
  const telling = weeks.filter(({ judged }) => judged >= ENOUGH);
  const last = telling.slice(-WEEKS_OF_A_VERDICT);
  if (last.length === WEEKS_OF_A_VERDICT && last.every(isWorse)) return 'worse';
  if (total.judged < ENOUGH || total.score === null || total.baseline === null) return 'unknown';
  return isWorse(total) ? 'unknown' : 'better';
}
