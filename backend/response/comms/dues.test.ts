import fc from 'fast-check';
import { audience as audienceSchema, SEVERITIES, type Audience, type IncidentState } from '#contract';
import { dueAt, dueState, phaseOf, RUNNING_STATES, type DueFacts } from './dues.ts';
import { DEFAULT_COMMUNICATION } from './defaults.ts';

const MINUTE = 60_000;
const T0 = Date.parse('2026-11-27T10:00:00Z');

function known(id: string): Audience {
  const found = DEFAULT_COMMUNICATION.audiences.find((one) => one.id === id);
  if (found === undefined) throw new Error(id);
  return found;
}
const INTERNAL = known('internal');
const CUSTOMER = known('customer');
const facts = (over: Partial<DueFacts>): DueFacts => ({ severity: 'sev1', state: 'investigating', beganMs: T0, resolvedMs: null, last: null, ...over });

test('cap 96: sev1 is told every 30 minutes by default: from the declaration, then from each update', () => {
  expect(dueAt(INTERNAL, facts({}))).toBe(T0 + 30 * MINUTE);
  expect(dueAt(INTERNAL, facts({ last: { atMs: T0 + 10 * MINUTE, phase: 'investigating', promisedMs: null } }))).toBe(T0 + 40 * MINUTE);
  expect(dueAt(INTERNAL, facts({ severity: 'sev2' }))).toBe(T0 + 60 * MINUTE);
  expect(dueAt(INTERNAL, facts({ severity: 'sev3' }))).toBeNull();
});

test('cap 96: what was promised counts, sooner or later, until the severity changes', () => {
  const promised = (minutes: number) => ({ atMs: T0, phase: 'identified' as const, promisedMs: T0 + minutes * MINUTE });
  expect(dueAt(INTERNAL, facts({ last: promised(10) }))).toBe(T0 + 10 * MINUTE);
  expect(dueAt(INTERNAL, facts({ last: promised(120) }))).toBe(T0 + 120 * MINUTE);
  expect(dueAt(INTERNAL, facts({ last: promised(120), beganMs: T0 + 20 * MINUTE }))).toBe(T0 + 50 * MINUTE);
  expect(dueAt(INTERNAL, facts({ severity: 'sev4', last: promised(120) }))).toBe(T0 + 120 * MINUTE);
});

test('cap 96: a clock that begins with the first update stands still before it; after the end one last update is due, and then none', () => {
  expect(dueAt(CUSTOMER, facts({}))).toBeNull();
  const last = { atMs: T0, phase: 'monitoring' as const, promisedMs: null };
  expect(dueAt(CUSTOMER, facts({ last }))).toBe(T0 + 30 * MINUTE);
  expect(dueAt(CUSTOMER, facts({ last, state: 'resolved', resolvedMs: T0 + 5 * MINUTE }))).toBe(T0 + 35 * MINUTE);
  expect(dueAt(CUSTOMER, facts({ last: { ...last, phase: 'resolved' }, state: 'resolved', resolvedMs: T0 }))).toBeNull();
  expect(dueAt(INTERNAL, facts({ state: 'resolved', resolvedMs: T0 }))).toBeNull();
});

test('cap 96: it is near from the reminder on, and overdue to the millisecond', () => {
  const due = T0 + 30 * MINUTE;
  expect([T0, due - 5 * MINUTE - 1, due - 5 * MINUTE, due - 1, due].map((now) => dueState(due, now, 5))).toEqual(['running', 'running', 'soon', 'soon', 'overdue']);
});

test('cap 96: whatever happened, nothing is due in an incident that is not running or just over, and an update never makes the next one due before itself without a promise', () => {
  const states: IncidentState[] = ['candidate', 'in_review', 'closed', 'rejected', 'duplicate', 'cancelled'];
  const times = fc.integer({ min: 0, max: 10_000 }).map((minutes) => T0 + minutes * MINUTE);
  fc.assert(fc.property(fc.constantFrom(...SEVERITIES), times, times, fc.constantFrom(...states), fc.constantFrom(...RUNNING_STATES), (severity, beganMs, atMs, over, running) => {
    const last = { atMs, phase: 'investigating' as const, promisedMs: null };
    if (dueAt(INTERNAL, facts({ severity, beganMs, last, state: over })) !== null) return false;
    const due = dueAt(INTERNAL, facts({ severity, beganMs, last, state: running }));
    return due === null ? INTERNAL.cadence[severity] === null : due > atMs && due > beganMs;
  }), { numRuns: 200 });
  expect(phaseOf('mitigating')).toBe('identified');
  expect(audienceSchema.parse(INTERNAL)).toEqual(INTERNAL);
});
