/**
 * Telegram, by bot. Sources: core.telegram.org/bots/api#sendmessage (1 to 4,096 characters after entities are parsed),
 * …#responseparameters (`retry_after` in seconds), core.telegram.org/bots/faq (one message a second in a chat, 30 a second for a bot, 20 a minute in a group).
 */
import { z } from 'zod';
import { parsed } from '../../../platform/outbound/readAnswer.ts';
import type { ChannelKind, Notice, SendContext, SendOutcome } from './channel.ts';
import { cutLine, cutText } from './cut.ts';
import { convert, htmlText, isSafeLink, TELEGRAM_HTML } from './markup.ts';
import { callProvider, JSON_HEADERS } from './provider.ts';
import { apiAddress, missing, secretOf } from './settings.ts';

const chatId = z.string().trim().regex(/^(-?\d{1,20}|@[A-Za-z][A-Za-z0-9_]{4,31})$/, 'is not an id of a Telegram chat (a number, or @name of a channel)');
const config = z.strictObject({
  /** Where messages go that name nobody. */
  chatId: chatId.optional(),
  apiUrl: apiAddress('https://api.telegram.org'),
});
type TelegramConfig = z.infer<typeof config>;

/** Counted with the tags, although Telegram counts without: simple, and on the safe side. */
const MAX_TEXT = 4_096;
const MAX_FACTS_TEXT = 1_000;
const MAX_BUTTONS = 8;
const sent = z.looseObject({ ok: z.literal(true), result: z.looseObject({ message_id: z.number().int() }) });
const refused = z.looseObject({ description: z.string().optional(), parameters: z.looseObject({ retry_after: z.number().optional() }).optional() });

/** As many facts as there is room for beside the text. */
function factsOf(notice: Notice): string {
  let written = '';
  for (const { label, value } of notice.facts) {
    const line = `${htmlText(cutLine(label, 60))}: ${htmlText(cutLine(value, 120))}`;
    if (written.length + line.length + 1 > MAX_FACTS_TEXT) break;
    written += written === '' ? line : `\n${line}`;
  }
  return written;
}

/** The text as Telegram's HTML. What is cut is cut before it is converted, so that no tag stays open. */
export function telegramText(notice: Notice): string {
  const head = `<b>${htmlText(cutLine(notice.subject, 300))}</b>`;
  const facts = factsOf(notice);
  const textIn = (room: number): string => [head, convert(cutText(notice.text, room, notice.language), TELEGRAM_HTML), facts].filter((part) => part !== '').join('\n\n');
  let room = MAX_TEXT;
  let text = textIn(room);
  while (text.length > MAX_TEXT && room > 0) {
    room = Math.max(0, room - Math.max(50, text.length - MAX_TEXT));
    text = textIn(room);
  }
  return text.length <= MAX_TEXT ? text : head;
}

function keyboardOf(notice: Notice): object[][] {
  const links = [...notice.actions, ...(notice.link === null ? [] : [notice.link])].filter(({ url }) => isSafeLink(url));
  return links.slice(0, MAX_BUTTONS).map(({ label, url }) => [{ text: cutLine(label, 60), url }]);
}

async function send(notice: Notice, context: SendContext<TelegramConfig>): Promise<SendOutcome> {
  const target = context.address ?? context.config.chatId;
  if (target === undefined) return { kind: 'refused', reason: 'the channel names no Telegram chat, and neither does the recipient' };
  const keyboard = keyboardOf(notice);
  return callProvider(context, {
    title: 'Telegram',
    request: {
      url: `${context.config.apiUrl}/bot${secretOf(context.secrets, 'botToken') ?? ''}/sendMessage`, method: 'POST', headers: JSON_HEADERS,
      body: JSON.stringify({
        chat_id: target, text: telegramText(notice), parse_mode: 'HTML', link_preview_options: { is_disabled: true },
        disable_notification: notice.urgency === 'low',
        ...(keyboard.length === 0 ? {} : { reply_markup: { inline_keyboard: keyboard } }),
        ...(context.threadRef === null ? {} : { reply_parameters: { message_id: Number(context.threadRef), allow_sending_without_reply: true } }),
      }),
    },
    read: ({ body }) => {
      const message = sent.safeParse(parsed(body));
      if (!message.success) return { kind: 'retry', reason: 'Telegram did not say the id of the message' };
      const id = String(message.data.result.message_id);
      return { kind: 'delivered', providerId: id, threadRef: context.threadRef ?? id };
    },
    waitOf: ({ body }) => {
      const seconds = refused.safeParse(parsed(body)).data?.parameters?.retry_after;
      return seconds === undefined ? null : seconds * 1_000;
    },
    sayingOf: ({ body }) => refused.safeParse(parsed(body)).data?.description ?? '',
  });
}

/** The kind. `delivered` means that it stands in the chat. */
export const telegram: ChannelKind<TelegramConfig> = {
  kind: 'telegram', title: 'Telegram', config,
  secretFields: [{ name: 'botToken', label: 'Token of the bot (123456:ABC…)', required: true }],
  address: { label: 'Id of the chat with the bot', schema: chatId },
  receipts: false, perSecond: 25,
  settingsFault: (_config, secrets) => missing(secrets, 'botToken') ?? (/^\d+:[\w-]+$/.test(secrets.botToken ?? '') ? null : { field: 'botToken', message: 'is not a token of a Telegram bot (123456:ABC…)' }),
  send,
};
