/** cap 121: a helper that surely does worse than its baseline for two weeks goes to shadow. */
import fc from 'fast-check';
import { ratesOf } from '../../../scripts/bench/shadow/simulate.ts';
import { NOTHING_KNOWN, weeksUntil } from '../accuracy/figures.ts';
import { rightBet, type Bet } from './luck.ts';
import { ENOUGH_ANSWERS, isWorse, RARE, verdictOf, worseText, worseWeeks, type Week } from './shadowRule.ts';

const NOW = new Date('2026-11-25T12:00:00Z');
const [BEFORE_LAST = NOW, LAST = NOW, THIS = NOW] = weeksUntil(NOW, 3);
/** So many answers that the helper lost against its baseline, and no others that tell. */
const lost = (count: number): Bet[] => Array.from({ length: count }, () => rightBet(false, true)).flat();
const won = (count: number): Bet[] => Array.from({ length: count }, () => rightBet(true, false)).flat();
const week = (from: Date, judged: number, score: number | null, baseline: number | null, bets: readonly Bet[] | null = lost(4)): Week => ({ ...NOTHING_KNOWN, from, judged, score, baseline, bets });

test('the last two whole weeks count, when it was live in both; the week that goes on does not', () => {
  const bad = [week(BEFORE_LAST, 5, 0.2, 0.5), week(LAST, 9, 0.4, 0.5), week(THIS, 40, 1, 0.5)];
  const found = worseWeeks(bad, false, null, NOW);
  expect(found).toEqual({ weeks: bad.slice(0, 2), chance: expect.closeTo(2 ** -8, 6) });
  expect(found === null ? '' : worseText(found)).toBe('worse than its baseline for two weeks: 0.200 against 0.500 (5 answers), 0.400 against 0.500 (9 answers); luck alone does that at most once in 256 times');
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

test('two bad weeks that luck explains change nothing, nor do figures without the answers behind them', () => {
  const bad = (bets: readonly Bet[] | null): Week[] => [week(BEFORE_LAST, 5, 0.2, 0.5, bets), week(LAST, 5, 0.4, 0.5, bets)];
  expect(worseWeeks(bad([...lost(2), ...won(1)]), false, null, NOW)).toBeNull();
  expect(worseWeeks(bad(lost(2)), false, null, NOW)).toBeNull();
  expect(worseWeeks(bad(null), false, null, NOW)).toBeNull();
  expect(worseWeeks(bad(lost(3)), false, null, NOW)).not.toBeNull();
});

const figure = fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null });
const aWeek = fc.record({ judged: fc.integer({ min: 0, max: 12 }), score: figure, baseline: figure, lost: fc.integer({ min: 0, max: 6 }) });

test('whatever the figures: both weeks are worse with enough answers and little luck, and so is neither the other way round; more of the past changes nothing', () => {
  fc.assert(fc.property(fc.array(aWeek, { minLength: 3, maxLength: 8 }), fc.boolean(), fc.integer({ min: 0, max: 7 * 86_400_000 - 1 }), (figures, lowerIsBetter, intoWeekMs) => {
    const now = new Date(THIS.getTime() + intoWeekMs);
    const begins = weeksUntil(now, figures.length);
    const weeks = figures.map(({ judged, score, baseline, lost: count }, index) => week(begins[index] ?? now, judged, score, baseline, lost(count)));
    const found = worseWeeks(weeks, lowerIsBetter, null, now);
    const lastTwo = weeks.slice(-3, -1);
    const losses = figures.slice(-3, -1).reduce((sum, { lost: count }) => sum + count, 0);
    expect(found !== null).toBe(lastTwo.every((each) => isWorse(each, lowerIsBetter)) && 2 ** -losses <= RARE);
    expect(worseWeeks(weeks.slice(-3), lowerIsBetter, null, now)).toEqual(found);
    if (found === null) return;
    expect(found.weeks).toEqual(lastTwo);
    expect(found.weeks.every(({ judged }) => judged >= ENOUGH_ANSWERS)).toBe(true);
    expect(worseWeeks(weeks, !lowerIsBetter, null, now)).toBeNull();
    expect(worseWeeks(weeks, lowerIsBetter, new Date(now.getTime() - 1), now)).toBeNull();
  }), { numRuns: 200 });
});

test('a helper is worse after two telling weeks below its baseline, better in the whole time, both only beyond luck; of figures of pairs the figures say it', () => {
  const known = (judged: number, score: number, bets: readonly Bet[] | null): Week => week(NOW, judged, score, 0.5, bets);
  const [many, few] = [[...lost(8), ...won(20)], [...lost(5), ...won(6)]];
  expect(verdictOf([known(9, 0.9, won(5)), known(5, 0.4, lost(3)), known(2, 0.9, won(2)), known(6, 0.3, lost(3))], known(22, 0.6, many), false)).toEqual({ verdict: 'worse', chance: expect.closeTo(1 / 64, 6) });
  expect(verdictOf([known(9, 0.4, lost(2)), known(5, 0.4, lost(2))], known(14, 0.4, lost(4)), false)).toEqual({ verdict: 'unknown', chance: null });
  expect(verdictOf([], known(40, 0.7, [...lost(4), ...won(20)]), false)).toMatchObject({ verdict: 'better' });
  expect(verdictOf([], known(14, 0.55, few), false)).toEqual({ verdict: 'unknown', chance: null });
  expect(verdictOf([], known(14, 0.42, won(8)), true)).toMatchObject({ verdict: 'better' });
  expect(verdictOf([], known(2, 0.9, won(2)), false)).toMatchObject({ verdict: 'unknown' });
  expect(verdictOf([known(9, 0.4, null), known(5, 0.4, null)], known(14, 0.6, null), false)).toEqual({ verdict: 'worse', chance: null });
  expect(verdictOf([], known(14, 0.6, null), false)).toEqual({ verdict: 'better', chance: null });
});

test('simulated: of fortnights of a helper as good as its baseline less than one in a hundred, where the figures alone take every sixth and more; what is clearly worse is taken in nearly every year', () => {
  const rates = ['first of a list', 'findings', 'probabilities'].map((kind) => ({ equal: ratesOf(kind, 0, 10, 40), better: ratesOf(kind, 0.1, 10, 40), worse: ratesOf(kind, -0.4, 10, 40) }));
  for (const { equal, better, worse } of rates) {
    expect(equal.figuresAlone).toBeGreaterThan(0.1);
    expect(equal.fortnight).toBeLessThan(0.01);
    expect(better.fortnight).toBeLessThan(0.002);
    expect(worse.year).toBeGreaterThan(0.95);
    expect(worse.medianWeeks).toBeLessThan(7);
  }
});
