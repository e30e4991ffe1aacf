/** When a helper puts itself to shadow, and what else its figures say of it. Pure. */
import type { AccuracyFigures, Helper, HelperAccuracy } from '#contract';
import { chanceOfLoss, fromBaseline, type Bet } from './luck.ts';

/** Fewer answers in a week say nothing of it. */
export const ENOUGH_ANSWERS = 5;
/** What luck alone does less often than this is not held for luck. */
export const RARE = 0.02;
const WEEK_MS = 7 * 86_400_000;
const WEEKS = 2;

/** Figures with the answers behind them, held against the baseline one by one; null where answers cannot be told apart, as in a figure of pairs. */
export type Known = AccuracyFigures & { readonly bets: readonly Bet[] | null };
export type Week = Known & { readonly from: Date };

/** Two weeks below the baseline, and at most how likely luck alone does that. */
export interface Worse {
  readonly weeks: readonly Week[];
  readonly chance: number;
}

/** Of probabilities the score is an error. */
export function isLowerBetter(helper: Helper): boolean {
  return helper === 'prediction' || helper === 'forecast';
}

/** True when its score was worse than that of its baseline, of enough answers. */
export function isWorse({ judged, score, baseline }: AccuracyFigures, lowerIsBetter: boolean): boolean {
  return judged >= ENOUGH_ANSWERS && score !== null && baseline !== null && (lowerIsBetter ? score > baseline : score < baseline);
}

function betsOf(known: readonly Known[]): readonly Bet[] | null {
  return known.some(({ bets }) => bets === null) ? null : known.flatMap(({ bets }) => bets ?? []);
}

function areWorse(weeks: readonly Known[], lowerIsBetter: boolean): boolean {
  return weeks.length === WEEKS && weeks.every((week) => isWorse(week, lowerIsBetter));
}

/** Of weeks in their order: the last two whole ones, if it was surely worse in both and live all the time; else null. Whoever put it back gave it two weeks. */
export function worseWeeks(weeks: readonly Week[], lowerIsBetter: boolean, liveSince: Date | null, now: Date): Worse | null {
  const last = weeks.filter(({ from }) => from.getTime() + WEEK_MS <= now.getTime() && from.getTime() > now.getTime() - (WEEKS + 1) * WEEK_MS);
  const [first] = last;
  if (first === undefined || (liveSince !== null && liveSince > first.from)) return null;
  const bets = betsOf(last);
  if (bets === null || !areWorse(last, lowerIsBetter)) return null;
  const chance = chanceOfLoss(bets);
  return chance <= RARE ? { weeks: last, chance } : null;
}

function figure(value: number | null): string {
  return value === null ? '–' : value.toFixed(3);
}

/** "luck alone does that at most once in 80 times" */
export function luckText(chance: number): string {
  return `luck alone does that at most once in ${Math.round(Math.min(1_000, 1 / chance))} times`;
}

/** "worse than its baseline for two weeks: 0.200 against 0.400 (12 answers), 0.250 against 0.300 (8 answers); luck alone does that at most once in 80 times" */
export function worseText({ weeks, chance }: Worse): string {
  return `worse than its baseline for two weeks: ${weeks.map(({ score, baseline, judged }) => `${figure(score)} against ${figure(baseline)} (${judged} answers)`).join(', ')}; ${luckText(chance)}`;
}

/**
 * What figures say of a helper: worse after two telling weeks below its baseline, better when the whole time is above, both only where luck alone
 * hardly does that. Where answers cannot be told apart the figures alone say it, and nothing is said of luck.
 */
export function verdictOf(weeks: readonly Known[], total: Known, lowerIsBetter: boolean): Pick<HelperAccuracy, 'verdict' | 'chance'> {
  const said = (verdict: HelperAccuracy['verdict'], bets: readonly Bet[] | null): Pick<HelperAccuracy, 'verdict' | 'chance'> | null => {
    const chance = bets === null ? null : chanceOfLoss(bets);
    return chance !== null && chance > RARE ? null : { verdict, chance };
  };
  const last = weeks.filter(({ judged }) => judged >= ENOUGH_ANSWERS).slice(-WEEKS);
  const isAbove = isWorse(total, !lowerIsBetter);
  return (areWorse(last, lowerIsBetter) ? said('worse', betsOf(last)) : null)
    ?? (isAbove ? said('better', total.bets === null ? null : fromBaseline(total.bets)) : null)
    ?? { verdict: 'unknown', chance: null };
}
