import fc from 'fast-check';
import { correlationRule, type CorrelationRule, type Severity } from '#contract';
import type { AlertChange } from '../../ingest/index.ts';
import { advanceRules, compileRules, emptyRuleState, findRuleFaults, type RuleMatch } from './index.ts';

const START_MS = Date.UTC(2026, 2, 2, 6, 0, 0);

function rule(fields: Partial<CorrelationRule>): CorrelationRule {
  return correlationRule.parse({
    id: 'database', name: 'Database', condition: 'name.startsWith("Database")', groupBy: ['cluster'], window: { kind: 'sliding', seconds: 60 }, ...fields,
  });
}

let nextKey = 1;
function alertAt(seconds: number, fields: Partial<AlertChange> = {}): AlertChange {
  const at = new Date(START_MS + seconds * 1000);
  nextKey += 1;
  return {
    position: String(nextKey), kind: 'opened', recordedAt: at, alertKey: String(nextKey), startsAt: at, endsAt: null, sourceId: 'grafana', fingerprint: `f${nextKey}`,
    name: 'DatabaseSlow', summary: 'slow', description: '', severity: 'sev3', service: 'payments-db', team: null, environment: null, cluster: 'a', labels: {}, ...fields,
  };
}

function run(rules: readonly CorrelationRule[], alerts: readonly AlertChange[]): readonly (readonly RuleMatch[])[] {
  const state = emptyRuleState();
  const compiled = compileRules(rules);
  return alerts.map((alert) => advanceRules(state, compiled, alert));
}

/** Whether the only rule has fired, alert by alert. */
function firings(fields: Partial<CorrelationRule>, seconds: readonly number[]): readonly boolean[] {
  return run([rule(fields)], seconds.map((at) => alertAt(at))).map((matches) => matches[0]?.fired === true);
}

describe('cap 30: correlation rules', () => {
  test('an alert that does not meet the condition, or lacks a grouped field, is none of the rule', () => {
    const answers = run([rule({})], [alertAt(0, { name: 'DiskFull' }), alertAt(0, { cluster: null }), alertAt(0)]);
    expect(answers.map((matches) => matches.length)).toEqual([0, 0, 1]);
  });

  test('sliding: one alert too few does not fire, enough within the window do, enough spread over more do not', () => {
    expect(firings({ minAlerts: 3 }, [0, 30])).toEqual([false, false]);
    expect(firings({ minAlerts: 3 }, [0, 30, 60])).toEqual([false, false, true]);
    expect(firings({ minAlerts: 3 }, [0, 30, 61])).toEqual([false, false, false]);
  });

  test('tumbling: alerts of two slots do not add up', () => {
    const fields = { minAlerts: 2, window: { kind: 'tumbling', seconds: 60 } } as const;
    expect(firings(fields, [50, 59])).toEqual([false, true]);
    expect(firings(fields, [50, 60])).toEqual([false, false]);
  });

  test('session: a group goes on as long as no pause is longer than the window', () => {
    const fields = { minAlerts: 3, window: { kind: 'session', seconds: 60 } } as const;
    expect(firings(fields, [0, 60, 120])).toEqual([false, false, true]);
    expect(firings(fields, [0, 60, 121])).toEqual([false, false, false]);
  });

  test('the alert that makes the group fire brings all its alerts along, later ones join the same group', () => {
    const alerts = [alertAt(0), alertAt(10), alertAt(20)];
    const answers = run([rule({ minAlerts: 2 })], alerts).map((matches) => matches[0]);
    expect(answers[1]?.members.map((member) => member.alertKey)).toEqual(alerts.slice(0, 2).map((alert) => alert.alertKey));
    expect(answers[2]).toMatchObject({ fired: true, members: [], group: answers[1]?.group, alerts: 3 });
  });

  test('distinct services count, an alert without a service does not', () => {
    const alerts = ['a', 'a', null, 'b'].map((service, index) => alertAt(index, { service }));
    expect(run([rule({ minServices: 2 })], alerts).map((matches) => matches[0]?.fired)).toEqual([false, false, false, true]);
  });

  test('alerts that differ in a grouped field are apart', () => {
    const answers = run([rule({ groupBy: ['cluster', 'labels.zone'] })], [
      alertAt(0, { labels: { zone: 'x' } }), alertAt(1, { labels: { zone: 'y' } }), alertAt(2, { labels: { zone: 'x' } }),
    ]).map((matches) => matches[0]?.group);
    expect(answers[0]).toBe(answers[2]);
    expect(answers[0]).not.toBe(answers[1]);
  });

  test.each([
    [{ kind: 'highest' }, 'sev2'],
    [{ kind: 'fixed', severity: 'sev1' }, 'sev1'],
    [{ kind: 'expression', expression: 'alerts >= 2 && rank <= 2 ? "sev1" : worst' }, 'sev1'],
    [{ kind: 'expression', expression: '"very bad"' }, 'sev2'],
  ] as const)('severity by %j is %s', (severity, expected: Severity) => {
    const answers = run([rule({ severity })], [alertAt(0, { severity: 'sev4' }), alertAt(1, { severity: 'sev2' })]);
    expect(answers[1]?.[0]?.severity).toBe(expected);
  });

  test('a rule that is switched off says nothing', () => {
    expect(run([rule({ enabled: false })], [alertAt(0)])).toEqual([[]]);
  });

  test('faults name the rule, the field and the place', () => {
    expect(findRuleFaults([rule({}), rule({ condition: 'nam == "x"' }), rule({ id: 'other', severity: { kind: 'expression', expression: 'alerts' } })])).toEqual([
      { field: 'rules[1].id', message: 'is given twice: database' },
      { field: 'rules[1].condition', message: expect.stringMatching(/^at character 1: .*nam/) },
      { field: 'rules[2].severity.expression', message: expect.stringContaining('text is needed') },
    ]);
  });

  test('sliding windows agree with counting by brute force', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 30 }), fc.integer({ min: 2, max: 5 }), (pauses, minAlerts) => {
      const seconds = pauses.map((_pause, index) => pauses.slice(0, index + 1).reduce((sum, pause) => sum + pause, 0));
      const fired = firings({ minAlerts }, seconds);
      const first = seconds.findIndex((at, index) => seconds.slice(0, index + 1).filter((other) => at - other <= 60).length >= minAlerts);
      expect(fired.indexOf(true)).toBe(first);
    }));
  });

  test('memory is bounded: groups that are over are forgotten', () => {
    const state = emptyRuleState();
    const compiled = compileRules([rule({ groupBy: ['labels.pod'], minAlerts: 5 })]);
    for (let index = 0; index < 25_000; index += 1) advanceRules(state, compiled, alertAt(index, { labels: { pod: `pod-${index}` } }));
    expect(state.groups.get('database')?.size).toBeLessThan(200);
  });
});
