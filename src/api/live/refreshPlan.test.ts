/** What an event makes old on the pages. */
import { logPosition, type LiveEvent } from '#contract';
import { queryKeys } from '../queryKeys.ts';
import { queriesTouchedBy } from './refreshPlan.ts';

const event = (type: LiveEvent['type'], incident: number | null = null): LiveEvent => ({
  position: logPosition.parse('7'), type, at: '2026-03-01T10:00:00.000Z', incident, actor: { kind: 'system', key: 'muster', name: 'Muster' }, data: {},
});

test('cap 121: whatever becomes known of a helper, or puts one to shadow, refreshes the Accuracy page', () => {
  const telling = [
    'helper.mode_changed', 'detector.state_changed', 'detector.judged', 'detector.deleted', 'incident.cause_judged', 'incident.recommendation_judged', 'incident.judged', 'prediction.ended', 'forecast.ended', 'run.ended',
  ] as const;
  for (const type of telling) expect([type, queriesTouchedBy(event(type, 3))]).toEqual([type, expect.arrayContaining([queryKeys.accuracies])]);
  expect(queriesTouchedBy(event('detector.recovered'))).not.toContainEqual(queryKeys.accuracies);
});

test('cap 121: a helper that goes to shadow is no longer told on pages of incidents, their timelines and graphs', () => {
  expect(queriesTouchedBy(event('helper.mode_changed'))).toEqual(expect.arrayContaining([queryKeys.insights, queryKeys.incidents, queryKeys.timelines, queryKeys.blastRadii, queryKeys.incidentLists, queryKeys.predictions]));
});

test('cap 119: a rejected runbook and a confirmed cause are seen at once by whoever else looks', () => {
  expect(queriesTouchedBy(event('incident.recommendation_judged', 3))).toContainEqual(queryKeys.recommendations(3));
  expect(queriesTouchedBy(event('incident.cause_judged', 3))).toEqual(expect.arrayContaining([queryKeys.causes(3), queryKeys.summary(3), queryKeys.timeline(3)]));
});
