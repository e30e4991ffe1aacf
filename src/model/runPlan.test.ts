/** The graph of a run: what has begun as it went, what is ahead as the runbook has it, in the order of the runbook. */
import { runOf, stepOf } from '../test/runbookFixtures.ts';
import { withPlan } from './runPlan.ts';
import { parse } from './runbookText.ts';

const TEXT = parse(`steps:
  - {id: both, kind: parallel, lanes: [{name: left, steps: [{id: a, kind: wait}]}, {name: right, steps: [{id: b, kind: wait, name: Wait for b}]}]}
  - {id: pick, kind: branch, cases: [{if: x, steps: [{id: yes, kind: http}, {id: more, kind: http}]}], otherwise: [{id: no, kind: http}]}
  - {id: each, kind: forEach, items: x, steps: [{id: ping, kind: http}]}
  - {id: last, kind: wait}
`).value;
const shown = (run: ReturnType<typeof runOf>) => withPlan(run, TEXT).steps.map(({ path, state }) => `${path} ${state}`);

test('steps stand in the order of the runbook, whenever they began; those ahead are not begun', () => {
  expect(shown(runOf([stepOf('both[right]/b', { state: 'running' }), stepOf('both', { state: 'running' })]))).toEqual([
    'both running', 'both[left]/a pending', 'both[right]/b running', 'pick pending', 'each pending', 'last pending',
  ]);
});

test('of a branch only the way that was taken is shown, of a loop the items that have begun', () => {
  expect(shown(runOf([stepOf('pick', { state: 'running' }), stepOf('pick/yes', { state: 'running' }), stepOf('each[1]/ping', { state: 'running' }), stepOf('each[0]/ping', { state: 'failed' })]))).toEqual([
    'both pending', 'both[left]/a pending', 'both[right]/b pending', 'pick running', 'pick/yes running', 'pick/more pending', 'each pending', 'each[0]/ping failed', 'each[1]/ping running', 'last pending',
  ]);
});

test('the approval before the first step stands first, and names ahead have the inputs of the run filled in', () => {
  const text = parse('steps:\n  - {id: restart, kind: wait, name: "Restart {{ inputs.service }} on {{ steps.find.output }}"}\n').value;
  const { steps } = withPlan(runOf([stepOf('Approval', { state: 'waiting' })], { inputs: { service: 'checkout' } }), text);

  expect(steps.map(({ path, name }) => [path, name])).toEqual([['Approval', expect.any(String)], ['restart', 'Restart checkout on {{ steps.find.output }}']]);
});

test('nothing is ahead of a run that is over; what the text does not have is not hidden; without the text the run stays as it is', () => {
  expect(shown(runOf([stepOf('last', { state: 'succeeded' }), stepOf('strange', { state: 'succeeded' })], { state: 'succeeded' }))).toEqual(['last succeeded', 'strange succeeded']);
  const run = runOf([stepOf('last')]);
  expect(withPlan(run, undefined)).toBe(run);
});
