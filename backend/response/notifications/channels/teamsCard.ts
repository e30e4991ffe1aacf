/**
 * A notice as an Adaptive Card for Teams. Pure. Sources: adaptivecards.io/explorer; Microsoft Learn, "Create and send
 * messages" and the known limits of the Teams connector: a message of more than about 28 KB is refused. Counted here as
 * UTF-8 bytes of the whole body, with room to spare, since Teams adds to it. Version 1.4, which desktop and phone show.
 */
import type { Notice } from './channel.ts';
import { cutLine, cutText, inBytes } from './cut.ts';
import { isSafeLink } from './markup.ts';

export const MAX_CARD_BYTES = 27_000;
const MAX_FACTS = 20;
const MAX_FACT = 500;
/** Teams shows six; the rest would be hidden without a word. */
const MAX_BUTTONS = 6;
const MAX_URL = 2_000;
const COLOUR = { critical: 'Attention', high: 'Warning', normal: 'Accent', low: 'Default' } as const;

function cardOf(notice: Notice, text: string): object {
  const links = [...notice.actions, ...(notice.link === null ? [] : [notice.link])].filter(({ url }) => isSafeLink(url) && url.length <= MAX_URL);
  const facts = notice.facts.slice(0, MAX_FACTS).map(({ label, value }) => ({ title: cutLine(label, 100), value: cutText(value, MAX_FACT, notice.language) }));
  return {
    type: 'message',
    attachments: [{
      contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null,
      content: {
        $schema: 'http://adaptivecards.io/schemas/adaptive-card.json', type: 'AdaptiveCard', version: '1.4', msteams: { width: 'full' }, lang: notice.language.slice(0, 2),
        fallbackText: cutLine(notice.subject, 300),
        body: [
          { type: 'TextBlock', text: cutLine(notice.subject, 300), weight: 'Bolder', size: 'Medium', wrap: true, style: 'heading', color: COLOUR[notice.urgency] },
          // Lists and emphasis of Adaptive Cards are those of CommonMark; other markup is shown as it is written.
          ...(text === '' ? [] : [{ type: 'TextBlock', text, wrap: true }]),
          ...(facts.length === 0 ? [] : [{ type: 'FactSet', facts }]),
        ],
        actions: links.slice(0, MAX_BUTTONS).map(({ label, url }) => ({ type: 'Action.OpenUrl', title: cutLine(label, 75), url })),
      },
    }],
  };
}

/** The body to post, at most `MAX_CARD_BYTES`: the text gives way, then the facts. */
export function teamsBody(notice: Notice): string {
  const whole = JSON.stringify(cardOf(notice, notice.text));
  if (inBytes(whole) <= MAX_CARD_BYTES) return whole;
  const quoted = (text: string): number => inBytes(JSON.stringify(text));
  const frame = inBytes(JSON.stringify(cardOf(notice, 'x')));
  const room = MAX_CARD_BYTES - frame;
  if (room > 500) return JSON.stringify(cardOf(notice, cutText(notice.text, room, notice.language, quoted)));
  return JSON.stringify(cardOf({ ...notice, facts: [], actions: notice.actions.slice(0, 3) }, cutText(notice.text, 8_000, notice.language, quoted)));
}
