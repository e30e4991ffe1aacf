/** What holds for every kind of channel over HTTP: how failures are told, that a stalled call ends, that secrets stay inside, that the guard stands before it. */
import type { ChannelKindName } from '#contract';
import { createOutboundClient } from '../../backend/platform/outbound/client.ts';
import { CHANNELS } from '../../backend/response/notifications/channels/index.ts';
import { startDiscord } from './discord.ts';
import { startGateway } from './gateway.ts';
import { startMattermost } from './mattermost.ts';
import { startNtfy } from './ntfy.ts';
import { startOpsgenie } from './opsgenie.ts';
import { startPagerDuty } from './pagerduty.ts';
import { closeWays, contextOf, longNotice, noticeOf, sendOver } from './sending.ts';
import { startSlack } from './slack.ts';
import type { StandIn } from './standIn.ts';
import { startTeams } from './teams.ts';
import { startTelegram } from './telegram.ts';
import { startWebhook } from './webhook.ts';

/** Mail goes another way (email.test.ts), and annotations through the connection to Grafana (systems.test.ts). */
const STAND_INS: Readonly<Record<Exclude<ChannelKindName, 'email' | 'grafana'>, () => Promise<StandIn>>> = {
  slack: () => startSlack('bot'), teams: startTeams, mattermost: () => startMattermost('bot'), discord: () => startDiscord(), telegram: startTelegram, ntfy: startNtfy,
  sms: () => startGateway('sms'), voice: () => startGateway('voice'), webhook: startWebhook, pagerduty: startPagerDuty, opsgenie: startOpsgenie,
};
const CASES: readonly (readonly [string, ChannelKindName, () => Promise<StandIn>])[] = [
  ['slack', 'slack', STAND_INS.slack], ['slack webhook', 'slack', () => startSlack('webhook')], ['teams', 'teams', STAND_INS.teams],
  ['mattermost', 'mattermost', STAND_INS.mattermost], ['mattermost webhook', 'mattermost', () => startMattermost('webhook')], ['discord', 'discord', STAND_INS.discord],
  ['telegram', 'telegram', STAND_INS.telegram], ['ntfy', 'ntfy', STAND_INS.ntfy], ['sms', 'sms', STAND_INS.sms], ['voice', 'voice', STAND_INS.voice],
  ['webhook', 'webhook', STAND_INS.webhook], ['pagerduty', 'pagerduty', STAND_INS.pagerduty], ['opsgenie', 'opsgenie', STAND_INS.opsgenie],
];

let standIn: StandIn;
afterEach(() => standIn.close());
afterAll(closeWays);

test.each(CASES)('cap 85-91: %s takes a notice in the documented shape, once, and the longest one shortened', async (_name, kind, start) => {
  standIn = await start();
  const { settings } = standIn;
  expect(await sendOver(kind, settings)).toMatchObject({ kind: expect.stringMatching(/^(accepted|delivered)$/) });
  expect(standIn.effects.size).toBe(1);
  expect(await sendOver(kind, settings, longNotice())).toMatchObject({ kind: expect.stringMatching(/^(accepted|delivered)$/) });
  expect(await sendOver(kind, settings, noticeOf({ subject: 'Only this', text: '', facts: [], actions: [], link: null, thread: null, messageClass: 'test', urgency: 'low' }))).toMatchObject({ kind: expect.stringMatching(/^(accepted|delivered)$/) });
  expect(standIn.faults).toEqual([]);
  // Nothing of the whole text is lost without a word.
  const long = `${standIn.seen[1]?.body}`.replaceAll('+', ' ');
  expect(decodeURIComponent(long.replace(/%(?![0-9A-F]{2})/g, '%25'))).toMatch(kind === 'sms' ? /…/ : /the whole text is in Muster/);
});

test.each(CASES)('cap 89-91: %s tells throttling, passing faults and refusals apart, and no secret gets into a reason', async (_name, kind, start) => {
  standIn = await start();
  const { settings } = standIn;
  const echo = `token=${Object.values(settings.secrets).join(' ')} ${Object.values(settings.secrets).map((secret) => Buffer.from(secret).toString('base64')).join(' ')}`;
  standIn.next.push({ kind: 'throttle', seconds: 7 });
  expect(await sendOver(kind, settings)).toEqual({ kind: 'throttled', retryAfterMs: 7_000 });
  for (const wrong of [{ kind: 'fail', status: 500, body: echo }, { kind: 'fail', status: 503 }, { kind: 'drop' }, { kind: 'lose_answer' }] as const) {
    standIn.next.push(wrong);
    expect(await sendOver(kind, settings)).toMatchObject({ kind: 'retry', reason: expect.any(String) });
  }
  standIn.next.push({ kind: 'fail', status: 403, body: echo }, { kind: 'fail', status: 400, body: { message: echo, description: echo, error: echo, errors: [echo] } }, { kind: 'fail', status: 500, body: echo });
  const outcomes = [await sendOver(kind, settings), await sendOver(kind, settings), await sendOver(kind, settings)];
  expect(outcomes.map((outcome) => outcome.kind)).toEqual(['refused', 'refused', 'retry']);
  const told = JSON.stringify(outcomes);
  for (const secret of Object.values(settings.secrets)) {
    const tail = secret.split('/').at(-1) ?? secret;
    for (const form of [secret, tail, Buffer.from(secret).toString('base64'), encodeURIComponent(secret)]) expect(told).not.toContain(form);
  }
  // A wrong secret is a refusal, told without it.
  const wrongSecrets = Object.fromEntries(Object.entries(settings.secrets).map(([name, value]) => [name, value.startsWith('http') ? `${value.slice(0, -2)}zz` : `${value.slice(0, -3)}999`]));
  const outcome = await sendOver(kind, { ...settings, secrets: wrongSecrets });
  expect(outcome.kind).toBe('refused');
  for (const secret of Object.values(wrongSecrets)) expect(JSON.stringify(outcome)).not.toContain(secret.split('/').at(-1));
});

test.each(CASES)('cap 89: a call of %s that stalls ends when it is told to', async (_name, kind, start) => {
  standIn = await start();
  standIn.next.push({ kind: 'stall' });
  const stop = new AbortController();
  const sending = sendOver(kind, standIn.settings, noticeOf(), { signal: stop.signal });
  while (standIn.seen.length === 0) await new Promise((resolve) => void setImmediate(resolve));
  stop.abort();
  expect(await sending).toMatchObject({ kind: 'retry', reason: expect.stringContaining('no answer in time') });
});

test.each(CASES)('%s is kept from private addresses and from hosts that are not allowed', async (_name, kind, start) => {
  standIn = await start();
  for (const options of [{ allow: ['*'], allowPrivate: [] }, { allow: ['hooks.example.com'], allowPrivate: ['127.0.0.1'] }]) {
    const guarded = createOutboundClient(options);
    const outcome = await sendOver(kind, standIn.settings, noticeOf(), { callOut: (request) => guarded.call(request) });
    expect(outcome).toMatchObject({ kind: 'refused', reason: expect.stringContaining('the installation does not allow it') });
    for (const secret of Object.values(standIn.settings.secrets)) expect(JSON.stringify(outcome)).not.toContain(secret.split('/').at(-1));
    await guarded.close();
  }
  expect(standIn.seen).toEqual([]);
});

test('settings that are not those of the kind are refused before anything is sent', async () => {
  standIn = await startSlack();
  expect(await CHANNELS.slack.send(noticeOf(), contextOf({ ...standIn.settings, config: { mode: 'pigeon' } }))).toMatchObject({ kind: 'refused', reason: expect.stringContaining('mode') });
  expect(await CHANNELS.slack.send(noticeOf(), contextOf({ ...standIn.settings, secrets: {} }))).toMatchObject({ kind: 'refused', reason: expect.stringContaining('botToken is missing') });
  expect(await CHANNELS.slack.send(noticeOf(), contextOf({ ...standIn.settings, address: 'no conversation!' }))).toMatchObject({ kind: 'refused', reason: expect.stringContaining('address of the recipient') });
  expect(CHANNELS.email.settingsFault?.({ host: 'mail.example.com', from: 'muster@example.com', user: 'muster' }, {})).toEqual({ field: 'password', message: expect.any(String) });
  expect(standIn.seen).toEqual([]);
});
