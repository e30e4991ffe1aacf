import fc from 'fast-check';
import { parseCommand, readableText } from './command.ts';
import { meetingUrl, roomName } from './roomName.ts';
import { isFromMattermost, isFromSlack, slackSignature } from './signatures.ts';

const read = (text: string) => {
  const parsed = parseCommand(text);
  return parsed.kind === 'command' ? { incident: parsed.incident, ...parsed.command } : parsed;
};

test.each([
  ['ack', { incident: null, verb: 'ack' }],
  ['INC-42 ACK', { incident: 42, verb: 'ack' }],
  ['#42 ack', { incident: 42, verb: 'ack' }],
  ['42 sev 2 half of the shops', { incident: 42, verb: 'sev', severity: 'sev2', reason: 'half of the shops' }],
  ['sev SEV1 all is down', { incident: null, verb: 'sev', severity: 'sev1', reason: 'all is down' }],
  ['sev3 it is calmer', { incident: null, verb: 'sev', severity: 'sev3', reason: 'it is calmer' }],
  ['role commander <@U012345|eva>', { incident: null, verb: 'role', role: 'commander', who: { kind: 'mention', id: 'U012345' } }],
  ['role IC @eva.editor', { incident: null, verb: 'role', role: 'ic', who: { kind: 'login', login: 'eva.editor' } }],
  ['role comms decline', { incident: null, verb: 'role', role: 'comms', who: 'decline' }],
  ['role commander me', { incident: null, verb: 'role', role: 'commander', who: { kind: 'me' } }],
  ['note  the pool\nwas "restarted"', { incident: null, verb: 'note', text: 'the pool\nwas "restarted"' }],
  ['task restart the pool @eva', { incident: null, verb: 'task', title: 'restart the pool', owner: { kind: 'login', login: 'eva' } }],
  ['task call me', { incident: null, verb: 'task', title: 'call', owner: { kind: 'me' } }],
  ['task mail ops@example.com', { incident: null, verb: 'task', title: 'mail ops@example.com', owner: null }],
  ['update payments work again', { incident: null, verb: 'update', text: 'payments work again' }],
  ['run runbook restart-pool host=db1 why="too slow = bad"', { incident: null, verb: 'run', runbook: 'restart-pool', inputs: { host: 'db1', why: 'too slow = bad' } }],
  ['INC-7 run restart-pool', { incident: 7, verb: 'run', runbook: 'restart-pool', inputs: {} }],
  ['room', { incident: null, verb: 'room' }],
  ['', { kind: 'help' }], ['help', { kind: 'help' }], ['INC-4', { kind: 'help' }],
])('cap 93: reads "%s"', (text, expected) => {
  expect(read(text)).toEqual(expected);
});

test.each(['sev', 'sev 9 bad', 'sev 2', 'sev 2 x', 'role', 'role commander', 'role commander eva', 'note', 'task', 'task @eva', 'update', 'run', 'run a b', 'dance', 'ackk'])('cap 93: says what is wrong with "%s"', (text) => {
  expect(parseCommand(text)).toMatchObject({ kind: 'fault', message: expect.stringMatching(/^.{10,}[.`]$/) });
});

test('property: whatever is written is read, answered or asked about', () => {
  fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.constantFrom('INC-1', 'sev', 'role', 'run', 'task', '@x', '<@U1|', '"', '=', '2', ' '), { maxLength: 8 }).map((words) => words.join(' '))), (text) => {
    expect(['help', 'fault', 'command']).toContain(parseCommand(text).kind);
    expect(typeof readableText(text)).toBe('string');
  }), { numRuns: 500 });
});

test("Slack's markup is read as people see it", () => {
  expect(readableText('<@U1|eva> &amp; <@U2> in <#C1|ops>: <https://x.example/a|here> <https://x.example/b> &lt;b&gt; <!here> <!subteam^S1|@sre>')).toBe('@eva & @U2 in #ops: here (https://x.example/a) https://x.example/b <b> @here @sre');
});

test('cap 92: names of rooms fit Slack, and say nothing of private incidents', () => {
  expect(roomName({ number: 42, title: 'Zahlungen für Läden: langsam!', isPrivate: false }, 1)).toBe('inc-42-zahlungen-fur-laden-langsam');
  expect(roomName({ number: 42, title: 'x'.repeat(300), isPrivate: false }, 3)).toMatch(/^inc-42-x{50,53}-3$/);
  expect(roomName({ number: 42, title: 'Breach at checkout', isPrivate: true }, 2)).toBe('inc-42-2');
  fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 20 }), (title, attempt) => {
    expect(roomName({ number: 123_456_789, title, isPrivate: false }, attempt)).toMatch(/^[a-z0-9_-]{1,80}$/);
  }), { numRuns: 200 });
  expect(meetingUrl('https://meet.example.com/{key}-{random}', 42, 'r4nd0m')).toBe('https://meet.example.com/inc-42-r4nd0m');
  expect(meetingUrl('javascript:{key}', 42, 'x')).toBeNull();
  expect(meetingUrl(undefined, 42, 'x')).toBeNull();
});

test("cap 93: Slack's signature is that of its documents, and good for five minutes", () => {
  // The example of docs.slack.dev/authentication/verifying-requests-from-slack.
  const secret = '8f742231b10e8888abcd99yyyzzz85a5';
  const body = Buffer.from('token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c');
  const signature = 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503';
  const timestamp = '1531420618';
  expect(slackSignature(secret, timestamp, body)).toBe(signature);
  const at = (seconds: number) => new Date((1531420618 + seconds) * 1_000);
  expect(isFromSlack(secret, { timestamp, signature }, body, at(0))).toBe(true);
  expect(isFromSlack(secret, { timestamp, signature }, body, at(300))).toBe(true);
  expect(isFromSlack(secret, { timestamp, signature }, body, at(301))).toBe(false);
  expect(isFromSlack(secret, { timestamp, signature }, body, at(-301))).toBe(false);
  expect(isFromSlack(secret, { timestamp, signature: `${signature.slice(0, -1)}0` }, body, at(0))).toBe(false);
  expect(isFromSlack(secret, { timestamp: '1531420619', signature }, body, at(0))).toBe(false);
  expect(isFromSlack(secret, { timestamp, signature }, Buffer.from('text=other'), at(0))).toBe(false);
  expect(isFromSlack('', { timestamp, signature: slackSignature('', timestamp, body) }, body, at(0))).toBe(false);
  expect(isFromSlack(secret, { timestamp: undefined, signature }, body, at(0))).toBe(false);
});

test("cap 93: Mattermost's token stands in the header or the body", () => {
  expect(isFromMattermost('secret-token', 'Token secret-token', undefined)).toBe(true);
  expect(isFromMattermost('secret-token', undefined, 'secret-token')).toBe(true);
  expect(isFromMattermost('secret-token', 'Token other', 'secret-token')).toBe(false);
  expect(isFromMattermost('secret-token', undefined, undefined)).toBe(false);
  expect(isFromMattermost('', 'Token ', '')).toBe(false);
});
