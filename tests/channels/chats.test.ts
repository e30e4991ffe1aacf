/** Chats: what a message looks like there, how it goes on in a thread, and that nobody is called who was not meant. */
import { startDiscord } from './discord.ts';
import { startMattermost } from './mattermost.ts';
import { startNtfy } from './ntfy.ts';
import { closeWays, longNotice, noticeOf, sendOver } from './sending.ts';
import { startSlack } from './slack.ts';
import type { StandIn } from './standIn.ts';
import { startTeams } from './teams.ts';
import { startTelegram } from './telegram.ts';

let standIn: StandIn;
afterEach(() => standIn.close());
afterAll(closeWays);

const bodyOf = (index: number) => JSON.parse(standIn.seen[index]?.body ?? '{}');

test('cap 85: a bot of Slack posts blocks, goes on in the thread, and writes to a member', async () => {
  standIn = await startSlack();
  const first = await sendOver('slack', { ...standIn.settings, address: null });
  expect(first).toEqual({ kind: 'delivered', providerId: '1767225600.000001', threadRef: '1767225600.000001' });
  expect(bodyOf(0)).toEqual({
    channel: 'C0123456789', text: ':rotating_light: [SEV1][INC-42] Checkout is down', unfurl_links: false,
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: '[SEV1][INC-42] Checkout is down', emoji: false } },
      {
        type: 'section',
        text: { type: 'mrkdwn', text: 'Payments fail since *09:41 UTC*.\n\n• shop in _eu-west_\n• <https://grafana.example.com/d/shop?a=1&amp;b=2|dashboard>\n\n&lt;script&gt;alert(1)&lt;/script&gt; @channel &amp; &lt;!here&gt;' },
      },
      { type: 'section', fields: [{ type: 'mrkdwn', text: '*Service*\ncheckout' }, { type: 'mrkdwn', text: '*Severity*\nSEV1' }] },
      {
        type: 'actions',
        elements: [
          { type: 'button', action_id: 'accept-0', url: 'https://muster.example.com/r/signed-accept', text: { type: 'plain_text', text: "I'm on it" }, style: 'primary' },
          { type: 'button', action_id: 'decline-1', url: 'https://muster.example.com/r/signed-decline', text: { type: 'plain_text', text: "I can't" } },
          { type: 'button', action_id: 'help-2', url: 'https://muster.example.com/r/signed-help', text: { type: 'plain_text', text: 'I need help' } },
          { type: 'button', action_id: 'open-3', url: 'https://grafana.example.com/a/muster/incidents/42', text: { type: 'plain_text', text: 'Open incident' } },
        ],
      },
    ],
  });
  const second = await sendOver('slack', { ...standIn.settings, address: null }, noticeOf({ dedupKey: 'update/INC-42/2' }), { threadRef: '1767225600.000001' });
  expect(second).toEqual({ kind: 'delivered', providerId: '1767225600.000002', threadRef: '1767225600.000001' });
  expect(bodyOf(1)).toMatchObject({ thread_ts: '1767225600.000001' });
  await sendOver('slack', standIn.settings);
  expect(bodyOf(2).channel).toBe('U0123456789');
  expect(standIn.seen[0]?.headers.authorization).toBe('Bearer xoxb-example-bot-token-of-muster');
});

test.each([['CARCHIVED1', 'is_archived'], ['CUNKNOWN01', 'channel_not_found']])('cap 85: Slack refuses %s in an answer of status 200', async (channel, error) => {
  standIn = await startSlack();
  expect(await sendOver('slack', { ...standIn.settings, address: channel })).toEqual({ kind: 'refused', reason: `Slack refused: ${error}` });
});

test('cap 91: Slack may throttle or fail in an answer of status 200', async () => {
  standIn = await startSlack();
  standIn.next.push({ kind: 'fail', status: 200, body: { ok: false, error: 'ratelimited' } }, { kind: 'fail', status: 200, body: { ok: false, error: 'internal_error' } }, { kind: 'fail', status: 200, body: '<html>login</html>' });
  expect(await sendOver('slack', standIn.settings)).toEqual({ kind: 'throttled', retryAfterMs: 1_000 });
  expect(await sendOver('slack', standIn.settings)).toMatchObject({ kind: 'retry' });
  expect(await sendOver('slack', standIn.settings)).toMatchObject({ kind: 'retry' });
});

test('cap 85: an incoming webhook of Slack knows no threads', async () => {
  standIn = await startSlack('webhook');
  expect(await sendOver('slack', standIn.settings)).toEqual({ kind: 'delivered', providerId: null, threadRef: null });
});

test('cap 86: a card of Teams stays below the limit, whatever is in it, and keeps the buttons', async () => {
  standIn = await startTeams();
  expect(await sendOver('teams', standIn.settings)).toEqual({ kind: 'accepted', providerId: 'run1', threadRef: null });
  const card = bodyOf(0).attachments[0].content;
  expect(card).toMatchObject({ type: 'AdaptiveCard', version: '1.4', body: [{ type: 'TextBlock', color: 'Attention', text: '[SEV1][INC-42] Checkout is down' }, { type: 'TextBlock' }, { type: 'FactSet', facts: [{ title: 'Service', value: 'checkout' }, { title: 'Severity', value: 'SEV1' }] }] });
  expect(card.actions.map((action: { title: string }) => action.title)).toEqual(["I'm on it", "I can't", 'I need help', 'Open incident']);
  for (const notice of [longNotice(), { ...longNotice(), text: '"\\\n'.repeat(20_000) }, { ...longNotice(), text: '🚨'.repeat(20_000), facts: [] }]) {
    expect(await sendOver('teams', standIn.settings, notice)).toMatchObject({ kind: 'accepted' });
    const body = standIn.seen.at(-1)?.body ?? '';
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(27_000);
    expect(JSON.parse(body).attachments[0].content.actions.length).toBeGreaterThanOrEqual(3);
    expect(body).toContain('the whole text is in Muster');
  }
  expect(standIn.faults).toEqual([]);
});

test('cap 87: a bot of Mattermost goes on in the thread and calls nobody', async () => {
  standIn = await startMattermost();
  const first = await sendOver('mattermost', { ...standIn.settings, address: null }, noticeOf({ text: 'Read this @channel, @all and @here' }));
  expect(first).toMatchObject({ kind: 'delivered', providerId: 'post0000000000000000000001', threadRef: 'post0000000000000000000001' });
  await sendOver('mattermost', { ...standIn.settings, address: null }, noticeOf(), { threadRef: 'post0000000000000000000001' });
  expect(bodyOf(1)).toMatchObject({ channel_id: 'abcdefghijklmnopqrstuvwxyz', root_id: 'post0000000000000000000001', message: '#### [SEV1][INC-42] Checkout is down' });
  expect(bodyOf(0).root_id).toBeUndefined();
  expect(standIn.faults).toEqual([]);
});

test('cap 87: a forum of Discord has a thread for an incident, and the wait is read from the body', async () => {
  standIn = await startDiscord(true);
  const first = await sendOver('discord', standIn.settings);
  expect(first).toEqual({ kind: 'delivered', providerId: '900000000000000001', threadRef: '800000000000000001' });
  expect(bodyOf(0)).toMatchObject({ thread_name: 'INC-42 [SEV1][INC-42] Checkout is down', embeds: [{ title: '[SEV1][INC-42] Checkout is down', color: 0xc4162a, url: 'https://grafana.example.com/a/muster/incidents/42' }] });
  await sendOver('discord', standIn.settings, noticeOf(), { threadRef: '800000000000000001' });
  expect(standIn.seen[1]?.url).toContain('thread_id=800000000000000001');
  expect(bodyOf(1).thread_name).toBeUndefined();
  standIn.next.push({ kind: 'throttle', seconds: 0.35 });
  expect(await sendOver('discord', standIn.settings)).toEqual({ kind: 'throttled', retryAfterMs: 350 });
  // A thread that is gone is a refusal, not a message elsewhere.
  expect(await sendOver('discord', { ...standIn.settings, config: { forum: false } })).toMatchObject({ kind: 'refused', reason: expect.stringContaining('thread_name or thread_id') });
});

test('cap 87: Telegram gets HTML, answers to the first message, and buttons', async () => {
  standIn = await startTelegram();
  const first = await sendOver('telegram', standIn.settings);
  expect(first).toEqual({ kind: 'delivered', providerId: '101', threadRef: '101' });
  expect(bodyOf(0)).toMatchObject({
    chat_id: '987654321', parse_mode: 'HTML', disable_notification: false,
    text: '<b>[SEV1][INC-42] Checkout is down</b>\n\nPayments fail since <b>09:41 UTC</b>.\n\n• shop in <i>eu-west</i>\n• <a href="https://grafana.example.com/d/shop?a=1&amp;b=2">dashboard</a>\n\n&lt;script&gt;alert(1)&lt;/script&gt; @channel &amp; &lt;!here&gt;\n\nService: checkout\nSeverity: SEV1',
  });
  expect(bodyOf(0).reply_markup.inline_keyboard).toHaveLength(4);
  await sendOver('telegram', standIn.settings, noticeOf(), { threadRef: '101' });
  expect(bodyOf(1).reply_parameters).toEqual({ message_id: 101, allow_sending_without_reply: true });
  expect(await sendOver('telegram', { ...standIn.settings, address: '404' })).toEqual({ kind: 'refused', reason: 'Telegram answered 400: Bad Request: chat not found' });
});

test('cap 144: ntfy tells urgency, opens the incident, offers answers, and a second try replaces the first', async () => {
  standIn = await startNtfy();
  standIn.next.push({ kind: 'lose_answer' });
  expect(await sendOver('ntfy', standIn.settings)).toMatchObject({ kind: 'retry' });
  expect(await sendOver('ntfy', standIn.settings)).toEqual({ kind: 'accepted', providerId: 'sPs71M8A2Tyu', threadRef: null });
  expect([...standIn.effects.values()]).toEqual([2]);
  expect(bodyOf(1)).toMatchObject({
    topic: 'oncall-phone-7', title: '[SEV1][INC-42] Checkout is down', priority: 5, tags: ['rotating_light'], click: 'https://grafana.example.com/a/muster/incidents/42',
    actions: [{ action: 'view', label: "I'm on it", url: 'https://muster.example.com/r/signed-accept', clear: true }, { label: "I can't" }, { label: 'I need help' }],
  });
  expect(bodyOf(1).message).toContain('- dashboard (https://grafana.example.com/d/shop?a=1&b=2)');
  expect(await sendOver('ntfy', { ...standIn.settings, config: { serverUrl: standIn.url }, address: null })).toMatchObject({ kind: 'refused', reason: expect.stringContaining('no topic') });
});
