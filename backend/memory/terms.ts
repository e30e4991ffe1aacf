/** Words of incident texts as they are compared: without markup, endings and filler; and the letters they are made of. */
import { stemOf } from './stem.ts';
import { CONCEPT_OF } from './thesaurus.ts';

const FILLER = new Set(
  `a about after again against all already also an and any are as at be because been before being between both but by can could did do does doing down due during each
  either else etc even every few for from further get given got had has have having he her here his how however i if in into is it its itself just later less like
  made make many may me might more most much must my near no nor not now of off often on once one only or other others our out over own per quite rather same see seen
  shall she should since so some soon still such than that the their them then there these they this those through thus till to too under until up upon us use used
  using very via was we well went were what when where whether which while who whom why will with within without would yet you your`.split(/\s+/),
);
const WORD = /[\p{L}][\p{L}\p{N}]*(?:[-./_][\p{L}\p{N}]+)*|(?<!\p{N})\p{N}{3}(?!\p{N})/gu;
const PARTS = /[-./_]|(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;
const GRAM = 4;
const MAX_CHARACTERS = 40_000;
const OPENING_CHARACTERS = 1_200;
const HEADLINE_CHARACTERS = 200;

/** The first words of Markdown, headings left out. */
export function openingOf(markdown: string): string {
  return markdown.slice(0, MAX_CHARACTERS).replace(/^#+\s.*$/gm, '').trim().slice(0, OPENING_CHARACTERS);
}

/** Text of Markdown without its markup, links' addresses and tags. */
export function plainText(markdown: string): string {
  return markdown.slice(0, MAX_CHARACTERS).replace(/!?\[([^\]]{0,400})\](?:\([^)]{0,400}\)|\[[^\]]{0,400}\])/g, '$1').replace(/https?:\/\/\S+/g, ' ').replace(/<[^<>]{1,200}>/g, ' ').replace(/[|*#>`~]+/g, ' ');
}

export interface Term {
  readonly stem: string;
  /** As it was written. */
  readonly word: string;
}

/** Telling words of a text. `ConnectionPoolHigh`, `kube-state-metrics` give their parts and the whole. */
export function termsOf(text: string): Term[] {
  const terms: Term[] = [];
  for (const [word] of plainText(text).matchAll(WORD)) {
    const parts = word.split(PARTS);
    for (const part of parts.length > 1 ? [...parts, parts.join('')] : parts) {
      const lower = part.toLowerCase();
      if (lower.length > 1 && !FILLER.has(lower)) terms.push({ stem: stemOf(lower), word: part });
    }
  }
  return terms;
}

/** Stems of a text and what they stand for in operations. */
export function conceptsAndStems(text: string): string[] {
  return termsOf(text).flatMap(({ stem }) => [stem, ...(CONCEPT_OF.get(stem) ?? [])]);
}

/** What a text is about in operations, in the words of the thesaurus alone: whatever it is called here, or there. */
export function conceptsOf(text: string): string[] {
  return termsOf(text).flatMap(({ stem }) => CONCEPT_OF.get(stem) ?? []);
}

/** The first line of a text that has more of them, where it is no longer than a title; else ''. */
export function headlineOf(text: string): string {
  const [first = '', ...more] = text.trimStart().split('\n', 3);
  return more.length > 0 && first.length <= HEADLINE_CHARACTERS ? first : '';
}

/** Runs of four letters within words, their ends marked: forgives other endings, other spellings, words grown together. */
export function gramsOf(text: string): string[] {
  const grams: string[] = [];
  for (const [word] of plainText(text).toLowerCase().matchAll(/[\p{L}\p{N}]{3,}/gu)) {
    const framed = `_${word}_`;
    for (let start = 0; start + GRAM <= framed.length; start += 1) grams.push(framed.slice(start, start + GRAM));
  }
  return grams;
}
