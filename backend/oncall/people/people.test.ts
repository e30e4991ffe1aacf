/** How people are reached: what is tried, when it is quiet, addresses that are proven, teams that follow Grafana. */
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { orgId, teamId, userKey, type ContactPointId, type OrgId } from '#contract';
import { createTestDatabase, type TestDatabase } from '../../../tests/harness/database.ts';
import { Secret } from '../../platform/config/secret.ts';
import { createSimulatedClock, type SimulatedClock } from '../../platform/clock.ts';
import type { RequestContext } from '../../platform/http/route.ts';
import { createLogger } from '../../platform/logger.ts';
import { createKeyRing } from '../../platform/secrets/keyRing.ts';
import { createPeople, isNight, isQuiet, planContacts, teamMembers, type CodeToSend, type People, type PersonContacts } from './index.ts';
import { NO_RULES } from './plan.ts';

const ORG: OrgId = orgId.parse(1);
const MONDAY_NOON = Date.UTC(2026, 2, 2, 12);
const NONE = { params: undefined, query: undefined, body: undefined };

function person(more: Partial<PersonContacts> = {}): PersonContacts {
  return {
    points: [{ id: '1', channel: 'sms', address: '+1', isVerified: true }, { id: '2', channel: 'email', address: 'a@example.com', isVerified: true }, { id: '3', channel: 'voice', address: '+2', isVerified: false }],
    rules: NO_RULES, quietHours: [], zone: 'UTC', fallback: { channel: 'email', address: 'known@example.com' }, ...more,
  };
}

function rules(more: object): PersonContacts['rules'] {
  return { ...NO_RULES, ...more };
}

const hop = (point: string, waitSeconds: number) => ({ point, waitSeconds });

test('cap 63: without rules every proven address is tried for what is urgent, the first for the rest, and Grafana’s when there is none', () => {
  expect(planContacts(person(), 'critical', MONDAY_NOON)).toEqual([{ channel: 'sms', address: '+1', waitSeconds: 60 }, { channel: 'email', address: 'a@example.com', waitSeconds: 60 }]);
  expect(planContacts(person(), 'normal', MONDAY_NOON).map(({ channel }) => channel)).toEqual(['sms']);
  expect(planContacts(person({ points: [] }), 'high', MONDAY_NOON)).toEqual([{ channel: 'email', address: 'known@example.com', waitSeconds: 120 }]);
  expect(planContacts(person({ points: [], fallback: null }), 'critical', MONDAY_NOON)).toEqual([]);
});

test('cap 63: the order is that of the urgency; an address that is not proven is never used; nothing chosen is nothing told, but for SEV1', () => {
  const chosen = person({ rules: rules({ critical: [hop('2', 30), hop('3', 0), hop('1', 0)], low: [], high: [hop('3', 0)] }) });
  expect(planContacts(chosen, 'critical', MONDAY_NOON)).toEqual([{ channel: 'email', address: 'a@example.com', waitSeconds: 30 }, { channel: 'sms', address: '+1', waitSeconds: 0 }]);
  expect(planContacts(chosen, 'low', MONDAY_NOON)).toEqual([]);
  // All that was chosen is gone: better the usual order than silence.
  expect(planContacts(chosen, 'high', MONDAY_NOON).map(({ channel }) => channel)).toEqual(['sms', 'email']);
  expect(planContacts(person({ rules: rules({ critical: [] }) }), 'critical', MONDAY_NOON)).toHaveLength(2);
});

test('cap 63: SEV1 ignores quiet hours, everything else waits for their end, at any time of any week', () => {
  const sleeper = person({ quietHours: [{ days: [0, 1, 2, 3, 4], from: '22:00', to: '07:00' }, { days: [5], from: '00:00', to: '23:30' }], zone: 'Europe/Berlin' });
  fc.assert(fc.property(fc.integer({ min: 0, max: 60 * 24 * 400 }), (minute) => {
    const at = MONDAY_NOON + minute * 60_000;
    expect(planContacts(sleeper, 'critical', at)).toHaveLength(2);
    expect(planContacts(sleeper, 'high', at)).toHaveLength(isQuiet(sleeper.quietHours, sleeper.zone, at) ? 0 : 2);
  }), { numRuns: 300 });
});

test('cap 63: quiet hours are read off the clock on the wall, past midnight and when the clocks change', () => {
  const spans = [{ days: [0], from: '22:00', to: '07:00' }];
  const inBerlin = (iso: string): boolean => isQuiet(spans, 'Europe/Berlin', Date.parse(iso));
  // Monday 2 March 2026, an hour ahead of UTC.
  expect([inBerlin('2026-03-02T20:59:59Z'), inBerlin('2026-03-02T21:00:00Z'), inBerlin('2026-03-03T05:59:59Z'), inBerlin('2026-03-03T06:00:00Z'), inBerlin('2026-03-03T21:30:00Z')]).toEqual([false, true, true, false, false]);
  // In summer it is two hours.
  expect([inBerlin('2026-07-06T19:59:59Z'), inBerlin('2026-07-06T20:00:00Z'), inBerlin('2026-07-07T05:00:00Z')]).toEqual([false, true, false]);
  const sunday = [{ days: [6], from: '01:00', to: '04:00' }];
  // The night of 29 March: two o'clock is three o'clock, so the span is two hours long.
  expect(['2026-03-28T23:59:59Z', '2026-03-29T00:00:00Z', '2026-03-29T01:59:59Z', '2026-03-29T02:00:00Z'].map((iso) => isQuiet(sunday, 'Europe/Berlin', Date.parse(iso)))).toEqual([false, true, true, false]);
  expect([isNight('America/New_York', Date.parse('2026-03-02T03:00:00Z')), isNight('America/New_York', Date.parse('2026-03-02T12:00:00Z')), isNight('Asia/Tokyo', Date.parse('2026-03-02T03:00:00Z'))]).toEqual([true, false, false]);
});

let database: TestDatabase;
let clock: SimulatedClock;
let people: People;
let sent: CodeToSend[];
let events: { type: string; data: Record<string, unknown> }[];
let grafana: (path: string) => unknown;
let emailChannel: string | null;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  clock = createSimulatedClock(MONDAY_NOON);
  sent = [];
  events = [];
  emailChannel = 'email';
  grafana = () => {
    throw new Error('Grafana is away');
  };
  await database.db.query('truncate contact_points, contact_settings, teams, team_members, users restart identity cascade');
  for (const name of ['ann', 'bob', 'cem']) {
    await database.db.query(
      `insert into users (org_id, user_key, login, name, email, derived_role, first_seen_at, last_seen_at) values (1, $1::text, $2::text, $3::text, $4::text, 'responder', now(), now())`,
      [`user:${name}`, name, name.toUpperCase(), `${name}@example.com`],
    );
  }
  people = createPeople({
    db: database.db, clock, orgs: [ORG], ring: createKeyRing([{ id: 'test', key: new Secret(randomBytes(32).toString('base64')) }]),
    grafana: { isConnected: async () => true, call: async (_org, { path }) => grafana(path) },
    sendTest: async (_tx, code) => void sent.push(code), recordEvent: async (_tx, _org, { type, data }) => void events.push({ type, data }),
    channels: {
      list: async () => [{ id: 'sms', name: 'Text message', addressLabel: 'Phone number' }], emailChannel: async () => emailChannel,
      faultOf: async (_q, _org, channel, address) => (channel === 'sms' ? (address.startsWith('+') ? null : { field: 'address', message: 'must be a number like +49 …' }) : { field: 'channel', message: 'there is no such channel' }),
    },
  });
});

function as(name: string, ifMatch: number | null = null): RequestContext {
  const key = userKey.parse(`user:${name}`);
  return {
    requestId: 'test', ifMatch, logger: createLogger({ level: 'silent' }),
    caller: {
      kind: 'user', orgId: ORG, userKey: key, login: name, name: name.toUpperCase(), role: 'manager', derivedRole: 'manager', seesPrivate: false, actor: { kind: 'user', key, name: name.toUpperCase() }, expiresAt: new Date(MONDAY_NOON + 1e12),
    },
  };
}

async function add(name: string, address = '+491'): Promise<ContactPointId> {
  const { points } = await people.handlers.addContactPoint({ ...NONE, body: { channel: 'sms', address, consent: true } }, as(name));
  const id = points.at(-1)?.id;
  if (id === undefined) throw new Error('no point');
  return id;
}

function verify(name: string, id: ContactPointId, code: string) {
  return people.handlers.verifyContactPoint({ ...NONE, params: { id }, body: { code } }, as(name));
}

test('an address is used once its code was entered; consent is kept with its time, and goes with the address', async () => {
  const id = await add('ann');
  expect(sent).toMatchObject([{ channel: 'sms', address: '+491', name: 'ANN', code: expect.stringMatching(/^\d{6}$/) }]);
  const plan = () => people.contactPlan(database.db, ORG, userKey.parse('user:ann'), 'critical', clock.now());
  expect(await plan()).toEqual([{ channel: 'email', address: 'ann@example.com', waitSeconds: 60 }]);
  const code = sent[0]?.code ?? '';
  const wrong = code === '000000' ? '000001' : '000000';
  await expect(verify('ann', id, wrong)).rejects.toMatchObject({ code: 'invalid_input', fields: [{ field: 'body.code' }] });
  await expect(verify('bob', id, code)).rejects.toMatchObject({ status: 404 });
  expect((await verify('ann', id, code)).points).toMatchObject([{ verified: true, channelName: 'Text message', consentAt: new Date(MONDAY_NOON).toISOString() }]);
  expect(await plan()).toEqual([{ channel: 'sms', address: '+491', waitSeconds: 60 }]);
  await people.handlers.removeContactPoint({ ...NONE, params: { id } }, as('ann'));
  expect(await plan()).toEqual([{ channel: 'email', address: 'ann@example.com', waitSeconds: 60 }]);
  expect(events.map(({ type }) => type)).toEqual(['contacts.point_added', 'contacts.point_verified', 'contacts.point_removed']);
  const stored = await database.db.query('select p::text as row from contact_points as p');
  expect(JSON.stringify([events, stored])).not.toContain('+491');
  expect(JSON.stringify(events)).not.toContain(code);
});

test('a code is guessed five times at most, is too old after a quarter of an hour, and another one comes after half a minute', async () => {
  const id = await add('ann');
  const code = sent[0]?.code ?? '';
  const wrong = code === '000000' ? '000001' : '000000';
  for (let tries = 0; tries < 5; tries += 1) await expect(verify('ann', id, wrong)).rejects.toMatchObject({ code: 'invalid_input' });
  await expect(verify('ann', id, code)).rejects.toMatchObject({ code: 'conflict' });
  const again = () => people.handlers.sendContactCode({ ...NONE, params: { id } }, as('ann'));
  await expect(again()).rejects.toMatchObject({ code: 'conflict', message: 'a code is on its way; ask again in 30 s' });
  clock.advance(30_000);
  await again();
  clock.advance(15 * 60_000 + 1);
  await expect(verify('ann', id, sent[1]?.code ?? '')).rejects.toMatchObject({ code: 'conflict', message: 'that code is too old: get another one' });
});

test('what cannot be is refused by name: a wrong address, a channel that is not there, the same one twice, another one’s point in rules, an old version', async () => {
  await expect(add('ann', '491')).rejects.toMatchObject({ code: 'invalid_input', fields: [{ field: 'body.address' }] });
  await expect(people.handlers.addContactPoint({ ...NONE, body: { channel: 'fax', address: '+1', consent: true } }, as('ann'))).rejects.toMatchObject({ fields: [{ field: 'body.channel' }] });
  const id = await add('ann');
  await expect(add('ann')).rejects.toMatchObject({ code: 'conflict' });
  const put = (name: string, version: number) => people.handlers.putContactRules({ ...NONE, body: { rules: rules({ high: [{ point: id, waitSeconds: 5 }] }), quietHours: [], zone: 'UTC' } }, as(name, version));
  await expect(put('bob', 0)).rejects.toMatchObject({ fields: [{ field: 'body.rules.high[0].point' }] });
  expect(await put('ann', 0)).toMatchObject({ version: 1, rules: { high: [{ point: id, waitSeconds: 5 }] } });
  await expect(put('ann', 0)).rejects.toMatchObject({ code: 'version_mismatch' });
});

test('cap 143: everybody who may be called is tried at all their addresses, in the order of what is critical; who was never here is left out', async () => {
  const id = await add('ann');
  await verify('ann', id, sent[0]?.code ?? '');
  const second = await add('ann', '+492');
  await verify('ann', second, sent[1]?.code ?? '');
  await add('ann', '+493');
  await people.handlers.putContactRules({ ...NONE, body: { rules: rules({ critical: [{ point: second, waitSeconds: 5 }] }), quietHours: [{ days: [0], from: '10:00', to: '14:00' }], zone: 'UTC' } }, as('ann', 0));
  await people.handlers.createTeam({ ...NONE, body: { id: teamId.parse('pay'), name: 'Pay', description: '', aliases: [], members: [userKey.parse('user:bob')], grafanaTeam: null } }, as('ann'));
  const found = await people.rehearsalPeople(database.db, ORG, { also: [userKey.parse('user:ghost')] }, clock.now());
  expect(found).toEqual([
    { person: { key: 'user:ann', login: 'ann', name: 'ANN' }, isQuiet: true, ways: [{ channel: 'sms', address: '+492', isProven: true }, { channel: 'sms', address: '+491', isProven: true }, { channel: 'sms', address: '+493', isProven: false }] },
    { person: { key: 'user:bob', login: 'bob', name: 'BOB' }, isQuiet: false, ways: [{ channel: 'email', address: 'bob@example.com', isProven: true }] },
  ]);
  expect(await people.rehearsalPeople(database.db, ORG, { only: userKey.parse('user:cem') }, clock.now())).toMatchObject([{ person: { key: 'user:cem' }, ways: [{ channel: 'email' }] }]);
});

test('a team has its own members in their order, and those of its team of Grafana that Muster knows; when Grafana is away they stay', async () => {
  const payments = teamId.parse('payments');
  grafana = (path) => (path === '/api/teams/7' ? { id: 7, name: 'Payments of Grafana' } : path.startsWith('/api/teams/search') ? { teams: [{ id: 7, name: 'Payments of Grafana', memberCount: 3 }] } : [
    { login: 'cem', email: 'x@example.com', name: 'Cem' }, { login: 'other', email: 'BOB@example.com', name: 'Bob' }, { login: 'new', email: 'new@example.com', name: 'New One' },
  ]);
  const body = { name: 'Payments', description: '', aliases: ['Pay Squad'], members: [userKey.parse('user:ann')], grafanaTeam: 7 };
  const made = await people.handlers.createTeam({ ...NONE, body: { id: payments, ...body } }, as('ann'));
  expect(made).toMatchObject({ members: [{ name: 'ANN' }], grafana: { name: 'Payments of Grafana', members: [{ name: 'CEM' }, { name: 'BOB' }], unknown: ['New One'], fault: null } });
  expect(await teamMembers(database.db, ORG, 'payments')).toEqual(['user:ann', 'user:cem', 'user:bob']);
  expect([await teamMembers(database.db, ORG, 'nobody'), await teamMembers(database.db, orgId.parse(2), 'payments')]).toEqual([[], []]);
  expect((await people.teamNamed(database.db, ORG, 'pay squad'))?.id).toBe('payments');
  expect(await people.handlers.searchGrafanaTeams({ ...NONE, query: { q: 'pay' } }, as('ann'))).toEqual({ found: [{ id: 7, name: 'Payments of Grafana', members: 3 }], fault: null });
  grafana = () => {
    throw new Error('Grafana is away');
  };
  expect((await people.handlers.syncTeam({ ...NONE, params: { team: payments } }, as('ann'))).grafana).toMatchObject({ fault: 'Grafana is away', members: [{ name: 'CEM' }, { name: 'BOB' }] });
  await people.handlers.putTeam({ ...NONE, params: { team: payments }, body: { ...body, grafanaTeam: null } }, as('ann', 1));
  expect(await teamMembers(database.db, ORG, 'payments')).toEqual(['user:ann']);
  await expect(people.handlers.putTeam({ ...NONE, params: { team: payments }, body: { ...body, members: [userKey.parse('user:ghost')] } }, as('ann', 2))).rejects.toMatchObject({ fields: [{ field: 'body.members[0]' }] });
});

test('teams follow a file: what it names is made and changed, what it names no more goes, the page may not change them; a team of the page is taken over or left alone', async () => {
  const file = (teams: string) => ({ path: 'teams.yaml', text: `apiVersion: 1\nteams:${teams}\n` });
  const two = file('\n  - { id: shop, name: Shop, aliases: [store], members: ["user:ann", "user:never-here"] }\n  - { id: pay, name: Pay, grafanaTeam: 7 }');
  grafana = (path) => (path === '/api/teams/7' ? { id: 7, name: 'Payments of Grafana' } : [{ login: 'cem', email: '', name: 'Cem' }]);
  await people.handlers.createTeam({ ...NONE, body: { id: teamId.parse('shop'), name: 'Old', description: '', aliases: [], members: [], grafanaTeam: null } }, as('ann'));
  await people.handlers.createTeam({ ...NONE, body: { id: teamId.parse('by-hand'), name: 'By hand', description: '', aliases: [], members: [], grafanaTeam: null } }, as('ann'));
  expect([await people.provision(ORG, two), await people.provision(ORG, two), await people.provision(ORG, null)]).toEqual([2, 0, 0]);
  expect([await teamMembers(database.db, ORG, 'shop'), await teamMembers(database.db, ORG, 'pay')]).toEqual([['user:ann', 'user:never-here'], ['user:cem']]);
  const body = { name: 'Mine', description: '', aliases: [], members: [], grafanaTeam: null };
  const refused = { code: 'conflict', message: 'this team is provisioned: change it in teams.yaml and restart Muster', extra: { provisioned: true } };
  await expect(people.handlers.putTeam({ ...NONE, params: { team: teamId.parse('shop') }, body }, as('ann', 2))).rejects.toMatchObject(refused);
  await expect(people.handlers.deleteTeam({ ...NONE, params: { team: teamId.parse('shop') } }, as('ann', 2))).rejects.toMatchObject(refused);
  await expect(people.provision(ORG, file('\n  - { id: shop, name: Shop }\n  - { id: shop, name: Again }'))).rejects.toThrow('teams.yaml:4: teams[1].id: "shop" is listed twice');
  events = [];
  expect(await people.provision(ORG, file(' []'))).toBe(2);
  expect(events.map(({ type }) => type)).toEqual(['team.deleted', 'team.deleted']);
  expect((await people.handlers.listTeams({ ...NONE, query: { limit: 10 } }, as('ann'))).items.map(({ id }) => id)).toEqual(['by-hand']);
});
