/** Tasks of incidents over HTTP, at two replicas on one database; and what programs see of them. */
import { orgId, taskId, userKey, type CallOf, type Incident, type Task } from '../../backend/contract/index.ts';
import { findUsers } from '../../backend/access/index.ts';
import { appendEvents, SYSTEM_ACTOR } from '../../backend/eventlog/index.ts';
import { createSimulatedClock, systemClock, type Clock } from '../../backend/platform/clock.ts';
import { createLogger } from '../../backend/platform/logger.ts';
import type { RequestContext } from '../../backend/platform/http/route.ts';
import { addTask, createTasks, type EndedTask, type OverdueTask, type TaskPorts, type TaskRequest, type Tasks } from '../../backend/response/tasks/index.ts';
import { ADA_ADMIN, ED_EDITOR, EVA_EDITOR, VERA_VIEWER, type TestUser } from '../harness/grafana.ts';
import { eventually, startTestApp, type Answer, type TestApp } from '../harness/app.ts';

const ORG = orgId.parse(1);
let muster: TestApp;
let other: TestApp;
let ed: string;
let eva: string;
beforeAll(async () => {
  muster = await startTestApp();
  other = await startTestApp({ database: muster.database });
  [ed = '', eva = ''] = await Promise.all([ED_EDITOR, EVA_EDITOR].map(async (user) => (await muster.call(user, 'getMe')).body.user.key));
});
afterAll(async () => {
  await other.close();
  await muster.close();
});

async function declare(): Promise<Incident> {
  return (await muster.call(ED_EDITOR, 'declareIncident', { body: { title: 'Checkout is down', severity: 'sev1' } })).body;
}

async function add(number: number, body: CallOf<'createTask'>['body']): Promise<Task> {
  const answer = await muster.call(ED_EDITOR, 'createTask', { params: { number }, body });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.problem));
  return answer.body;
}

function edit(seen: Task, body: CallOf<'editTask'>['body'], user: TestUser = ED_EDITOR): Promise<Answer<'editTask'>> {
  return muster.call(user, 'editTask', { params: { id: seen.id }, body }, { 'If-Match': `"${seen.version}"` });
}

async function told(number: number): Promise<string[]> {
  const { body } = await muster.call(VERA_VIEWER, 'listTimeline', { params: { number }, query: { order: 'oldest' } });
  return body.items.filter((entry) => entry.type.startsWith('incident.task')).map((entry) => entry.text);
}

async function lead(number: number, commander: string | null): Promise<void> {
  const { body } = await muster.call(ADA_ADMIN, 'getIncident', { params: { number } });
  const answer = await muster.call(ADA_ADMIN, 'assignCommander', { params: { number }, body: { commander: commander === null ? null : userKey.parse(commander) } }, { 'If-Match': `"${body.version}"` });
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.problem));
}

/** The module over the same database, with a clock and listeners of the test. */
function programs(clock: Clock, ports: Partial<TaskPorts>): Tasks {
  const { db } = muster.database;
  return createTasks({
    db, clock, logger: createLogger({ level: 'silent' }), orgs: [ORG],
    ports: { users: { find: (org, keys) => findUsers(db, org, keys) }, tellEvent: () => 'told', onEnded: [], onOverdue: [], ...ports },
  });
}

test('cap 64: a task has an owner, a due time, a priority and a checklist; each change is told once, in words', async () => {
  const { number } = await declare();

  const made = await add(number, { title: 'Fail over payments-db', owner: { kind: 'user', user: userKey.parse(eva) }, dueAt: '2099-01-01T10:00:00Z', priority: 'high', checklist: [{ text: 'Stop writes' }, { text: 'Promote' }] });
  expect(made).toMatchObject({ incident: { number, title: 'Checkout is down' }, state: 'todo', owner: { kind: 'user', user: { name: 'Eva Editor' } }, overdue: false, blocked: false, createdBy: 'Ed Editor' });
  const started = (await edit(made, { state: 'doing', checklist: [{ text: 'Stop writes', done: true }, { text: 'Promote' }] })).body;
  const moved = (await edit(started, { owner: { kind: 'team', team: 'database' }, dueAt: null })).body;
  expect(moved).toMatchObject({ owner: { kind: 'team', team: 'database' }, dueAt: null, state: 'doing', version: 3 });
  const done = (await muster.call(EVA_EDITOR, 'completeTask', { params: { id: made.id }, body: {} })).body;
  expect(done).toMatchObject({ state: 'done', endedAt: expect.any(String) });
  expect((await edit(done, { title: 'Too late' })).status).toBe(409);
  expect((await muster.call(ED_EDITOR, 'reopenTask', { params: { id: made.id }, body: { reason: 'it came back' } })).body).toMatchObject({ state: 'todo', endedAt: null });
  expect((await muster.call(ED_EDITOR, 'cancelTask', { params: { id: made.id }, body: {} })).body.state).toBe('cancelled');

  expect(await told(number)).toEqual([
    'Task added for Eva Editor: Fail over payments-db', 'Task “Fail over payments-db” started; ticked “Stop writes”', 'Task “Fail over payments-db” changed: owner, due time',
    'Task done: Fail over payments-db', 'Task reopened: Fail over payments-db: it came back', 'Task cancelled: Fail over payments-db',
  ]);
});

test('two who change a task at once: one is told to look again; a stranger to the organisation is no owner', async () => {
  const { number } = await declare();
  const seen = await add(number, { title: 'Call the provider' });

  const both = await Promise.all([muster, other].map((app) => app.call(ED_EDITOR, 'editTask', { params: { id: seen.id }, body: { priority: 'low' } }, { 'If-Match': `"${seen.version}"` })));

  expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
  const owner = await muster.call(ED_EDITOR, 'createTask', { params: { number }, body: { title: 'x', owner: { kind: 'user', user: userKey.parse('user:nobody') } } });
  expect([owner.status, owner.problem.errors?.[0]?.field]).toEqual([400, 'body.owner.user']);
  expect((await muster.call(VERA_VIEWER, 'completeTask', { params: { id: seen.id }, body: {} })).status).toBe(403);
});

test('cap 64: a task waits for others of its incident, is not done before them, and none wait for each other, also when two replicas try at once', async () => {
  const { number } = await declare();
  const stranger = await add((await declare()).number, { title: 'Elsewhere' });
  const first = await add(number, { title: 'Drain' });
  const second = await add(number, { title: 'Restart', waitsFor: [first.id] });

  expect(second).toMatchObject({ blocked: true, waitsFor: [{ id: first.id, title: 'Drain', state: 'todo' }] });
  const early = await muster.call(ED_EDITOR, 'completeTask', { params: { id: second.id }, body: {} });
  expect([early.status, early.problem.detail]).toEqual([409, expect.stringContaining('waits for “Drain”')]);
  const circle = await edit(first, { waitsFor: [second.id] });
  expect([circle.status, circle.problem.detail]).toEqual([400, 'these would wait for each other: “Drain” waits for “Restart” waits for “Drain”']);
  expect((await edit(first, { waitsFor: [stranger.id] })).status).toBe(400);
  const [a, b] = [await add(number, { title: 'A' }), await add(number, { title: 'B' })];
  const race = await Promise.all([
    muster.call(ED_EDITOR, 'editTask', { params: { id: a.id }, body: { waitsFor: [b.id] } }, { 'If-Match': '"1"' }), other.call(ED_EDITOR, 'editTask', { params: { id: b.id }, body: { waitsFor: [a.id] } }, { 'If-Match': '"1"' }),
  ]);
  expect(race.map(({ status }) => status).sort()).toEqual([200, 400]);
  await muster.call(ED_EDITOR, 'completeTask', { params: { id: first.id }, body: {} });
  expect((await muster.call(ED_EDITOR, 'completeTask', { params: { id: second.id }, body: {} })).status).toBe(200);
});

test('cap 64: what is overdue is told once for each due time, however many replicas look and though one of them fails on the way', async () => {
  const { number } = await declare();
  const clock = createSimulatedClock(Date.parse('2098-01-01T00:00:00Z'));
  const paged: OverdueTask[] = [];
  let fails = true;
  const onOverdue: TaskPorts['onOverdue'] = [async (_tx, task) => {
    if (fails) throw new Error('killed on the way');
    paged.push(task);
    return [];
  }];
  const [one, two] = [programs(clock, { onOverdue }), programs(clock, { onOverdue })];
  const due = await add(number, { title: 'Tell the regulator', dueAt: '2098-01-01T01:00:00Z' });
  await add(number, { title: 'Later', dueAt: '2098-01-01T02:00:00Z' });

  expect(await one.watch.look(ORG)).toBe(0);
  clock.advance(3_600_000);
  await expect(one.watch.look(ORG)).rejects.toThrow('killed on the way');
  expect(await told(number)).toHaveLength(2);
  fails = false;
  const counts = await Promise.all([one, two, one, two].map(({ watch }) => watch.look(ORG)));
  expect(counts.sort()).toEqual([0, 0, 0, 1]);
  expect(paged).toEqual([{ orgId: 1, id: due.id, incident: number, title: 'Tell the regulator', dueAt: new Date('2098-01-01T01:00:00Z') }]);
  await edit((await muster.call(ED_EDITOR, 'getTask', { params: { id: due.id } })).body, { dueAt: '2098-01-01T00:30:00Z' });
  expect([await two.watch.look(ORG), await one.watch.look(ORG)]).toEqual([1, 0]);
  expect((await told(number)).filter((text) => text === 'Task overdue: Tell the regulator')).toHaveLength(2);
});

test('overdue tasks of everybody, and mine, by person and by the role that I have now', async () => {
  const { number } = await declare();
  const late = await add(number, { title: 'Should be done', dueAt: '2026-01-01T00:00:00Z', owner: { kind: 'role', role: 'commander' } });
  const mine = await add(number, { title: 'Is mine', owner: { kind: 'user', user: userKey.parse(eva) } });
  const gone = await declare();
  await add(gone.number, { title: 'Of no interest', dueAt: '2026-01-01T00:00:00Z' });
  await muster.call(ED_EDITOR, 'cancelIncident', { params: { number: gone.number }, body: { reason: 'this was no incident' } });
  const list = async (user: TestUser, query: CallOf<'listTasks'>['query']): Promise<string[]> => (await other.call(user, 'listTasks', { query: { ...query, limit: 1000 } })).body.items.map(({ id }) => id);

  expect((await muster.call(VERA_VIEWER, 'listTasks', { query: { due: 'overdue', limit: 1000 } })).body.items.map((task) => [task.title, task.overdue])).toEqual([['Should be done', true]]);
  expect(await list(EVA_EDITOR, { owner: 'me' })).toContain(mine.id);
  expect(await list(EVA_EDITOR, { owner: 'me' })).not.toContain(late.id);
  await lead(number, eva);
  expect((await list(EVA_EDITOR, { owner: 'me' })).slice(0, 1)).toEqual([late.id]);
  expect(await list(EVA_EDITOR, { owner: 'me', due: 'overdue' })).toEqual([late.id]);
  await eventually(() => told(number), (texts) => texts.includes('Task overdue: Should be done'));
});

test('cap 67: tasks of the commander show who leads now, and move at a hand-over with one event', async () => {
  const { number } = await declare();
  const task = await add(number, { title: 'Update the status page', owner: { kind: 'role', role: 'commander' } });
  await add(number, { title: 'Brief support', owner: { kind: 'role', role: 'commander' } });
  const ended = await add(number, { title: 'Was done', owner: { kind: 'role', role: 'commander' } });
  await muster.call(ED_EDITOR, 'completeTask', { params: { id: ended.id }, body: {} });
  const holder = async (): Promise<unknown> => {
    const { owner } = (await muster.call(VERA_VIEWER, 'getTask', { params: { id: task.id } })).body;
    return owner?.kind === 'role' ? (owner.holder?.name ?? null) : 'no role';
  };

  expect(await holder()).toBeNull();
  await lead(number, ed);
  expect(await holder()).toBe('Ed Editor');
  await lead(number, eva);
  await lead(number, eva);
  expect(await holder()).toBe('Eva Editor');
  await lead(number, null);

  expect((await told(number)).filter((text) => text.includes('of the commander'))).toEqual([
    '2 tasks of the commander handed over to Ed Editor: Update the status page; Brief support', '2 tasks of the commander handed over to Eva Editor: Update the status page; Brief support',
    '2 tasks of the commander left without an owner: Update the status page; Brief support',
  ]);
});

test('cap 66: one action on a line of the timeline makes a task of it, and each shows the other', async () => {
  const { number } = await declare();
  const note = (await muster.call(ED_EDITOR, 'addNote', { params: { number }, body: { text: 'Somebody must renew the certificate' } })).body;

  const task = await add(number, { entry: note.position });

  expect(task).toMatchObject({ title: 'Somebody must renew the certificate', entry: { position: note.position, text: 'Somebody must renew the certificate' } });
  const lines = async () => (await muster.call(VERA_VIEWER, 'listTimeline', { params: { number } })).body.items;
  expect((await lines()).find(({ position }) => position === note.position)?.tasks).toEqual([{ id: task.id, title: task.title, state: 'todo' }]);
  expect((await lines()).filter(({ tasks }) => tasks.length > 0)).toHaveLength(1);
  const elsewhere = await muster.call(ED_EDITOR, 'createTask', { params: { number: (await declare()).number }, body: { entry: note.position } });
  expect([elsewhere.status, elsewhere.problem.errors?.[0]?.field]).toEqual([400, 'body.entry']);
  expect((await muster.call(ED_EDITOR, 'createTask', { params: { number }, body: {} })).problem.errors?.[0]?.field).toBe('body.title');
});

test('after a merge tasks show under the incident that goes on, with whoever leads that, and the old number still finds them', async () => {
  const [from, into] = [await declare(), await declare()];
  const task = await add(from.number, { title: 'Still to do', owner: { kind: 'role', role: 'commander' } });
  await lead(into.number, eva);

  await muster.call(ED_EDITOR, 'mergeIncident', { params: { number: from.number }, body: { into: into.number } });

  for (const number of [from.number, into.number]) {
    expect((await muster.call(VERA_VIEWER, 'listIncidentTasks', { params: { number } })).body.items).toMatchObject([{ id: task.id, incident: { number: into.number }, owner: { holder: { name: 'Eva Editor' } } }]);
  }
  expect((await muster.call(ED_EDITOR, 'completeTask', { params: { id: task.id }, body: {} })).status).toBe(200);
  expect(await told(into.number)).toEqual(['Task done: Still to do']);
  expect((await muster.call(ED_EDITOR, 'createTask', { params: { number: from.number }, body: { title: 'x' } })).status).toBe(409);
});

test('the owner of a task of a private incident is one who sees it', async () => {
  const { number } = (await muster.call(ED_EDITOR, 'declareIncident', { body: { title: 'Keys taken', severity: 'sev2', private: { reason: 'suspected' } } })).body;
  const owner = { kind: 'user' as const, user: userKey.parse(eva) };

  const refused = await muster.call(ED_EDITOR, 'createTask', { params: { number }, body: { title: 'Revoke', owner } });

  expect([refused.status, refused.problem.errors?.[0]?.field]).toEqual([400, 'body.owner.user']);
  expect((await muster.call(EVA_EDITOR, 'createTask', { params: { number }, body: { title: 'Revoke' } })).status).toBe(404);
});

test('cap 65: a program makes one task a key, in its own transaction, and hears in the same transaction that it ended', async () => {
  const { db } = muster.database;
  const { number } = await declare();
  const request: TaskRequest = {
    orgId: ORG, incident: number, actor: SYSTEM_ACTOR, at: new Date(), key: 'run-1/step-2', title: 'Check the replica', description: '', owner: null, ownerName: null, dueAt: null, priority: 'normal',
    waitsFor: [], checklist: [], entry: null,
  };
  const make = () => db.transaction(async (tx) => {
    const added = await addTask(tx, request);
    await appendEvents(tx, ORG, request.at, added.events);
    return added;
  });

  const made = await Promise.all([make(), make(), make()]);
  expect(new Set(made.map(({ task }) => task.id)).size).toBe(1);
  expect(made.filter(({ isNew }) => isNew)).toHaveLength(1);
  expect(await told(number)).toEqual(['Task added: Check the replica']);

  const heard: EndedTask[] = [];
  let fails = true;
  const module = programs(systemClock, { onEnded: [async (_tx, ended) => {
    heard.push(ended);
    if (fails) throw new Error('the listener could not');
    return [{ type: 'incident.note_added', incident: ended.incident, actor: SYSTEM_ACTOR, data: { text: `heard of ${ended.key ?? ''}` } }];
  }] });
  const { body: me } = await muster.call(ED_EDITOR, 'getMe');
  const context: RequestContext = {
    requestId: 'r', ifMatch: null, logger: createLogger({ level: 'silent' }),
    caller: {
      kind: 'user', orgId: ORG, userKey: me.user.key, login: 'ed', name: 'Ed Editor', role: 'commander', derivedRole: 'commander', seesPrivate: false,
      actor: { kind: 'user', key: me.user.key, name: 'Ed Editor' }, expiresAt: new Date('2099-01-01T00:00:00Z'),
    },
  };
  const id = taskId.parse(made[0]?.task.id);
  await expect(module.handlers.completeTask({ params: { id }, query: undefined, body: {} }, context)).rejects.toThrow('the listener could not');
  expect((await muster.call(ED_EDITOR, 'getTask', { params: { id } })).body.state).toBe('todo');
  fails = false;
  expect((await module.handlers.completeTask({ params: { id }, query: undefined, body: {} }, context)).state).toBe('done');
  expect(heard).toHaveLength(2);
  expect(heard[1]).toMatchObject({ id, incident: number, state: 'done', key: 'run-1/step-2' });
  const { body } = await muster.call(VERA_VIEWER, 'listTimeline', { params: { number } });
  expect(body.items.map(({ text }) => text)).toContain('heard of run-1/step-2');
});
