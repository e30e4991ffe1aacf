/** What is published is carried over to Statuspage.io: made, changed, resolved; within its limits, and whatever goes wrong on the way. */
import { ADA, contextOf, ED, MINUTE, ORG, startBench, type Bench } from '../../backend/response/comms/comms.testkit.ts';
import { putPageSyncBody, type CallOf, type ComponentState, type IncidentNumber } from '../../backend/contract/index.ts';
import { KEY, PAGE, startStatuspage, type StatuspageStandIn } from './standIn.ts';

let bench: Bench;
let statuspage: StatuspageStandIn;
beforeAll(async () => {
  statuspage = await startStatuspage(() => bench.clock.nowMs());
  bench = await startBench({ statuspageUrl: statuspage.url });
  await set({});
});
afterAll(async () => {
  await statuspage.close();
  await bench.close();
});

async function set(body: Partial<CallOf<'putPageSync'>['body']>): Promise<void> {
  const { handlers } = bench.comms;
  const { version } = await handlers.getPageSync({ params: undefined, query: undefined, body: undefined }, contextOf(ADA));
  await handlers.putPageSync({ params: undefined, query: undefined, body: putPageSyncBody.parse({ enabled: true, pageId: PAGE, components: [{ name: 'Online shop', componentId: 'cmp1' }], notify: true, apiKey: KEY, ...body }) }, contextOf(ADA, version));
}
async function publishTo(number: IncidentNumber, state: ComponentState, more: Omit<CallOf<'createUpdate'>['body'], 'audience'> = {}) {
  const draft = await bench.draft(number, { components: [{ name: 'Online shop', state }, { name: 'Mail', state }], ...more, audience: 'customer', fields: { title: 'Payments fail', summary: `It is ${state}` } });
  return bench.act('publishUpdate', await bench.act('approveUpdate', draft, ED));
}
/** Carries over; waiting lets the time of the test pass. */
const carry = (): Promise<number> => bench.comms.syncWatch.look(ORG);
const shown = () => bench.comms.handlers.getPageSync({ params: undefined, query: undefined, body: undefined }, contextOf(ADA));
const only = () => [...statuspage.incidents.values()];

test('cap 99: an incident is made, changed and resolved there, with the components that were chosen, one request a second', async () => {
  const number = await bench.declare();
  await publishTo(number, 'major_outage');
  await publishTo(number, 'partial_outage');
  expect((await shown()).waiting).toBe(2);
  expect(await carry()).toBe(2);
  expect(statuspage.asked.map(({ what, fault }) => ({ what, fault }))).toEqual(['GET /incidents/unresolved', 'POST /incidents', 'PATCH /incidents/inc1'].map((what) => ({ what, fault: null })));
  statuspage.asked.slice(1).forEach(({ atMs }, place) => expect(atMs - (statuspage.asked[place]?.atMs ?? 0)).toBeGreaterThanOrEqual(1_000));
  expect(only()).toMatchObject([{ name: 'Payments fail', status: 'investigating', impact_override: 'major', component_ids: ['cmp1'], components: { cmp1: 'partial_outage' }, deliver_notifications: true, updates: ['It is major_outage', 'It is partial_outage'] }]);

  await publishTo(number, 'operational', { phase: 'resolved', components: [] });
  expect(await carry()).toBe(1);
  expect(only()).toMatchObject([{ status: 'resolved', components: { cmp1: 'operational' } }]);
  expect(statuspage.components.get('cmp1')).toBe('operational');
  expect(await shown()).toMatchObject({ waiting: 0, problem: null, lastAt: expect.any(String), hasApiKey: true });
  expect(JSON.stringify([await shown(), await bench.database.db.query('select * from event_log'), await bench.database.db.query('select * from status_page_syncs')])).not.toContain(KEY);
});

test('cap 99: of a lost answer no second incident is made; what is asked to wait waits; what fails is said once, and again when it works', async () => {
  const number = await bench.declare();
  await publishTo(number, 'major_outage');
  statuspage.next.push({ status: 429, headers: { 'Retry-After': '30' } });
  const now = bench.clock.nowMs();
  expect(await carry()).toBe(0);
  expect(await shown()).toMatchObject({ waiting: 1, problem: 'Statuspage asks for fewer requests' });
  expect(await carry()).toBe(0);
  bench.clock.moveTo(now + 35_000);
  const before = only().length;
  statuspage.next.push({ status: 500 });
  expect(await carry()).toBe(0);
  bench.pass(1);
  // The list comes; the incident is made, and its answer is lost.
  statuspage.next.push('none', 'lost');
  expect(await carry()).toBe(0);
  expect(only()).toHaveLength(before + 1);
  bench.pass(1);
  expect(await carry()).toBe(1);
  expect(only()).toHaveLength(before + 1);
  expect(statuspage.asked.at(-1)?.what).toBe(`PATCH /incidents/inc${before + 1}`);
  const told = await bench.database.db.query<{ type: string; problem: string }>(`select type, data->>'problem' as problem from event_log where type like 'status_page.sync%' and type <> 'status_page.sync_edited' order by position`);
  expect(told.at(0)).toEqual({ type: 'status_page.sync_failed', problem: 'Statuspage asks for fewer requests' });
  expect(told.at(-1)?.type).toBe('status_page.synced');
});

test('cap 99, cap 52: a wrong key is said and waits for somebody; a private incident and what was published before are never carried over', async () => {
  await set({ apiKey: 'another-key' });
  const number = await bench.declare();
  await publishTo(number, 'major_outage');
  bench.pass(1);
  expect(await carry()).toBe(0);
  expect(await shown()).toMatchObject({ problem: 'Statuspage does not take the API key' });
  const hidden = await bench.declare('sev1', ['checkout'], ED.userKey === null ? [] : [ED.userKey]);
  await publishTo(hidden, 'major_outage');
  await set({ apiKey: KEY });
  bench.pass(1);
  const before = only().length;
  expect(await carry()).toBe(1);
  expect(only()).toHaveLength(before + 1);
  await set({ enabled: false });
  await publishTo(number, 'partial_outage');
  bench.clock.advance(MINUTE);
  await set({});
  expect(await carry()).toBe(0);
  await expect(set({ pageId: null })).rejects.toMatchObject({ status: 400, fields: [{ field: 'body.pageId' }] });
  await expect(set({ components: [{ name: 'Nothing', componentId: 'cmp1' }] })).rejects.toMatchObject({ status: 400 });
});
