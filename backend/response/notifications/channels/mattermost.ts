/**
 * Mattermost, by incoming webhook or by bot. Sources: developers.mattermost.com/integrate/webhooks/incoming,
 * api.mattermost.com (POST /api/v4/posts with channel_id, message, root_id, props), docs.mattermost.com/developers/integrate/reference/message-attachments.
 * A post holds 16,383 characters; the text of an attachment is cut well before. The server's own limit is 10 calls a second unless it is set otherwise.
 */
import { z } from 'zod';
import { parsed } from '../../../platform/outbound/readAnswer.ts';
import type { ChannelKind, Notice, SendContext, SendOutcome } from './channel.ts';
import { cutLine, cutText } from './cut.ts';
import { isSafeLink } from './markup.ts';
import { callProvider, JSON_HEADERS } from './provider.ts';
import { addressFault, missing, secretOf, webAddress } from './settings.ts';

const channelId = z.string().trim().regex(/^[a-z0-9]{26}$/, 'is not an id of a Mattermost channel (26 letters and digits)');
const config = z.strictObject({
  mode: z.enum(['webhook', 'bot']),
  /** Of a bot: the server's address. */
  serverUrl: webAddress.optional(),
  /** Of a bot: where messages go that name nobody. */
  channelId: channelId.optional(),
});
type MattermostConfig = z.infer<typeof config>;

const MAX_TEXT = 7_000;
const MAX_FACTS = 20;
const MAX_FACT = 300;
const COLOUR = { critical: '#c4162a', high: '#ff780a', normal: '#3274d9', low: '#8e8e8e' } as const;
const made = z.looseObject({ id: z.string() });
const refused = z.looseObject({ message: z.string() });

/** Words that would call everybody, with a space of no width in them. */
function quiet(text: string): string {
  return text.replace(/@(all|channel|here)\b/gi, '@\u200b$1');
}

/** The message and its attachment. Mattermost reads Markdown. */
function rendered(notice: Notice): { message: string; attachments: object[] } {
  const links = [...notice.actions, ...(notice.link === null ? [] : [notice.link])].filter(({ url }) => isSafeLink(url));
  const footer = links.map(({ label, url }) => `[${quiet(cutLine(label, 75)).replace(/[[\]]/g, '')}](${url})`).join(' · ');
  const text = quiet(cutText(notice.text, MAX_TEXT, notice.language));
  const title = quiet(cutLine(notice.subject, 300));
  return {
    message: `#### ${title}`,
    attachments: [{
      fallback: title, color: COLOUR[notice.urgency], text: footer === '' ? text : `${text}\n\n${footer}`,
      fields: notice.facts.slice(0, MAX_FACTS).map(({ label, value }) => ({ short: true, title: quiet(cutLine(label, 100)), value: quiet(cutText(value, MAX_FACT, notice.language)) })),
    }],
  };
}

async function send(notice: Notice, context: SendContext<MattermostConfig>): Promise<SendOutcome> {
  const { config: { mode, serverUrl, channelId: usual }, secrets } = context;
  const { message, attachments } = rendered(notice);
  const sayingOf = ({ body }: { body: string }): string => refused.safeParse(parsed(body)).data?.message ?? body;
  if (mode === 'webhook') {
    return callProvider(context, {
      title: 'Mattermost', sayingOf,
      request: { url: secretOf(secrets, 'webhookUrl') ?? '', method: 'POST', headers: JSON_HEADERS, body: JSON.stringify({ text: message, attachments }) },
      read: ({ body }) => (body.trim() === 'ok' ? { kind: 'delivered', providerId: null, threadRef: null } : { kind: 'retry', reason: 'Mattermost did not answer ok' }),
    });
  }
  const target = context.address ?? usual;
  if (target === undefined || serverUrl === undefined) return { kind: 'refused', reason: 'the channel names no server or no Mattermost channel' };
  return callProvider(context, {
    title: 'Mattermost', sayingOf,
    request: {
      url: `${serverUrl.replace(/\/+$/, '')}/api/v4/posts`, method: 'POST', headers: { ...JSON_HEADERS, Authorization: `Bearer ${secretOf(secrets, 'botToken') ?? ''}` },
      body: JSON.stringify({ channel_id: target, message, props: { attachments }, ...(context.threadRef === null ? {} : { root_id: context.threadRef }) }),
    },
    read: ({ body }) => {
      const post = made.safeParse(parsed(body));
      return post.success ? { kind: 'delivered', providerId: post.data.id, threadRef: context.threadRef ?? post.data.id } : { kind: 'retry', reason: 'Mattermost did not say the id of the post' };
    },
  });
}

/** The kind. */
export const mattermost: ChannelKind<MattermostConfig> = {
  kind: 'mattermost', title: 'Mattermost', config,
  secretFields: [
    { name: 'webhookUrl', label: 'Address of the incoming webhook', required: false }, { name: 'botToken', label: 'Token of the bot', required: false },
    { name: 'commandToken', label: 'Token of the slash command', required: false },
  ],
  address: { label: 'Id of the direct channel with the bot', schema: channelId },
  receipts: false, perSecond: 10,
  settingsFault({ mode, serverUrl }, secrets) {
    if (mode === 'webhook') return addressFault(secrets, 'webhookUrl');
    return serverUrl === undefined ? { field: 'serverUrl', message: 'is missing' } : missing(secrets, 'botToken');
  },
  send,
};
