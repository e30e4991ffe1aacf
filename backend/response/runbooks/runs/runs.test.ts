/** Runs on a real database: their order, waits, retries, limits of time, taking back. */
import type { StepResult } from '../kinds/kind.ts';
import { startRunsStage, type RunsStage } from './runs.testkit.ts';

let stage: RunsStage;
beforeEach(async () => {
  stage = await startRunsStage();
});
afterEach(() => stage.close());

const call = (id: string, more = ''): string => `  - { id: ${id}, kind: http, with: { url: "https://x/${id}" }${more === '' ? '' : `, ${more}`} }\n`;
const back = (id: string): string => `undo: { kind: http, with: { url: "https://x/${id}-back" } }`;
const urls = (): string[] => stage.called.map(({ url }) => url.replace('https://x/', ''));

test('steps run one after the other, and each knows what those before it gave', async () => {
  stage.publish('plain', `inputs:\n  - { name: host, type: string }\nsteps:\n${call('first')}  - { id: second, name: "Call {{ inputs.host }}", kind: http, with: { url: "{{ steps.first.output.url }}/{{ inputs.host | url }}" } }\n`);
  const id = await stage.start('plain', { inputs: { host: 'a b' } });
  await stage.settle();

  expect(await stage.run(id)).toMatchObject({ state: 'succeeded', stepsDone: 2, stepsTotal: 2, leaseOwner: null, dueAt: null });
  expect(urls()).toEqual(['first', 'first/a%20b']);
  expect(stage.called.map(({ key }) => key)).toEqual([`muster-1-${id}-first`, `muster-1-${id}-second`]);
  expect([...(await stage.steps(id)).values()].map(({ name }) => name)).toEqual(['first', 'Call a b']);
  expect(await stage.told()).toEqual(['run.started', 'run.step_ended', 'run.step_ended', 'run.ended']);
});

test('a wait of days holds no lease, and ends on its own', async () => {
  stage.publish('slow', `steps:\n  - { id: rest, kind: wait, with: { for: 3d } }\n${call('after')}`);
  const id = await stage.start('slow');
  await stage.settle();
  expect(await stage.run(id)).toMatchObject({ state: 'running', waitsFor: 'time', leaseOwner: null });
  await stage.pass(3 * 86_400_000 - 1_000);
  expect(urls()).toEqual([]);
  await stage.pass(1_000);

  expect(await stage.run(id)).toMatchObject({ state: 'succeeded' });
});

test('cap 73: a step that fails is tried again with growing pauses, under the same key; attempts are recorded', async () => {
  stage.publish('shaky', `steps:\n${call('go', 'retry: { times: 3, delay: 10s, jitter: false }')}`);
  let fails = 2;
  stage.answer(() => (fails-- > 0 ? { kind: 'failed', error: 'answered 503', retryable: true } : { kind: 'done', output: 1 }));
  const id = await stage.start('shaky');
  await stage.settle();
  expect(await stage.run(id)).toMatchObject({ state: 'running', waitsFor: 'retry', leaseOwner: null });
  await stage.pass(10_000);
  expect(stage.called.length).toBe(2);
  await stage.pass(20_000);

  expect(await stage.run(id)).toMatchObject({ state: 'succeeded' });
  expect(new Set(stage.called.map(({ key }) => key)).size).toBe(1);
  expect((await stage.steps(id)).get('go')?.attempts.map(({ error }) => error)).toEqual(['answered 503', 'answered 503', null]);
});

test('cap 76: a replica that stood still for longer than its lease goes on with the call that is under way, and makes no second one', async () => {
  stage.publish('still', `steps:\n${call('go')}${call('after')}`);
  let answer: (value: StepResult) => void = () => undefined;
  stage.answer((one) => (one.with.url.endsWith('/go') ? new Promise((resolve) => { answer = resolve; }) : { kind: 'done', output: 1 }));
  const id = await stage.start('still');
  const settled = stage.settle();
  while (stage.called.length === 0) await new Promise(setImmediate);
  stage.clock.advance(60_000);
  await stage.runs.worker.look();
  const lease = await stage.run(id);
  answer({ kind: 'done', output: 1 });
  await settled;

  expect(lease).toMatchObject({ state: 'running', leaseOwner: 'replica-1' });
  expect(lease.dueAt).toBeGreaterThan(stage.clock.nowMs());
  expect(urls()).toEqual(['go', 'after']);
  expect(await stage.run(id)).toMatchObject({ state: 'succeeded' });
});

test('cap 73: what the matcher does not match is not tried again', async () => {
  stage.publish('picky', `steps:\n${call('go', 'retry: { times: 3, on: "error.contains(\'503\')" }')}`);
  stage.answer(() => ({ kind: 'failed', error: 'answered 500', retryable: true }));
  const id = await stage.start('picky');
  await stage.settle();

  expect(await stage.run(id)).toMatchObject({ state: 'failed', error: 'go: answered 500' });
});

test('cap 74, 75: a failure is passed over where the step says so, and else takes back what was done, the last first', async () => {
  stage.publish('undoing', `steps:\n${call('a', back('a'))}${call('b', `continueOnError: true, ${back('b')}`)}${call('c', back('c'))}${call('d')}`);
  stage.answer((one) => (/\/(b|d|a-back)$/.test(one.with.url) ? { kind: 'failed', error: 'no', retryable: false } : { kind: 'done', output: 1 }));
  const id = await stage.start('undoing');
  await stage.settle();

  expect(urls()).toEqual(['a', 'b', 'c', 'd', 'c-back', 'a-back']);
  expect(await stage.run(id)).toMatchObject({ state: 'undo_failed', error: 'd: no' });
  expect(await stage.states(id)).toEqual(['a: undo_failed', 'b: failed', 'c: undone', 'd: failed']);
  expect(stage.called.at(-1)?.key).toBe(`muster-1-${id}-a-undo`);
});

test('a run that takes too long ends, and so does a step, though it does not heed it', async () => {
  stage.publish('hangs', `policy: { timeout: 1h }\nsteps:\n${call('go', 'timeout: 10s, continueOnError: true')}  - { id: ask, kind: manual, with: { instruction: Look } }\n`);
  stage.answer(() => new Promise(() => undefined));
  const id = await stage.start('hangs');
  const settled = stage.settle();
  while (stage.called.length === 0) await new Promise(setImmediate);
  stage.clock.advance(10_000);
  stage.clock.advance(2_000);
  await settled;
  expect((await stage.steps(id)).get('go')).toMatchObject({ state: 'failed', error: 'took too long' });
  expect(await stage.run(id)).toMatchObject({ state: 'running', waitsFor: 'input' });
  await stage.pass(3_600_000);

  expect(await stage.run(id)).toMatchObject({ state: 'timed_out' });
  expect(await stage.states(id)).toEqual(['ask: cancelled', 'go: failed']);
});

test('branches, lanes and loops: the right case, side by side, and no more rounds at once than asked for', async () => {
  stage.publish('flow', `steps:
  - id: choose
    kind: branch
    cases:
      - { if: "1 > 2", steps: [{ id: no, kind: http, with: { url: "https://x/no" } }] }
      - { if: "2 > 1", steps: [{ id: yes, kind: http, with: { url: "https://x/yes" } }] }
  - id: both
    kind: parallel
    lanes:
      - { name: left, steps: [{ id: l, kind: http, with: { url: "https://x/l" } }] }
      - { name: right, steps: [{ id: r, kind: http, with: { url: "https://x/r" } }] }
  - id: each
    kind: forEach
    items: "[1, 2, 3]"
    atOnce: 2
    steps:
      - { id: one, kind: http, with: { url: "https://x/{{ item }}" } }
      - { id: two, when: "item != 2", kind: http, with: { url: "{{ steps.one.output.url }}-2" } }
  - { id: last, kind: http, with: { url: "https://x/{{ steps.each.output[2].one.url }}" } }
`);
  const id = await stage.start('flow');
  await stage.settle();

  expect(await stage.run(id)).toMatchObject({ state: 'succeeded' });
  expect(urls().slice(0, 3).sort()).toEqual(['l', 'r', 'yes']);
  expect(urls().slice(3).sort()).toEqual(['1', '1-2', '2', '3', '3-2', 'https://x/3'].sort());
  expect(await stage.states(id)).toContain('each[1]/two: skipped');
});
