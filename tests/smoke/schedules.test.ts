/** On-call schedules over HTTP: who may do what, overrides, swaps, notes, calendars both ways, take-over from Grafana OnCall, the file. */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { findUsers, findUsersCalled } from '../../backend/access/index.ts';
import { onCallImportBody, orgId, type CallOf, type OrgId, type Schedule, type UserKey } from '../../backend/contract/index.ts';
import { addressPurpose, provisionSchedules, refreshCalendars } from '../../backend/oncall/index.ts';
import { createOnCallTakeOver } from '../../backend/oncall/schedules/onCallTakeOver.ts';
import { createSimulatedClock } from '../../backend/platform/clock.ts';
import { Secret } from '../../backend/platform/config/secret.ts';
import { createOutboundClient } from '../../backend/platform/outbound/client.ts';
import { createKeyRing } from '../../backend/platform/secrets/keyRing.ts';
import { alwaysOn } from '../contract/exercises/schedules.ts';
import { ADA_ADMIN, ED_EDITOR, EVA_EDITOR, VERA_VIEWER, type TestUser } from '../harness/grafana.ts';
import { startTestApp, type TestApp } from '../harness/app.ts';

/** A Tuesday. */
const NOW = Date.parse('2026-11-24T10:00:00Z');
const clock = createSimulatedClock(NOW);
const RANGE = { from: '2026-11-23T00:00:00.000Z', to: '2026-12-21T00:00:00.000Z' };
let muster: TestApp;
let ed: UserKey;
let eva: UserKey;
let vera: UserKey;
beforeAll(async () => {
  muster = await startTestApp({ clock, env: { MUSTER_OUTBOUND_ALLOW: '127.0.0.1', MUSTER_OUTBOUND_ALLOW_PRIVATE: '127.0.0.1' } });
  const key = async (user: TestUser): Promise<UserKey> => (await muster.call(user, 'getMe')).body.user.key;
  [ed, eva, vera] = [await key(ED_EDITOR), await key(EVA_EDITOR), await key(VERA_VIEWER)];
  await key(ADA_ADMIN);
});
afterAll(() => muster.close());

async function readSample(): Promise<{ path: string; text: string }> {
  const path = new URL('../../provisioning/muster/schedules.yaml', import.meta.url).pathname;
  return { path, text: await readFile(path, 'utf8') };
}

async function make(body: CallOf<'createSchedule'>['body']): Promise<Schedule> {
  const answer = await muster.call(ADA_ADMIN, 'createSchedule', { body });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.problem));
  return answer.body;
}

async function shiftsOf(id: string): Promise<string[]> {
  const { body } = await muster.call(VERA_VIEWER, 'listShifts', { params: { id }, query: RANGE });
  return body.shifts.map(({ startsAt, endsAt, users }) => `${startsAt.slice(0, 16)} ${endsAt.slice(0, 16)} ${users.join('+')}`);
}

test('cap 56: people take turns, who is on call and who is next is told, gaps and overlaps are found; a schedule that cannot be is refused by its field', async () => {
  const two = alwaysOn('Checkout', ed, eva);
  const made = await make({ ...two, layers: [
    ...(two.layers ?? []),
    { kind: 'rotation', id: 'nights', name: 'Nights', every: { count: 1, unit: 'days' }, startsOn: '2026-11-24', handOffAt: '20:00', slots: [[vera]], restrictions: [{ kind: 'daily', days: ['tu'], from: '20:00', to: '06:00' }] },
  ] });
  expect(made).toMatchObject({ version: 1, people: [{ name: 'Ed Editor' }, { name: 'Eva Editor' }, { name: 'Vera Viewer' }] });
  const now = (await muster.call(VERA_VIEWER, 'listOnCall')).body.items.find(({ schedule }) => schedule.id === made.id);
  expect(now).toMatchObject({ users: [{ name: 'Ed Editor' }], until: '2026-11-24T19:00:00.000Z', next: [{ name: 'Vera Viewer' }], gap: null });
  expect(now?.users.map(({ key }) => key)).toEqual([ed]);
  const shifts = await muster.call(VERA_VIEWER, 'listShifts', { params: { id: made.id }, query: RANGE });
  expect(shifts.body.overlaps[0]).toEqual({ startsAt: '2026-11-24T19:00:00.000Z', endsAt: '2026-11-25T05:00:00.000Z', layers: ['first', 'nights'] });
  expect(shifts.body.layers.map(({ name }) => name)).toEqual(['First', 'Nights']);

  const office = await muster.call(ADA_ADMIN, 'previewShifts', { body: { ...RANGE, schedule: { ...two, layers: (two.layers ?? []).map((layer) => (layer.kind === 'rotation' ? { ...layer, restrictions: [{ kind: 'daily' as const, days: ['mo' as const], from: '09:00', to: '17:00' }] } : layer)) } } });
  expect(office.body.gaps[0]).toEqual({ startsAt: RANGE.from, endsAt: '2026-11-23T08:00:00.000Z' });
  const changes: readonly [Partial<CallOf<'createSchedule'>['body']>, string][] = [
    [{ timeZone: 'Mars/Olympus' }, 'body.timeZone'], [{ layers: (two.layers ?? []).map((layer) => ({ ...layer, startsOn: '2026-02-30' })) }, 'body.layers[0].startsOn'],
    [{ layers: [...(two.layers ?? []), ...(two.layers ?? [])] }, 'body.layers[1].id'],
  ];
  for (const [change, field] of changes) {
    const refused = await muster.call(ADA_ADMIN, 'createSchedule', { body: { ...two, ...change } });
    expect([refused.status, refused.problem.errors?.[0]?.field]).toEqual([400, field]);
  }
  expect((await muster.call(ADA_ADMIN, 'putSchedule', { params: { id: made.id }, body: two }, { 'If-Match': '"7"' })).status).toBe(412);
  expect((await muster.call(ED_EDITOR, 'putSchedule', { params: { id: made.id }, body: two }, { 'If-Match': '"1"' })).status).toBe(403);
  expect((await muster.call(ADA_ADMIN, 'putSchedule', { params: { id: made.id }, body: two }, { 'If-Match': '"1"' })).body.version).toBe(2);
});

test('cap 56: responders put themselves on call and take that back; others only managers', async () => {
  const { id } = await make(alwaysOn('Payments', ed));
  const span = { startsAt: '2026-11-25T10:00:00.000Z', endsAt: '2026-11-25T12:00:00.000Z' };
  expect((await muster.call(ED_EDITOR, 'createOverride', { params: { id }, body: { ...span, users: [eva] } })).status).toBe(403);
  expect((await muster.call(ED_EDITOR, 'createOverride', { params: { id }, body: { startsAt: span.endsAt, endsAt: span.startsAt, users: [ed] } })).problem.errors?.[0]?.field).toBe('body.endsAt');
  const taken = await muster.call(EVA_EDITOR, 'createOverride', { params: { id }, body: { ...span, users: [eva], reason: 'a walk' } });
  expect(taken.body).toMatchObject({ users: [{ name: 'Eva Editor' }], reason: 'a walk' });
  expect(await shiftsOf(id)).toContain(`2026-11-25T10:00 2026-11-25T12:00 ${eva}`);
  const override = taken.body.id;
  expect((await muster.call(ED_EDITOR, 'deleteOverride', { params: { id, override } })).status).toBe(403);
  expect((await muster.call(EVA_EDITOR, 'deleteOverride', { params: { id, override } })).status).toBe(200);
  expect(await shiftsOf(id)).not.toContain(`2026-11-25T10:00 2026-11-25T12:00 ${eva}`);
  const audit = await muster.call(ADA_ADMIN, 'listAudit', { query: { subject: 'oncall', limit: 2 } });
  expect(audit.body.items.map(({ text }) => text)).toEqual([expect.stringContaining('taken back'), expect.stringContaining('a walk')]);
});

test('cap 57: a shift changes hands when the one who is asked accepts, and another one in return; nobody swaps what is not theirs', async () => {
  const { id } = await make(alwaysOn('Search', ed, eva));
  const edShift = { startsAt: '2026-12-08T08:00:00.000Z', endsAt: '2026-12-09T08:00:00.000Z' };
  const evaShift = { startsAt: '2026-12-01T08:00:00.000Z', endsAt: '2026-12-02T08:00:00.000Z' };
  expect((await muster.call(ED_EDITOR, 'requestSwap', { params: { id }, body: evaShift })).problem.errors?.[0]?.field).toBe('body.startsAt');
  const asked = await muster.call(ED_EDITOR, 'requestSwap', { params: { id }, body: { ...edShift, asked: eva, inReturn: evaShift, message: 'a wedding' } });
  expect([asked.status, asked.body.state]).toEqual([201, 'open']);
  const swap = { params: { id: asked.body.id }, body: {} };
  expect((await muster.call(EVA_EDITOR, 'listSwaps', { query: { whose: 'mine' } })).body.items.map((item) => item.id)).toEqual([asked.body.id]);
  expect([(await muster.call(ADA_ADMIN, 'acceptSwap', swap)).status, (await muster.call(ED_EDITOR, 'acceptSwap', swap)).status]).toEqual([403, 403]);
  const [accepted, again] = await Promise.all([muster.call(EVA_EDITOR, 'acceptSwap', swap), muster.call(EVA_EDITOR, 'acceptSwap', swap)]);
  expect([accepted.status, again.status].sort()).toEqual([200, 409]);
  expect(await shiftsOf(id)).toEqual(expect.arrayContaining([`2026-12-08T08:00 2026-12-09T08:00 ${eva}`, `2026-12-01T08:00 2026-12-02T08:00 ${ed}`]));
  expect((await muster.call(EVA_EDITOR, 'listMyShifts', { query: { days: 60 } })).body.shifts.map(({ startsAt }) => startsAt)).toContain(edShift.startsAt);

  // Each is told what concerns them, over their own ways and by name.
  const told = async (): Promise<string[]> => (await muster.call(ADA_ADMIN, 'listDeliveries', { query: { limit: 20 } })).body.items.map(({ recipient, messageClass, subject }) => `${messageClass} to ${recipient.name}: ${subject}`);
  expect(await told()).toEqual(['notice to Ed Editor: Eva Editor takes your shift on Search', 'notice to Eva Editor: Ed Editor asks you to take a shift on Search']);
  const [answered, requested] = await muster.database.db.query<{ text: string; link: string }>("select content->>'text' as text, content->'link'->>'url' as link from notification_messages order by id desc limit 2");
  expect(requested?.text).toBe('Ed Editor asks you to take over the shift on Search from **Tue 8 Dec 2026 09:00** to **Wed 9 Dec 2026 09:00** (Europe/Berlin).\n\nIn return Ed Editor takes over your shift from **Tue 1 Dec 2026 09:00** to **Wed 2 Dec 2026 09:00**.\n\n“a wedding”\n\nThe shift stays where it is until somebody takes it, on the page *On-call*, *My shifts*.');
  expect(answered?.text).toContain('Eva Editor is on call on Search from');
  expect(answered?.link).toMatch(/\/a\/muster-incidents-app\/on-call\?tab=mine$/);

  const second = await muster.call(EVA_EDITOR, 'requestSwap', { params: { id }, body: edShift });
  expect((await muster.call(EVA_EDITOR, 'withdrawSwap', { params: { id: second.body.id }, body: { answer: 'no need' } })).body).toMatchObject({ state: 'withdrawn', answer: 'no need' });
  const third = await muster.call(EVA_EDITOR, 'requestSwap', { params: { id }, body: { ...edShift, asked: ed } });
  expect((await muster.call(ED_EDITOR, 'declineSwap', { params: { id: third.body.id }, body: { answer: 'I am away' } })).body.state).toBe('declined');
  expect((await told()).slice(0, 3)).toEqual(['notice to Eva Editor: Ed Editor does not take your shift on Search', 'notice to Ed Editor: Eva Editor asks you to take a shift on Search', 'notice to Ed Editor: Eva Editor looks for somebody to take a shift on Search']);
});

test('cap 57: the hand-over note begins with the open incidents that the writer sees', async () => {
  const { id } = await make(alwaysOn('Shop', ed, eva));
  const open = await muster.call(ED_EDITOR, 'declareIncident', { body: { title: 'Checkout is slow', severity: 'sev2' } });
  await muster.call(ADA_ADMIN, 'declareIncident', { body: { title: 'Somebody reads our mail', severity: 'sev1', private: { reason: 'security' } } });
  const { body } = await muster.call(ED_EDITOR, 'getHandOver', { params: { id } });
  expect(body.draft).toContain('from Ed Editor to Eva Editor');
  expect(body.draft).toContain(`INC-${open.body.number} (SEV2`);
  expect(body.draft).not.toContain('mail');
  expect((await muster.call(ED_EDITOR, 'writeHandOver', { params: { id }, body: { text: body.draft } })).status).toBe(201);
  expect((await muster.call(EVA_EDITOR, 'getHandOver', { params: { id } })).body.notes).toMatchObject([{ text: body.draft.trim(), writtenBy: { name: 'Ed Editor' } }]);
});

test('cap 58: a schedule goes out as a calendar at a secret address and comes back the same; a wrong or old address reads nothing', async () => {
  const { id } = await make({ ...alwaysOn('Out', ed, eva), description: 'goes out' });
  const { body: feed } = await muster.call(ED_EDITOR, 'getScheduleFeed', { params: { id } });
  const here = (address: string | null): string => `${muster.url}${new URL(address ?? '').pathname}${new URL(address ?? '').search}`;
  const read = await fetch(here(feed.address));
  expect([read.status, read.headers.get('content-type')]).toEqual([200, 'text/calendar; charset=utf-8']);
  const text = await read.text();
  expect(text).toMatch(/^BEGIN:VCALENDAR\r\n/);
  expect((await (await fetch(here(feed.mine))).text()).match(/BEGIN:VEVENT/g)?.length).toBeLessThan(text.match(/BEGIN:VEVENT/g)?.length ?? 0);
  expect([(await fetch(here(feed.mine).replace(/of=.*$/, `of=${encodeURIComponent(eva)}`))).status, (await fetch(`${here(feed.address).slice(0, -6)}AA.ics`)).status, (await muster.call(VERA_VIEWER, 'getScheduleFeed', { params: { id } })).status]).toEqual([404, 404, 403]);

  const back = await make({ name: 'Back', timeZone: 'America/New_York' });
  const imported = await muster.call(ADA_ADMIN, 'importCalendar', { params: { id: back.id }, body: { layerName: 'From elsewhere', text } }, { 'If-Match': '"1"' });
  expect(imported.body).toMatchObject({ remarks: [], version: 2 });
  expect(await shiftsOf(back.id)).toEqual(await shiftsOf(id));

  await muster.call(ADA_ADMIN, 'renewScheduleFeed', { params: { id } });
  expect((await fetch(here(feed.address))).status).toBe(404);
});

const ICS = (events: string): string => `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example//EN\r\n${events.trim().split('\n').map((line) => line.trim()).join('\r\n')}\r\nEND:VCALENDAR\r\n`;

test('cap 58: RRULE, EXDATE, RECURRENCE-ID and TZID are understood, also over the night in which clocks change; what is not is said', async () => {
  const text = ICS(`BEGIN:VEVENT
    UID:a@example.com
    DTSTAMP:20260101T000000Z
    DTSTART;TZID=America/New_York:20261101T010000
    DTEND;TZID=America/New_York:20261101T050000
    RRULE:FREQ=DAILY;COUNT=30
    EXDATE;TZID=America/New_York:20261124T010000
    SUMMARY:${ED_EDITOR.login}
    END:VEVENT
    BEGIN:VEVENT
    UID:a@example.com
    RECURRENCE-ID;TZID=America/New_York:20261125T010000
    DTSTAMP:20260101T000000Z
    DTSTART;TZID=America/New_York:20261125T020000
    DTEND;TZID=America/New_York:20261125T030000
    SUMMARY:${EVA_EDITOR.name} [L1]
    END:VEVENT
    BEGIN:VEVENT
    UID:b@example.com
    DTSTAMP:20260101T000000Z
    DTSTART;TZID=Planet/Mars:20261101T010000
    DURATION:PT1H
    RRULE:FREQ=DAILY
    SUMMARY:Mars
    END:VEVENT`);
  let served = text;
  const server = createServer((_request, response) => response.end(served));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const made = await make({ name: 'Calendar', timeZone: 'UTC' });
  const asked = { params: { id: made.id }, body: { layerName: 'Theirs', address: `http://127.0.0.1:${port}/x.ics` } };
  const dry = await muster.call(ADA_ADMIN, 'importCalendar', { ...asked, body: { ...asked.body, dryRun: true } }, { 'If-Match': '"1"' });
  expect(dry.body).toMatchObject({ events: 2, version: 1, remarks: [{ subject: 'Mars', message: expect.stringContaining('Planet/Mars') }] });
  const done = await muster.call(ADA_ADMIN, 'importCalendar', asked, { 'If-Match': '"1"' });
  expect(done.body.version).toBe(2);
  expect((await shiftsOf(made.id)).slice(0, 3)).toEqual([`2026-11-23T06:00 2026-11-23T10:00 ${ed}`, `2026-11-25T07:00 2026-11-25T08:00 ${eva}`, `2026-11-26T06:00 2026-11-26T10:00 ${ed}`]);
  served = 'not a calendar';
  expect((await muster.call(ADA_ADMIN, 'importCalendar', asked, { 'If-Match': '"2"' })).problem.errors?.[0]?.field).toBe('body.address');
  expect((await muster.call(ADA_ADMIN, 'importCalendar', { ...asked, body: { layerName: 'x', address: 'http://10.0.0.1/x.ics' } }, { 'If-Match': '"2"' })).problem.errors?.[0]?.field).toBe('body.address');
  await new Promise((resolve) => server.close(resolve));
});

test('cap 58: a calendar elsewhere is read again and again, whole only when it changed; while it cannot be read the last good copy counts, and the schedule says so', async () => {
  const event = (who: string, day: string): string => ICS(`BEGIN:VEVENT
    UID:a@example.com
    DTSTAMP:20260101T000000Z
    DTSTART:202611${day}T090000Z
    DTEND:202611${day}T170000Z
    SUMMARY:${who}
    END:VEVENT`);
  let serve: (headers: IncomingHttpHeaders) => { status: number; body?: string; headers?: Record<string, string> } = () => ({ status: 200, body: event(ED_EDITOR.login, '25'), headers: { ETag: '"one"', 'Last-Modified': 'Tue, 24 Nov 2026 09:00:00 GMT' } });
  const asked: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers);
    const { status, body = '', headers = {} } = serve(request.headers);
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/secret-of-the-calendar.ics`;
  const { db } = muster.database;
  const outbound = createOutboundClient({ allow: ['127.0.0.1'], allowPrivate: ['127.0.0.1'] });
  const ring = createKeyRing([{ id: 'k', key: new Secret(Buffer.alloc(32, 7).toString('base64')) }]);
  const told: string[] = [];
  const ports = {
    users: { find: (org: OrgId, keys: readonly UserKey[]) => findUsers(db, org, keys), called: (org: OrgId, names: readonly string[]) => findUsersCalled(db, org, names) },
    recordEvent: async (_tx: unknown, _org: OrgId, { type }: { type: string }) => void told.push(type), callOut: outbound.call,
  };
  // Of other tests.
  await db.query('delete from schedule_calendars');
  const { id } = await make({ name: 'Follows', timeZone: 'UTC' });
  await muster.call(ADA_ADMIN, 'importCalendar', { params: { id }, body: { layerName: 'Theirs', address: url } }, { 'If-Match': '"1"' });
  const stored = await db.query<{ row: string }>('select c::text as row from schedule_calendars as c');
  expect(stored[0]?.row).not.toContain('secret-of-the-calendar');
  // Sealed with the key of the application; this reader has one of its own.
  await db.query('update schedule_calendars set address = $1::text', [ring.seal(url, addressPurpose(orgId.parse(1), id, 'theirs'))]);
  const seen = async () => (await muster.call(VERA_VIEWER, 'getSchedule', { params: { id } })).body;
  expect((await seen()).calendars).toEqual([{ layer: 'theirs', host: new URL(url).host, readAt: clock.now().toISOString(), failedAt: null, failure: null, leftOut: 0 }]);

  const round = async (): Promise<number> => {
    clock.advance(15 * 60_000);
    return refreshCalendars({ db, clock, ring, ports });
  };
  expect(await refreshCalendars({ db, clock, ring, ports })).toBe(0);
  expect(asked).toHaveLength(1);
  serve = (headers) => ({ status: headers['if-none-match'] === '"one"' && headers['if-modified-since'] === 'Tue, 24 Nov 2026 09:00:00 GMT' ? 304 : 500 });
  expect([await round(), (await seen()).version, (await seen()).calendars[0]?.readAt]).toEqual([0, 2, clock.now().toISOString()]);

  const lastGood = clock.now().toISOString();
  for (const [bad, reason] of [[{ status: 503 }, 'the address answered 503'], [{ status: 200, body: 'not a calendar' }, 'this is not an iCalendar text'], [{ status: 304 }, '304']] as const) {
    serve = () => bad;
    if (reason === '304') await db.query('update schedule_calendars set etag = null, last_modified = null');
    expect(await round()).toBe(0);
    expect((await seen()).calendars[0]).toMatchObject({ readAt: lastGood, failedAt: clock.now().toISOString(), failure: expect.stringContaining(reason) });
  }
  expect(await shiftsOf(id)).toEqual([`2026-11-25T09:00 2026-11-25T17:00 ${ed}`]);
  expect(told).toEqual(['schedule.calendar_failed']);

  serve = () => ({ status: 200, body: event(EVA_EDITOR.login, '26') });
  expect([await round(), (await seen()).version, await shiftsOf(id)]).toEqual([1, 3, [`2026-11-26T09:00 2026-11-26T17:00 ${eva}`]]);
  expect([(await seen()).calendars[0]?.failure, told.slice(1)]).toEqual([null, ['schedule.calendar_works_again', 'schedule.edited']]);
  // Who is unknown may become known without a change there: such a copy is never taken as still the same.
  serve = () => ({ status: 200, body: event('nobody-of-here', '26'), headers: { ETag: '"two"' } });
  expect([await round(), (await seen()).calendars[0]?.leftOut]).toEqual([1, 1]);
  await round();
  expect(asked.at(-1)).not.toHaveProperty('if-none-match');
  // A layer that goes follows nothing.
  const { version, name, timeZone } = await seen();
  expect((await muster.call(ADA_ADMIN, 'putSchedule', { params: { id }, body: { name, timeZone } }, { 'If-Match': `"${version}"` })).body.calendars).toEqual([]);
  expect(await round()).toBe(0);
  await outbound.close();
  await new Promise((resolve) => server.close(resolve));
});

test("cap 145: Grafana OnCall's schedules are taken over; what cannot be is listed", async () => {
  const body: CallOf<'importOnCall'>['body'] = {
    schedules: { results: [
      { id: 'S1', name: 'Moved', type: 'web', team_id: null, time_zone: 'Europe/Berlin', on_call_now: [], shifts: ['R1', 'W1', 'O1', 'GONE'], slack: { channel_id: 'C1', user_group_id: null } },
      { id: 'S2', name: 'Elsewhere', type: 'ical', team_id: 'T1', ical_url_primary: 'https://calendar.example.com/x.ics', ical_url_overrides: null },
    ] },
    onCallShifts: [
      { id: 'R1', name: 'Week by week', type: 'rolling_users', level: 0, start: '2026-11-23T09:00:00', duration: 604_800, frequency: 'weekly', interval: 1, rolling_users: [['U1'], ['U2']], start_rotation_from_user_index: 1, by_day: null },
      { id: 'W1', name: 'Office', type: 'rolling_users', level: 1, start: '2026-11-24T10:00:00', duration: 3_600, frequency: 'weekly', interval: 1, week_start: 'MO', by_day: ['TU', 'WE'], rolling_users: [['U1'], ['U2', 'U9']] },
      { id: 'O1', type: 'override', start: '2026-11-28T00:00:00', duration: 3_600, rolling_users: [['U1']] },
      { id: 'BAD', type: 'unheard_of' },
    ],
    users: [{ id: 'U1', username: ED_EDITOR.login, email: 'other@example.com' }, { id: 'U2', username: 'eva-of-oncall', email: '' }],
    people: { U2: eva }, dryRun: true,
  };
  const dry = await muster.call(ADA_ADMIN, 'importOnCall', { body });
  expect(dry.body.schedules).toEqual([{ name: 'Moved', layers: 2, overrides: 1, schedule: 'oncall-s1', fate: 'new' }, { name: 'Elsewhere', layers: 0, overrides: 0, schedule: 'oncall-s2', fate: 'new' }]);
  expect((await muster.call(ADA_ADMIN, 'getSchedule', { params: { id: 'oncall-s1' } })).status).toBe(404);
  const { body: done } = await muster.call(ADA_ADMIN, 'importOnCall', { body: { ...body, dryRun: false } });
  expect(done.people).toEqual(expect.arrayContaining([{ name: ED_EDITOR.login, user: expect.objectContaining({ key: ed }) }, { name: 'U9', user: null }]));
  expect(done.remarks.map(({ subject, message }) => `${subject}: ${message}`)).toEqual(expect.arrayContaining([
    expect.stringMatching(/^Moved: .*GONE/), expect.stringMatching(/^Moved: .*Slack/), expect.stringMatching(/^Elsewhere: .*calendar elsewhere/), expect.stringMatching(/^shift 4: could not be read/),
    expect.stringMatching(/U9/),
  ]));
  const shifts = await shiftsOf(done.schedules[0]?.schedule ?? '');
  expect(shifts.slice(0, 5)).toEqual([
    `2026-11-23T08:00 2026-11-24T09:00 ${eva}`, `2026-11-24T09:00 2026-11-24T10:00 ${ed}`, `2026-11-24T10:00 2026-11-25T09:00 ${eva}`, `2026-11-25T09:00 2026-11-25T10:00 ${ed}`, `2026-11-25T10:00 2026-11-28T00:00 ${eva}`,
  ]);
  expect(shifts).toEqual(expect.arrayContaining([`2026-11-28T00:00 2026-11-28T01:00 ${ed}`, `2026-12-01T09:00 2026-12-01T10:00 ${eva}`]));
});

test("cap 145: Grafana OnCall's escalation chains become policies that call; taken over again nothing is made twice, and what a file says stays", async () => {
  const body: CallOf<'importOnCall'>['body'] = {
    schedules: [{ id: 'SC', name: 'Chained', type: 'web', time_zone: 'UTC', shifts: ['RC'] }],
    onCallShifts: [{ id: 'RC', name: 'Day by day', type: 'rolling_users', level: 0, start: '2026-01-05T00:00:00', duration: 86_400, frequency: 'daily', interval: 1, rolling_users: [['U1']] }],
    users: { results: [{ id: 'U1', username: ED_EDITOR.login, email: '' }, { id: 'U2', username: EVA_EDITOR.login, email: '' }, { id: 'U3', username: VERA_VIEWER.login, email: '' }, { id: 'U9', username: 'zoe', email: 'zoe@example.com' }] },
    teams: [{ id: 'T1', name: 'Stock', email: '', avatar_url: '' }],
    escalationChains: { results: [{ id: 'FC', name: 'Default', team_id: null }, { id: 'FD', name: 'Chat only', team_id: null }] },
    escalationPolicies: [
      { id: 'EC5', escalation_chain_id: 'FC', position: 5, type: 'repeat_escalation' },
      { id: 'EC1', escalation_chain_id: 'FC', position: 0, type: 'notify_on_call_from_schedule', important: true, notify_on_call_from_schedule: 'SC' },
      { id: 'EC2', escalation_chain_id: 'FC', position: 1, type: 'wait', duration: 300 },
      { id: 'EC3', escalation_chain_id: 'FC', position: 2, type: 'notify_person_next_each_time', persons_to_notify_next_each_time: ['U2', 'U3', 'U9'] },
      { id: 'EC4', escalation_chain_id: 'FC', position: 3, type: 'notify_team_members', team_to_notify: 'T1' },
      { id: 'EC6', escalation_chain_id: 'FC', position: 4, type: 'wait', duration: 900 },
      { id: 'ED1', escalation_chain_id: 'FD', position: 0, type: 'notify_whole_channel' },
    ],
    dryRun: true,
  };
  const take = async (dryRun: boolean) => (await muster.call(ADA_ADMIN, 'importOnCall', { body: { ...body, dryRun } })).body;
  const words = ({ remarks }: { remarks: { subject: string; message: string }[] }): string[] => remarks.map(({ subject, message }) => `${subject}: ${message}`);
  const steps = [{ kind: 'schedule', schedule: 'oncall-sc', pick: 'all', waitSeconds: 300 }, { kind: 'team', team: 'oncall-ec3', pick: 'round_robin', waitSeconds: 900 }];
  const events = async (): Promise<string[]> => (await muster.database.db.query<{ type: string }>("select type from event_log where data->>'from' = 'Grafana OnCall' and data->>'name' <> 'Moved' and data->>'name' <> 'Elsewhere' order by position")).map(({ type }) => type);

  const dry = await take(true);
  expect(dry).toMatchObject({
    schedules: [{ schedule: 'oncall-sc', fate: 'new' }], teams: [{ id: 'oncall-ec3', name: 'Default, in turn', members: 2, fate: 'new' }], policies: [{ id: 'oncall-fc', name: 'Default', steps, repeat: 5, fate: 'new' }],
    people: expect.arrayContaining([{ name: 'zoe', user: null }, { name: EVA_EDITOR.login, user: expect.objectContaining({ key: eva }) }]),
  });
  expect(words(dry)).toEqual([
    expect.stringMatching(/^Escalation chain Default, step 3: nobody here is known as “zoe” \(U9\)/), expect.stringMatching(/^Escalation chain Default, step 4: there is no team called “Stock” here/),
    expect.stringMatching(/^Escalation chain Default: step 1 called by the rules for what is important/), expect.stringMatching(/^Escalation chain Chat only, step 1: calls everybody of a Slack channel/),
    'Escalation chain Chat only: nobody is left whom it could call: no policy is made', expect.stringMatching(/^Escalation policies: .*started by hand/),
  ]);
  expect([(await muster.call(ADA_ADMIN, 'getPolicy', { params: { policy: 'oncall-fc' } })).status, (await muster.call(ADA_ADMIN, 'getTeam', { params: { team: 'oncall-ec3' } })).status, await events()]).toEqual([404, 404, []]);
  // Whoever may not make them does not get them in this way.
  expect((await muster.call(EVA_EDITOR, 'importOnCall', { body })).status).toBe(403);

  const [first, second] = await Promise.all([take(false), take(false)]);
  expect([first.policies[0]?.fate, second.policies[0]?.fate].sort()).toEqual(['new', 'same']);
  const again = await take(false);
  expect([again.schedules[0]?.fate, again.policies[0]?.fate, again.teams[0]?.fate, await events()]).toEqual(['same', 'same', 'same', ['schedule.created', 'team.created', 'escalation_policy.created']]);
  const policy = (await muster.call(ADA_ADMIN, 'getPolicy', { params: { policy: 'oncall-fc' } })).body;
  expect(policy).toMatchObject({ name: 'Default', steps, repeat: 5, role: null, starts: null, silence: null, provisioned: false, version: 1 });
  expect((await muster.call(ADA_ADMIN, 'getTeam', { params: { team: 'oncall-ec3' } })).body.members.map(({ key }) => key)).toEqual([eva, vera]);

  // It calls: who is on call first, then the next in turn.
  await muster.call(ADA_ADMIN, 'createChannel', { body: { id: 'chained', kind: 'email', name: 'Chained', config: { host: '127.0.0.1', port: 1, security: 'none', from: 'muster@example.com' } } });
  const { body: incident } = await muster.call(ADA_ADMIN, 'declareIncident', { body: { title: 'Chained', severity: 'sev2' } });
  const { body: board } = await muster.call(ADA_ADMIN, 'startEscalation', { params: { number: incident.number }, body: { policy: 'oncall-fc' } });
  expect(board.escalations[0]?.pages.map(({ user }) => user?.key)).toEqual([ed]);
  await muster.call(ADA_ADMIN, 'stopEscalation', { params: { id: board.escalations[0]?.id ?? '' }, body: {} });

  // What was set here stays when what stands in OnCall has changed; a team that is here by now is called.
  const { id: _id, provisioned: _provisioned, updatedAt: _at, updatedBy: _by, version, ...kept } = policy;
  await muster.call(ADA_ADMIN, 'putPolicy', { params: { policy: policy.id }, body: { ...kept, role: 'commander', starts: { severities: ['sev1'] }, steps: kept.steps.slice(0, 1) } }, { 'If-Match': `"${version}"` });
  await muster.call(ADA_ADMIN, 'createTeam', { body: { id: 'stock', name: 'Warehouse', aliases: ['stock'], members: [ed] } });
  expect((await take(false)).policies[0]?.fate).toBe('changed');
  expect((await muster.call(ADA_ADMIN, 'getPolicy', { params: { policy: policy.id } })).body).toMatchObject({ role: 'commander', starts: { severities: ['sev1'] }, steps: [steps[0], { kind: 'team', waitSeconds: 0 }, { kind: 'team', team: 'stock', pick: 'all', waitSeconds: 900 }], version: 3 });

  // Who may import and may not make policies gets the schedules alone.
  const takeOver = createOnCallTakeOver({
    db: muster.database.db, clock,
    ports: {
      users: { find: async () => new Map(), called: async () => [] }, teamNamed: async () => null, recordEvent: async () => undefined, policies: { mayMake: () => false, fates: async () => [], take: async () => [] },
    },
  });
  const actor = { kind: 'user', key: 'user:ada', name: 'Ada' } as const;
  const caller = { kind: 'user', orgId: orgId.parse(1), userKey: null, login: 'ada', name: 'Ada', role: 'manager', derivedRole: 'manager', seesPrivate: false, actor, expiresAt: new Date(NOW) } as const;
  const half = await takeOver(caller, onCallImportBody.parse({ ...body, users: [], dryRun: false }));
  expect([half.schedules[0]?.schedule, half.policies, half.teams, words(half)]).toEqual(['oncall-sc', [], [], expect.arrayContaining(['Escalation chains: your role may not make escalation policies: left out. Ask a manager to take them over'])]);

  // What files say stays as it is, and it is said.
  const { db } = muster.database;
  await db.query("update escalation_policies set provisioned = true, body = jsonb_set(body, '{name}', '\"From the file\"') where id = 'oncall-fc'");
  await db.query("update teams set provisioned = true, name = 'From the file' where id = 'oncall-ec3'");
  await db.query("update schedules set provisioned_as = 'chained', id = 'other' where id = 'oncall-sc'");
  const filed = await take(false);
  expect([filed.schedules, filed.policies[0]?.fate, filed.teams[0]?.fate]).toEqual([[{ name: 'Chained', layers: 1, overrides: 0, schedule: 'other', fate: 'kept' }], 'kept', 'kept']);
  expect(filed.policies[0]?.steps[0]).toMatchObject({ schedule: 'other' });
  expect(words(filed)).toEqual(expect.arrayContaining([expect.stringMatching(/^Chained: .*from schedules\.yaml: it stays/), expect.stringMatching(/^Escalation chain Default: the policy “oncall-fc” comes from escalation\.yaml/), expect.stringMatching(/the team “oncall-ec3” comes from teams\.yaml/)]));
  expect((await muster.call(ADA_ADMIN, 'getPolicy', { params: { policy: policy.id } })).body).toMatchObject({ name: 'From the file', provisioned: true, version: 3 });
  await db.query("update schedules set provisioned_as = null where id = 'other'");
});

test('a file is followed: applied twice it changes nothing, what it names no more goes; a fault is told by line', async () => {
  const file = (slots: string, id = 'shop'): { path: string; text: string } => ({
    path: 'schedules.yaml', text: `apiVersion: 1\nschedules:\n  - id: ${id}\n    name: From a file\n    timeZone: Europe/Berlin\n    layers:\n      - { kind: rotation, id: a, name: A, every: { count: 1, unit: days }, startsOn: "2026-01-05", handOffAt: "09:00", slots: ${slots} }\n`,
  });
  const { db } = muster.database;
  const deps = { db, clock, recordEvent: async () => undefined };
  const one = orgId.parse(1);
  expect([await provisionSchedules(deps, one, file('[["user:ed"]]')), await provisionSchedules(deps, one, file('[["user:ed"]]')), await provisionSchedules(deps, one, null)]).toEqual([1, 0, 0]);
  expect(await provisionSchedules(deps, one, file('[["user:ed"], ["user:eva"]]'))).toBe(1);
  expect((await muster.call(ADA_ADMIN, 'listSchedules')).body.items.find(({ provisionedAs }) => provisionedAs === 'shop')).toMatchObject({ version: 2, people: [{ key: ed }, { key: eva }] });
  // Pages and API leave it alone; who stands in for whom is not in the file.
  const followed = (await muster.call(ADA_ADMIN, 'listSchedules')).body.items.find(({ provisionedAs }) => provisionedAs === 'shop');
  const params = { id: followed?.id ?? '' };
  const refused = [
    await muster.call(ADA_ADMIN, 'putSchedule', { params, body: alwaysOn('Mine now', ed) }, { 'If-Match': '"2"' }), await muster.call(ADA_ADMIN, 'deleteSchedule', { params }, { 'If-Match': '"2"' }),
    await muster.call(ADA_ADMIN, 'importCalendar', { params, body: { layerName: 'x', text: ICS('') } }, { 'If-Match': '"2"' }),
  ];
  for (const { status, problem } of refused) expect([status, problem.detail]).toEqual([409, 'this schedule is provisioned: change "shop" in schedules.yaml and restart Muster']);
  expect((await muster.call(EVA_EDITOR, 'createOverride', { params, body: { startsAt: '2026-12-24T00:00:00.000Z', endsAt: '2026-12-25T00:00:00.000Z', users: [eva] } })).status).toBe(201);
  // A policy finds it by what the file calls it: the id is made at the first start.
  expect(await provisionSchedules(deps, one, file(`[["${vera}"]]`))).toBe(1);
  await muster.call(ADA_ADMIN, 'createChannel', { body: { id: 'mail', kind: 'email', name: 'Mail', config: { host: '127.0.0.1', port: 1, security: 'none', from: 'muster@example.com' } } });
  await muster.call(ADA_ADMIN, 'createPolicy', { body: { id: 'shop', name: 'Shop', steps: [{ kind: 'schedule', schedule: 'shop' }] } });
  const { body: incident } = await muster.call(ADA_ADMIN, 'declareIncident', { body: { title: 'Down', severity: 'sev2' } });
  const { body: board } = await muster.call(ADA_ADMIN, 'startEscalation', { params: { number: incident.number }, body: { policy: 'shop' } });
  expect(board.escalations[0]?.pages).toEqual([expect.objectContaining({ name: 'Vera Viewer', state: 'open' })]);
  await expect(provisionSchedules(deps, one, file('[[]]'))).rejects.toThrow('schedules.yaml:7: schedules[0].layers[0].slots: name somebody');
  expect(await provisionSchedules(deps, one, file('[["user:ed"]]', 'other'))).toBe(2);
  expect(await provisionSchedules(deps, one, await readSample())).toBe(1);
});
