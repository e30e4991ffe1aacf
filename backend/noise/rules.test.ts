/** The pure deciders: recurrence over the nights in which clocks change, matchers, flaps, thresholds, the gate as a whole. */
import fc from 'fast-check';
import { alertScope, maintenanceBody, noiseRuleBody, type MaintenanceSchedule } from '#contract';
import { EMPTY_TOPOLOGY, type Topology } from '../catalog/index.ts';
import type { LoggedChange } from '../ingest/index.ts';
import { decideNoise, type NoiseDecision } from './decideNoise.ts';
import { isFlapping, newFlapHistory, noteStateChange } from './flapping.ts';
import { newGateState } from './gateState.ts';
import { compileRuleset, type Ruleset } from './ruleset.ts';
import { clockShift, compileSchedule } from './schedule.ts';
import { noiseScoreOf } from './score.ts';
import { compileScope } from './scope.ts';
import { countOccurrence } from './threshold.ts';

const START_MS = Date.UTC(2026, 2, 2, 6, 0, 0);

function change(fields: Partial<LoggedChange> & { at?: number } = {}): LoggedChange {
  const { at = 0, ...rest } = fields;
  return {
    position: '1', kind: 'opened', recordedAt: new Date(START_MS + at), alertKey: '1', startsAt: new Date(START_MS), endsAt: null, sourceId: 'grafana',
    fingerprint: 'f', name: 'HighErrorRate', summary: '', description: '', severity: 'sev3', service: 'checkout', team: null, environment: 'prod', cluster: 'a',
    labels: { alertname: 'HighErrorRate', pod: 'checkout-1' }, ...rest,
  };
}

function rulesOf(bodies: readonly unknown[], windows: readonly unknown[] = [], topology: Topology = EMPTY_TOPOLOGY): Ruleset {
  const changedAt = new Date(START_MS);
  return compileRuleset({
    version: '1', silences: [],
    rules: bodies.map((body, index) => ({ id: `r${index}`, changedAt, body: noiseRuleBody.parse(body) })),
    windows: windows.map((body, index) => {
      const parsed = maintenanceBody.parse(body);
      return { id: `w${index}`, changedAt, name: parsed.name, body: parsed };
    }),
  }, topology, (id, fault) => {
    throw new Error(`${id}: ${fault.field} ${fault.message}`);
  });
}

/** Sends changes through a fresh gate and gives what became of each in a word. */
function run(rules: Ruleset, changes: readonly LoggedChange[]): { words: string[]; decisions: NoiseDecision[]; again: string[] } {
  const state = newGateState();
  const again: string[] = [];
  const decisions = changes.map((one) => {
    const answer = decideNoise(rules, state, one);
    again.push(...answer.lookAgain.map(({ episode }) => episode.alertKey));
    return answer.decision;
  });
  return { decisions, again, words: decisions.map((decision) => (decision.kind === 'hold_back' ? decision.entry.verdict : decision.kind)) };
}

const iso = (interval: { startMs: number; endMs: number }): string => `${new Date(interval.startMs).toISOString()} ${new Date(interval.endMs).toISOString()}`;

function nightly(timeZone: string, startsAt: string, minutes: number, rule = 'FREQ=DAILY'): MaintenanceSchedule {
  return { kind: 'recurring', timeZone, startsAt, minutes, rule };
}

describe('recurring windows', () => {
  test.each([
    ['Berlin, the hour is left out, window around it', nightly('Europe/Berlin', '2026-03-28T01:00', 180), '2026-03-29T00:00:00.000Z 2026-03-29T02:00:00.000Z', 'forward 60 min: lasts 120 min'],
    ['Berlin, the begin does not exist', nightly('Europe/Berlin', '2026-03-28T02:30', 90), '2026-03-29T01:30:00.000Z 2026-03-29T02:00:00.000Z', null],
    ['Berlin, the hour comes twice, window around it', nightly('Europe/Berlin', '2026-10-24T01:00', 180), '2026-10-24T23:00:00.000Z 2026-10-25T03:00:00.000Z', 'back 60 min: lasts 240 min'],
    ['Berlin, the begin comes twice', nightly('Europe/Berlin', '2026-10-24T02:30', 60), '2026-10-25T00:30:00.000Z 2026-10-25T02:30:00.000Z', 'back 60 min'],
    ['Berlin, the end comes twice', nightly('Europe/Berlin', '2026-10-24T01:30', 60), '2026-10-24T23:30:00.000Z 2026-10-25T01:30:00.000Z', 'back 60 min'],
    ['New York, the hour is left out', nightly('America/New_York', '2026-03-07T01:00', 180), '2026-03-08T06:00:00.000Z 2026-03-08T08:00:00.000Z', 'forward 60 min: lasts 120 min'],
    ['New York, the hour comes twice', nightly('America/New_York', '2026-10-31T00:30', 120), '2026-11-01T04:30:00.000Z 2026-11-01T07:30:00.000Z', 'back 60 min: lasts 180 min'],
  ])('cap 22: %s', (_name, schedule, expected, shift) => {
    const [, second] = compileSchedule(schedule).from(0, 2);
    if (second === undefined) throw new Error('no second occurrence');
    expect(iso(second)).toBe(expected);
    const said = clockShift(schedule, second);
    if (shift === null) return;
    expect(said).toContain(shift);
  });

  test('cap 22: on all other nights the window begins and ends at the same reading of the clock', () => {
    for (const timeZone of ['Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe']) {
      const format = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' });
      const readings = compileSchedule(nightly(timeZone, '2026-01-01T22:15', 150)).from(Date.UTC(2026, 0, 1), 400)
        .map(({ startMs, endMs }) => `${format.format(startMs)} ${format.format(endMs)}`);
      expect(new Set(readings)).toEqual(new Set(['22:15 00:45']));
      expect(readings.length).toBe(400);
    }
  });

  test('cap 22: weekly and monthly rules, an end and a count', () => {
    const days = (rule: string): string[] => compileSchedule(nightly('Europe/Berlin', '2026-01-04T03:00', 60, rule)).from(0, 4).map(({ startMs }) => new Date(startMs).toISOString().slice(0, 10));
    expect(days('FREQ=WEEKLY;BYDAY=SU')).toEqual(['2026-01-04', '2026-01-11', '2026-01-18', '2026-01-25']);
    expect(days('FREQ=MONTHLY;BYDAY=1SU')).toEqual(['2026-01-04', '2026-02-01', '2026-03-01', '2026-04-05']);
    expect(days('FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=2')).toEqual(['2026-01-31', '2026-02-28']);
    expect(days('FREQ=DAILY;UNTIL=20260105')).toEqual(['2026-01-04', '2026-01-05']);
  });

  test.each([
    ['FREQ=HOURLY', 'schedule.rule'], ['nonsense', 'schedule.rule'], ['FREQ=WEEKLY;BYDAY=XX', 'schedule.rule'], ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', 'schedule.rule'],
  ])('the rule %s is refused with its field', (rule, field) => {
    expect(() => compileSchedule(nightly('Europe/Berlin', '2026-01-04T03:00', 60, rule))).toThrow(field);
  });

  test('a zone that does not exist and a day that does not are refused', () => {
    expect(() => compileSchedule(nightly('Europe/Atlantis', '2026-01-04T03:00', 60))).toThrow('schedule.timeZone');
    expect(() => compileSchedule(nightly('Europe/Berlin', '2026-02-30T03:00', 60))).toThrow('schedule.startsAt');
  });

  test('whatever the schedule, being within it and being listed agree', () => {
    fc.assert(fc.property(
      fc.constantFrom('Europe/Berlin', 'America/New_York', 'UTC', 'Australia/Lord_Howe'), fc.integer({ min: 0, max: 23 }), fc.integer({ min: 1, max: 2000 }),
      fc.constantFrom('FREQ=DAILY', 'FREQ=WEEKLY;BYDAY=SU,WE', 'FREQ=MONTHLY;BYMONTHDAY=29'), fc.integer({ min: 0, max: 400 * 24 * 60 }),
      (timeZone, hour, minutes, rule, offset) => {
        const schedule = compileSchedule(nightly(timeZone, `2026-01-01T${String(hour).padStart(2, '0')}:30`, minutes, rule));
        const ms = Date.UTC(2026, 0, 2) + offset * 60_000;
        const [next] = schedule.from(ms, 1);
        const now = schedule.at(ms);
        expect(now !== null).toBe(next !== undefined && next.startMs <= ms && ms < next.endMs);
        if (now !== null) expect(now.endMs).toBeGreaterThan(ms);
      },
    ), { numRuns: 300 });
  });
});

describe('scopes', () => {
  const facts = change();
  test.each([
    [{ services: ['checkout'] }, true], [{ services: ['cart'] }, false], [{ environments: ['prod'], services: ['checkout', 'cart'] }, true],
    [{ matchers: [{ name: 'pod', operator: '=~', value: 'checkout-.' }] }, true], [{ matchers: [{ name: 'pod', operator: '=~', value: 'checkout' }] }, false],
    [{ matchers: [{ name: 'pod', operator: '!~', value: 'cart.*' }, { name: 'zone', operator: '=', value: '' }] }, true],
    [{ matchers: [{ name: 'zone', operator: '!=', value: '' }] }, false],
    [{ condition: 'rank >= 3 && labels.pod.startsWith("checkout")' }, true], [{ condition: 'labels.zone == "a"' }, false], [{}, true],
  ])('cap 20: %j matches: %s', (scope, expected) => {
    expect(compileScope(alertScope.parse(scope), 'scope')(facts)).toBe(expected);
  });

  test('what cannot be used is refused with its field', () => {
    expect(() => compileScope(alertScope.parse({ matchers: [{ name: 'a', operator: '=~', value: '(' }] }), 'scope')).toThrow('scope.matchers[0].value');
    expect(() => compileScope(alertScope.parse({ condition: 'servce == "a"' }), 'scope')).toThrow('scope.condition');
  });
});

describe('thresholds', () => {
  const rule = { count: 3, withinMs: 60_000 };
  function reached(times: readonly number[]): boolean {
    const occurrences = { entries: [] };
    return times.map((time, index) => countOccurrence(occurrences, rule, time, String(index)).reached).at(-1) ?? false;
  }
  test.each([
    ['N-1', [0, 1000], false], ['N', [0, 1000, 2000], true], ['N at once', [0, 0, 0], true], ['N over exactly M', [0, 30_000, 60_000], true],
    ['N over M and a millisecond', [0, 30_000, 60_001], false], ['N over M and a second', [0, 30_000, 61_000], false], ['the last N of many', [0, 50_000, 100_000, 110_000, 110_000], true],
  ])('cap 28: %s', (_name, times, expected) => {
    expect(reached(times)).toBe(expected);
  });

  test('cap 28: it is reached exactly when some N of them lie within M', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 200_000 }), { minLength: 1, maxLength: 12 }), (unsorted) => {
      const times = [...unsorted].sort((a, b) => a - b);
      const third = times.at(-3);
      expect(reached(times)).toBe(third !== undefined && (times.at(-1) ?? 0) - third <= rule.withinMs);
    }));
  });
});

test('cap 18: more than N changes within the time make an alert flap, and a stable time ends it', () => {
  const rule = { changes: 3, withinMs: 10_000, stableMs: 20_000 };
  const history = newFlapHistory();
  expect([0, 1000, 2000].map((at) => noteStateChange(history, rule, at))).toEqual([false, false, false]);
  expect(noteStateChange(history, rule, 3000)).toBe(true);
  expect(noteStateChange(history, rule, 22_999)).toBe(true);
  expect(isFlapping(history, rule, 42_998)).toBe(true);
  expect(isFlapping(history, rule, 42_999)).toBe(false);
  expect(noteStateChange(history, rule, 42_999)).toBe(false);
});

describe('noise scores', () => {
  const QUIET = { alerts: 20, ended: 20, autoResolved: 0, inIncidents: 20, noAction: 0, flaps: 0, heldBack: 0 };
  test.each([
    ['every alert mattered', QUIET, 0], ['no alert mattered', { ...QUIET, autoResolved: 20, noAction: 20, flaps: 20, heldBack: 20 }, 87],
    ['nothing is known yet', { alerts: 0, ended: 0, autoResolved: 0, inIncidents: 0, noAction: 0, flaps: 0, heldBack: 0 }, 0],
    ['one alert proves little', { alerts: 1, ended: 1, autoResolved: 1, inIncidents: 1, noAction: 1, flaps: 0, heldBack: 0 }, 19],
  ])('cap 29: %s', (_name, figures, expected) => {
    expect(noiseScoreOf(figures)).toBe(expected);
  });

  test('cap 29: more of what makes noise never lowers the score, and it stays between 0 and 100', () => {
    const part = fc.integer({ min: 0, max: 50 });
    fc.assert(fc.property(fc.integer({ min: 1, max: 50 }), part, part, part, part, fc.constantFrom('autoResolved' as const, 'noAction' as const, 'flaps' as const, 'heldBack' as const), (alerts, a, b, c, d, which) => {
      const cap = (value: number): number => Math.min(value, alerts);
      const figures = { alerts, ended: alerts, autoResolved: cap(a), inIncidents: alerts, noAction: cap(b), flaps: cap(c), heldBack: cap(d) };
      const more = noiseScoreOf({ ...figures, [which]: cap(figures[which] + 1) });
      expect(more).toBeGreaterThanOrEqual(noiseScoreOf(figures));
      expect(more).toBeLessThanOrEqual(100);
    }));
  });
});

describe('the gate', () => {
  test('without rules everything passes as it came', () => {
    expect(run(rulesOf([]), [change(), change({ kind: 'changed' }), change({ kind: 'resolved' })]).words).toEqual(['pass', 'pass', 'pass']);
  });

  test('cap 21: an alert within a window waits until its end, and its resolve inside ends silently', () => {
    const rules = rulesOf([], [{ name: 'Database upgrade', scope: { services: ['checkout'], environments: ['prod'] }, schedule: { kind: 'once', startsAt: new Date(START_MS).toISOString(), endsAt: new Date(START_MS + 60_000).toISOString() } }]);
    const { words, decisions } = run(rules, [
      change(), change({ alertKey: '2', at: 59_999 }), change({ alertKey: '3', service: 'cart' }), change({ alertKey: '4', at: 60_000 }),
      change({ kind: 'resolved', at: 30_000 }), change({ alertKey: '2', kind: 'reconsidered', at: 60_000 }),
    ]);
    expect(words).toEqual(['maintenance', 'maintenance', 'pass', 'pass', 'ended', 'pass']);
    expect(decisions[0]).toMatchObject({ entry: { reason: 'planned work: Database upgrade', untilMs: START_MS + 60_000 } });
    expect(decisions[5]).toMatchObject({ released: true, change: { kind: 'opened' } });
  });

  test('cap 27: an alert that resolves within the hold never passes; sev1 does not wait unless it is set', () => {
    const hold = { kind: 'hold', name: 'Blips', scope: {}, seconds: 60 };
    expect(run(rulesOf([hold]), [change(), change({ kind: 'resolved', at: 59_000 })]).words).toEqual(['held', 'ended']);
    expect(run(rulesOf([hold]), [change(), change({ kind: 'reconsidered', at: 59_999 }), change({ kind: 'reconsidered', at: 60_000 })]).words).toEqual(['held', 'held', 'pass']);
    expect(run(rulesOf([hold]), [change({ severity: 'sev1' })]).words).toEqual(['pass']);
    expect(run(rulesOf([{ ...hold, includeSev1: true }]), [change({ severity: 'sev1' })]).words).toEqual(['held']);
    expect(run(rulesOf([hold]), [change(), change({ kind: 'changed', severity: 'sev1', at: 5000 })]).words).toEqual(['held', 'pass']);
  });

  test('cap 28: those below the threshold come back when it is reached', () => {
    const rules = rulesOf([{ kind: 'threshold', name: 'Three pods', scope: {}, count: 3, withinSeconds: 60, groupBy: ['service'] }]);
    const { words, again } = run(rules, [
      change({ alertKey: '1' }), change({ alertKey: '2', at: 1000 }), change({ alertKey: 'x', service: 'cart', at: 1000 }), change({ alertKey: '3', at: 60_000 }),
      change({ alertKey: '1', kind: 'reconsidered', at: 65_000 }),
    ]);
    expect(words).toEqual(['below_threshold', 'below_threshold', 'below_threshold', 'pass', 'pass']);
    expect(again).toEqual(['1', '2']);
  });

  const BY_LABELS = { kind: 'inhibition', name: 'Node down', form: 'matchers', source: { matchers: [{ name: 'alertname', operator: '=', value: 'NodeDown' }] }, scope: { matchers: [{ name: 'alertname', operator: '!=', value: 'NodeDown' }] }, equal: ['cluster'] };
  const nodeDown = (fields: Partial<LoggedChange> & { at?: number } = {}) => change({ alertKey: '9', name: 'NodeDown', labels: { alertname: 'NodeDown' }, ...fields });
  test('cap 26: a source that fires holds targets back where labels are alike, and its end asks about them again', () => {
    const { words, again } = run(rulesOf([BY_LABELS]), [
      nodeDown(), change(), change({ alertKey: '2', cluster: 'b' }), nodeDown({ kind: 'resolved', at: 10 }), change({ kind: 'reconsidered', at: 20 }),
    ]);
    expect(words).toEqual(['pass', 'inhibited', 'pass', 'pass', 'pass']);
    expect(again).toEqual(['1']);
  });

  test('cap 26, cap 81: a drill explains nothing that is real, and counts towards no threshold of it', () => {
    const drill = { muster_drill: 'd1' };
    const { words } = run(rulesOf([BY_LABELS]), [
      nodeDown({ labels: { alertname: 'NodeDown', ...drill } }), change(), change({ alertKey: '2', labels: { alertname: 'HighErrorRate', ...drill } }),
    ]);
    expect(words).toEqual(['pass', 'pass', 'inhibited']);
    const threshold = { kind: 'threshold', name: 'Two', scope: {}, count: 2, withinSeconds: 600, groupBy: ['service'] };
    expect(run(rulesOf([threshold]), [change({ labels: drill }), change({ alertKey: '2' })]).words).toEqual(['below_threshold', 'below_threshold']);
  });

  test('cap 26: two that are source and target alike do not hold back one another', () => {
    const both = { ...BY_LABELS, source: {}, scope: {} };
    expect(run(rulesOf([both]), [nodeDown(), change()]).words).toEqual(['pass', 'pass']);
  });

  test('cap 26: on the graph an alert waits for what its service depends on, as its symptom; a circle holds back only one', () => {
    const topology: Topology = {
      ...EMPTY_TOPOLOGY,
      edges: [{ from: 'web', to: 'checkout', type: 'calls' }, { from: 'checkout', to: 'payments-db', type: 'stores-in' }, { from: 'payments-db', to: 'web', type: 'calls' }],
    };
    const rules = rulesOf([{ kind: 'inhibition', name: 'Symptoms', form: 'topology', source: {}, scope: {}, maxHops: 2 }], [], topology);
    const { words, decisions } = run(rules, [
      change({ alertKey: '1', service: 'payments-db', name: 'DiskFull' }), change({ alertKey: '2', service: 'web' }), change({ alertKey: '3', service: 'checkout' }),
      change({ alertKey: '4', service: null }), change({ alertKey: '2', service: 'web', kind: 'reconsidered' }),
    ]);
    expect(words).toEqual(['pass', 'inhibited', 'inhibited', 'pass', 'inhibited']);
    expect(decisions[1]).toMatchObject({ entry: { attach: 'at_once', parent: { alertKey: '1' }, reason: 'web depends on payments-db over 2 steps, where DiskFull fires' } });
  });

  test('cap 18: episodes of a flapping alert wait, with their count, and the last one is released after the stable time', () => {
    const rules = rulesOf([{ kind: 'flapping', name: 'Flaps', scope: {}, changes: 4, withinSeconds: 60, stableSeconds: 120 }]);
    const episode = (index: number, kind: LoggedChange['kind'], at: number) => change({ startsAt: new Date(START_MS + index), kind, at });
    const { words, decisions } = run(rules, [
      episode(1, 'opened', 0), episode(1, 'resolved', 5000), episode(2, 'opened', 10_000), episode(2, 'resolved', 15_000), episode(3, 'opened', 20_000),
      episode(3, 'resolved', 25_000), episode(4, 'opened', 30_000), episode(4, 'reconsidered', 149_999), episode(4, 'reconsidered', 150_000),
    ]);
    expect(words).toEqual(['pass', 'pass', 'pass', 'pass', 'flapping', 'ended', 'flapping', 'flapping', 'pass']);
    expect(decisions[6]).toMatchObject({ entry: { changes: 7, untilMs: START_MS + 150_000, attach: 'when_due', parent: { startsAt: new Date(START_MS + 2) } } });
  });

  test('the order: planned work, then suppression, then the hold; and nothing is ever lost', () => {
    fc.assert(fc.property(fc.array(fc.record({ key: fc.integer({ min: 1, max: 4 }), kind: fc.constantFrom('opened' as const, 'resolved' as const, 'changed' as const, 'reconsidered' as const), gap: fc.integer({ min: 0, max: 40_000 }) }), { maxLength: 40 }), (steps) => {
      const rules = rulesOf([
        { kind: 'suppression', name: 'Known', reason: 'known and harmless', scope: { matchers: [{ name: 'pod', operator: '=', value: 'p1' }] } },
        { kind: 'hold', name: 'Blips', scope: {}, seconds: 30 }, { kind: 'threshold', name: 'Two', scope: { matchers: [{ name: 'pod', operator: '=', value: 'p2' }] }, count: 2, withinSeconds: 60 },
      ], [{ name: 'Window', scope: { matchers: [{ name: 'pod', operator: '=', value: 'p3' }] }, schedule: { kind: 'once', startsAt: new Date(START_MS).toISOString(), endsAt: new Date(START_MS + 100_000).toISOString() } }]);
      const state = newGateState();
      const open = new Set<string>();
      const given = new Set<string>();
      let at = 0;
      for (const step of steps) {
        at += step.gap;
        const ref = String(step.key);
        if ((step.kind === 'opened') === open.has(ref)) continue;
        const { decision } = decideNoise(rules, state, change({ alertKey: ref, kind: step.kind, at, labels: { pod: `p${ref}` } }));
        if (step.kind === 'opened') open.add(ref);
        if (decision.kind === 'pass' && step.kind !== 'resolved') given.add(ref);
        if (step.kind === 'resolved') {
          // Its end is told to correlation exactly when its begin was.
          expect(decision.kind === 'pass').toBe(given.has(ref));
          open.delete(ref);
          given.delete(ref);
        }
        expect([...open].every((one) => given.has(one) || state.waiting.has(`${one}/${START_MS}`))).toBe(true);
        expect(given.has('1')).toBe(false);
      }
    }));
  });
});
