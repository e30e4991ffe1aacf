/** The plan over made-up runbooks: whatever ends how, and whenever the process dies, a run ends, in order, and takes back what it did. */
import fc from 'fast-check';
import { isEndedRun, runbookPolicy, type LeafStep, type Step } from '#contract';
import { incidentScope } from '../format/index.ts';
import { isLeafRow, isRunning, type RunFacts, type StepRow } from './model.ts';
import { plan, toUndo } from './plan.ts';
import { pauseMs } from './retry.ts';
import { begun, settle, stopped } from './settle.ts';

let counter = 0;
const name = (): string => `s${(counter += 1)}`;
const leaf = fc.record({ undo: fc.boolean(), continueOnError: fc.boolean() }).map(({ undo, continueOnError }): LeafStep => ({
  id: name(), kind: 'wait', with: { for: '1s' }, continueOnError, ...(undo ? { undo: { kind: 'wait', with: { for: '1s' } } } : {}),
}));
const step = fc.letrec<{ step: Step; list: Step[] }>((tie) => ({
  step: fc.oneof({ maxDepth: 3 },
    leaf,
    fc.record({ a: tie('list'), b: tie('list'), first: fc.boolean() }).map(({ a, b, first }): Step => ({ id: name(), kind: 'branch', continueOnError: false, cases: [{ if: first ? '1 == 1' : '1 == 2', steps: a }], otherwise: b })),
    fc.record({ a: tie('list'), b: tie('list') }).map(({ a, b }): Step => ({ id: name(), kind: 'parallel', continueOnError: false, lanes: [{ name: 'left', steps: a }, { name: 'right', steps: b }] })),
    fc.record({ steps: tie('list'), items: fc.integer({ min: 0, max: 3 }), atOnce: fc.integer({ min: 1, max: 3 }) }).map(({ steps, items, atOnce }): Step => ({
      id: name(), kind: 'forEach', continueOnError: false, items: `[${Array.from({ length: items }, (_, place) => place).join(', ')}]`, as: 'item', atOnce, steps,
    })),
  ),
  list: fc.array(tie('step'), { minLength: 1, maxLength: 3 }),
})).list;

interface Played {
  readonly run: RunFacts;
  /** Paths in the order in which their tries began; undo with a star. */
  readonly begins: string[];
  readonly places: string[];
}

/** Plays a run: chance decides which of what is under way ends next, how, and when the process dies. */
function play(steps: readonly Step[], onFailure: 'undo' | 'stop', chance: () => number, cancelAt: number): Played {
  let run: RunFacts = {
    document: { policy: { ...runbookPolicy.parse({}), onFailure }, steps }, state: 'running', ending: null, endsUndoing: false, error: null, deadline: 1e9, steps: new Map(),
    scope: { ...incidentScope(null, []), inputs: {} },
  };
  const inFlight = new Map<string, LeafStep>();
  const begins: string[] = [];
  const places: string[] = [];
  for (let now = 1; now < 5_000; now += 1) {
    if (now === cancelAt && run.ending === null && !isEndedRun(run.state)) run = { ...run, ending: 'cancelled', endsUndoing: true };
    const next = plan(run, { now, inFlight: new Set(inFlight.keys()) });
    const rows = new Map(run.steps);
    for (const row of next.changes) rows.set(row.path, row);
    for (const { path, late } of next.stop) {
      const row = rows.get(path);
      if (row !== undefined) rows.set(path, stopped(row, 'ended', late, now));
      inFlight.delete(path);
    }
    for (const begin of next.begin) {
      expect(inFlight.has(begin.path)).toBe(false);
      rows.set(begin.path, begun(rows.get(begin.path), begin, now, ''));
      inFlight.set(begin.path, begin.step);
      begins.push(begin.undoing ? `${begin.path}*` : begin.path);
    }
    run = { ...run, steps: rows, state: next.state, ending: next.ending, endsUndoing: next.endsUndoing, error: next.error };
    if (isEndedRun(run.state)) return { run, begins, places };
    if (chance() < 0.1) {
      inFlight.clear();
      continue;
    }
    const waiting = [...inFlight];
    const [path, one] = waiting[Math.floor(chance() * waiting.length)] ?? [];
    if (path === undefined || one === undefined) continue;
    const row = run.steps.get(path);
    if (row === undefined) throw new Error('a try without a row');
    const fails = chance() < 0.15;
    const place = Math.max(0, ...[...run.steps.values()].map((other) => other.place ?? 0)) + 1;
    const after = settle(row, fails ? { kind: 'failed', error: 'no', retryable: false } : { kind: 'done', output: null }, { step: one, scope: run.scope, now, random: () => 0, place }).row;
    if (after.state === 'succeeded' && after.hasUndo) places.push(path);
    run = { ...run, steps: new Map(run.steps).set(path, after) };
    inFlight.delete(path);
  }
  throw new Error('the run came to no end');
}

const chances = fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 50, maxLength: 50 });
function cycle(values: readonly number[]): () => number {
  let place = 0;
  return () => values[(place += 1) % values.length] ?? 0;
}

test('cap 75, 76: a run ends, though its process dies at any moment; nothing is left open; what has to be is taken back in reverse', () => {
  fc.assert(fc.property(step, fc.constantFrom('undo' as const, 'stop' as const), chances, fc.integer({ min: 1, max: 40 }), (steps, onFailure, values, cancelAt) => {
    const { run, begins, places } = play(steps, onFailure, cycle([...values, 0.5]), cancelAt > 20 ? 0 : cancelAt);
    const open = [...run.steps.values()].filter((row: StepRow) => row.endedAt === null || isRunning(row));
    expect(open).toEqual([]);
    if (run.endsUndoing) {
      expect(toUndo(run.steps)).toEqual([]);
      const undone = begins.filter((path) => path.endsWith('*')).map((path) => path.slice(0, -1));
      expect([...new Set(undone)]).toEqual([...places].reverse());
    }
    if (run.state === 'succeeded') {
      const failed = [...run.steps.values()].filter((row) => isLeafRow(row) && row.state === 'failed').map((row) => row.path.replace(/.*\//, ''));
      const tolerant = new Set(JSON.stringify(steps).match(/"id":"s\d+","kind":"wait","with":\{"for":"1s"\},"continueOnError":true/g)?.map((text) => /s\d+/.exec(text)?.[0]));
      expect(failed.filter((id) => !tolerant.has(id))).toEqual([]);
    }
  }), { numRuns: 300 });
});

test('cap 73: pauses grow to their longest and vary by half at most', () => {
  const rule = { times: 20, backoff: 'exponential', delay: '2s', maxDelay: '1m', jitter: true } as const;
  fc.assert(fc.property(fc.integer({ min: 1, max: 20 }), fc.double({ min: 0, max: 1, noNaN: true }), (failures, chance) => {
    const whole = Math.min(60_000, 2_000 * 2 ** (failures - 1));
    const pause = pauseMs(rule, failures, () => chance);
    expect(pause).toBeLessThanOrEqual(whole);
    expect(pause).toBeGreaterThanOrEqual(whole / 2);
    expect(pauseMs({ ...rule, backoff: 'fixed', jitter: false }, failures, () => chance)).toBe(2_000);
  }));
});
