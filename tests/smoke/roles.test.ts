/** Roles of an incident, handed over: one commander at any time, the history on the timeline, and tasks that go with them. */
import { roleOfferId, userKey, type IncidentNumber, type RoleOfferId } from '../../backend/contract/index.ts';
import { startTestApp, type TestApp } from '../harness/app.ts';
import { ADA_ADMIN, ED_EDITOR, EVA_EDITOR, VERA_VIEWER, type TestUser } from '../harness/grafana.ts';

let muster: TestApp;
const ada = userKey.parse('user:ada');
const ed = userKey.parse('user:ed');
const eva = userKey.parse('user:eva');
beforeAll(async () => {
  muster = await startTestApp();
  for (const user of [ADA_ADMIN, ED_EDITOR, EVA_EDITOR, VERA_VIEWER]) await muster.call(user, 'getMe');
});
afterAll(() => muster.close());

async function incident(more: { private?: { reason: string } } = {}): Promise<IncidentNumber> {
  return (await muster.call(ED_EDITOR, 'declareIncident', { body: { title: 'Checkout is down', severity: 'sev3', ...more } })).body.number;
}

async function offer(by: TestUser, number: IncidentNumber, role: string, to: typeof ada): Promise<RoleOfferId> {
  const { body } = await muster.call(by, 'offerRole', { params: { number }, body: { role, to } });
  return roleOfferId.parse(body.roles.find((each) => each.role === role)?.offer?.id);
}

async function commander(number: IncidentNumber): Promise<string | undefined> {
  return (await muster.call(ADA_ADMIN, 'getIncident', { params: { number } })).body.commander?.name;
}

async function lines(number: IncidentNumber): Promise<string[]> {
  return (await muster.call(ADA_ADMIN, 'listTimeline', { params: { number }, query: { order: 'oldest' } })).body.items.map(({ text }) => text);
}

test('cap 53: command is handed over when the next one accepts, and stays where it is until then; the timeline tells it', async () => {
  const number = await incident();
  await muster.call(ED_EDITOR, 'assignRole', { params: { number, role: 'commander' }, body: { user: ed } });
  const first = await offer(ED_EDITOR, number, 'commander', eva);
  expect(await commander(number)).toBe('Ed Editor');
  expect((await muster.call(ADA_ADMIN, 'answerRoleOffer', { params: { id: first }, body: { answer: 'accept' } })).status).toBe(404);
  await muster.call(EVA_EDITOR, 'answerRoleOffer', { params: { id: first }, body: { answer: 'decline', note: 'on a train' } });
  expect(await commander(number)).toBe('Ed Editor');
  const second = await offer(ED_EDITOR, number, 'commander', eva);
  expect((await muster.call(EVA_EDITOR, 'answerRoleOffer', { params: { id: second }, body: { answer: 'accept' } })).status).toBe(200);
  expect(await commander(number)).toBe('Eva Editor');
  expect((await muster.call(EVA_EDITOR, 'answerRoleOffer', { params: { id: second }, body: { answer: 'accept' } })).status).toBe(409);
  expect(await lines(number)).toEqual(expect.arrayContaining(['Ed Editor leads', 'Eva Editor was asked to take over as commander', 'Eva Editor did not take over as commander: on a train', 'Eva Editor leads']));
});

test('cap 53: of many who take command at once exactly one has it, and each hand-over follows from the one before', async () => {
  const number = await incident();
  const users = [ADA_ADMIN, ED_EDITOR, EVA_EDITOR];
  await Promise.all(users.flatMap((user, index) => [0, 1].map(() => muster.call(user, 'assignRole', { params: { number, role: 'commander' }, body: { user: [ada, ed, eva][index] ?? ada } }))));
  const events = await muster.database.db.query<{ data: { from: string | null; to: string } }>(`select e.data from event_log as e where e.incident_number = $1 and e.type = 'incident.commander_assigned' order by e.position`, [number]);
  expect(events).toHaveLength(6);
  events.forEach(({ data }, index) => expect(data.from).toBe(index === 0 ? null : (events[index - 1]?.data.to ?? '')));
  const { roles } = (await muster.call(ADA_ADMIN, 'getIncidentRoles', { params: { number } })).body;
  expect(roles.filter(({ role }) => role === 'commander').map(({ holder }) => holder?.key)).toEqual([events.at(-1)?.data.to]);
  // An offer that was made before somebody else took it is gone.
  const id = await offer(ADA_ADMIN, number, 'scribe', ed);
  await muster.call(ADA_ADMIN, 'assignRole', { params: { number, role: 'scribe' }, body: { user: eva } });
  expect((await muster.call(ED_EDITOR, 'answerRoleOffer', { params: { id }, body: { answer: 'accept' } })).problem).toMatchObject({ status: 409, detail: 'this was withdrawn meanwhile' });
});

test('cap 53: five roles are there and custom ones come with whoever plays them; their tasks follow them', async () => {
  const number = await incident();
  const { body: task } = await muster.call(ED_EDITOR, 'createTask', { params: { number }, body: { title: 'Write it down', owner: { kind: 'role', role: 'network-lead' } } });
  expect(task.owner).toEqual({ kind: 'role', role: 'network-lead', holder: null });
  const { body } = await muster.call(ED_EDITOR, 'assignRole', { params: { number, role: 'network-lead' }, body: { user: eva } });
  expect(body.roles.map(({ role, holder }) => [role, holder?.name ?? null])).toEqual([['commander', null], ['communications', null], ['operations', null], ['scribe', null], ['liaison', null], ['network-lead', 'Eva Editor']]);
  expect((await muster.call(ED_EDITOR, 'getTask', { params: { id: task.id } })).body.owner).toMatchObject({ holder: { name: 'Eva Editor' } });
  expect((await muster.call(EVA_EDITOR, 'listTasks', { query: { owner: 'me' } })).body.items.map(({ id }) => id)).toContain(task.id);
  await muster.call(ED_EDITOR, 'assignRole', { params: { number, role: 'network-lead' }, body: { user: ed } });
  expect((await muster.call(EVA_EDITOR, 'listTasks', { query: { owner: 'me' } })).body.items.map(({ id }) => id)).not.toContain(task.id);
  expect(await lines(number)).toEqual(expect.arrayContaining(['Network lead is Eva Editor', 'Network lead is Ed Editor', expect.stringContaining('Write it down')]));
  expect((await muster.call(ED_EDITOR, 'assignRole', { params: { number, role: 'Network Lead' }, body: { user: ed } })).status).toBe(400);
});

test('cap 52: who is asked to take a role of a private incident sees it when they have accepted, not before', async () => {
  const number = await incident({ private: { reason: 'a leak' } });
  const id = await offer(ED_EDITOR, number, 'liaison', eva);
  expect((await muster.call(EVA_EDITOR, 'getIncident', { params: { number } })).status).toBe(404);
  expect((await muster.call(EVA_EDITOR, 'answerRoleOffer', { params: { id }, body: { answer: 'accept' } })).status).toBe(200);
  expect((await muster.call(EVA_EDITOR, 'getIncident', { params: { number } })).body.privacy?.members.map(({ login }) => login).sort()).toEqual(['ed', 'eva']);
});

test('cap 55: a page of the running service is answered over its link without a login', async () => {
  const number = await incident();
  await muster.database.db.query(`insert into contact_points (org_id, user_key, channel, address, consent_at, verified_at) values (1, $1::text, 'email', 'eva@example.com', now(), now())`, [eva]);
  await muster.call(ED_EDITOR, 'pagePerson', { params: { number }, body: { user: eva } });
  expect((await fetch(`${muster.url}/respond/nonsense`)).status).toBe(404);
  expect((await muster.call(EVA_EDITOR, 'listMyPages')).body.pages).toMatchObject([{ incident: number, title: 'Checkout is down' }]);
  expect((await muster.call(VERA_VIEWER, 'listMyPages')).body.pages).toEqual([]);
});
