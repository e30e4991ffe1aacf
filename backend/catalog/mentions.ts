/** Names of known things in an alert's text, and whether the sentence complains of them or about them. */

export interface Mention<Thing> {
  readonly thing: Thing;
  /** True where the words before the name accuse it: "upstream auth", "calling auth", "to auth". */
  readonly accused: boolean;
}

/** A name as it stands in text: no spaces; a namespace before a slash is another word. */
const WORD = /->|→|[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?/g;
/** Words before the name of what does not answer. Plain English, the same in every team's wording. */
const ACCUSING: ReadonlySet<string> = new Set([
  'to', 'towards', 'toward', 'calling', 'upstream', 'dependency', 'backend', 'reach', 'reaching', 'against', '->', '→', 'contacting', 'querying', 'via',
]);
const MAX_WORDS = 60;

/** Looks each word of `text` up with `find`, in the order of the text. */
export function findMentions<Thing>(text: string, find: (word: string) => Thing | undefined): Mention<Thing>[] {
  const found: Mention<Thing>[] = [];
  let before = '';
  let words = 0;
  for (const [word] of text.matchAll(WORD)) {
    words += 1;
    if (words > MAX_WORDS) break;
    const thing = find(word);
    if (thing !== undefined) found.push({ thing, accused: ACCUSING.has(before) });
    before = word.toLowerCase();
  }
  return found;
}
