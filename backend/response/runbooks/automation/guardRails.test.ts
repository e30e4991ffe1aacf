import fc from 'fast-check';
import { AUTOMATION_LEVELS, SEVERITIES, type AutomationLevel } from '#contract';
import { parseRunbook } from '../format/index.ts';
import { evaluate } from '../format/index.ts';
import { isWithinHours } from './businessHours.ts';
import { decideStart, heldBackBy, type StartFacts } from './guardRails.ts';
import { countTargets } from './targets.ts';

const level = fc.constantFrom(...AUTOMATION_LEVELS);
const facts: fc.Arbitrary<StartFacts> = fc.record({
  policy: fc.record({ automation: level, bySeverity: fc.dictionary(fc.constantFrom(...SEVERITIES), level), approvalRole: fc.constant('commander' as const) }),
  severity: fc.option(fc.constantFrom(...SEVERITIES)),
  most: fc.record({ sev1: level, sev2: level, sev3: level, sev4: level, sev5: level }),
  outsideHours: fc.option(level),
  frozen: fc.option(fc.constant({ by: 'Ada', reason: 'bad night' })),
  maxTargetsPerHour: fc.option(fc.nat(50)),
  targetsLastHour: fc.nat(60),
  targets: fc.option(fc.nat(30)),
});
const rank = (one: AutomationLevel): number => AUTOMATION_LEVELS.indexOf(one);

test('cap 69: whatever is set, a trigger never goes beyond any bound, and what is not started says why', () => {
  fc.assert(fc.property(facts, (given) => {
    const { level: decided, outcome, reason } = decideStart(given);
    const own = (given.severity === null ? undefined : given.policy.bySeverity[given.severity]) ?? given.policy.automation;
    expect(rank(decided)).toBeLessThanOrEqual(rank(own));
    if (given.severity !== null) expect(rank(decided)).toBeLessThanOrEqual(rank(given.most[given.severity]));
    else for (const most of Object.values(given.most)) expect(rank(decided)).toBeLessThanOrEqual(rank(most));
    if (given.outsideHours !== null) expect(rank(decided)).toBeLessThanOrEqual(rank(given.outsideHours));
    if (given.frozen !== null) expect(decided).toBe('suggest');
    if (decided !== 'suggest' && given.maxTargetsPerHour !== null) {
      expect(given.targets).not.toBeNull();
      expect((given.targets ?? 0) === 0 || given.targetsLastHour + (given.targets ?? 0) <= given.maxTargetsPerHour).toBe(true);
    }
    expect({ run: 'started', approve: 'waits_for_approval', suggest: outcome === 'held_back' ? 'held_back' : 'suggested' }[decided]).toBe(outcome);
    expect(reason.length).toBeGreaterThan(5);
    // What holds it back is told exactly when something does.
    expect(heldBackBy(given) !== null).toBe(rank(decided) < rank(own));
  }), { numRuns: 2_000 });
});

const ALL = { sev1: 'run', sev2: 'run', sev3: 'run', sev4: 'run', sev5: 'run' } as const;
const FREE: StartFacts = {
  policy: { automation: 'run', bySeverity: {}, approvalRole: 'commander' }, severity: 'sev2', most: ALL, outsideHours: null, frozen: null, maxTargetsPerHour: null, targetsLastHour: 0, targets: null,
};

test('cap 69: each bound is told in words', () => {
  expect(decideStart(FREE)).toEqual({ level: 'run', outcome: 'started', reason: 'the runbook says so' });
  expect(decideStart({ ...FREE, policy: { ...FREE.policy, bySeverity: { sev2: 'approve' } } })).toEqual({ level: 'approve', outcome: 'waits_for_approval', reason: 'the runbook says so for SEV2; a commander approves it first' });
  expect(decideStart({ ...FREE, most: { ...ALL, sev2: 'suggest' } })).toMatchObject({ outcome: 'suggested', reason: 'the organisation allows no more for SEV2' });
  expect(decideStart({ ...FREE, outsideHours: 'suggest' })).toMatchObject({ outcome: 'suggested', reason: 'it is outside the hours of the runbook' });
  expect(decideStart({ ...FREE, frozen: { by: 'Ada', reason: 'bad night' }, outsideHours: 'approve' })).toMatchObject({ outcome: 'suggested', reason: 'automation is frozen by Ada: bad night' });
  expect(decideStart({ ...FREE, maxTargetsPerHour: 5, targetsLastHour: 4, targets: 2 })).toMatchObject({ outcome: 'held_back', reason: 'it would touch 2 targets, with 4 touched in the last hour and 5 allowed' });
  expect(decideStart({ ...FREE, maxTargetsPerHour: 5, targets: null })).toMatchObject({ outcome: 'held_back', reason: expect.stringContaining('cannot be told beforehand') });
  expect(decideStart({ ...FREE, maxTargetsPerHour: 0, targets: 0 })).toMatchObject({ outcome: 'started' });
});

test('cap 69: hours are those of the zone, also in the night in which its clocks change, and past midnight', () => {
  const office = { zone: 'Europe/Berlin', days: ['mon' as const, 'tue' as const, 'wed' as const, 'thu' as const, 'fri' as const], from: '08:00', to: '18:00' };
  const at = (text: string): number => Date.parse(text);
  // Winter: 08:00 in Berlin is 07:00 UTC; summer: 06:00 UTC.
  expect([isWithinHours(office, at('2026-03-27T06:59:00Z')), isWithinHours(office, at('2026-03-27T07:00:00Z'))]).toEqual([false, true]);
  expect([isWithinHours(office, at('2026-03-30T05:59:00Z')), isWithinHours(office, at('2026-03-30T06:00:00Z'))]).toEqual([false, true]);
  expect([isWithinHours(office, at('2026-03-27T16:59:00Z')), isWithinHours(office, at('2026-03-27T17:00:00Z'))]).toEqual([true, false]);
  expect(isWithinHours(office, at('2026-03-28T10:00:00Z'))).toBe(false);
  const night = { zone: 'UTC', days: ['fri' as const], from: '22:00', to: '06:00' };
  expect([isWithinHours(night, at('2026-03-27T23:00:00Z')), isWithinHours(night, at('2026-03-28T05:59:00Z')), isWithinHours(night, at('2026-03-28T06:00:00Z')), isWithinHours(night, at('2026-03-27T05:00:00Z'))]).toEqual([true, true, false, false]);
  expect(isWithinHours({ ...night, from: '00:00', to: '00:00' }, at('2026-03-27T12:00:00Z'))).toBe(true);
  expect(isWithinHours({ ...office, zone: 'Nowhere/Land' }, at('2026-03-27T10:00:00Z'))).toBe(false);
});

function targetsOf(steps: string, scope: Record<string, unknown> = {}): number | null {
  const { document, findings } = parseRunbook(`apiVersion: muster/v1\nkind: Runbook\nmetadata: { id: x, title: X }\ninputs:\n  - { name: hosts, type: list, default: [a, b] }\nsteps:\n${steps}`);
  if (document === null) throw new Error(JSON.stringify(findings));
  return countTargets(document, { inputs: { hosts: ['a', 'b', 'c'] }, ...scope }, { evaluate, find: () => undefined });
}

test('cap 69: targets are counted at their most: of branches the larger, of loops all, and of what is not known nothing', () => {
  expect(targetsOf('  - { id: a, kind: http, with: { url: "https://a.example" } }\n  - { id: b, kind: http, with: { url: "https://a.example", method: POST } }')).toBe(1);
  expect(targetsOf('  - { id: a, kind: wait, with: { for: 1s }, targets: 7 }')).toBe(7);
  expect(targetsOf('  - { id: a, kind: command, with: { agent: x, command: y }, targets: size(inputs.hosts) }')).toBe(3);
  expect(targetsOf('  - { id: a, kind: forEach, items: inputs.hosts, steps: [{ id: b, kind: command, with: { agent: x, command: y }, targets: 2 }] }')).toBe(6);
  const either = '  - { id: a, kind: branch, cases: [{ if: "true", steps: [{ id: b, kind: wait, with: { for: 1s }, targets: 2 }] }], otherwise: [{ id: c, kind: wait, with: { for: 1s }, targets: 5 }] }';
  expect(targetsOf(either)).toBe(5);
  expect(targetsOf('  - { id: s, kind: subRunbook, with: { runbook: other } }')).toBeNull();
  expect(targetsOf('  - { id: f, kind: script, with: { code: "return [1]" } }\n  - { id: a, kind: forEach, items: steps.f.output, steps: [{ id: b, kind: command, with: { agent: x, command: y } }] }')).toBeNull();
});
