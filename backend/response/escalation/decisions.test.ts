import fc from 'fast-check';
import { escalationStep, putPolicyBody, userKey, type EscalationStep, type UserKey } from '#contract';
import { MIN_ROUND_SECONDS, nextMove, type Position } from './nextMove.ts';
import { pickPeople, withNewcomers, type Turns } from './pickOne.ts';
import { occasionOf, startsFor } from './starts.ts';

const step = fc.oneof(
  fc.record({ waitSeconds: fc.integer({ min: 0, max: 900 }) }).map(({ waitSeconds }) => escalationStep.parse({ kind: 'user', user: 'user:a', waitSeconds })),
  fc.integer({ min: 1, max: 900 }).map((seconds) => escalationStep.parse({ kind: 'wait', seconds })),
  fc.constantFrom('skip', 'stop').map((otherwise) => escalationStep.parse({ kind: 'condition', when: 'rank == 1', otherwise })),
);
const plans = fc.record({ steps: fc.array(step, { minLength: 1, maxLength: 8 }), repeat: fc.integer({ min: 0, max: 6 }) });

/** Goes through a whole plan while nobody answers. */
function walk(plan: { steps: EscalationStep[]; repeat: number }, holds: () => boolean): { paged: Position[]; seconds: number; end: string; roundSeconds: number[] } {
  const paged: Position[] = [];
  const roundSeconds: number[] = [];
  let at: Position = { round: 0, step: 0 };
  let seconds = 0;
  for (let moves = 0; moves < 1_000; moves += 1) {
    const move = nextMove(plan, at, holds);
    if (move.kind === 'end') return { paged, seconds, end: move.state, roundSeconds };
    if (move.kind === 'page') paged.push(move.at);
    const took = move.kind === 'wait' ? move.seconds : move.step.waitSeconds;
    seconds += took;
    roundSeconds[at.round] = (roundSeconds[at.round] ?? 0) + took;
    at = move.then;
  }
  throw new Error('it does not end');
}

test('cap 59: every plan ends, pages no step twice in a round, and goes through all of it at most repeat + 1 times', () => {
  fc.assert(fc.property(plans, fc.boolean(), (plan, holds) => {
    const { paged, end } = walk(plan, () => holds);
    const places = paged.map(({ round, step: index }) => `${round}/${index}`);
    expect(new Set(places).size).toBe(places.length);
    expect(Math.max(0, ...paged.map(({ round }) => round))).toBeLessThanOrEqual(plan.repeat);
    const pages = plan.steps.filter(({ kind }) => kind === 'user').length;
    if (holds) expect([end, paged.length]).toEqual(['exhausted', pages * (plan.repeat + 1)]);
  }), { numRuns: 200 });
});

test('cap 59: a plan that waits for nothing does not page the same people again at once', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 6 }), (repeat) => {
    const { steps } = putPolicyBody.parse({ name: 'x', steps: [{ kind: 'user', user: 'user:a', waitSeconds: 0 }] });
    expect(walk({ steps, repeat }, () => true).seconds).toBe(repeat * MIN_ROUND_SECONDS);
  }));
});

test('cap 59: a condition that does not hold leaves out the next step, or ends it', () => {
  const { steps, repeat } = putPolicyBody.parse({
    name: 'x', repeat: 0, steps: [{ kind: 'condition', when: 'rank == 1' }, { kind: 'user', user: 'user:a' }, { kind: 'condition', when: 'rank == 1', otherwise: 'stop' }, { kind: 'user', user: 'user:b' }],
  });
  expect(nextMove({ steps, repeat }, { round: 0, step: 0 }, () => true)).toMatchObject({ kind: 'page', at: { step: 1 } });
  expect(nextMove({ steps, repeat }, { round: 0, step: 0 }, () => false)).toEqual({ kind: 'end', state: 'stopped', reason: 'the condition rank == 1 does not hold' });
});

const PEOPLE = Array.from({ length: 7 }, (_, index) => userKey.parse(`user:${index}`));

/** Pages one after another; gives how often each was paged. */
function page(pick: 'round_robin' | 'least_loaded', people: readonly UserKey[], count: number, isResting: (user: UserKey, turn: number) => boolean = () => false, isThere: (user: UserKey, turn: number) => boolean = () => true): Map<UserKey, number> {
  let turns: Turns = { pages: new Map(), lastPage: new Map() };
  const paged = new Map<UserKey, number>(people.map((user) => [user, 0]));
  for (let turn = 1; turn <= count; turn += 1) {
    const pool = people.filter((user) => isThere(user, turn));
    turns = withNewcomers(turns, pool);
    for (const user of pickPeople(pick, pool, pool.map((each) => ({ user: each, isResting: isResting(each, turn) })), turns)) {
      turns = { pages: new Map([...turns.pages, [user, (turns.pages.get(user) ?? 0) + 1]]), lastPage: new Map([...turns.lastPage, [user, BigInt(turn)]]) };
      paged.set(user, (paged.get(user) ?? 0) + 1);
    }
  }
  return paged;
}

test.each(['round_robin', 'least_loaded'] as const)('cap 62: over 100 pages by %s, most and fewest differ by one at most', (pick) => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 7 }), (size) => {
    const counts = [...page(pick, PEOPLE.slice(0, size), 100).values()];
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(100);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  }));
});

test('cap 62: who rests after a night page is left out while another one is there, is asked when nobody else is, and catches up by load', () => {
  const [a, b] = PEOPLE.slice(0, 2);
  if (a === undefined || b === undefined) throw new Error('nobody');
  const none: Turns = { pages: new Map(), lastPage: new Map() };
  expect(pickPeople('least_loaded', [a, b], [{ user: a, isResting: true }, { user: b, isResting: false }], none)).toEqual([b]);
  expect(pickPeople('round_robin', [a, b], [{ user: a, isResting: true }], none)).toEqual([a]);
  fc.assert(fc.property(fc.array(fc.boolean(), { minLength: 10, maxLength: 40 }), (rest) => {
    const paged = page('least_loaded', [a, b], 200, (user, turn) => user === a && (rest[turn] ?? false));
    expect(Math.abs((paged.get(a) ?? 0) - (paged.get(b) ?? 0))).toBeLessThanOrEqual(1);
  }), { numRuns: 50 });
});

test('cap 62: somebody new is not paged until they have caught up', () => {
  const [a, b, c] = PEOPLE.slice(0, 3);
  if (a === undefined || b === undefined || c === undefined) throw new Error('nobody');
  const paged = page('least_loaded', [a, b, c], 130, undefined, (user, turn) => user !== c || turn > 100);
  expect(paged.get(c)).toBeGreaterThanOrEqual(9);
  expect(paged.get(c)).toBeLessThanOrEqual(11);
});

test.each([
  ['incident.declared', {}, 'call'], ['incident.promoted', {}, 'call'], ['incident.severity_changed', { from: 'sev3', to: 'sev1' }, 'call'], ['incident.severity_changed', { from: 'sev1', to: 'sev2' }, undefined],
  ['incident.resolved', {}, 'end'], ['incident.merged', { into: 4 }, 'merged'], ['incident.acknowledged', {}, undefined],
] as const)('cap 54: %s with %j is %s', (type, data, kind) => {
  expect(occasionOf({ type, incident: 1, data })?.kind).toBe(kind);
});

test('cap 54: a policy starts by severity, by whose service it is, and by a condition', () => {
  const { starts } = putPolicyBody.parse({ name: 'x', steps: [{ kind: 'wait', seconds: 1 }], starts: { severities: ['sev1', 'sev2'], ownedBy: 'payments', condition: 'rank == 1' } });
  const facts = { severity: 'sev1', owners: ['web', 'payments'], holds: () => true } as const;
  expect(startsFor({ starts }, facts)).toBe(true);
  expect(startsFor({ starts }, { ...facts, severity: 'sev3' })).toBe(false);
  expect(startsFor({ starts }, { ...facts, owners: ['web'] })).toBe(false);
  expect(startsFor({ starts }, { ...facts, holds: () => false })).toBe(false);
  expect(startsFor({ starts: null }, facts)).toBe(false);
});
