/** The wording of an alert without what differs each time: numbers, ids and the names of things. */

const WORD = /[^\s,;:()[\]{}"'`=|]+/g;
const MAX_WORDS = 40;

/** Masks names known to `isName`, and every word that carries a digit. */
export function templateOf(text: string, isName: (word: string) => boolean): string {
  const words = text.match(WORD) ?? [];
  let template = '';
  for (let place = 0; place < words.length && place < MAX_WORDS; place += 1) {
    const raw = (words[place] ?? '').toLowerCase();
    const word = raw.endsWith('.') ? raw.replace(/\.+$/, '') : raw;
    const masked = /\d/.test(word) ? '#' : isName(word) || (word.includes('/') && word.split('/').some(isName)) ? '@' : word;
    template = place === 0 ? masked : `${template} ${masked}`;
  }
  return template;
}
