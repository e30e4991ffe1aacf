/** cap 119: runbooks ranked by what they did in incidents like this one, with an interval that can be checked, exploring only what is safe. */
import fc from 'fast-check';
import { betaBelow, betaMean, betaQuantile } from './beta.ts';
import { effectOf } from './effect.ts';
import { GRACE_MS, outcomeOf, type Outcome } from './outcomes.ts';
import { beliefOf, rankRunbooks, type Candidate, type Trial } from './recommend.ts';
import { randomFromWords } from '../platform/seededRandom.ts';

const MINUTE = 60_000;
const trials = (runbook: string, outcome: Outcome, times: number, similarity = 0.6): Trial[] => Array.from({ length: times }, (_, incident) => ({ runbook, incident, similarity, outcome }));
const candidate = (runbook: string, isSafe = false, fit = 0.4): Candidate => ({ runbook, isSafe, fit });

test('the Beta distribution as tables have it', () => {
  // Of one success in one try, evenly believed beforehand: x², and its mean 2/3.
  expect(betaBelow(0.5, { a: 2, b: 1 })).toBeCloseTo(0.25, 10);
  // Clopper and Pearson (1934), 4 of 5: 28.4 % to 99.5 %.
  expect(betaQuantile(0.025, { a: 4, b: 2 })).toBeCloseTo(0.2836, 3);
  expect(betaQuantile(0.975, { a: 5, b: 1 })).toBeCloseTo(0.9949, 3);
  fc.assert(fc.property(fc.double({ min: 0.2, max: 60, noNaN: true }), fc.double({ min: 0.2, max: 60, noNaN: true }), fc.double({ min: 0.01, max: 0.99, noNaN: true }), (a, b, p) => {
    expect(betaBelow(betaQuantile(p, { a, b }), { a, b })).toBeCloseTo(p, 6);
  }), { numRuns: 60, seed: 1 });
});

test('what worked in like incidents stands first; what failed there, or was rejected, sinks; what happened elsewhere counts little', () => {
  const ranked = rankRunbooks([candidate('restart'), candidate('scale'), candidate('reboot'), candidate('never')], [
    ...trials('restart', 'worked', 4), ...trials('restart', 'failed', 1), ...trials('reboot', 'failed', 2), ...trials('scale', 'worked', 9, 0.05),
  ], null);
  expect(ranked.map(({ runbook }) => runbook)).toEqual(['restart', 'scale', 'never', 'reboot']);
  const [first, elsewhere, never] = ranked;
  expect(first).toMatchObject({ similar: { worked: 4, tried: 5 }, all: { worked: 4, tried: 5 } });
  expect(first?.low).toBeGreaterThan(0.15);
  expect(first?.high).toBeGreaterThan(0.9);
  expect(elsewhere).toMatchObject({ similar: { worked: 0, tried: 0 }, all: { worked: 9, tried: 9 } });
  // Little is known of what was never tried, and its interval says so.
  expect((never?.high ?? 0) - (never?.low ?? 0)).toBeGreaterThan(0.6);
  const after = rankRunbooks([candidate('restart'), candidate('scale')], [...trials('scale', 'worked', 1), ...trials('scale', 'rejected', 6)], null);
  expect(after.map(({ runbook }) => runbook)).toEqual(['restart', 'scale']);
  expect(after[1]?.similar).toEqual({ worked: 1, tried: 1 });
});

test('edited, cancelled and undone teach each in its way', () => {
  const after = (outcome: Outcome): number => betaMean(beliefOf({ fit: 0.4 }, trials('any', outcome, 3)));
  const order = (['worked', 'worked_edited', 'cancelled', 'failed'] as const).map(after);
  expect(order).toEqual([...order].sort((a, b) => b - a));
  expect(after('undone')).toBe(after('failed'));
  expect(after('rejected')).toBe(after('cancelled'));
});

test('only what is safe is explored, never in the first place', () => {
  const known = [...trials('best', 'worked', 8), ...trials('second', 'worked', 1), ...trials('second', 'failed', 3)];
  fc.assert(fc.property(fc.integer({ min: 1, max: 10_000 }), fc.boolean(), (seed, isSafe) => {
    const ranked = rankRunbooks([candidate('best'), candidate('second'), candidate('new', isSafe, 0.1), candidate('risky', false, 0.1)], known, { random: randomFromWords(String(seed)) });
    expect(ranked[0]?.runbook).toBe('best');
    for (const [place, { runbook, isExplored }] of ranked.entries()) if (isExplored) expect([place, runbook, isSafe]).toEqual([1, 'new', true]);
    expect(new Set(ranked.map(({ runbook }) => runbook)).size).toBe(4);
  }), { numRuns: 60, seed: 1 });
  const lifted = Array.from({ length: 100 }, (_, seed) => rankRunbooks([candidate('best'), candidate('second'), candidate('new', true, 0.1)], known, { random: randomFromWords(String(seed)) }))
    .filter((ranked) => ranked.some(({ isExplored }) => isExplored)).length;
  expect(lifted).toBeGreaterThan(5);
  expect(lifted).toBeLessThan(95);
});

test('a run worked when the incident was mitigated within it or soon after; before it, or too soon to tell, it shows nothing', () => {
  const run = { state: 'succeeded', startedAtMs: 10 * MINUTE, endedAtMs: 12 * MINUTE, isEdited: false } as const;
  const late = 12 * MINUTE + GRACE_MS;
  const at = (mitigatedAtMs: number | null, nowMs = late + 1) => outcomeOf(run, { mitigatedAtMs }, nowMs);
  expect([at(9 * MINUTE), at(11 * MINUTE), at(late), at(late + 1), at(null), at(null, 13 * MINUTE)]).toEqual([null, 'worked', 'worked', 'no_help', 'no_help', null]);
  expect(outcomeOf({ ...run, isEdited: true }, { mitigatedAtMs: 11 * MINUTE }, late)).toBe('worked_edited');
  expect((['failed', 'timed_out', 'cancelled', 'undone', 'undo_failed'] as const).map((state) => outcomeOf({ ...run, state }, { mitigatedAtMs: 11 * MINUTE }, late))).toEqual(['failed', 'failed', 'cancelled', 'undone', 'undone']);
});

test('the effect on the time to mitigate is told of enough incidents on both sides alone', () => {
  expect(effectOf([5, 1, 3, 2, 4], [10, 20, 30, 40, 50, 60])).toEqual({ with: { medianMs: 3, incidents: 5 }, without: { medianMs: 35, incidents: 6 } });
  expect(effectOf([1, 2, 3, 4], [1, 2, 3, 4, 5])).toBeNull();
});
