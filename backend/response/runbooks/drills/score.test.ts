import fc from 'fast-check';
import { DRILL_STAGES, runId, type DrillExpectation, type DrillReport, type DrillStage } from '#contract';
import { isComplete, scoreOf, stagesOf } from './score.ts';
import { dueCount, webhookOf } from './payload.ts';
import { drillRunId } from '#contract';

const START_MS = Date.UTC(2026, 10, 20, 9);
const EXPECTS: readonly DrillExpectation[] = [{ stage: 'accepted', withinSeconds: 10 }, { stage: 'detected', withinSeconds: 30 }, { stage: 'mitigated', withinSeconds: 600 }];
const FAILURE: DrillReport['failures'][number] = { run: runId.parse('1'), title: 'Restart', step: 'look', error: 'gone' };

test('cap 81: each stage counts alike, late by half, and says what was wrong in words', () => {
  const reached = new Map<DrillStage, number>([['accepted', START_MS + 1_000], ['detected', START_MS + 45_400]]);

  const stages = stagesOf(EXPECTS, START_MS, reached, true);

  expect(stages.map(({ state, afterSeconds }) => [state, afterSeconds])).toEqual([['reached', 1], ['late', 45.4], ['missed', null]]);
  expect(scoreOf(stages, [])).toEqual({ score: 50, reasons: ['incident opened after 45 s instead of 30 s', 'never: incident mitigated'] });
  expect(scoreOf(stages, [FAILURE, FAILURE])).toMatchObject({ score: 40 });
});

test('cap 81: a stage that may still come is waited for', () => {
  const stages = stagesOf(EXPECTS, START_MS, new Map([['accepted', START_MS]]), false);

  expect(stages.map(({ state }) => state)).toEqual(['reached', 'waiting', 'waiting']);
  expect(isComplete(stages)).toBe(false);
});

test('cap 81: more reached, or sooner, or fewer failures never score less, and the score is of 0 to 100', () => {
  const expectations = fc.uniqueArray(fc.record({ stage: fc.constantFrom(...DRILL_STAGES), withinSeconds: fc.integer({ min: 1, max: 14_400 }) }), { selector: ({ stage }) => stage, minLength: 1 });
  const times = fc.dictionary(fc.constantFrom(...DRILL_STAGES), fc.integer({ min: 0, max: 20_000_000 }));
  fc.assert(fc.property(expectations, times, fc.nat(10), fc.constantFrom(...DRILL_STAGES), (expects, reachedMs, failures, sooner) => {
    const reached = new Map(DRILL_STAGES.flatMap((stage): [DrillStage, number][] => (reachedMs[stage] === undefined ? [] : [[stage, START_MS + reachedMs[stage]]])));
    const score = (at: ReadonlyMap<DrillStage, number>, failed: number): number => scoreOf(stagesOf(expects, START_MS, at, true), Array.from({ length: failed }, () => FAILURE)).score;
    const plain = score(reached, failures);

    expect(plain).toBeGreaterThanOrEqual(0);
    expect(plain).toBeLessThanOrEqual(100);
    expect(score(new Map([...reached, [sooner, START_MS]]), failures)).toBeGreaterThanOrEqual(plain);
    expect(score(reached, failures + 1)).toBeLessThanOrEqual(plain);
  }), { numRuns: 200 });
});

test('cap 81: alerts are sent by their time, keep their identity when sent again, and are marked', () => {
  const alerts = [{ name: 'Later', service: 'b', severity: 'sev2', summary: 'x', afterSeconds: 60 }, { name: 'First', service: 'a', severity: 'sev1', summary: '', afterSeconds: 0 }] as const;
  const given = { run: drillRunId.parse('7'), name: 'Drill', startedAt: new Date(START_MS), alerts: [alerts[1]] };
  const body: unknown = JSON.parse(webhookOf(given, 0, null));

  expect([dueCount(alerts, 0), dueCount(alerts, 59_999), dueCount(alerts, 60_000)]).toEqual([1, 1, 2]);
  expect(webhookOf(given, 0, null)).toBe(webhookOf(given, 0, null));
  expect(body).toMatchObject({ version: '4', alerts: [{ status: 'firing', labels: { alertname: 'First', service: 'a', severity: 'sev1', muster_drill: '7', drill_alert: '1' }, startsAt: '2026-11-20T09:00:00.000Z' }] });
});
