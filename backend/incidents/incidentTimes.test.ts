/** cap 21: times of an incident say and leave out what was under planned work. Formulas: domain reference, section 2. */
import fc from 'fast-check';
import { TIME_MEASURES, type IncidentTimes } from '#contract';
import { intersectionOf, overlapMs, unionOf, type AlertFacts, type Interval, type PlannedWork } from '../noise/index.ts';
import { coverOf, timesOf, type PlannedCover, type TimePoints } from './incidentTimes.ts';

const MINUTE = 60_000;
const T0 = Date.UTC(2026, 2, 1, 10);
const at = (minutes: number): number => T0 + minutes * MINUTE;
const span = (from: number, to: number): Interval => ({ startMs: at(from), endMs: at(to) });
const NONE: PlannedCover = { intervals: [], windows: [] };
const POINTS: TimePoints = { impactStarted: at(-10), detected: at(0), declared: at(2), acknowledged: at(5), identified: at(20), mitigated: at(50), resolved: at(70) };

const minutesOf = ({ measures }: IncidentTimes) => Object.fromEntries(measures.map(({ measure, wallMs, maintenanceMs, countedMs }) => [measure, [wallMs, maintenanceMs, countedMs].map((ms) => ms / MINUTE)]));

test('cap 21: each time agrees with the sum by hand: on the wall, under maintenance, counted', () => {
  const cover = { intervals: [span(-5, 1), span(10, 40), span(65, 100)], windows: [{ id: 'w', name: 'Upgrade' }] };
  expect(minutesOf(timesOf(POINTS, 'resolved', cover, at(500)))).toEqual({
    detect: [10, 5, 5], declare: [2, 1, 1], acknowledge: [5, 1, 4], identify: [20, 11, 9], mitigate: [50, 31, 19], resolve: [70, 36, 34], impact: [60, 36, 24],
  });
  expect(minutesOf(timesOf(POINTS, 'resolved', NONE, at(500)))['resolve']).toEqual([70, 0, 70]);
});

test('what is still open runs to now; what can no longer come, or has no begin, is left out; an impossible order has no length', () => {
  const open = { ...POINTS, impactStarted: null, acknowledged: null, identified: null, mitigated: null, resolved: null };
  expect(minutesOf(timesOf(open, 'declared', NONE, at(30)))).toEqual({ declare: [2, 0, 2], acknowledge: [30, 0, 30], identify: [30, 0, 30], mitigate: [30, 0, 30], resolve: [30, 0, 30] });
  expect(Object.keys(minutesOf(timesOf(open, 'cancelled', NONE, at(30))))).toEqual(['declare']);
  const twisted = timesOf({ ...POINTS, impactStarted: at(3), mitigated: at(1) }, 'resolved', NONE, at(100));
  expect([twisted.impossible, twisted.measures.map(({ measure }) => measure)]).toEqual([['detect', 'impact'], ['declare', 'acknowledge', 'identify', 'mitigate', 'resolve']]);
});

function alertOf(service: string, environment = 'prod'): AlertFacts {
  return { sourceId: 's', name: 'n', summary: '', severity: 'sev3', service, team: null, environment, cluster: null, labels: {} };
}

test('cap 21: time counts as planned only while every alert is meant by some window', () => {
  const of = (id: string, service: string, ...intervals: Interval[]): PlannedWork => ({ id, name: id, matches: (alert) => alert.service === service, intervals });
  const work = [of('a', 'checkout', span(0, 20)), of('b', 'checkout', span(15, 30)), of('c', 'cart', span(10, 60)), of('d', 'search', span(0, 90))];
  expect(coverOf(work, [alertOf('checkout')])).toEqual({ intervals: [span(0, 30)], windows: [{ id: 'a', name: 'a' }, { id: 'b', name: 'b' }] });
  expect(coverOf(work, [alertOf('checkout'), alertOf('cart'), alertOf('checkout')]).intervals).toEqual([span(10, 30)]);
  expect(coverOf(work, [alertOf('checkout'), alertOf('ledger')])).toMatchObject({ intervals: [], windows: [{ id: 'a' }, { id: 'b' }] });
  expect(coverOf(work, []).intervals).toEqual([]);
});

const interval = fc.tuple(fc.integer({ min: -200, max: 200 }), fc.integer({ min: -20, max: 100 })).map(([from, length]) => span(from, from + length));
const intervals = fc.array(interval, { maxLength: 12 });
const minute = fc.option(fc.integer({ min: -100, max: 300 }), { nil: null }).map((value) => (value === null ? null : at(value)));
const points: fc.Arbitrary<TimePoints> = fc.record({
  impactStarted: minute, detected: fc.integer({ min: -50, max: 50 }).map(at), declared: minute, acknowledged: minute, identified: minute, mitigated: minute, resolved: minute,
});
/** Membership of single instants: what the arithmetic of periods must agree with. */
const contains = (list: readonly Interval[], ms: number): boolean => list.some(({ startMs, endMs }) => startMs <= ms && ms < endMs);

test('property: union, intersection and overlap agree with asking each minute', () => {
  fc.assert(fc.property(fc.array(intervals, { minLength: 1, maxLength: 4 }), (lists) => {
    const every = Array.from({ length: 520 }, (_, index) => at(index - 210));
    const merged = unionOf(lists.flat());
    const shared = intersectionOf(lists);
    for (const ms of every) {
      expect(contains(merged, ms)).toBe(lists.some((list) => contains(list, ms)));
      expect(contains(shared, ms)).toBe(lists.every((list) => contains(list, ms)));
    }
    merged.forEach((one, index) => expect(one.startMs > (merged[index - 1]?.endMs ?? -Infinity)).toBe(true));
    expect(overlapMs(lists.flat(), at(-50), at(50))).toBe(every.filter((ms) => ms >= at(-50) && ms < at(50) && contains(merged, ms)).length * MINUTE);
  }), { numRuns: 60 });
});

test('property: counted and maintenance add up to the wall, nothing is negative, and more planned work never counts more', () => {
  fc.assert(fc.property(points, intervals, intervals, fc.boolean(), (given, planned, more, over) => {
    const state = over ? 'closed' as const : 'investigating' as const;
    const few = timesOf(given, state, { intervals: unionOf(planned), windows: [] }, at(400));
    const many = timesOf(given, state, { intervals: unionOf([...planned, ...more]), windows: [] }, at(400));
    expect(few.measures.length + few.impossible.length).toBeLessThanOrEqual(TIME_MEASURES.length);
    few.measures.forEach((time, index) => {
      expect(time.maintenanceMs + time.countedMs).toBe(time.wallMs);
      expect(Math.min(time.wallMs, time.maintenanceMs, time.countedMs)).toBeGreaterThanOrEqual(0);
      expect(many.measures[index]?.countedMs).toBeLessThanOrEqual(time.countedMs);
      expect(many.measures[index]?.wallMs).toBe(time.wallMs);
    });
  }), { numRuns: 500 });
});
