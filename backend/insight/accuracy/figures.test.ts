/** cap 121: figures that people can check by hand, and what they say of a helper. */
import { detectionFigures, diagnosisFigures, forecastFigures, NOTHING_KNOWN, oneDetectorFigures, predictionFigures, reciprocalRanks, recommendationFigures, STATED, usualShare, weekOf, weeksUntil } from './figures.ts';

const AT = new Date('2026-11-25T12:00:00Z');

test('weeks begin on Mondays', () => {
  expect(weekOf(AT).toISOString()).toBe('2026-11-23T00:00:00.000Z');
  expect(weekOf(new Date('2026-11-23T00:00:00Z')).toISOString()).toBe('2026-11-23T00:00:00.000Z');
  expect(weeksUntil(AT, 2).map((week) => week.toISOString())).toEqual(['2026-11-16T00:00:00.000Z', '2026-11-23T00:00:00.000Z']);
});

test('predictions: Brier score against what was usual until then; precision and recall of warnings; weeks in which nothing came do not make a fool of it', () => {
  const said = [[0.8, true, true], [0.5, true, false], [0.1, false, false], [0.1, false, false]] as const;
  const figures = predictionFigures(said.map(([probability, isWarned, came]) => ({ at: AT, probability, isWarned, came, usual: 0.2 })));
  // (0.04 + 0.25 + 0.01 + 0.01) / 4, against (0.64 + 3 * 0.04) / 4
  expect(figures).toMatchObject({ judged: 4, score: 0.0775, baseline: 0.19, precision: 0.5, recall: 1, interval: { low: 0, high: 0.191 } });
  expect(predictionFigures([])).toEqual(NOTHING_KNOWN);
  // Nothing is known at first: one in thirty. Of a hundred, twenty came.
  expect([usualShare(0, 0), usualShare(20, 100)].map((share) => share.toFixed(3))).toEqual(['0.033', '0.162']);
  const quiet = predictionFigures(Array.from({ length: 20 }, () => ({ at: AT, probability: 0.02, isWarned: false, came: false, usual: usualShare(0, 0) })));
  expect(quiet.score).toBeLessThan(quiet.baseline ?? 0);
});

test('cap 113: forecasts of limits: Brier score of 10, 50 and 90 % by the times that were said, against the naive forecast; what was named and came, and what came between both ends', () => {
  const said = (crossed: readonly boolean[], naive: number, came: boolean, isInside: boolean | null) => ({ at: AT, came, isInside, times: crossed.map((each, place) => ({ chance: [0.1, 0.5, 0.9][place] ?? 1, naive, crossed: each })) });
  const figures = forecastFigures([said([false, true, true], 0, true, true), said([true, true, true], 0.5, true, false), said([false, false, false], 0, false, false), said([false, true], 0, true, null)]);
  // (0.01 + 0.25 + 0.01) / 3, (0.81 + 0.25 + 0.01) / 3, (0.01 + 0.25 + 0.81) / 3, (0.01 + 0.25) / 2; against 2 / 3, 0.25, 0 and 1 / 2
  expect(figures).toMatchObject({ judged: 4, score: 0.2333, baseline: 0.3542, precision: 0.75, recall: 0.3333 });
  // Of each the time at which both differ most: they hang together.
  expect(figures.bets?.map(({ chance, came }) => [chance, came])).toEqual([[0.45, true], [0.3, true], [0.45, false], [0.25, true]]);
  expect(forecastFigures([])).toEqual(NOTHING_KNOWN);
});

test('diagnosis: how often the confirmed cause stood first, against the loudest service', () => {
  const cause = (service: string | null, suspects: readonly string[], loudest: string) => ({ at: AT, service, suspects, loudest, confidence: 0.7 });
  const figures = diagnosisFigures([cause('db', ['db', 'web'], 'web'), cause('db', ['web', 'db'], 'web'), cause('disk', ['web', 'db'], 'web'), cause('web', ['web'], 'web')]);
  expect(figures).toMatchObject({ judged: 4, score: 0.5, baseline: 0.25, precision: 0.5, recall: 0.75, interval: { low: 0.15, high: 0.85 } });
  // Refuted, and nobody knows better: wrong for both, and nothing of the other places.
  expect(diagnosisFigures([cause('db', ['db'], 'db'), cause(null, ['web', 'db'], 'db')])).toMatchObject({ judged: 2, score: 0.5, baseline: 0.5, recall: 1, bets: [] });
  expect(diagnosisFigures([])).toEqual(NOTHING_KNOWN);
});

test('detection: how many findings were right, against ordinary alerts; of what was missed, incidents at watched services; one detector against a coin where few alerts are known', () => {
  const finding = (isRight: boolean) => ({ at: AT, detector: '4', isRight, score: 0.9 });
  const findings = [finding(true), finding(true), finding(true), finding(false)];
  const incidents = [{ at: AT, isFound: true }, { at: AT, isFound: false }];
  expect(detectionFigures(findings, [{ at: AT, alerts: 8, real: 4 }, { at: AT, alerts: 2, real: 2 }], incidents)).toMatchObject({ judged: 4, score: 0.75, baseline: 0.6, precision: 0.75, recall: 0.5, interval: { low: 0.3006, high: 0.9544 } });
  expect(detectionFigures([], [], [])).toEqual(NOTHING_KNOWN);
  expect(oneDetectorFigures(findings, [{ at: AT, alerts: 5, real: 5 }])).toMatchObject({ score: 0.75, baseline: 1 });
  expect(oneDetectorFigures(findings, [{ at: AT, alerts: 4, real: 4 }])).toMatchObject({ score: 0.75, baseline: 0.5 });
  // Five alerts that were all real say 57 % at least, so three right ones of four prove nothing.
  const [bet] = oneDetectorFigures(findings, [{ at: AT, alerts: 5, real: 5 }]).bets ?? [];
  expect(bet).toMatchObject({ chance: expect.closeTo(0.566, 2) });
});

test('recommendation: how often the first one ended it, against the most used one; what nobody tried says nothing', () => {
  const answer = (order: readonly string[], byUse: readonly string[], ended: readonly string[], refused: readonly string[] = []) => ({ at: AT, order, probability: 0.4, byUse, mostUsed: byUse[0] ?? null, ended, refused });
  const all = [
    answer(['pool', 'disk', 'dns'], ['disk', 'dns', 'pool'], ['pool']), answer(['disk', 'pool'], ['disk', 'pool'], ['pool']), answer(['dns', 'disk'], ['disk', 'dns'], [], ['dns']), answer(['dns'], ['dns'], ['restart']), answer(['dns'], ['dns'], []),
  ];
  expect(recommendationFigures(all)).toMatchObject({ judged: 4, score: 0.25, baseline: 0, precision: 0.5, recall: 0.6667 });
  // 1, 1/2, 0 against 1/3, 1/2, 0
  expect(reciprocalRanks(all)).toEqual({ own: 0.5, baseline: 0.2778 });
  expect(recommendationFigures([])).toEqual(NOTHING_KNOWN);
  expect(reciprocalRanks([])).toEqual({ own: null, baseline: null });
});

test('what was said of itself: only where it is known whether that was right', () => {
  expect(STATED.diagnosis({ at: AT, service: 'db', suspects: ['db'], loudest: null, confidence: 0.7 })).toEqual([{ at: AT, said: 0.7, came: true }]);
  expect(STATED.diagnosis({ at: AT, service: 'db', suspects: ['web'], loudest: null, confidence: null })).toEqual([]);
  const answer = { at: AT, order: ['pool', 'disk'], probability: 0.4, byUse: [], mostUsed: null };
  expect(STATED.recommendation({ ...answer, ended: ['pool'], refused: [] })).toEqual([{ at: AT, said: 0.4, came: true }]);
  expect(STATED.recommendation({ ...answer, ended: ['disk'], refused: ['pool'] })).toEqual([{ at: AT, said: 0.4, came: false }]);
  expect(STATED.recommendation({ ...answer, ended: ['disk'], refused: [] })).toEqual([]);
});
