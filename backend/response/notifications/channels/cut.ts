/** Shortens texts to what a provider takes, and says so in the text. Pure. */
import { wordsOf } from './words.ts';

/** How a provider counts. */
export type Measure = (text: string) => number;
/** UTF-16 units, as most count. */
export const inUnits: Measure = (text) => text.length;
export const inBytes: Measure = (text) => Buffer.byteLength(text);

/** The longest beginning that measures no more than `max`; never half a character. */
function beginning(text: string, max: number, measure: Measure): string {
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (measure(text.slice(0, middle)) <= max) low = middle;
    else high = middle - 1;
  }
  const cut = text.slice(0, low);
  return /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut;
}

/** The text when it fits; else its beginning, up to the last whole word, and the notice that it was shortened. Never longer than `max`. */
export function cutText(text: string, max: number, language: string, measure: Measure = inUnits): string {
  if (measure(text) <= max) return text;
  const { cut } = wordsOf(language);
  // Where not even the notice fits, the dots of it are all that is left to say.
  const notice = measure(cut) * 2 <= max ? cut : '…';
  const room = max - measure(notice);
  if (room < 0) return '';
  const start = beginning(text, room, measure);
  const word = start.search(/\s+\S*$/);
  return `${(word > start.length * 0.8 ? start.slice(0, word) : start).trimEnd()}${notice}`;
}

/** A title or label: cut without the long notice, on one line. */
export function cutLine(text: string, max: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= max ? line : `${beginning(line, max - 1, inUnits).trimEnd()}…`;
}
