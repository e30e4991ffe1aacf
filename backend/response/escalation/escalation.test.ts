/** From a declared incident to somebody who has taken it, on a clock that the test moves. */
import express from 'express';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:http';
import { incidentNumber, policyId, teamId, type PolicyBody } from '#contract';
import { key, ORG, policy, startStage, START_MS, type Stage } from './escalation.testkit.ts';

let stage: Stage;
let server: Server;
let url: string;
beforeAll(async () => {
  stage = await startStage();
  const app = express();
  app.use('/respond', stage.escalation.router);
  server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  url = `http://127.0.0.1:${address.port}/respond`;
});
beforeEach(() => stage.clear());
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await stage.close();
});

const page = (user: string, waitSeconds = 60) => ({ kind: 'user', user: key(user), waitSeconds }) as const;
const ALWAYS: PolicyBody['starts'] = { severities: ['sev1', 'sev2'], ownedBy: null, condition: null };
const SEV1: PolicyBody['starts'] = { severities: ['sev1'], ownedBy: null, condition: null };

function post(token: string, form: Record<string, string>): Promise<Response> {
  return fetch(`${url}/${token}`, { method: 'POST', body: new URLSearchParams(form) });
}

async function declared(number = 1, given: Parameters<Stage['incident']>[1] = {}): Promise<void> {
  await stage.incident(number, given);
  await stage.happens('incident.declared', number, { severity: 'sev1' });
  await stage.look();
}

test('cap 117, cap 121: whoever is paged reads the probable cause with how sure that is; not while diagnosis is in shadow, nor after somebody refuted it or confirmed another', async () => {
  const { db } = stage.database;
  await stage.person('ada');
  await stage.policy('all', policy({ name: 'All', starts: SEV1, steps: [page('ada')] }));
  const told = async (number: number, before: () => Promise<unknown> = () => Promise.resolve()): Promise<unknown> => {
    await stage.incident(number, {});
    await db.query("update incidents set assessment = $2::jsonb where number = $1", [number, JSON.stringify({ confidence: 0.9, onsetAt: stage.clock.now().toISOString(), causeChangeId: null, roots: [{ service: 'checkout-db', score: 0.62, evidence: [] }] })]);
    await before();
    await stage.happens('incident.declared', number, { severity: 'sev1' });
    await stage.look();
    return (await stage.sent()).find((order) => order.incident === number)?.facts?.find(({ label }) => label === 'Probable cause')?.value ?? null;
  };
  const said = (number: number, service: string, verdict: string) => db.query('insert into incident_hypotheses (org_id, incident_number, origin, text, service, verdict) values (1, $1, $2, $3, $4, $5)', [number, 'person', 'said by people', service, verdict]);
  expect(await told(1)).toBe('checkout-db (62 %)');
  expect(await told(2, () => said(2, 'checkout-db', 'refuted'))).toBeNull();
  expect(await told(3, () => said(3, 'checkout-disk', 'confirmed'))).toBeNull();
  expect(await told(4, () => said(4, 'checkout-db', 'confirmed'))).toBe('checkout-db (62 %)');
  await db.query("insert into helper_modes (org_id, helper, mode, since, reason, changed_by) values (1, 'diagnosis', 'shadow', now(), 'for the test', '{}')");
  expect(await told(5)).toBeNull();
  await db.query('delete from helper_modes');
});

test('cap 54: a declared sev1 pages the owner of its root, the commander pool and communications at once, each as the policy says', async () => {
  await stage.team('payments', ['paula', 'pete']);
  await stage.team('commanders', ['carla']);
  await stage.person('comms');
  stage.owners.set('checkout', 'Payments');
  stage.onCall.set('comms', [key('comms')]);
  await stage.policy('owner', policy({ name: 'Owner', starts: SEV1, steps: [{ kind: 'owner', pick: 'all', waitSeconds: 60 }] }));
  await stage.policy('commander', policy({ name: 'Commander', role: 'commander', starts: SEV1, steps: [{ kind: 'team', team: teamId.parse('commanders'), pick: 'round_robin', waitSeconds: 60 }] }));
  await stage.policy('comms', policy({ name: 'Communications', role: 'communications', starts: SEV1, steps: [{ kind: 'schedule', schedule: 'comms', pick: 'all', waitSeconds: 60 }] }));
  await stage.policy('later', policy({ name: 'Only sev3', starts: { severities: ['sev3'], ownedBy: null, condition: null }, steps: [page('ada')] }));

  await declared();

  expect((await stage.paged()).sort()).toEqual(['carla', 'comms', 'paula', 'pete']);
  expect((await stage.sent())[0]).toMatchObject({ urgency: 'critical', messageClass: 'page', incident: 1, thread: 'incident/1', link: { url: 'https://grafana.example.com/incidents/1' } });
  const board = await stage.board();
  expect(board.escalations.map(({ name, state, cause }) => ({ name, state, cause }))).toEqual(expect.arrayContaining([{ name: 'Commander', state: 'active', cause: 'SEV1 declared' }]));
  // Raised and lowered again: who is called already is not called twice.
  await stage.happens('incident.severity_changed', 1, { from: 'sev2', to: 'sev1' });
  await stage.look();
  expect(await stage.paged()).toHaveLength(4);
});

test('cap 55: declining by the link of the message calls the next at once; accepting gives the role; the link works once and shows without acting', async () => {
  await stage.team('commanders', ['carla', 'dave', 'erin']);
  await stage.policy('commander', policy({ name: 'Commander', role: 'commander', starts: SEV1, steps: [{ kind: 'team', team: teamId.parse('commanders'), pick: 'round_robin', waitSeconds: 600 }] }));
  await declared();
  expect(await stage.paged()).toEqual(['carla']);
  const token = await stage.tokenOf('carla');

  // A scanner follows the link, as it stands in the message.
  const shown = await fetch(`${url}/${token}?answer=decline`);
  const html = await shown.text();
  expect([shown.status, shown.headers.get('content-security-policy'), shown.headers.get('referrer-policy')]).toEqual([200, expect.stringContaining("default-src 'none'"), 'no-referrer']);
  expect(html).toContain('SEV1 INC-1: Checkout is down');
  expect(html).toContain('you are needed as commander');
  expect(html).not.toContain('<script');
  expect(html.indexOf('value="decline"')).toBeLessThan(html.indexOf('value="accept"'));
  expect((await fetch(`${url}/${token}`, { method: 'HEAD' })).status).toBe(200);
  expect(await stage.paged()).toEqual(['carla']);

  const declinedAt = stage.clock.nowMs();
  expect(await (await post(token, { answer: 'decline', note: 'on a <train>' })).text()).toContain('You have said that you can’t');
  expect([await stage.paged(), stage.clock.nowMs()]).toEqual([['carla', 'dave'], declinedAt]);
  // Nor is somebody who has answered sought over their other ways.
  expect((await stage.sent()).map((order) => 'cancelled' in order)).toEqual([true, false]);

  await post(await stage.tokenOf('dave'), { answer: 'accept' });
  expect((await stage.sent()).map((order) => 'cancelled' in order)).toEqual([true, true]);
  const [run] = (await stage.board()).escalations;
  expect(run).toMatchObject({ state: 'answered', answeredBy: { name: 'Dave' }, nextAt: null, pages: [{ name: 'Carla', state: 'declined', answeredOver: 'link', note: 'on a <train>' }, { name: 'Dave', state: 'accepted' }] });
  expect((await stage.told('incident.commander_assigned'))[0]?.data).toMatchObject({ to: key('dave'), name: 'Dave', how: 'answered the call' });

  // Used up: neither may change what they said, and nobody else is called.
  await post(token, { answer: 'accept' });
  expect(await (await post(await stage.tokenOf('dave'), { answer: 'decline' })).text()).toContain('You have taken it');
  await stage.pass(5);
  expect([await stage.paged(), (await stage.told('incident.commander_assigned')).length]).toEqual([['carla', 'dave'], 1]);
});

test('cap 55: a link that was bent, is of another page or too old opens nothing; an answer that is none is refused', async () => {
  await stage.person('carla');
  await stage.policy('commander', policy({ starts: SEV1, steps: [page('carla', 600)] }));
  await declared();
  const token = await stage.tokenOf('carla');
  const [org, id, expiry, ...mac] = token.split('.');
  for (const bent of [`2.${id}.${expiry}.${mac.join('.')}`, `${org}.2.${expiry}.${mac.join('.')}`, `${org}.${id}.zzzzzzzzz.${mac.join('.')}`, `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`, 'nonsense', `${token}.x`]) {
    expect([bent, (await post(bent, { answer: 'accept' })).status, (await fetch(`${url}/${bent}`)).status]).toEqual([bent, 404, 404]);
  }
  expect((await post(token, { answer: 'perhaps' })).status).toBe(400);
  expect((await post(token, {})).status).toBe(400);
  stage.clock.advance(25 * 3_600_000);
  expect(await (await post(token, { answer: 'accept' })).text()).toContain('too old to be answered');
  expect(await stage.told('escalation.answered')).toEqual([]);
});

test('cap 60: without an answer in time the next step follows, to the second; repeated, and then it says that nobody took it', async () => {
  await stage.person('a', 'b');
  await stage.policy('two', policy({ repeat: 1, starts: SEV1, steps: [page('a', 60), page('b', 30)] }));
  await declared();
  await stage.skip(59);
  expect(await stage.paged()).toEqual(['a']);
  await stage.pass(1);
  expect(await stage.paged()).toEqual(['a', 'b']);
  await stage.pass(30);
  expect(await stage.paged()).toEqual(['a', 'b', 'a']);
  await stage.skip(60);
  await stage.skip(29);
  expect((await stage.board()).escalations[0]).toMatchObject({ state: 'active', round: 1 });
  await stage.pass(1);
  expect((await stage.board()).escalations[0]).toMatchObject({ state: 'exhausted', endReason: 'all steps are through and nobody took it' });
  expect(await stage.paged()).toEqual(['a', 'b', 'a', 'b']);
  // Late is better than never.
  await stage.answer('b', 'accept');
  expect((await stage.board()).escalations[0]).toMatchObject({ state: 'answered', answeredBy: { name: 'B' } });
});

test('cap 55: called again and again by one escalation, somebody has one thing to answer; whichever message they answer, it is answered, and the next is called at once', async () => {
  await stage.person('a', 'b');
  await stage.policy('one', policy({ role: 'commander', repeat: 3, starts: SEV1, steps: [page('a', 60), page('b', 600)] }));
  await declared();
  const calls = async (name: string) => (await stage.escalation.handlers.listMyPages({ params: undefined, query: undefined, body: undefined }, stage.as(name))).pages.map(({ role, times, sentAt }) => [role, times, sentAt]);
  const first = await stage.tokenOf('a');
  expect(await calls('a')).toEqual([['commander', 1, stage.clock.now().toISOString()]]);
  await stage.skip(60);
  await stage.skip(600);
  expect(await stage.paged()).toEqual(['a', 'b', 'a']);
  expect([await calls('a'), (await calls('b')).length]).toEqual([[['commander', 2, stage.clock.now().toISOString()]], 1]);

  await post(first, { answer: 'decline' });
  expect([await stage.paged(), await calls('a')]).toEqual([['a', 'b', 'a', 'b'], []]);
  expect(await calls('b')).toEqual([['commander', 2, stage.clock.now().toISOString()]]);
  await stage.answer('b', 'accept');
  expect([await calls('b'), (await stage.board()).escalations.map(({ state }) => state)]).toEqual([[], ['answered']]);
});

test('cap 55: who needs help has it, and the next ones are called as well', async () => {
  await stage.person('a', 'b');
  await stage.policy('two', policy({ role: 'operations', starts: SEV1, steps: [page('a', 600), page('b', 600)] }));
  await declared();
  await stage.answer('a', 'help');
  expect(await stage.paged()).toEqual(['a', 'b']);
  expect((await stage.told('incident.role_assigned'))[0]?.data).toMatchObject({ role: 'operations', to: key('a') });
  await stage.answer('b', 'accept');
  expect((await stage.board()).escalations[0]).toMatchObject({ state: 'answered', answeredBy: { name: 'B' } });
  // The role stays with whoever had it first.
  expect(await stage.told('incident.role_assigned')).toHaveLength(1);
});

test('cap 60: who took it and says nothing is nudged, then the next is called and takes over; a note counts as a word', async () => {
  await stage.person('a', 'b');
  await stage.policy('lead', policy({ role: 'commander', silence: { nudgeMinutes: 10, escalateMinutes: 5 }, starts: SEV1, steps: [page('a', 60), page('b', 60)] }));
  await declared();
  await stage.answer('a', 'accept');
  await stage.skip(540);
  await stage.happens('incident.note_added', 1, { text: 'looking' }, key('a'));
  await stage.skip(599);
  expect(await stage.told('escalation.nudged')).toEqual([]);
  await stage.pass(1);
  expect(await stage.told('escalation.nudged')).toHaveLength(1);
  await stage.skip(299);
  expect(await stage.paged()).toEqual(['a', 'a']);
  await stage.pass(1);
  expect([await stage.paged(), (await stage.told('escalation.silent')).length]).toEqual([['a', 'a', 'b'], 1]);
  await stage.answer('b', 'accept');
  expect((await stage.told('incident.commander_assigned')).map(({ data }) => data['to'])).toEqual([key('a'), key('b')]);
});

test('cap 60: who takes command by hand ends the calling for it, and is watched for silence like who accepted', async () => {
  await stage.person('a', 'b', 'c');
  await stage.policy('lead', policy({ role: 'commander', silence: { nudgeMinutes: 10, escalateMinutes: 5 }, starts: SEV1, steps: [page('a', 60), page('b', 600)] }));
  await declared();
  await stage.incidents.handlers.assignCommander({ params: { number: incidentNumber.parse(1) }, query: undefined, body: { commander: key('c') } }, stage.as('c'));
  await stage.look();
  await stage.skip(61);
  expect([await stage.paged(), (await stage.board()).escalations[0]]).toMatchObject([['a'], { state: 'answered', answeredBy: { name: 'C' }, pages: [{ state: 'superseded' }] }]);
  await stage.skip(539);
  await stage.skip(300);
  // Called was only the first: after the silence it goes on with the step that comes next.
  expect([await stage.paged(), (await stage.told('escalation.silent')).map(({ data }) => data['person'])]).toEqual([['a', 'c', 'b'], ['C']]);
});

test('cap 52: of a private incident only members are called, and no channel hears of it', async () => {
  await stage.team('payments', ['paula', 'pete']);
  await stage.policy('all', policy({ repeat: 0, starts: SEV1, steps: [{ kind: 'channel', channel: 'war-room', waitSeconds: 0 }, { kind: 'team', team: teamId.parse('payments'), pick: 'all', waitSeconds: 60 }, page('ada', 60)] }));
  await declared(1, { members: ['pete'] });
  await stage.pass(60);
  expect(await stage.paged()).toEqual(['pete']);
  await expect(stage.board()).rejects.toMatchObject({ status: 404 });
  expect((await stage.told('escalation.nobody')).map(({ data }) => data['reason'])).toEqual(['the incident is private', 'they do not see this private incident']);
});

test('cap 63: quiet hours keep a sev2 away and nobody waits for whoever has them; a sev1 comes through', async () => {
  await stage.person('a', 'b');
  await stage.database.db.query(`insert into contact_settings (org_id, user_key, rules, quiet_hours, zone) values (1, $1::text, '{"critical":null,"high":null,"normal":null,"low":null}', $2::jsonb, 'UTC')`, [key('a'), JSON.stringify([{ days: [0, 1, 2, 3, 4, 5, 6], from: '00:00', to: '23:59' }])]);
  await stage.policy('two', policy({ starts: ALWAYS, steps: [page('a', 60), page('b', 60)] }));
  await declared(1, { severity: 2 });
  await declared(2, { severity: 1 });
  const orders = await stage.sent();
  expect(orders.map(({ incident, to }) => [incident, to[0]])).toEqual([[1, { kind: 'person', user: key('b') }], [2, { kind: 'person', user: key('a') }]]);
});

test('cap 59: what runs goes on as it began, and says that the policy was changed since', async () => {
  await stage.person('a', 'b');
  await stage.policy('p', policy({ name: 'Before', starts: ALWAYS, steps: [page('a', 60), page('a', 60)] }));
  await declared();
  expect((await stage.board()).escalations[0]?.policyChangedSince).toBe(false);
  await stage.escalation.handlers.putPolicy({ params: { policy: policyId.parse('p') }, query: undefined, body: policy({ name: 'After', steps: [page('b', 60)] }) }, stage.as('ada', 1));
  await stage.pass(60);
  expect([await stage.paged(), (await stage.board()).escalations[0]]).toMatchObject([['a', 'a'], { name: 'Before', policyChangedSince: true }]);
});

test('cap 54: resolved, it calls nobody any more, and takes back what is not sent yet', async () => {
  await stage.person('a', 'b');
  await stage.policy('p', policy({ starts: ALWAYS, steps: [page('a', 60), page('b', 60)] }));
  await declared();
  await stage.database.db.query(`update incidents set state = 'resolved' where number = 1`);
  await stage.happens('incident.resolved', 1);
  await stage.skip(60);
  await stage.skip(60);
  expect([await stage.paged(), (await stage.sent())[0]]).toMatchObject([['a'], { cancelled: true }]);
  expect((await stage.board()).escalations[0]).toMatchObject({ state: 'stopped', endReason: 'the incident is resolved', pages: [{ state: 'superseded' }] });
});

test('cap 89: whom no way led to is passed over at once, and an answer on the channel itself counts', async () => {
  await stage.person('a', 'b');
  await stage.policy('p', policy({ starts: ALWAYS, steps: [page('a', 600), page('b', 600)] }));
  await declared();
  const [first] = await stage.sent();
  const tell = (dedupKey: string, state: 'failed' | 'answered' | 'delivered', answer: string | null) => stage.database.db.transaction((tx) => stage.escalation.onOutcome(tx, { orgId: ORG, dedupKey, state, channel: 'voice', answer }));
  await tell(first?.dedupKey ?? '', 'failed', null);
  expect(await stage.paged()).toEqual(['a', 'b']);
  const second = (await stage.sent())[1]?.dedupKey ?? '';
  await tell(second, 'delivered', null);
  await tell(second, 'answered', 'accept');
  await tell(second, 'answered', 'decline');
  expect((await stage.board()).escalations[0]).toMatchObject({ state: 'answered', pages: [{ state: 'failed', delivery: 'failed', over: 'voice' }, { state: 'accepted', delivery: 'answered', answeredOver: 'voice' }] });
});

test('cap 60: while no way leads to anybody, the rounds of a policy are a minute apart, so that an outage of a channel does not use them up', async () => {
  await stage.person('a');
  await stage.policy('p', policy({ starts: ALWAYS, steps: [page('a', 600)], repeat: 2 }));
  await declared();
  const fails = async (): Promise<void> => {
    const dedupKey = (await stage.sent()).at(-1)?.dedupKey ?? '';
    await stage.database.db.transaction((tx) => stage.escalation.onOutcome(tx, { orgId: ORG, dedupKey, state: 'failed', channel: 'voice', answer: null }));
  };
  const begun = stage.clock.nowMs();
  await fails();
  const at: number[] = [];
  for (const seconds of [1, 59, 60, 119, 120, 180, 240]) {
    stage.clock.moveTo(begun + seconds * 1_000);
    const before = (await stage.paged()).length;
    await stage.look();
    if ((await stage.paged()).length === before) continue;
    at.push(seconds);
    await fails();
  }
  expect(at).toEqual([60, 120]);
  expect((await stage.board()).escalations[0]).toMatchObject({ state: 'exhausted', endReason: expect.stringContaining('nobody took it') });
});

test('a crash loses and doubles nothing: what failed half-way is not there, and two replicas do each step once', async () => {
  await stage.team('payments', ['a', 'b', 'c']);
  await stage.policy('p', policy({ starts: ALWAYS, steps: [{ kind: 'team', team: teamId.parse('payments'), pick: 'all', waitSeconds: 60 }, page('ada', 60)] }));
  await stage.incident(1);
  await stage.happens('incident.declared', 1);
  let orders = 0;
  stage.onSend = async () => {
    orders += 1;
    if (orders === 2) throw new Error('the process dies here');
  };
  await stage.look();
  expect([await stage.paged(), (await stage.told('escalation.started')).length, await stage.told('escalation.paged')]).toEqual([[], 1, []]);
  // What failed is tried again soon.
  stage.clock.advance(5_000);
  const other = stage.another();
  await Promise.all([stage.look(), other.watch.look(ORG)]);
  expect((await stage.paged()).sort()).toEqual(['a', 'b', 'c']);
  stage.clock.advance(60_000);
  await Promise.all([stage.look(), other.watch.look(ORG), stage.look()]);
  expect((await stage.paged()).sort()).toEqual(['a', 'ada', 'b', 'c']);
});

test('somebody is paged by hand, once more after five minutes, and it can be stopped', async () => {
  await stage.person('a');
  await stage.incident(1);
  const parts = { params: { number: incidentNumber.parse(1) }, query: undefined };
  await stage.escalation.handlers.pagePerson({ ...parts, body: { user: key('a'), reason: 'you know the queue' } }, stage.as('ada'));
  await stage.skip(300);
  expect(await stage.paged()).toEqual(['a', 'a']);
  const [run] = (await stage.board()).escalations;
  if (run === undefined) throw new Error('nothing runs');
  expect(run).toMatchObject({ policy: null, cause: 'Ada: you know the queue', startedBy: 'Ada' });
  await stage.escalation.handlers.stopEscalation({ params: { id: run.id }, query: undefined, body: { reason: '' } }, stage.as('ada'));
  await stage.skip(300);
  expect(await stage.paged()).toHaveLength(2);
  await expect(stage.escalation.handlers.pagePerson({ ...parts, body: { user: key('nobody'), reason: '' } }, stage.as('ada'))).rejects.toMatchObject({ code: 'invalid_input' });
  // A whole team, or whoever is on call; nobody is a fault of whoever asks.
  await stage.team('payments', ['paula', 'pete']);
  stage.onCall.set('primary', [key('a')]);
  const call = (body: { team?: ReturnType<typeof teamId.parse>; schedule?: string }) => stage.escalation.handlers.pagePerson({ ...parts, body: { ...body, reason: '' } }, stage.as('ada'));
  await call({ team: teamId.parse('payments') });
  await call({ schedule: 'primary' });
  expect([(await stage.paged()).slice(2), (await stage.board()).escalations.map(({ name }) => name).slice(0, 2)]).toEqual([['paula', 'pete', 'a'], ['On call, primary, by hand', 'Team payments, by hand']]);
  await expect(call({ team: teamId.parse('empty') })).rejects.toMatchObject({ code: 'invalid_input', fields: [{ field: 'body.team' }] });
  await expect(call({ schedule: 'none' })).rejects.toMatchObject({ code: 'invalid_input', fields: [{ field: 'body.schedule' }] });
  expect(stage.clock.nowMs()).toBeGreaterThan(START_MS);
});

test('a file of policies is followed: made, changed, taken away; applied again it changes nothing, and what is made on the page stays', async () => {
  await stage.policy('by-hand', policy({ steps: [page('ada')] }));
  const file = (policies: string) => ({ path: 'escalation.yaml', text: `apiVersion: 1\npolicies:\n${policies}` });
  const owner = '  - { id: owner, name: Owner, starts: { severities: [sev1] }, steps: [{ kind: owner, pick: round_robin }] }\n';
  const { provision, handlers } = stage.escalation;
  expect([await provision(ORG, file(owner)), await provision(ORG, file(owner)), await provision(ORG, file(owner.replace('name: Owner', 'name: Owners')))]).toEqual([1, 0, 1]);
  await expect(handlers.putPolicy({ params: { policy: policyId.parse('owner') }, query: undefined, body: policy({ steps: [page('ada')] }) }, stage.as('ada', 2))).rejects.toMatchObject({ code: 'conflict' });
  await expect(provision(ORG, file(`${owner}  - { id: bad, name: Bad, steps: [{ kind: condition, when: "rank ==" }] }\n`))).rejects.toThrow(/escalation\.yaml:4: policies\[1\]\.steps/);
  await expect(provision(ORG, file(owner + owner))).rejects.toThrow(/is listed twice/);
  expect(await provision(ORG, null)).toBe(1);
  const { items } = await handlers.listPolicies({ params: undefined, query: { limit: 10 }, body: undefined }, stage.as('ada'));
  expect(items.map(({ id }) => id)).toEqual(['by-hand']);
});

test('a condition that cannot be read, and a person who was never seen, are refused by name', async () => {
  const create = (steps: PolicyBody['steps']) => stage.escalation.handlers.createPolicy({ params: undefined, query: undefined, body: { id: policyId.parse('new'), ...policy({ steps }) } }, stage.as('ada'));
  await expect(create([{ kind: 'condition', when: 'nonsense ==', otherwise: 'skip' }])).rejects.toMatchObject({ code: 'invalid_input', fields: [{ field: 'body.steps[0].when' }] });
  await expect(create([{ kind: 'wait', seconds: 1 }, page('ghost')])).rejects.toMatchObject({ code: 'invalid_input', fields: [{ field: 'body.steps[1].user' }] });
});
