/** Working from chats, end to end: signed calls over HTTP, carried out by the API with the rights of whoever wrote. */
import { setImmediate } from 'node:timers/promises';
import { channelId, type IncidentNumber } from '#contract';
import { slackSignature } from '../../backend/response/notifications/index.ts';
import { startTestApp, type TestApp } from '../harness/app.ts';
import { ADA_ADMIN, ED_EDITOR, EVA_EDITOR, VERA_VIEWER } from '../harness/grafana.ts';
import { SLACK_BOT_TOKEN, startSlack } from './slack.ts';
import { startStandIn, type StandIn } from './standIn.ts';

const SECRET = 'example-signing-secret-of-the-app';
const MATTERMOST_TOKEN = 'example-token-of-a-slash-command';
let app: TestApp;
let slack: StandIn;
let mattermost: StandIn;
let triggers = 0;

beforeAll(async () => {
  slack = await startSlack();
  mattermost = await startStandIn({
    serve: ({ url, headers }) => {
      if (headers.authorization !== 'Bearer example-bot-token') return { status: 401, body: {} };
      return url === '/api/v4/users/edsid' ? { status: 200, body: { id: 'edsid', email: 'ed@example.com', delete_at: 0 } } : { status: 404, body: {} };
    },
    settings: () => ({ config: {}, secrets: {}, address: null }),
  });
  app = await startTestApp();
  const add = async (id: string, kind: 'slack' | 'mattermost' | 'email', config: Record<string, unknown>, secrets: Record<string, string>): Promise<void> => {
    expect((await app.call(ADA_ADMIN, 'createChannel', { body: { id: channelId.parse(id), kind, name: id, config, secrets } })).status).toBe(201);
  };
  await add('ops', 'slack', { mode: 'bot', apiUrl: `${slack.url}/api`, meetingUrl: 'https://meet.example.com/{key}-{random}', warRoomSeverities: ['sev1'] }, { botToken: SLACK_BOT_TOKEN, signingSecret: SECRET });
  await add('mute', 'slack', { mode: 'webhook' }, { webhookUrl: 'https://hooks.slack.com/services/T0/B0/example' });
  await add('matter', 'mattermost', { mode: 'bot', serverUrl: mattermost.url }, { botToken: 'example-bot-token', commandToken: MATTERMOST_TOKEN });
  await add('mails', 'email', { host: 'mail.example.com', from: 'muster@example.com' }, {});
  for (const user of [ADA_ADMIN, ED_EDITOR, EVA_EDITOR, VERA_VIEWER]) await app.call(user, 'getMe');
});
afterAll(async () => {
  await app.close();
  await slack.close();
  await mattermost.close();
});

async function post(path: string, body: string, headers: Record<string, string>): Promise<{ status: number; body: ReturnType<typeof JSON.parse> }> {
  const response = await fetch(`${app.url}/api/chat/${path}`, { method: 'POST', headers, body });
  return { status: response.status, body: await response.json() };
}

function signed(body: string, secret = SECRET, at = Date.now()): Record<string, string> {
  const timestamp = String(Math.floor(at / 1_000));
  return { 'Content-Type': 'application/x-www-form-urlencoded', 'X-Slack-Request-Timestamp': timestamp, 'X-Slack-Signature': slackSignature(secret, timestamp, Buffer.from(body)) };
}

function formOf(userId: string, text: string, conversation = 'C0LOBBY01'): string {
  triggers += 1;
  return new URLSearchParams({ team_id: 'T0EXAMPLE', channel_id: conversation, user_id: userId, command: '/muster', text, response_url: 'https://hooks.slack.com/commands/x', trigger_id: `t${triggers}` }).toString();
}

async function say(userId: string, text: string, conversation?: string): Promise<string> {
  const body = formOf(userId, text, conversation);
  const answer = await post('1/ops/commands', body, signed(body));
  expect(answer).toMatchObject({ status: 200, body: { response_type: 'ephemeral', text: expect.any(String) } });
  return answer.body.text;
}

async function tell(userId: string, event: object, eventId: string): Promise<number> {
  const body = JSON.stringify({ type: 'event_callback', team_id: 'T0EXAMPLE', event_id: eventId, event: { type: 'message', user: userId, ts: '1767225600.1', ...event } });
  return (await post('1/ops/events', body, { ...signed(body), 'Content-Type': 'application/json' })).status;
}

async function declare(title: string, more: object = {}): Promise<IncidentNumber> {
  return (await app.call(ADA_ADMIN, 'declareIncident', { body: { title, severity: 'sev2', ...more } })).body.number;
}

const notesOf = async (number: IncidentNumber) => (await app.call(ADA_ADMIN, 'listTimeline', { params: { number } })).body.items.filter(({ type }) => type.includes('note')).map(({ text, actor }) => `${actor.name}: ${text}`);

test('cap 93: commands do what the API does, as the person who wrote them', async () => {
  const number = await declare('Checkout is slow');
  const key = `INC-${number}`;
  expect(await say('U0ED0001', `${key} ack`)).toBe(`${key} is acknowledged by you.`);
  expect((await app.call(ADA_ADMIN, 'getIncident', { params: { number } })).body.state).toBe('investigating');
  expect(await say('U0ED0001', `${key} ack`)).toMatch(/^Not done: /);
  expect(await say('U0ED0001', `${key} note half of the &lt;shops&gt;`)).toBe(`Written on the timeline of ${key}.`);
  expect(await notesOf(number)).toEqual(['Ed Editor: half of the <shops>']);
  // Ed only responds now: severity and lead are not his to change, here as on the pages.
  const ed = (await app.call(ED_EDITOR, 'getMe')).body.user.key;
  await app.call(ADA_ADMIN, 'setUserRole', { params: { user: ed }, body: { role: 'responder' } }, { 'If-Match': '"1"' });
  expect(await say('U0ED0001', `${key} sev 1 all of it`)).toMatch(/^Not done: /);
  expect(await say('U0ADA001', `${key} sev 1 all of it`)).toBe(`${key} is SEV1 now.`);
  // Nobody leads: who may says who does. From then on command is handed over, and whoever takes it accepts.
  expect(await say('U0ADA001', `${key} role commander @ed`)).toBe(`Ed Editor is commander of ${key} now.`);
  expect(await say('U0ADA001', `${key} role IC <@U0EVA001|eva>`)).toBe(`Eva Editor is asked to be commander of ${key}; until then it is Ed Editor. They accept with \`${key} role commander me\`, or on its page.`);
  expect((await app.call(ADA_ADMIN, 'getIncident', { params: { number } })).body.commander).toMatchObject({ login: 'ed' });
  expect(await say('U0ADA001', `${key} role commander decline`)).toBe(`Nobody asks you to be commander of ${key}.`);
  expect(await say('U0EVA001', `${key} role commander decline`)).toBe(`Declined: you are not commander of ${key}.`);
  await say('U0ADA001', `${key} role commander @eva`);
  expect(await say('U0EVA001', `${key} role lead me`)).toBe(`You are commander of ${key} now.`);
  expect(await say('U0EVA001', `${key} role lead me`)).toBe(`You are commander of ${key} already.`);
  // Nobody plays it: who may gives it at once; who may not asks.
  expect(await say('U0ADA001', `${key} role comms @eva`)).toBe(`Eva Editor is communications of ${key} now.`);
  expect(await say('U0ED0001', `${key} role scribe me`)).toMatch(/^Not done: /);
  expect(await say('U0ED0001', `${key} role db-expert @eva`)).toBe(`Eva Editor is asked to be db-expert of ${key}. They accept with \`${key} role db-expert me\`, or on its page.`);
  expect(await say('U0ADA001', `${key} role liaison @nobody`)).toContain('nobody with the login nobody');
  expect(await say('U0ADA001', `${key} role -x me`)).toContain('is no role; there is commander, communications');
  await app.call(ADA_ADMIN, 'assignRole', { params: { number, role: 'commander' }, body: { user: ed } });
  expect((await app.call(ADA_ADMIN, 'getIncident', { params: { number } })).body).toMatchObject({ severity: 'sev1', commander: { login: 'ed' } });
  expect(await say('U0ED0001', `${key} task restart the pool <@U0EVA001|eva>`)).toBe(`Task added to ${key}: restart the pool, for Eva Editor.`);
  expect((await app.call(ADA_ADMIN, 'listIncidentTasks', { params: { number } })).body.items).toMatchObject([{ title: 'restart the pool', owner: { kind: 'user', user: { login: 'eva' } } }]);
  expect(await say('U0ED0001', `${key} run no-such-runbook`)).toMatch(/no-such-runbook|runbook/);
  // Those inside are told at once; what leaves the house stays a draft until somebody else has looked.
  expect(await say('U0ED0001', `${key} update works &lt;again&gt;`)).toBe(`Published to Internal: the update of ${key}.`);
  expect(await say('U0ED0001', `${key} update customers: you can pay again`)).toBe(`Draft for Customers written. Fill in Title there: tab Comms of ${key}.`);
  expect(await say('U0ED0001', `${key} update Executives: sales are back`)).toContain('Draft for Executives written. Fill in Impact on the business there');
  expect(await say('U0VERA01', `${key} update I only read`)).toMatch(/^Not done: /);
  expect((await app.call(ADA_ADMIN, 'listIncidentUpdates', { params: { number } })).body.items.map((each) => [each.audience, each.state, each.fields.summary, each.created.actor.name])).toEqual([
    ['executive', 'draft', 'sales are back', 'Ed Editor'], ['customer', 'draft', 'you can pay again', 'Ed Editor'], ['internal', 'published', 'works <again>', 'Ed Editor'],
  ]);
  expect(await say('U0VERA01', `${key} note I only read`)).toMatch(/^Not done: /);
  expect(await say('U0ED0001', 'INC-99999 ack')).not.toContain('acknowledged');
  expect(await say('U0ED0001', 'ack')).toContain('Say which incident');
  expect(await say('U0ED0001', 'help')).toContain('`sev 2 why`');
});

test('cap 93: nobody acts as somebody that the chat did not prove', async () => {
  const number = await declare('Nobody may touch this');
  for (const user of ['U0GUEST1', 'U0STRANGE', 'U0UNPROVEN', 'U0GONE01', 'U0NOMAIL', 'U0NOBODY', 'U0MISSING']) expect(await say(user, `INC-${number} note boo`)).not.toContain('Written');
  // Somebody who was not at Grafana for longer than 30 days.
  await app.app.db.query("update users set last_seen_at = now() - interval '31 days' where user_key = 'user:vera'");
  expect(await say('U0VERA01', `INC-${number} note boo`)).toContain('30 days');
  expect(await notesOf(number)).toEqual([]);
});

test('cap 93: a call without a right and fresh signature is refused and does nothing', async () => {
  const number = await declare('Sealed');
  const body = formOf('U0ADA001', `INC-${number} note boo`);
  const attempts: [string, string, Record<string, string>][] = [
    ['1/ops/commands', body, {}], ['1/ops/commands', body, signed(body, 'another secret')], ['1/ops/commands', body, signed(body, SECRET, Date.now() - 301_000)], ['1/ops/commands', `${body}&x=1`, signed(body)],
    ['1/mute/commands', body, signed(body, '')], ['1/none/commands', body, signed(body)], ['2/ops/commands', body, signed(body)], ['x/ops/commands', body, signed(body)], ['1/mails/commands', body, signed(body)], ['1/ops/events', body, signed(body, 'another')],
    ['1/matter/commands', body, { 'Content-Type': 'application/x-www-form-urlencoded', Authorization: 'Token wrong' }], ['1/matter/commands', body, signed(body)],
  ];
  for (const [path, sent, headers] of attempts) expect((await post(path, sent, headers)).status).toBe(401);
  // The same signed call twice is carried out once.
  const headers = signed(body);
  expect((await post('1/ops/commands', body, headers)).status).toBe(200);
  expect((await post('1/ops/commands', body, headers)).status).toBe(200);
  expect(await notesOf(number)).toEqual(['Ada Admin: boo']);
});

test('cap 52, 92, 93: a war room is opened once, its words reach the timeline, and a private one says nothing', async () => {
  const number = await declare('Payments fail');
  expect(await say('U0ED0001', `INC-${number} room`)).toMatch(/^The war room of INC-\d+ is https:\/\/slack.com\/app_redirect\?channel=C\d+, the meeting https:\/\/meet.example.com\/inc-\d+-\S{12}\.$/);
  const again = await say('U0ADA001', `INC-${number} room`);
  const conversation = /channel=(C\d+)/.exec(again)?.[1] ?? '';
  expect([...slack.effects.keys()].filter((name) => name.startsWith(`create inc-${number}-`))).toEqual([`create inc-${number}-payments-fail`]);
  expect(await notesOf(number)).toEqual([expect.stringContaining(`Ed Editor: War room of INC-${number}: #inc-${number}-payments-fail`)]);
  // In the room the incident need not be named.
  expect(await say('U0ED0001', 'ack', conversation)).toBe(`INC-${number} is acknowledged by you.`);
  expect(await tell('U0EVA001', { channel: conversation, text: 'the pool is &lt;full&gt;, see <https://x.example/a|graph>' }, 'Ev1')).toBe(200);
  expect(await tell('U0EVA001', { channel: conversation, text: 'the pool is &lt;full&gt;, see <https://x.example/a|graph>' }, 'Ev1')).toBe(200);
  await tell('U0EVA001', { channel: conversation, text: 'edited', subtype: 'message_changed' }, 'Ev2');
  await tell('U0EVA001', { channel: conversation, text: 'from a bot', bot_id: 'B1' }, 'Ev3');
  await tell('U0VERA01', { channel: conversation, text: 'I only read' }, 'Ev4');
  await tell('U0GUEST1', { channel: conversation, text: 'a guest' }, 'Ev5');
  await tell('U0EVA001', { channel: 'C0LOBBY01', text: 'elsewhere' }, 'Ev6');
  expect((await notesOf(number)).filter((note) => !note.includes('War room'))).toEqual(['Eva Editor: the pool is <full>, see graph (https://x.example/a)']);

  const hidden = await declare('Breach of the vault', { private: { reason: 'an attack' } });
  expect(await say('U0ED0001', `INC-${hidden} ack`)).not.toMatch(/acknowledged|vault/);
  expect(await say('U0ED0001', `INC-${hidden} room`)).not.toMatch(/vault|app_redirect/);
  const secretRoom = /channel=(C\d+)/.exec(await say('U0ADA001', `INC-${hidden} room`))?.[1] ?? '';
  expect(secretRoom).not.toBe('');
  const created = slack.seen.filter(({ url }) => url === '/api/conversations.create').map(({ body }) => JSON.parse(body)).filter(({ name }) => name === `inc-${hidden}`);
  expect(created).toEqual([{ name: `inc-${hidden}`, is_private: true }]);
  expect(slack.seen.map(({ body }) => body).join('\n')).not.toContain('vault');
  await tell('U0ED0001', { channel: secretRoom, text: 'what is this' }, 'Ev7');
  expect(await notesOf(hidden)).toEqual([expect.stringContaining('Ada Admin: War room')]);
});

test('cap 92: a viewer opens no room, and Slack out of order is told', async () => {
  const number = await declare('Search is slow');
  await app.app.db.query("update users set last_seen_at = now() where user_key = 'user:vera'");
  expect(await say('U0VERA01', `INC-${number} room`)).toMatch(/^Not done: /);
  await say('U0ADA001', 'help');
  slack.usual = { kind: 'fail', status: 500 };
  expect(await say('U0ADA001', `INC-${number} room`)).toContain('could not be opened');
  slack.usual = null;
  expect([...slack.effects.keys()].filter((name) => name.includes(`inc-${number}`))).toEqual([]);
});

test('cap 93: Slack proves the address of events, and Mattermost works from its slash command', async () => {
  const body = JSON.stringify({ type: 'url_verification', challenge: 'abc', token: 'x' });
  expect(await post('1/ops/events', body, { ...signed(body), 'Content-Type': 'application/json' })).toEqual({ status: 200, body: { challenge: 'abc' } });
  expect(await post('1/ops/interactions', 'payload=%7B%7D', signed('payload=%7B%7D'))).toEqual({ status: 200, body: {} });
  expect((await post('1/ops/interactions', 'payload=%7B%7D', signed('payload=%7B%7D', 'another'))).status).toBe(401);
  const number = await declare('Mail is late');
  const form = new URLSearchParams({ token: MATTERMOST_TOKEN, team_id: 't', channel_id: 'c', user_id: 'edsid', command: '/muster', text: `INC-${number} note from Mattermost`, trigger_id: 'abc=' }).toString();
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded', Authorization: `Token ${MATTERMOST_TOKEN}` };
  expect(await post('1/matter/commands', form, headers)).toEqual({ status: 200, body: { response_type: 'ephemeral', text: `Written on the timeline of INC-${number}.` } });
  await post('1/matter/commands', form, headers);
  expect(await notesOf(number)).toEqual(['Ed Editor: from Mattermost']);
  const stranger = form.replace('edsid', 'nosuch').replace('abc', 'def');
  expect((await post('1/matter/commands', stranger, headers)).body.text).toContain('cannot tell who that is');
});

test('cap 92: a SEV1 has its war room within seconds, opened by Muster, and one only', async () => {
  const number = await declare('Everything is down', { severity: 'sev1' });
  const other = await declare('One thing is slow', { severity: 'sev3' });
  const until = Date.now() + 15_000;
  while (!slack.effects.has(`create inc-${number}-everything-is-down`) && Date.now() < until) await setImmediate();
  expect(slack.effects.get(`create inc-${number}-everything-is-down`)).toBe(1);
  expect(await say('U0ADA001', `INC-${number} room`)).toContain('app_redirect');
  expect(await notesOf(number)).toEqual([expect.stringContaining(`Muster: War room of INC-${number}`)]);
  expect([...slack.effects.keys()].filter((name) => name.includes(`inc-${other}`))).toEqual([]);
});

test('cap 92: a war room over the API: refused to viewers and to whom the incident is hidden from, and people are invited', async () => {
  const number = await declare('Login fails', { private: { reason: 'an attack', members: [] } });
  const params = { number };
  expect((await app.call(ED_EDITOR, 'openWarRoom', { params, body: {} })).status).toBe(404);
  expect((await app.call(ED_EDITOR, 'listWarRooms', { params })).status).toBe(404);
  expect((await app.call(ADA_ADMIN, 'listWarRooms', { params })).body).toEqual({ items: [], nextCursor: null, channels: ['ops'] });
  expect((await app.call(ADA_ADMIN, 'openWarRoom', { params, body: { channel: 'matter' } })).problem.errors?.[0]?.field).toBe('body.channel');
  const opened = await app.call(ADA_ADMIN, 'openWarRoom', { params, body: {} });
  expect(opened).toMatchObject({ status: 201, body: { channel: 'ops', name: `inc-${number}`, meetingUrl: expect.stringContaining(`inc-${number}`) } });
  expect((await app.call(ADA_ADMIN, 'openWarRoom', { params, body: {} })).body).toEqual(opened.body);
  expect((await app.call(ADA_ADMIN, 'listWarRooms', { params })).body).toEqual({ items: [opened.body], nextCursor: null, channels: [] });
  const invited = slack.seen.filter(({ url }) => url === '/api/conversations.invite').map(({ body }) => JSON.parse(body)).filter((call) => opened.body.url.endsWith(call.channel));
  expect(invited).toEqual([{ channel: expect.any(String), users: 'U0ADA001', force: true }]);
  const open = await declare('Search fails');
  expect((await app.call(VERA_VIEWER, 'openWarRoom', { params: { number: open }, body: {} })).status).toBe(403);
});

test('cap 93: words in the thread of notices reach the timeline of what the notices are about', async () => {
  const number = await declare('Basket is empty');
  await app.app.db.query(
    `insert into notification_messages (org_id, dedup_key, message_class, urgency, incident_number, content, thread, created_at)
     values (1, 'example', 'update', 'normal', $1::integer, '{"subject": "s", "text": "t", "facts": [], "link": null, "language": "en"}', 'a thread', now())`, [number],
  );
  await app.app.db.query("insert into notification_threads (org_id, channel, address, thread, thread_ref, created_at) values (1, 'ops', '', 'a thread', '1767225600.000042', now())");
  await tell('U0ED0001', { channel: 'C0LOBBY01', text: 'in the thread', thread_ts: '1767225600.000042' }, 'Ev20');
  await tell('U0ED0001', { channel: 'C0LOBBY01', text: 'in another thread', thread_ts: '1767225600.000043' }, 'Ev21');
  expect(await notesOf(number)).toEqual(['Ed Editor: in the thread']);
});
