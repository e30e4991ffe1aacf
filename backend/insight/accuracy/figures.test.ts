/** cap 121: figures that people can check by hand, and what they say of a helper. */
import { diagnosisFigures, NOTHING_KNOWN, predictionFigures, verdictOf, weekOf, weeksUntil } from './figures.ts';

const AT = new Date('2026-11-25T12:00:00Z');

test('weeks begin on Mondays', () => {
  expect(weekOf(AT).toISOString()).toBe('2026-11-23T00:00:00.000Z');
  expect(weekOf(new Date('2026-11-23T00:00:00Z')).toISOString()).toBe('2026-11-23T00:00:00.000Z');
  expect(weeksUntil(AT, 2).map((week) => week.toISOString())).toEqual(['2026-11-16T00:00:00.000Z', '2026-11-23T00:00:00.000Z']);
});

test('predictions: Brier score against the base rate; precision and recall of warnings', () => {
  const said = [[0.8, true, true], [0.5, true, false], [0.1, false, false], [0.1, false, false]] as const;
  const figures = predictionFigures(said.map(([probability, isWarned, came]) => ({ at: AT, probability, isWarned, came })));
  // (0.04 + 0.25 + 0.01 + 0.01) / 4, against 0.25 × 0.75
  expect(figures).toEqual({ judged: 4, score: 0.0775, baseline: 0.1875, precision: 0.5, recall: 1 });
  expect(predictionFigures([])).toEqual(NOTHING_KNOWN);
});

test('diagnosis: how often the confirmed cause stood first, against the loudest service', () => {
  const cause = (service: string, suspects: readonly string[], loudest: string) => ({ at: AT, service, suspects, loudest });
  const figures = diagnosisFigures([cause('db', ['db', 'web'], 'web'), cause('db', ['web', 'db'], 'web'), cause('disk', ['web', 'db'], 'web'), cause('web', ['web'], 'web')]);
  expect(figures).toEqual({ judged: 4, score: 0.5, baseline: 0.25, precision: 0.5, recall: 0.75 });
  expect(diagnosisFigures([])).toEqual(NOTHING_KNOWN);
});

test('a helper is worse after two telling weeks below its baseline; few answers say nothing', () => {
  const week = (judged: number, score: number) => ({ ...NOTHING_KNOWN, judged, score, baseline: 0.5 });
  expect(verdictOf([week(9, 0.9), week(5, 0.4), week(2, 0.9), week(6, 0.3)], week(22, 0.6), false)).toBe('worse');
  expect(verdictOf([week(9, 0.4), week(5, 0.6)], week(14, 0.5), false)).toBe('better');
  expect(verdictOf([week(9, 0.4), week(5, 0.45)], week(14, 0.42), true)).toBe('better');
  expect(verdictOf([week(9, 0.4), week(5, 0.6)], week(14, 0.45), false)).toBe('unknown');
  expect(verdictOf([week(2, 0.1)], week(2, 0.1), false)).toBe('unknown');
});
