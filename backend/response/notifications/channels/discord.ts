/**
 * Discord, by webhook. Sources: discord.com/developers/docs/resources/webhook#execute-webhook, …/resources/message#embed-object-embed-limits
 * (title 256, description 4,096, 25 fields of 256 and 1,024, all together 6,000), …/topics/rate-limits (429 with `retry_after` in seconds;
 * five calls in two seconds a webhook). Only in a forum channel a webhook can begin a thread.
 */
import { z } from 'zod';
import { parsed } from '../../../platform/outbound/readAnswer.ts';
import type { ChannelKind, Notice, SendContext, SendOutcome } from './channel.ts';
import { cutLine, cutText } from './cut.ts';
import { isSafeLink } from './markup.ts';
import { callProvider, JSON_HEADERS } from './provider.ts';
import { addressFault, secretOf } from './settings.ts';

const config = z.strictObject({
  /** The channel is a forum: each incident gets a thread of its own. */
  forum: z.boolean().default(false),
});
type DiscordConfig = z.infer<typeof config>;

const MAX_TOTAL = 5_900;
const MAX_DESCRIPTION = 4_096;
const MAX_TITLE = 256;
const MAX_FIELDS = 25;
const MAX_FIELD = 1_024;
const MAX_THREAD_NAME = 100;
const COLOUR = { critical: 0xc4162a, high: 0xff780a, normal: 0x3274d9, low: 0x8e8e8e } as const;
const made = z.looseObject({ id: z.string(), channel_id: z.string() });
const limited = z.looseObject({ retry_after: z.number() });
const refused = z.looseObject({ message: z.string(), code: z.number().optional() });

/** The embed: subject, then links (they must not be lost), then facts while there is room, then as much text as is left. */
export function discordEmbed(notice: Notice): object {
  const title = cutLine(notice.subject, MAX_TITLE);
  const links = notice.actions.filter(({ url }) => isSafeLink(url)).map(({ label, url }) => `[${cutLine(label, 75).replace(/[[\]]/g, '')}](${url})`).join(' · ').slice(0, 2_000);
  let room = MAX_TOTAL - title.length - links.length - 2;
  const fields: object[] = [];
  for (const { label, value } of notice.facts.slice(0, MAX_FIELDS)) {
    const field = { name: cutLine(label, 256) || '–', value: cutText(value, Math.min(MAX_FIELD, 300), notice.language) || '–', inline: true };
    if (room - field.name.length - field.value.length < 500) break;
    room -= field.name.length + field.value.length;
    fields.push(field);
  }
  const text = cutText(notice.text, Math.max(0, Math.min(room, MAX_DESCRIPTION - links.length - 2)), notice.language);
  return {
    title, description: links === '' ? text : `${text}\n\n${links}`, color: COLOUR[notice.urgency], timestamp: notice.at.toISOString(), fields,
    ...(notice.link !== null && isSafeLink(notice.link.url) ? { url: notice.link.url } : {}),
  };
}

async function send(notice: Notice, context: SendContext<DiscordConfig>): Promise<SendOutcome> {
  const url = URL.parse(secretOf(context.secrets, 'webhookUrl') ?? '');
  if (url === null) return { kind: 'refused', reason: 'the address of the webhook is no web address' };
  url.searchParams.set('wait', 'true');
  if (context.threadRef !== null) url.searchParams.set('thread_id', context.threadRef);
  const isForum = context.config.forum;
  return callProvider(context, {
    title: 'Discord',
    request: {
      url: url.href, method: 'POST', headers: JSON_HEADERS,
      body: JSON.stringify({
        embeds: [discordEmbed(notice)], allowed_mentions: { parse: [] },
        ...(isForum && context.threadRef === null ? { thread_name: cutLine(notice.thread === null ? notice.subject : `${notice.thread} ${notice.subject}`, MAX_THREAD_NAME) } : {}),
      }),
    },
    read: ({ body }) => {
      const message = made.safeParse(parsed(body));
      if (!message.success) return { kind: 'retry', reason: 'Discord did not say the id of the message' };
      return { kind: 'delivered', providerId: message.data.id, threadRef: isForum ? context.threadRef ?? message.data.channel_id : null };
    },
    waitOf: ({ body }) => {
      const seconds = limited.safeParse(parsed(body)).data?.retry_after;
      return seconds === undefined ? null : seconds * 1_000;
    },
    sayingOf: ({ body }) => refused.safeParse(parsed(body)).data?.message ?? '',
  });
}

/** The kind. */
export const discord: ChannelKind<DiscordConfig> = {
  kind: 'discord', title: 'Discord', config,
  secretFields: [{ name: 'webhookUrl', label: 'Address of the webhook', required: true }],
  address: null, receipts: false, perSecond: 2.5,
  settingsFault: (_config, secrets) => addressFault(secrets, 'webhookUrl'),
  send,
};
