import fc from 'fast-check';
import { findMentions } from './mentions.ts';

/** What a word is, as an expression: slow, and plain to read. */
const WORD = /->|→|[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?/g;

test('takes a text apart into the words that the expression says', () => {
  const pieces = fc.constantFrom('a', 'Z', '9', '.', '_', '-', '>', '->', '→', ' ', '/', 'é', '(', 'payments-db-0', 'to');
  fc.assert(fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
    const text = parts.join('');
    expect(findMentions(text, (word) => word).map(({ thing }) => thing)).toEqual(text.match(WORD)?.slice(0, 60) ?? []);
  }));
});

test('tells a name that is accused from one that is not', () => {
  const known = (word: string): string | undefined => (['shop', 'auth'].includes(word) ? word : undefined);
  expect(findMentions('shop: errors Calling auth.', known)).toEqual([{ thing: 'shop', accused: false }, { thing: 'auth', accused: true }]);
});
