/** A stand-in for Telegram's Bot API (sendMessage), as core.telegram.org/bots/api tells of it. Throttles with `parameters.retry_after`. */
import { jsonOf, onlyMembers, startStandIn, type StandIn } from './standIn.ts';

export const TELEGRAM_TOKEN = '123456789:ExampleTokenOfATelegramBot';
const TAGS = /<(?!\/?(b|i|code|pre|blockquote)>|a href="[^"<>]*">|\/a>)/;

/** True when every tag that opens is closed in order. */
function isBalanced(html: string): boolean {
  const open: string[] = [];
  for (const [, slash, name] of html.matchAll(/<(\/?)([a-z]+)[^>]*>/g)) {
    if (slash === '') {
      // Neither links nor quotes stand in each other.
      if ((name === 'a' || name === 'blockquote') && open.includes(name)) return false;
      open.push(name ?? '');
    }
    else if (open.pop() !== name) return false;
  }
  return open.length === 0;
}

/** Starts it. The chat 404 does not exist. */
export async function startTelegram(): Promise<StandIn> {
  let messages = 100;
  return startStandIn({
    serve(request, tools) {
      if (request.url !== `/bot${TELEGRAM_TOKEN}/sendMessage`) return { status: 404, body: { ok: false, error_code: 404, description: 'Not Found' } };
      const body = jsonOf(request, tools);
      onlyMembers(body, ['chat_id', 'text', 'parse_mode', 'link_preview_options', 'disable_notification', 'reply_markup', 'reply_parameters'], 'sendMessage', tools);
      if (body.chat_id === '404') return { status: 400, body: { ok: false, error_code: 400, description: 'Bad Request: chat not found' } };
      if (String(body.text).length > 4096) return { status: 400, body: { ok: false, error_code: 400, description: 'Bad Request: message is too long' } };
      if (body.parse_mode !== 'HTML' || TAGS.test(body.text) || !isBalanced(body.text)) return { status: 400, body: { ok: false, error_code: 400, description: "Bad Request: can't parse entities" } };
      if (body.reply_parameters !== undefined && !Number.isInteger(body.reply_parameters.message_id)) tools.fault('reply to no message');
      for (const row of body.reply_markup?.inline_keyboard ?? []) for (const button of row) onlyMembers(button, ['text', 'url'], 'button', tools);
      messages += 1;
      tools.effect(`${body.chat_id} ${body.text.split('\n')[0]}`);
      return { status: 200, body: { ok: true, result: { message_id: messages, chat: { id: body.chat_id }, date: 1767225600, text: body.text } } };
    },
    throttle: (seconds) => ({ status: 429, body: { ok: false, error_code: 429, description: `Too Many Requests: retry after ${seconds}`, parameters: { retry_after: seconds } } }),
    settings: (url) => ({ config: { chatId: '-1001234567890', apiUrl: url }, secrets: { botToken: TELEGRAM_TOKEN }, address: '987654321' }),
  });
}
