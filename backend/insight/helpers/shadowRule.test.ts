/** cap 121: a helper that does worse than its baseline for two weeks goes to shadow. */
import fc from 'fast-check';
import { weeksUntil } from '../accuracy/figures.ts';
import { ENOUGH_ANSWERS, isWorse, worseText, worseWeeks, type Week } from './shadowRule.ts';

const NOW = new Date('2026-11-25T12:00:00Z');
const [BEFORE_LAST = NOW, LAST = NOW, THIS = NOW] = weeksUntil(NOW, 3);
const week = (from: Date, judged: number, score: number | null, baseline: number | null): Week => ({ from, judged, score, baseline, precision: null, recall: null, interval: null });

test('the last two whole weeks count, when it was live in both; the week that goes on does not', () => {
  const bad = [week(BEFORE_LAST, 5, 0.2, 0.5), week(LAST, 9, 0.4, 0.5), week(THIS, 40, 1, 0.5)];
  expect(worseWeeks(bad, false, null, NOW)).toEqual(bad.slice(0, 2));
  expect(worseText(bad.slice(0, 2))).toBe('worse than its baseline for two weeks: 0.200 against 0.500 (5 answers), 0.400 against 0.500 (9 answers)');
  expect(worseWeeks(bad, true, null, NOW)).toBeNull();
  expect(worseWeeks(bad, false, BEFORE_LAST, NOW)).not.toBeNull();
  // Put back on Wednesday of the first of them: it has two whole weeks from the next Monday on.
  expect(worseWeeks(bad, false, new Date(BEFORE_LAST.getTime() + 1), NOW)).toBeNull();
  expect(worseWeeks([week(BEFORE_LAST, 5, 0.2, 0.5), week(LAST, 4, 0, 0.5)], false, null, NOW)).toBeNull();
  expect(worseWeeks([week(BEFORE_LAST, 5, 0.5, 0.5), week(LAST, 9, 0.4, 0.5)], false, null, NOW)).toBeNull();
  expect(worseWeeks([week(BEFORE_LAST, 5, 0.2, null), week(LAST, 9, 0.4, 0.5)], false, null, NOW)).toBeNull();
  expect(worseWeeks(bad, false, null, new Date(NOW.getTime() + 7 * 86_400_000))).toBeNull();
  expect(worseWeeks([], false, null, NOW)).toBeNull();
});

const figure = fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null });
const aWeek = fc.record({ judged: fc.integer({ min: 0, max: 12 }), score: figure, baseline: figure });

test('whatever the figures: both weeks are worse with enough answers, and so is neither the other way round; more of the past changes nothing', () => {
  fc.assert(fc.property(fc.array(aWeek, { minLength: 3, maxLength: 8 }), fc.boolean(), fc.integer({ min: 0, max: 7 * 86_400_000 - 1 }), (figures, lowerIsBetter, intoWeekMs) => {
    const now = new Date(THIS.getTime() + intoWeekMs);
    const begins = weeksUntil(now, figures.length);
    const weeks = figures.map(({ judged, score, baseline }, index) => week(begins[index] ?? now, judged, score, baseline));
    const found = worseWeeks(weeks, lowerIsBetter, null, now);
    const lastTwo = weeks.slice(-3, -1);
    expect(found !== null).toBe(lastTwo.every((each) => isWorse(each, lowerIsBetter)));
    expect(worseWeeks(weeks.slice(-3), lowerIsBetter, null, now)).toEqual(found);
    if (found === null) return;
    expect(found).toEqual(lastTwo);
    expect(found.every(({ judged }) => judged >= ENOUGH_ANSWERS)).toBe(true);
    expect(worseWeeks(weeks, !lowerIsBetter, null, now)).toBeNull();
    expect(worseWeeks(weeks, lowerIsBetter, new Date(now.getTime() - 1), now)).toBeNull();
  }), { numRuns: 200 });
});
