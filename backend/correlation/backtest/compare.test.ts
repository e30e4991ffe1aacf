import { alertId, type AlertId } from '#contract';
import { compareOutcomes } from './compare.ts';
import type { TrialGroup, TrialOutcome } from './trial.ts';

const START_MS = Date.UTC(2026, 2, 2, 6, 0, 0);

function idOf(index: number): AlertId {
  return alertId.parse(`${index.toString(16).padStart(16, '0')}-${START_MS}`);
}

function group(id: string, alerts: readonly number[], declaredAfterMinutes: number | null = null): TrialGroup {
  return {
    id, title: `Trouble ${id}`, severity: 'sev2', services: ['checkout'], alerts: alerts.map(idOf), firstAlertAt: new Date(START_MS),
    declaredAt: declaredAfterMinutes === null ? null : new Date(START_MS + declaredAfterMinutes * 60_000),
  };
}

const outcome = (...groups: readonly TrialGroup[]): TrialOutcome => ({ groups });
const EPISODES = Array.from({ length: 10 }, (_, index) => idOf(index));
const NOTHING_JUDGED = new Map<AlertId, string | null>();

test('cap 37: the same groups are unchanged, whatever they are called', () => {
  const report = compareOutcomes(outcome(group('a', [1, 2, 3])), outcome(group('x', [1, 2, 3, 4])), EPISODES, NOTHING_JUDGED);
  expect(report).toMatchObject({ unchanged: 1, differences: [], differencesTotal: 0 });
});

test('cap 37: two incidents that the draft would have made one are told as merged', () => {
  const report = compareOutcomes(outcome(group('a', [1, 2]), group('b', [3, 4])), outcome(group('x', [1, 2, 3, 4])), EPISODES, NOTHING_JUDGED);
  expect(report.differences).toEqual([expect.objectContaining({ kind: 'merged', alerts: 4, before: [expect.objectContaining({ title: 'Trouble a' }), expect.objectContaining({ title: 'Trouble b' })] })]);
  expect(report.unchanged).toBe(0);
});

test('cap 37: one incident that the draft would have made two is told as split', () => {
  const report = compareOutcomes(outcome(group('a', [1, 2, 3, 4])), outcome(group('x', [1, 2]), group('y', [3, 4])), EPISODES, NOTHING_JUDGED);
  expect(report.differences).toEqual([expect.objectContaining({ kind: 'split', before: expect.objectContaining({ alerts: 4 }) })]);
});

test('cap 37: incidents that only one side makes are new or gone, the larger first', () => {
  const report = compareOutcomes(outcome(group('a', [1, 2])), outcome(group('x', [5, 6, 7])), EPISODES, NOTHING_JUDGED);
  expect(report.differences.map((difference) => difference.kind)).toEqual(['new', 'gone']);
});

test('compression counts an alert that comes again once, and time to declare is the median of those declared', () => {
  const again = alertId.parse(`${'9'.padStart(16, '0')}-${START_MS + 1000}`);
  const report = compareOutcomes(outcome(), outcome(group('x', [1, 2, 3, 4], 2), group('y', [5, 6], 6), group('z', [7, 8])), [...EPISODES, again], NOTHING_JUDGED);
  expect(report.before).toMatchObject({ incidents: 0, medianMinutesToDeclare: null });
  expect(report.before.compression).toBeCloseTo(1 - 10 / 11);
  expect(report.after).toMatchObject({ incidents: 3, declared: 2, alertsInIncidents: 8, medianMinutesToDeclare: 4, score: null });
  expect(report.after.compression).toBeCloseTo(1 - 5 / 11);
});

test('where people have judged, each side gets its score', () => {
  const labels = new Map([[idOf(1), '1'], [idOf(2), '1'], [idOf(3), '2']]);
  const report = compareOutcomes(outcome(group('a', [1, 2, 3])), outcome(group('x', [1, 2])), EPISODES, labels);
  expect(report.before.score).toMatchObject({ falseJoins: 1, pairRecall: 1 });
  expect(report.after.score).toMatchObject({ falseJoins: 0, pairF1: 1 });
});

test('an empty period has nothing to tell', () => {
  expect(compareOutcomes(outcome(), outcome(), [], NOTHING_JUDGED)).toMatchObject({ alerts: 0, before: { compression: 0 }, differences: [] });
});
