/**
 * Slack, by incoming webhook or by bot. Sources: docs.slack.dev/messaging/sending-messages-using-incoming-webhooks,
 * docs.slack.dev/reference/methods/chat.postMessage, docs.slack.dev/apis/web-api/rate-limits (one message a second and channel).
 */
import { z } from 'zod';
import { SEVERITIES, severity } from '#contract';
import type { OutboundResponse } from '../../../platform/outbound/client.ts';
import { parsed, retryAfterMs } from '../../../platform/outbound/readAnswer.ts';
import type { ChannelKind, SendContext, SendOutcome } from './channel.ts';
import { callProvider, JSON_HEADERS, outcomeOfStatus, throttled } from './provider.ts';
import { addressFault, apiAddress, missing, secretOf } from './settings.ts';
import { slackMessage } from './slackMessage.ts';

const conversation = z.string().trim().regex(/^([CDGU][A-Z0-9]{5,20}|W[A-Z0-9]{5,20}|#?[\p{L}\p{N}._-]{1,80})$/u, 'is not an id or name of a Slack conversation, such as C0123456789');
const config = z.strictObject({
  mode: z.enum(['webhook', 'bot']),
  /** Of a bot: where messages go that name nobody. */
  channel: conversation.optional(),
  /** The link of a war room's meeting: `{key}` is the incident, `{random}` a word that nobody can guess. */
  meetingUrl: z.string().trim().max(500).regex(/^https:\/\/\S+$/, 'is not the template of a web address (https://…)').optional(),
  /** Incidents of these severities get a war room by themselves; it needs a bot. */
  warRoomSeverities: z.array(severity).max(SEVERITIES.length).default([]),
  apiUrl: apiAddress('https://slack.com/api'),
});
type SlackConfig = z.infer<typeof config>;

const answered = z.looseObject({ ok: z.boolean(), error: z.string().optional(), ts: z.string().optional(), channel: z.string().optional() });
/** Errors about the bot itself, not about the conversation. */
const OF_THE_BOT = new Set(['invalid_auth', 'not_authed', 'account_inactive', 'token_revoked', 'token_expired', 'missing_scope', 'no_permission', 'org_login_required']);
/** Errors of the Web API after which the same call may work; all others are refusals. */
const PASSING = new Set(['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout', 'team_added_to_org']);

/** What the Web API says, which answers 200 whatever happened. Another try makes another message: Slack takes no key. */
function readBot(answer: OutboundResponse, context: SendContext<SlackConfig>): SendOutcome {
  const said = answered.safeParse(parsed(answer.body));
  if (!said.success) return { kind: 'retry', reason: 'Slack answered with something else than JSON' };
  const { ok, error = 'unknown_error', ts } = said.data;
  if (ok) return { kind: 'delivered', providerId: ts ?? null, threadRef: context.threadRef ?? ts ?? null };
  if (error === 'ratelimited' || error === 'rate_limited') return throttled(retryAfterMs(answer.headers['retry-after'], context.now.getTime()));
  const reason = `Slack refused: ${error}`;
  if (PASSING.has(error)) return { kind: 'retry', reason };
  return OF_THE_BOT.has(error) ? { kind: 'refused', reason, ofChannel: true } : { kind: 'refused', reason };
}

async function send(context: SendContext<SlackConfig>, body: object): Promise<SendOutcome> {
  const { config: { mode, channel, apiUrl }, secrets } = context;
  if (mode === 'webhook') {
    return callProvider(context, {
      title: 'Slack', request: { url: secretOf(secrets, 'webhookUrl') ?? '', method: 'POST', headers: JSON_HEADERS, body: JSON.stringify(body) },
      read: (answer) => (answer.body.trim() === 'ok' ? { kind: 'delivered', providerId: null, threadRef: null } : outcomeOfStatus(502, 'Slack', 'not ok')),
    });
  }
  const target = context.address ?? channel;
  if (target === undefined) return { kind: 'refused', reason: 'the channel names no Slack conversation, and neither does the recipient' };
  return callProvider(context, {
    title: 'Slack',
    request: {
      url: `${apiUrl}/chat.postMessage`, method: 'POST', headers: { ...JSON_HEADERS, Authorization: `Bearer ${secretOf(secrets, 'botToken') ?? ''}` },
      body: JSON.stringify({ channel: target, ...body, ...(context.threadRef === null ? {} : { thread_ts: context.threadRef }) }),
    },
    read: (answer) => readBot(answer, context),
  });
}

/** The kind. */
export const slack: ChannelKind<SlackConfig> = {
  kind: 'slack', title: 'Slack', config,
  secretFields: [
    { name: 'webhookUrl', label: 'Address of the incoming webhook', required: false }, { name: 'botToken', label: 'Token of the bot (xoxb-…)', required: false },
    { name: 'signingSecret', label: 'Signing secret of the app, for commands and events', required: false },
  ],
  address: { label: 'Slack member id (U…)', schema: conversation },
  receipts: false, perSecond: 1,
  settingsFault: ({ mode }, secrets) => (mode === 'webhook' ? addressFault(secrets, 'webhookUrl') : missing(secrets, 'botToken')),
  send: (notice, context) => send(context, slackMessage(notice)),
};
