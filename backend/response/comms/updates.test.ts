/** Updates from draft to publication, and the clocks that ask for them, over real incidents and a simulated clock. */
import { audienceId, channelId, teamId, type Communication, type StatusUpdate } from '#contract';
import { ADA, callerOf, contextOf, ED, MINUTE, ORG, startBench, T0, type Bench } from './comms.testkit.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.close());
beforeEach(() => void bench.sent.splice(0));

async function settings(change: (before: Communication) => Partial<Communication>): Promise<void> {
  const before = await bench.comms.handlers.getCommunication({ params: undefined, query: undefined, body: undefined }, contextOf(ADA));
  await bench.comms.handlers.putCommunication({ params: undefined, query: undefined, body: { ...before, ...change(before) } }, contextOf(ADA, before.version));
}
const comms = (number: StatusUpdate['incident'], by = ADA) => bench.comms.handlers.getIncidentComms({ params: { number }, query: undefined, body: undefined }, contextOf(by));
const look = () => bench.comms.dueWatch.look(ORG);
const FIELDS = { title: 'Payments fail', summary: 'Cards are refused.' };

test('cap 100: an update to customers takes a second person, who approves what is then published word by word', async () => {
  await settings(({ audiences }) => ({ audiences: audiences.map((one) => (one.id === 'customer' ? { ...one, channels: [channelId.parse('customers')] } : one)) }));
  const number = await bench.declare();
  const draft = await bench.draft(number, { audience: 'customer', fields: { summary: FIELDS.summary } });
  expect(draft).toMatchObject({ state: 'draft', missing: ['Title'], may: { approve: false, publish: false, edit: true }, whyNot: 'fill in Title first' });
  await expect(bench.act('approveUpdate', draft, ED)).rejects.toMatchObject({ status: 400, fields: [{ field: 'fields.title' }] });
  const filled = await bench.comms.handlers.editUpdate({ params: { id: draft.id }, query: undefined, body: { fields: FIELDS, components: [{ name: 'Online shop', state: 'major_outage' }] } }, contextOf(ADA, draft.version));

  await expect(bench.act('approveUpdate', filled, ADA)).rejects.toMatchObject({ status: 409, message: expect.stringContaining('somebody other') });
  await expect(bench.act('publishUpdate', filled, ED)).rejects.toMatchObject({ status: 409 });
  await expect(bench.act('approveUpdate', draft, ED)).rejects.toMatchObject({ status: 412 });
  const approved = await bench.act('approveUpdate', filled, ED);
  expect(approved).toMatchObject({ state: 'approved', subject: 'Payments fail', text: 'Cards are refused.', approved: { actor: { name: 'Ed' } }, may: { publish: true } });
  const published = await bench.act('publishUpdate', approved, ADA);
  expect(published).toMatchObject({ state: 'published', published: { actor: { name: 'Ada' } }, may: { edit: false, approve: false, publish: false, discard: false }, whyNot: null });
  await expect(bench.act('publishUpdate', published, ADA)).rejects.toMatchObject({ status: 409 });

  expect(bench.sent).toMatchObject([{ dedupKey: `update/${published.id}`, messageClass: 'update', urgency: 'critical', subject: 'Payments fail', to: [{ kind: 'channel', channel: 'customers' }], link: null }]);
  expect((await bench.events(number)).map(({ type }) => type)).toEqual(['incident.declared', 'incident.update_drafted', 'incident.update_edited', 'incident.update_approved', 'incident.status_updated']);
});

test('cap 100: what is changed after the approval has to be approved again, by neither of its authors', async () => {
  const number = await bench.declare();
  const draft = await bench.draft(number, { audience: 'customer', fields: FIELDS });
  const approved = await bench.act('approveUpdate', draft, ED);
  const changed = await bench.comms.handlers.editUpdate({ params: { id: draft.id }, query: undefined, body: { ownText: 'Better said' } }, contextOf(ED, approved.version));
  expect(changed).toMatchObject({ state: 'draft', approved: null, text: 'Better said' });
  for (const author of [ADA, ED]) await expect(bench.act('approveUpdate', changed, author)).rejects.toMatchObject({ status: 409 });
  expect(await bench.act('approveUpdate', changed, callerOf('Eva'))).toMatchObject({ state: 'approved' });
});

test('cap 100: a correction takes the place of what was published, once', async () => {
  const number = await bench.declare();
  const first = await bench.act('publishUpdate', await bench.draft(number, { audience: 'internal', fields: { summary: 'The database is gone' } }));
  const correction = await bench.act('publishUpdate', await bench.draft(number, { audience: 'internal', corrects: first.id, fields: { summary: 'The database is slow' } }));
  const listed = await bench.comms.handlers.listIncidentUpdates({ params: { number }, query: { limit: 10 }, body: undefined }, contextOf(ADA));
  expect(listed.items.map(({ id, corrects, correctedBy }) => ({ id, corrects, correctedBy }))).toEqual([{ id: correction.id, corrects: first.id, correctedBy: null }, { id: first.id, corrects: null, correctedBy: correction.id }]);
  await expect(bench.draft(number, { audience: 'internal', corrects: first.id })).rejects.toMatchObject({ status: 409 });
  await expect(bench.draft(number, { audience: 'executive', corrects: correction.id })).rejects.toMatchObject({ status: 400 });
  await expect(bench.draft(number, { audience: 'internal', components: [{ name: 'Nothing', state: 'operational' }] })).rejects.toMatchObject({ status: 400, fields: [{ field: 'body.components[0].name' }] });
  await expect(bench.draft(number, { audience: 'internal', nextUpdateAt: new Date(bench.clock.nowMs()).toISOString() })).rejects.toMatchObject({ fields: [{ field: 'body.nextUpdateAt' }] });
});

test('cap 52: an update of a private incident goes to its members alone, never to a channel', async () => {
  await settings(({ audiences }) => ({ audiences: audiences.map((one) => (one.id === 'internal' ? { ...one, channels: [channelId.parse('everybody')] } : one)) }));
  const number = await bench.declare('sev1', ['checkout'], []);
  const preview = await bench.comms.handlers.previewUpdate({ params: { number }, query: undefined, body: { audience: audienceId.parse('internal'), fields: {}, ownSubject: null, ownText: null, components: [], nextUpdateAt: null, corrects: null } }, contextOf(ADA));
  expect(preview.reaches).toEqual(['1 members of the private incident; no channel, and not the status page']);
  await bench.act('publishUpdate', await bench.draft(number, { audience: 'internal', fields: FIELDS_OF_PRIVATE }));
  expect(bench.sent.map(({ to }) => to)).toEqual([[{ kind: 'person', user: 'user:ada' }]]);
  await expect(comms(number, ED)).rejects.toMatchObject({ status: 404 });
});
const FIELDS_OF_PRIVATE = { summary: 'A key was taken' };

test('cap 96: reminded 5 minutes before, told the commander when overdue, each once however many look; what came in time is counted', async () => {
  await bench.database.db.query(`update incidents set state = 'closed' where state <> 'closed'`);
  await bench.database.db.query('delete from update_dues');
  const number = await bench.declare();
  await bench.incidents.service.assignCommander({ orgId: ORG, actor: ADA.actor, userKey: ADA.userKey, viewer: '*', ifMatch: null }, number, ED.userKey);
  const began = bench.clock.nowMs();
  expect((await comms(number)).due).toMatchObject([{ audience: 'internal', dueAt: new Date(began + 30 * MINUTE).toISOString(), state: 'running', lastAt: null }]);

  bench.pass(24.999);
  expect(await look()).toBe(0);
  bench.pass(0.001);
  const counts = await Promise.all([look(), look(), look()]);
  expect(counts.sort()).toEqual([0, 0, 1]);
  expect(bench.sent).toMatchObject([{ messageClass: 'notice', urgency: 'normal', to: [{ kind: 'person', user: 'user:ed' }], subject: `Due soon: the update of INC-${number} to Internal` }]);
  expect((await comms(number)).due).toMatchObject([{ state: 'soon' }]);

  bench.pass(5);
  expect(await look()).toBe(1);
  expect(await look()).toBe(0);
  expect(bench.sent[1]).toMatchObject({ messageClass: 'page', urgency: 'critical', to: [{ kind: 'person', user: 'user:ed' }], link: { url: expect.stringContaining(`/${number}?tab=comms`) } });
  expect((await comms(number)).due).toMatchObject([{ state: 'overdue' }]);
  expect((await bench.events(number)).map(({ type }) => type)).toEqual(['incident.declared', 'incident.commander_assigned', 'incident.update_due', 'incident.update_overdue']);

  bench.pass(1);
  await bench.act('publishUpdate', await bench.draft(number, { audience: 'internal', fields: { summary: 'Late' }, nextUpdateAt: new Date(bench.clock.nowMs() + 10 * MINUTE).toISOString() }));
  expect(await comms(number)).toMatchObject({ kept: 0, total: 1, due: [{ dueAt: new Date(bench.clock.nowMs() + 10 * MINUTE).toISOString() }] });
  bench.pass(9);
  await look();
  await bench.act('publishUpdate', await bench.draft(number, { audience: 'internal', fields: { summary: 'In time' } }));
  expect(await comms(number)).toMatchObject({ kept: 1, total: 2 });
  expect(await look()).toBe(0);
  const report = await bench.comms.handlers.getCadence({ params: undefined, query: { days: 30 }, body: undefined }, contextOf(ADA));
  expect(report).toEqual({ kept: 1, total: 2, percent: 50, bySeverity: [{ severity: 'sev1', kept: 1, total: 2 }], byAudience: [{ audience: 'internal', kept: 1, total: 2 }] });
});

test('cap 96: a graver severity starts the clock anew; a runbook that tells the timeline has told those inside; after the end customers are told that it is over', async () => {
  await bench.database.db.query(`update incidents set state = 'closed' where state <> 'closed'`);
  const number = await bench.declare('sev4');
  const began = bench.clock.nowMs();
  expect((await comms(number)).due).toEqual([]);
  bench.pass(60);
  await bench.incidents.service.changeSeverity({ orgId: ORG, actor: ADA.actor, userKey: ADA.userKey, viewer: '*', ifMatch: null }, number, 'sev1', 'worse than thought');
  expect((await comms(number)).due).toMatchObject([{ dueAt: new Date(began + 90 * MINUTE).toISOString() }]);

  bench.pass(10);
  const told = await bench.database.db.transaction((tx) => bench.comms.byProgram.tell(
    tx, { orgId: ORG, actor: ADA.actor, userKey: null, viewer: '*', ifMatch: null }, bench.clock.now(), number, { text: 'Pool restarted', nextUpdateAt: null, audience: null, fields: {}, key: 'run-1/tell' },
  ));
  expect(told).toMatchObject({ state: 'told', events: [{ type: 'incident.status_updated', data: { text: 'Pool restarted' } }] });
  expect((await comms(number)).due).toMatchObject([{ dueAt: new Date(began + 100 * MINUTE).toISOString() }]);

  const customers = await bench.act('approveUpdate', await bench.draft(number, { audience: 'customer', fields: FIELDS }), ED);
  await bench.act('publishUpdate', customers);
  await bench.run(number, 'acknowledge');
  await bench.run(number, 'mitigate');
  await bench.run(number, 'resolve');
  const due = (await comms(number)).due.map(({ audience }) => audience);
  expect(due).toEqual(['customer', 'internal']);
  const over = await bench.act('approveUpdate', await bench.draft(number, { audience: 'customer', fields: FIELDS, components: [{ name: 'Online shop', state: 'operational' }] }), ED);
  expect(await bench.act('publishUpdate', over)).toMatchObject({ phase: 'resolved' });
  expect((await comms(number)).due.map(({ audience }) => audience)).toEqual(['internal']);
  expect(T0).toBeLessThan(began);
});

test('cap 96: who plays the role communications is reminded; once it is late the commander is told as well; while nobody is in charge, the team that stands in', async () => {
  await bench.database.db.query(`update incidents set state = 'closed' where state <> 'closed'`);
  const number = await bench.declare();
  const handle = { orgId: ORG, actor: ADA.actor, userKey: ADA.userKey, viewer: '*', ifMatch: null } as const;
  await settings((before) => ({ ...before, dueTeam: teamId.parse('commanders') }));
  bench.pass(26);
  await look();
  expect(bench.sent.map(({ to }) => to)).toEqual([[{ kind: 'person', user: 'user:ada' }, { kind: 'person', user: 'user:ed' }]]);
  await bench.act('publishUpdate', await bench.draft(number, { audience: 'internal', fields: { summary: 'One' } }));

  await bench.incidents.service.assignCommander(handle, number, ED.userKey);
  await bench.database.db.query(`insert into incident_roles (org_id, incident_number, role, user_key, since) values (1, $1::integer, 'communications', 'user:ada', now())`, [number]);
  bench.sent.splice(0);
  bench.pass(26);
  await look();
  bench.pass(4);
  await look();
  expect(bench.sent.map(({ messageClass, to }) => [messageClass, to.map((one) => (one.kind === 'person' ? one.user : one.kind))])).toEqual([['notice', ['user:ada']], ['page', ['user:ada', 'user:ed']]]);
  expect((await bench.events(number)).at(-1)).toMatchObject({ type: 'incident.update_overdue', data: { told: 'Ada and Ed' } });
});

test('cap 96: clocks stand still until a time, with a reason; nothing is due before, and who ends it early has it due at once', async () => {
  await bench.database.db.query(`update incidents set state = 'closed' where state <> 'closed'`);
  await bench.database.db.query('delete from update_dues');
  const number = await bench.declare();
  const began = bench.clock.nowMs();
  const at = (minutes: number): string => new Date(began + minutes * MINUTE).toISOString();
  const { pauseUpdates, resumeUpdates } = bench.comms.handlers;
  const pause = (until: string, audiences: string[] | null = null) => pauseUpdates({ params: { number }, query: undefined, body: { audiences: audiences?.map((id) => audienceId.parse(id)) ?? null, until, reason: 'a vendor repairs it' } }, contextOf(ADA));
  await expect(pause(at(-1))).rejects.toMatchObject({ status: 400, fields: [{ field: 'body.until' }] });
  await expect(pause(at(24 * 60 + 1))).rejects.toMatchObject({ status: 400, fields: [{ field: 'body.until' }] });
  await expect(pause(at(60), ['strangers'])).rejects.toMatchObject({ status: 400, fields: [{ field: 'body.audiences' }] });
  await expect(resumeUpdates({ params: { number }, query: undefined, body: {} }, contextOf(ADA))).rejects.toMatchObject({ status: 409 });
  expect((await pause(at(90))).due).toMatchObject([{ dueAt: at(90), state: 'running', paused: { until: at(90), reason: 'a vendor repairs it', by: 'Ada' } }]);
  bench.pass(60);
  expect(await look()).toBe(0);
  expect((await resumeUpdates({ params: { number }, query: undefined, body: {} }, contextOf(ADA))).due).toMatchObject([{ dueAt: at(60), state: 'overdue', paused: null }]);
  expect((await pause(at(90), ['internal'])).due).toMatchObject([{ dueAt: at(90) }]);
  bench.pass(30);
  // When it is over, the update is due then, not when it would have been.
  expect((await comms(number)).due).toMatchObject([{ dueAt: at(90), state: 'overdue', paused: null }]);
  expect(await look()).toBe(1);
  await bench.act('publishUpdate', await bench.draft(number, { audience: 'internal', fields: { summary: 'Repaired' } }));
  expect((await comms(number)).due).toMatchObject([{ dueAt: at(120), paused: null }]);
  expect((await bench.events(number)).map(({ type }) => type).filter((type) => type.startsWith('incident.updates'))).toEqual(['incident.updates_paused', 'incident.updates_resumed', 'incident.updates_paused']);
  expect((await bench.events(number)).find(({ type }) => type === 'incident.updates_paused')?.data).toMatchObject({ all: true, until: at(90), reason: 'a vendor repairs it' });
});

test('old due times, pauses and told fan-outs are forgotten once a day; what is still to be told stays', async () => {
  const number = await bench.declare();
  const [done, open] = [await bench.draft(number, { audience: 'internal', fields: { summary: 'One' } }), await bench.draft(number, { audience: 'internal', fields: { summary: 'Two' } })];
  for (const update of [done, open]) await bench.act('publishUpdate', update);
  const { db } = bench.database;
  await db.query('update update_fanouts set done = update_id = $1::bigint', [done.id]);
  await db.query(`insert into update_pauses (org_id, incident_number, audience, until, reason, paused_at, paused_by) values (1, $1::integer, 'old', $2::timestamptz, 'x', $2::timestamptz, '{}')`, [number, bench.clock.now()]);
  const kept = async () => (await db.query<{ n: string }>(`select concat((select count(*) from update_dues where incident_number = $1::integer), '/', (select count(*) from update_pauses where audience = 'old'), '/', (select count(*) from update_fanouts where incident_number = $1::integer)) as n`, [number]))[0]?.n;
  const [job] = bench.comms.jobs;
  const before = await kept();
  expect(before).toMatch(/^[1-9]\d*\/1\/2$/);
  await job?.run({});
  expect(await kept()).toBe(before);
  bench.pass(31 * 24 * 60);
  await job?.run({});
  expect(await kept()).toMatch(/^[1-9]\d*\/1\/1$/);
  bench.pass(371 * 24 * 60);
  for (let time = 0; time < 2; time += 1) await job?.run({});
  expect(await kept()).toBe('0/0/1');
});
