/** When a helper puts itself to shadow. Pure. */
import type { AccuracyFigures } from '#contract';

/** Fewer answers in a week say nothing of it. */
export const ENOUGH_ANSWERS = 5;
const WEEK_MS = 7 * 86_400_000;
const WEEKS = 2;

export type Week = AccuracyFigures & { readonly from: Date };

/** True when its score was worse than that of its baseline, of enough answers. */
export function isWorse({ judged, score, baseline }: AccuracyFigures, lowerIsBetter: boolean): boolean {
  return judged >= ENOUGH_ANSWERS && score !== null && baseline !== null && (lowerIsBetter ? score > baseline : score < baseline);
}

/** Of weeks in their order: the last two whole ones, if it was worse in both and live all the time; else null. Whoever put it back gave it two weeks. */
export function worseWeeks(weeks: readonly Week[], lowerIsBetter: boolean, liveSince: Date | null, now: Date): readonly Week[] | null {
  const last = weeks.filter(({ from }) => from.getTime() + WEEK_MS <= now.getTime() && from.getTime() > now.getTime() - (WEEKS + 1) * WEEK_MS);
  const [first] = last;
  if (last.length !== WEEKS || first === undefined || (liveSince !== null && liveSince > first.from)) return null;
  return last.every((week) => isWorse(week, lowerIsBetter)) ? last : null;
}

function figure(value: number | null): string {
  return value === null ? '–' : value.toFixed(3);
}

/** "worse than its baseline for two weeks: 0.200 against 0.400 (12 answers), 0.250 against 0.300 (8 answers)" */
export function worseText(weeks: readonly Week[]): string {
  return `worse than its baseline for two weeks: ${weeks.map(({ score, baseline, judged }) => `${figure(score)} against ${figure(baseline)} (${judged} answers)`).join(', ')}`;
}
