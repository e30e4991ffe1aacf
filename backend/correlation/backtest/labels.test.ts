import fc from 'fast-check';
import { alertId, incidentNumber, judgementBody, type AlertId, type Judgement } from '#contract';
import { labelAlerts, scoreGroups } from './labels.ts';

const BY = { kind: 'user', key: 'user:ada', name: 'Ada' } as const;

function idOf(index: number): AlertId {
  return alertId.parse(`${index.toString(16).padStart(16, '0')}-1772431200000`);
}

function judged(incident: number, body: unknown): Judgement {
  return { incident: incidentNumber.parse(incident), judgement: judgementBody.parse(body), judgedAt: '2026-03-02T06:00:00.000Z', judgedBy: BY };
}

const MEMBERS = new Map([[1, [idOf(1), idOf(2)]], [2, [idOf(3)]], [3, [idOf(4), idOf(5), idOf(6)]], [4, [idOf(7)]]]);

test('alerts of an incident judged correct share a label, alerts that nobody judged have none', () => {
  const labels = labelAlerts([judged(1, { verdict: 'correct' })], MEMBERS);
  expect([...labels]).toEqual([[idOf(1), '1'], [idOf(2), '1']]);
});

test('incidents that should have been one share a label, however the judgements are chained', () => {
  const labels = labelAlerts([judged(3, { verdict: 'should_merge', with: [2] }), judged(2, { verdict: 'should_merge', with: [1] })], MEMBERS);
  expect(new Set(labels.values())).toEqual(new Set(['1']));
  expect(labels.size).toBe(6);
});

test('parts that should have been apart get labels of their own, and background gets none', () => {
  const labels = labelAlerts([judged(3, {
    verdict: 'should_split', parts: [{ name: 'the disk', alerts: [idOf(4)] }, { name: 'noise', background: true, alerts: [idOf(5), idOf(1)] }],
  })], MEMBERS);
  expect([...labels]).toEqual([[idOf(4), '3/0'], [idOf(5), null], [idOf(6), '3']]);
});

test('nothing labelled gives no score', () => {
  expect(scoreGroups(new Map(), () => null)).toBeNull();
});

test('grouping as labelled is perfect, everything in one heap has full recall and counts its false joins', () => {
  const labels = new Map([[idOf(1), 'a'], [idOf(2), 'a'], [idOf(3), 'b'], [idOf(4), null]]);
  expect(scoreGroups(labels, (alert) => labels.get(alert) ?? null)).toEqual({ labelled: 4, pairPrecision: 1, pairRecall: 1, pairF1: 1, falseJoins: 0 });
  expect(scoreGroups(labels, () => 'heap')).toMatchObject({ pairPrecision: 1 / 6, pairRecall: 1, falseJoins: 2 });
  expect(scoreGroups(labels, () => null)).toMatchObject({ pairPrecision: 1, pairRecall: 0, pairF1: 0, falseJoins: 0 });
});

test('the score agrees with counting every pair by hand', () => {
  const assignment = fc.array(fc.record({ label: fc.integer({ min: 0, max: 3 }), group: fc.integer({ min: 0, max: 3 }) }), { minLength: 2, maxLength: 25 });
  fc.assert(fc.property(assignment, (alerts) => {
    const labels = new Map(alerts.map(({ label }, index) => [idOf(index), label === 0 ? null : String(label)]));
    const groups = new Map(alerts.map(({ group }, index) => [idOf(index), group === 0 ? null : String(group)]));
    let [right, joined, belonging] = [0, 0, 0];
    alerts.forEach((a, i) => alerts.slice(i + 1).forEach((b) => {
      const together = a.group !== 0 && a.group === b.group;
      const belongs = a.label !== 0 && a.label === b.label;
      right += together && belongs ? 1 : 0;
      joined += together ? 1 : 0;
      belonging += belongs ? 1 : 0;
    }));
    const score = scoreGroups(labels, (alert) => groups.get(alert) ?? null);
    expect(score?.pairPrecision).toBeCloseTo(joined === 0 ? 1 : right / joined, 10);
    expect(score?.pairRecall).toBeCloseTo(belonging === 0 ? 1 : right / belonging, 10);
  }));
});
