/** Runs over HTTP: tasks, private incidents, what stands on the timeline, output. */
import type { Run, RunbookId, RunId } from '../../backend/contract/index.ts';
import { ADA_ADMIN, ED_EDITOR, EVA_EDITOR, VERA_VIEWER } from '../harness/grafana.ts';
import { eventually, startTestApp, type TestApp } from '../harness/app.ts';

let muster: TestApp;
beforeAll(async () => {
  muster = await startTestApp();
});
afterAll(() => muster.close());

async function live(id: string, steps: string): Promise<RunbookId> {
  const made = await muster.call(ADA_ADMIN, 'createRunbook', { body: { source: `apiVersion: muster/v1\nkind: Runbook\nmetadata: { id: ${id}, title: ${id} }\nsteps:\n${steps}` } });
  if (made.status !== 201) throw new Error(JSON.stringify(made.problem));
  await muster.call(ADA_ADMIN, 'publishRunbook', { params: { id: made.body.id }, body: {} }, { 'If-Match': `"${made.body.version}"` });
  return made.body.id;
}

async function start(id: RunbookId, incident?: number): Promise<Run> {
  const answer = await muster.call(ED_EDITOR, 'startRun', { params: { id }, body: incident === undefined ? {} : { incident } });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.problem));
  return answer.body;
}

const until = (id: RunId, isThere: (run: Run) => boolean): Promise<Run> => eventually(async () => (await muster.call(ED_EDITOR, 'getRun', { params: { id } })).body, isThere);

test('cap 65: a step adds a task and waits until it is done; all of it stands on the timeline', async () => {
  const incident = (await muster.call(ED_EDITOR, 'declareIncident', { body: { title: 'Checkout is down', severity: 'sev2' } })).body;
  const run = await start(await live('with-task', '  - { id: ask, name: Ask the bank, kind: task, with: { title: "Call the bank about {{ incident.key }}", owner: commander } }\n'), incident.number);
  await until(run.id, ({ waitsFor }) => waitsFor === 'task');
  const { items } = (await muster.call(ED_EDITOR, 'listIncidentTasks', { params: { number: incident.number } })).body;
  expect(items.map(({ title, owner }) => [title, owner?.kind])).toEqual([[`Call the bank about INC-${incident.number}`, 'role']]);
  await muster.call(ED_EDITOR, 'completeTask', { params: { id: items[0]?.id ?? (() => { throw new Error('no task'); })() }, body: {} });
  await until(run.id, ({ state }) => state === 'succeeded');

  const { items: entries } = (await muster.call(VERA_VIEWER, 'listTimeline', { params: { number: incident.number }, query: { order: 'oldest' } })).body;
  expect(entries.filter(({ type }) => type.startsWith('run.')).map(({ text }) => text)).toEqual([
    'Runbook “with-task” started', 'Runbook “with-task”, step “Ask the bank”: waits for a task', 'Runbook “with-task”, step “Ask the bank”: the task is done', 'Runbook “with-task” succeeded',
  ]);
});

test('cap 83: output is read from a place on, and cut at 1 MiB with a notice', async () => {
  const run = await start(await live('loud', '  - { id: talk, kind: script, with: { code: "console.log(\'first\'); for (let i = 0; i < 300; i++) console.log(\'x\'.repeat(5000)); return 1", timeLimit: 10s } }\n'));
  const ended = await until(run.id, ({ endedAt }) => endedAt !== null);
  expect(ended.state).toBe('succeeded');
  let text = '';
  let after = 0;
  for (;;) {
    const { body } = await muster.call(ED_EDITOR, 'getStepOutput', { params: { id: run.id }, query: { step: 'talk', after } });
    if (body.chunks.length === 0) break;
    text += body.chunks.map((chunk) => chunk.text).join('');
    after = body.lastSeq;
  }
  expect(text.startsWith('first')).toBe(true);
  expect(text.length).toBeLessThan(1024 * 1024 + 200);
  expect(ended.steps[0]?.attempts[0]).toMatchObject({ outputBytes: expect.any(Number) });
});

test('a run of a private incident is seen by its members only', async () => {
  const incident = (await muster.call(ED_EDITOR, 'declareIncident', { body: { title: 'Something secret', severity: 'sev2' } })).body;
  const hidden = await muster.call(ED_EDITOR, 'makeIncidentPrivate', { params: { number: incident.number }, body: { reason: 'a leak' } }, { 'If-Match': `"${incident.version}"` });
  expect(hidden.problem).toMatchObject({ number: incident.number });
  const id = await live('secretly', '  - { id: look, kind: manual, with: { instruction: Look } }\n');
  const run = await start(id, incident.number);

  expect((await muster.call(ED_EDITOR, 'getRun', { params: { id: run.id } })).status).toBe(200);
  for (const user of [EVA_EDITOR, VERA_VIEWER]) expect((await muster.call(user, 'getRun', { params: { id: run.id } })).status).toBe(404);
  expect((await muster.call(EVA_EDITOR, 'listRuns', { query: { runbook: id } })).body.items).toEqual([]);
  expect((await muster.call(EVA_EDITOR, 'cancelRun', { params: { id: run.id }, body: {} })).status).toBe(404);
  expect((await muster.call(EVA_EDITOR, 'startRun', { params: { id }, body: { incident: incident.number } })).status).toBe(400);
});
