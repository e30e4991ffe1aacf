/** What people do to runs, and what runs do to each other. */
import { ADA, ED, EVA, ORG, person, RITA, startRunsStage, type RunsStage } from './runs.testkit.ts';
import type { RunId } from '#contract';

let stage: RunsStage;
beforeEach(async () => {
  stage = await startRunsStage();
});
afterEach(() => stage.close());

const call = (id: string): string => `  - { id: ${id}, kind: http, with: { url: "https://x/${id}" } }\n`;
const approval = (more: string): string => `  - { id: ask, kind: approval, with: { question: "Go?", ${more} } }\n`;
const urls = (): string[] => stage.called.map(({ url }) => url.replace('https://x/', ''));
const answer = (id: RunId, who: typeof ADA, what: 'approve' | 'reject' | 'done', values = {}): Promise<void> => stage.commands.answer(who, id, { step: 'ask', answer: what, comment: '', values });

async function started(id: string, text: string, more: Parameters<RunsStage['start']>[1] = {}): Promise<RunId> {
  stage.publish(id, text);
  const run = await stage.start(id, more);
  await stage.settle();
  return run;
}

test('cap 71: approved by the right role, never by whoever started it, never by a token; two have to be two', async () => {
  const id = await started('two', `steps:\n${approval('role: commander, people: 2')}${call('go')}`);
  expect(await stage.run(id)).toMatchObject({ waitsFor: 'approval', leaseOwner: null, dueAt: expect.any(Number) });
  await expect(answer(id, ADA, 'approve')).rejects.toThrow('whoever started the run cannot approve it');
  await expect(answer(id, RITA, 'approve')).rejects.toThrow('takes the role commander');
  await expect(answer(id, { ...ED, userKey: null }, 'approve')).rejects.toThrow('a person has to decide');
  await answer(id, ED, 'approve');
  await stage.settle();
  await expect(answer(id, ED, 'approve')).rejects.toThrow('somebody else has to as well');
  expect(urls()).toEqual([]);
  await answer(id, EVA, 'approve');
  await stage.settle();

  expect(await stage.run(id)).toMatchObject({ state: 'succeeded' });
  expect((await stage.steps(id)).get('ask')).toMatchObject({ text: 'approved by ed and eva', endedBy: EVA.actor });
});

test.each([['fail', 'failed', []], ['skip', 'succeeded', []], ['continue', 'succeeded', ['go']]] as const)('cap 71: a rejection with onReject %s: the run has %s', async (onReject, state, called) => {
  const id = await started('rejecting', `steps:\n${approval(`onReject: ${onReject}`)}${call('go')}`);
  await answer(id, ED, 'reject');
  await stage.settle();

  expect(await stage.run(id)).toMatchObject({ state });
  expect(urls()).toEqual(called);
});

test('cap 71: when the time is up, what the step says holds', async () => {
  const yes = await started('yes', `steps:\n${approval('timeout: 10m, otherwise: approve')}${call('go')}`);
  const no = await started('no', `steps:\n${approval('timeout: 10m')}`);
  await stage.pass(600_000);

  expect(await stage.run(yes)).toMatchObject({ state: 'succeeded' });
  expect(await stage.run(no)).toMatchObject({ state: 'failed', error: 'ask: nobody approved it in time' });
});

test('a run that a trigger started waits for an approval before its first step', async () => {
  const id = await started('auto', `steps:\n${call('go')}`, { start: 'trigger', needsApproval: 'manager', userKey: null, by: { kind: 'system', key: 'muster', name: 'Muster' } });
  expect(await stage.states(id)).toEqual(['Approval: waiting']);
  await stage.commands.answer(person('mia', 'manager'), id, { step: 'Approval', answer: 'approve', comment: '', values: {} });
  await stage.settle();

  expect(await stage.states(id)).toEqual(['Approval: succeeded', 'go: succeeded']);
});

test('a manual step takes the answers that it asks for, and gives them on', async () => {
  const id = await started('manual', 'steps:\n  - { id: ask, kind: manual, with: { instruction: Count, ask: [{ name: hosts, title: Hosts, type: number }] } }\n  - { id: go, kind: http, with: { url: "https://x/{{ steps.ask.output.hosts }}" } }\n');
  await expect(answer(id, RITA, 'done')).rejects.toThrow('the answer “hosts” is needed');
  await answer(id, RITA, 'done', { hosts: 3 });
  await stage.settle();

  expect(urls()).toEqual(['3']);
});

test('pause begins nothing further, resume goes on, cancel takes back; each is possible once and harmless twice', async () => {
  const id = await started('paused', `steps:\n  - { id: one, kind: http, with: { url: "https://x/one" }, undo: { kind: http, with: { url: "https://x/back" } } }\n  - { id: rest, kind: wait, with: { for: 1h } }\n${call('two')}  - { id: ask, kind: manual, with: { instruction: Look } }\n`);
  await stage.commands.pause(ED, id, 'a moment');
  await stage.commands.pause(ED, id, 'a moment');
  await stage.pass(7_200_000);
  expect(urls()).toEqual(['one']);
  await expect(stage.commands.undo(ED, id, '')).rejects.toMatchObject({ status: 409, extra: { possible: ['resume', 'cancel'] } });
  await stage.commands.resume(ED, id, '');
  await stage.settle();
  expect(urls()).toEqual(['one', 'two']);
  await stage.commands.cancel(ED, id, 'not needed', true);
  await stage.commands.cancel(ED, id, 'not needed', true);
  await stage.settle();

  expect(await stage.run(id)).toMatchObject({ state: 'undone', error: 'not needed' });
  expect(await stage.states(id)).toEqual(['ask: cancelled', 'one: undone', 'rest: succeeded', 'two: succeeded']);
});

test('a call under way is broken off by cancel', async () => {
  stage.publish('long', `steps:\n${call('go')}`);
  stage.answer((_call, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve({ kind: 'failed', error: 'aborted', retryable: true }))));
  const id = await stage.start('long');
  const settled = stage.settle();
  while (stage.called.length === 0) await new Promise(setImmediate);
  await stage.commands.cancel(ED, id, '', true);
  await stage.runs.worker.beat();
  await settled;

  expect(await stage.run(id)).toMatchObject({ state: 'cancelled' });
});

test('a failed step of a run that stops is tried again or passed over by a person, also within a loop', async () => {
  stage.publish('stops', `policy: { onFailure: stop }\nsteps:\n  - { id: each, kind: forEach, items: "[1, 2]", steps: [{ id: go, kind: http, with: { url: "https://x/{{ item }}" } }] }\n${call('last')}`);
  let broken = true;
  stage.answer((one) => (broken && one.with.url.endsWith('/1') ? { kind: 'failed', error: 'no', retryable: false } : { kind: 'done', output: 1 }));
  const id = await stage.start('stops');
  await stage.settle();
  expect(await stage.run(id)).toMatchObject({ state: 'failed' });
  await stage.commands.retry(RITA, id, 'each[0]/go', 'once more');
  await stage.settle();
  expect(await stage.run(id)).toMatchObject({ state: 'failed' });
  broken = false;
  await stage.commands.skip(ED, id, 'each[0]/go', 'does not matter');
  await stage.settle();

  expect(await stage.run(id)).toMatchObject({ state: 'succeeded', error: null });
  expect(urls()).toEqual(['1', '1', '2', 'last']);
});

test('cap 77: two runs with the same lock never run together; the next one goes on when the first ends', async () => {
  const text = `inputs: [{ name: host, type: string }]\npolicy: { lock: "{{ inputs.host }}" }\nsteps:\n  - { id: ask, kind: manual, with: { instruction: Look } }\n`;
  const first = await started('locked', text, { inputs: { host: 'a' } });
  const second = await started('locked', text, { inputs: { host: 'a' } });
  const other = await started('locked', text, { inputs: { host: 'b' } });
  expect([(await stage.run(first)).state, (await stage.run(second)).state, (await stage.run(other)).state]).toEqual(['running', 'queued', 'running']);
  await answer(first, RITA, 'done');
  await stage.settle();

  expect([(await stage.run(first)).state, (await stage.run(second)).state]).toEqual(['succeeded', 'running']);
});

test.each([['queue', 'running', 'queued'], ['replace', 'cancelled', 'running']] as const)('cap 77: over the limit with %s: the first is %s, the second %s', async (otherwise, first, second) => {
  const text = `policy: { limit: { atOnce: 1, otherwise: ${otherwise} } }\nsteps:\n  - { id: ask, kind: manual, with: { instruction: Look } }\n`;
  const one = await started('limited', text);
  const two = await started('limited', text);

  expect([(await stage.run(one)).state, (await stage.run(two)).state]).toEqual([first, second]);
});

test('cap 77: over the limit with skip, the start is refused with the run that is in the way, whose lock it would have waited for', async () => {
  const text = 'policy: { lock: the pool, limit: { otherwise: skip } }\nsteps:\n  - { id: ask, kind: manual, with: { instruction: Look } }\n';
  const one = await started('limited', text);

  await expect(stage.start('limited')).rejects.toMatchObject({ status: 409, extra: { runs: [one] } });
});

test('cap 80: a run keeps the version it began with', async () => {
  const id = await started('kept', `steps:\n  - { id: ask, kind: manual, with: { instruction: Look } }\n${call('old')}`);
  stage.publish('kept', `steps:\n${call('new')}`);
  await answer(id, RITA, 'done');
  await stage.settle();

  expect(urls()).toEqual(['old']);
});

test('a sub-runbook is waited for, and ends with the run that it is part of; a circle ends at its depth', async () => {
  stage.publish('child', `inputs: [{ name: n, type: string }]\nsteps:\n  - { id: ask, kind: manual, with: { instruction: Look } }\n`);
  const parent = await started('parent', `steps:\n  - { id: sub, kind: subRunbook, with: { runbook: child, inputs: { n: "1" } } }\n${call('after')}`);
  const child = (await stage.steps(parent)).get('sub')?.kept;
  expect(await stage.run(parent)).toMatchObject({ waitsFor: 'run', leaseOwner: null });
  const id = (await stage.database.db.query<{ id: RunId }>('select r.id::text from runbook_runs as r where r.parent_id is not null'))[0]?.id;
  if (id === undefined) throw new Error(JSON.stringify(child));
  await answer(id, RITA, 'done');
  await stage.settle();
  expect(await stage.run(parent)).toMatchObject({ state: 'succeeded' });

  const other = await started('parent', `steps:\n  - { id: sub, kind: subRunbook, with: { runbook: child, inputs: { n: "1" } } }\n`);
  await stage.commands.cancel(ED, other, '', true);
  await stage.settle();
  const states = await stage.database.db.query<{ state: string }>('select r.state from runbook_runs as r order by r.id');
  expect(states.map(({ state }) => state)).toEqual(['succeeded', 'succeeded', 'cancelled', 'cancelled']);

  stage.publish('there', 'steps:\n  - { id: sub, kind: subRunbook, with: { runbook: circle } }\n');
  const circle = await started('circle', 'steps:\n  - { id: sub, kind: subRunbook, with: { runbook: there } }\n');
  expect(await stage.run(circle)).toMatchObject({ state: 'failed', error: expect.stringContaining('ended as failed') });
});

test('cap 76: what a replica held that died goes on elsewhere after its lease, under the same key', async () => {
  stage.publish('held', `steps:\n${call('go')}${call('next')}`);
  let isDead = true;
  stage.answer((_call, signal) => (isDead ? new Promise((resolve) => signal.addEventListener('abort', () => resolve({ kind: 'failed', error: 'dead', retryable: false }))) : { kind: 'done', output: 1 }));
  const id = await stage.start('held');
  void stage.runs.worker.look();
  while (stage.called.length === 0) await new Promise(setImmediate);
  isDead = false;
  const other = stage.another('replica-2');
  await other.worker.settled();
  expect(stage.called.length).toBe(1);
  stage.clock.advance(6_000);
  await other.worker.settled();

  expect(await stage.run(id)).toMatchObject({ state: 'succeeded' });
  expect(stage.called.map(({ key }) => key)).toEqual([`muster-${ORG}-${id}-go`, `muster-${ORG}-${id}-go`, `muster-${ORG}-${id}-next`]);
  expect((await stage.steps(id)).get('go')?.attempts[0]?.error).toContain('interrupted');
});

test('a start is refused with what is wrong with it', async () => {
  stage.publish('strict', `inputs: [{ name: host, type: string }]\npolicy: { startRole: manager }\nsteps:\n${call('go')}`);

  await expect(stage.start('nothing')).rejects.toMatchObject({ status: 404 });
  await expect(stage.start('strict')).rejects.toMatchObject({ status: 400, fields: [expect.objectContaining({ field: 'body.inputs.host' })] });
  await expect(stage.start('strict', { inputs: { host: 'a' }, role: 'responder' })).rejects.toMatchObject({ status: 403 });
});
