/**
 * What a call says, in TwiML. Pure. Sources: twilio.com/docs/voice/twiml/say (plain text, `language`), …/gather (`numDigits`, `action`),
 * twilio.com/docs/voice/api/call-resource (`Twiml` of at most 4,000 characters).
 */
import type { Notice } from './channel.ts';
import { cutLine, cutText } from './cut.ts';
import { convert, htmlText, PLAIN } from './markup.ts';
import { wordsOf } from './words.ts';

const MAX_TWIML = 4_000;
/** Longer than half a minute nobody listens before the first key. */
const MAX_SPOKEN = 500;
const MAX_KEYS = 9;

const say = (text: string, language: string): string => `<Say language="${wordsOf(language).spoken}">${htmlText(text)}</Say>`;

/** The script. Addresses are not read out; keys stand for the actions, in their order. `answerUrl` null: no answer can be taken. */
export function voiceScript(notice: Notice, answerUrl: string | null): string {
  const words = wordsOf(notice.language);
  const keys = answerUrl === null ? '' : notice.actions.slice(0, MAX_KEYS).map(({ label }, index) => words.press(index + 1, cutLine(label, 60))).join(' ');
  const scriptOf = (room: number): string => {
    const text = cutText(convert(notice.text, PLAIN).replace(/ ?\(?https?:\/\/\S+\)?/g, '').replace(/\s+/g, ' ').trim(), room, notice.language);
    const told = say([cutLine(notice.subject, 200), text, keys].filter((part) => part !== '').join(' '), notice.language);
    const said = `${told}<Pause length="1"/>${say(words.repeat, notice.language)}${told}<Pause length="5"/>`;
    return `<Response>${keys === '' || answerUrl === null ? said : `<Gather numDigits="1" timeout="8" method="POST" action="${htmlText(answerUrl)}">${said}</Gather>`}</Response>`;
  };
  let room = MAX_SPOKEN;
  while (room > 0 && scriptOf(room).length > MAX_TWIML) room = Math.floor(room / 2);
  return scriptOf(room);
}

/** What is said when a key was pressed. */
export function thanksScript(language: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Response>${say(wordsOf(language).thanks, language)}<Hangup/></Response>`;
}
