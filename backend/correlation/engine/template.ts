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

/** How alike two templates are, 0 to 1: the share of words they have in common. Masks do not count. */
export function similarity(a: string, b: string): number {
  const words = (text: string): Set<string> => new Set(text.split(' ').filter((word) => word !== '' && word !== '#' && word !== '@'));
  const [left, right] = [words(a), words(b)];
  if (left.size === 0 && right.size === 0) return a === b ? 1 : 0;
  let common = 0;
  for (const word of left) if (right.has(word)) common += 1;
  return common / (left.size + right.size - common);
}
