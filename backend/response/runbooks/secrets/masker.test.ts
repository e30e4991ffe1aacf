import fc from 'fast-check';
import { createMasker, MASK } from './masker.ts';

const secret = fc.string({ unit: 'grapheme', minLength: 4, maxLength: 40 }).filter((text) => text.trim().length >= 4);

/** Ways in which a program may write a text, each with what comes before and after it. */
const ENCODERS: readonly { readonly name: string; readonly encode: (text: string) => string }[] = [
  { name: 'raw', encode: (text) => text },
  { name: 'base64', encode: (text) => Buffer.from(text).toString('base64') },
  { name: 'base64 after one byte', encode: (text) => Buffer.from(`:${text}`).toString('base64') },
  { name: 'base64 after two bytes and before more', encode: (text) => Buffer.from(`u:${text};tail`).toString('base64') },
  { name: 'base64url', encode: (text) => Buffer.from(text).toString('base64url') },
  { name: 'base64url within more', encode: (text) => Buffer.from(`user:${text}\n`).toString('base64url') },
  { name: 'base64 in lines', encode: (text) => (Buffer.from(`Authorization ${text}`).toString('base64').match(/.{1,16}/g) ?? []).join('\n') },
  { name: 'base64 in an address', encode: (text) => encodeURIComponent(Buffer.from(text).toString('base64')) },
  { name: 'part of an address', encode: encodeURIComponent },
  { name: 'part of an address in small letters', encode: (text) => encodeURIComponent(text).replace(/%../g, (escape) => escape.toLowerCase()) },
  { name: 'form', encode: (text) => new URLSearchParams({ token: text }).toString() },
  { name: 'every byte percent-encoded', encode: (text) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('') },
  { name: 'JSON', encode: (text) => JSON.stringify({ text }) },
  { name: 'JSON within JSON', encode: (text) => JSON.stringify(JSON.stringify({ text })) },
  { name: 'JSON within JSON within JSON', encode: (text) => JSON.stringify(JSON.stringify(JSON.stringify({ text }))) },
  { name: 'JSON of ASCII', encode: (text) => JSON.stringify(text).replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`) },
  { name: 'hex', encode: (text) => Buffer.from(text).toString('hex') },
  { name: 'hex in capitals', encode: (text) => Buffer.from(text).toString('hex').toUpperCase() },
  { name: 'hex with colons', encode: (text) => (Buffer.from(text).toString('hex').match(/../g) ?? []).join(':') },
  { name: 'shell, single quotes', encode: (text) => `'${text.replaceAll("'", `'\\''`)}'` },
  { name: 'shell, double quotes', encode: (text) => `"${text.replace(/["$`\\]/g, '\\$&')}"` },
  { name: 'HTML', encode: (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;') },
];
const encoder = fc.constantFrom(...ENCODERS);
/** Holds none of the secrets below, in whatever form: only what no encoding gives. */
const around = fc.string({ unit: fc.constantFrom('…', '→', '·', '\t'), maxLength: 20 });

/** Cuts a text at random places. */
function pieces(text: string, cuts: readonly number[]): string[] {
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, index) => text.slice(from, places[index]));
}

test('cap 78, property: a secret does not come through in any encoding, wherever the text is cut', () => {
  fc.assert(fc.property(secret, encoder, around, around, fc.array(fc.nat(), { maxLength: 12 }), (value, { encode }, before, after, cuts) => {
    fc.pre(!/[…→·\t]/.test(value));
    const encoded = encode(value);
    const out = createMasker([value]).stream();
    const given = pieces(before + encoded + after, cuts).map((piece) => out.push(piece)).join('') + out.end();
    expect(given.startsWith(before)).toBe(true);
    expect(given.endsWith(after)).toBe(true);
    expect(given).toContain(MASK);
    expect(given).not.toContain(value);
    // What is left is what the encoding puts around any text.
    const left = given.slice(before.length, given.length - after.length).replaceAll(MASK, '');
    expect(left.length).toBeLessThanOrEqual(encode('').length + 6);
  }), { numRuns: 3_000 });
});

test('cap 78, property: what comes in pieces comes out as in one piece', () => {
  fc.assert(fc.property(fc.array(secret, { maxLength: 3 }), fc.array(fc.oneof(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.nat(2)), { maxLength: 10 }), fc.array(fc.nat(), { maxLength: 20 }), (values, parts, cuts) => {
    const text = parts.map((part) => (typeof part === 'number' ? values[part] ?? '' : part)).join('');
    const masker = createMasker(values);
    const out = masker.stream();
    expect(pieces(text, cuts).map((piece) => out.push(piece)).join('') + out.end()).toBe(masker.mask(text));
    for (const value of values) expect(masker.mask(text)).not.toContain(value);
  }), { numRuns: 2_000 });
});

test('property: a text without secrets stays as it is', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
    expect(createMasker(['a rather long secret that chance does not write']).mask(text)).toBe(text);
    expect(createMasker([]).mask(text)).toBe(text);
  }));
});

test.each([
  { name: 'two secrets, one within the other', values: ['token', 'token-of-ada'], text: 'x token-of-ada y token z', expected: 'x *** y *** z' },
  { name: 'a secret that overlaps itself', values: ['abab'], text: '-ababab-', expected: '-***-' },
  { name: 'a secret right after another', values: ['first', 'second'], text: 'firstsecond', expected: '***' },
  { name: 'a beginning that leads to nothing', values: ['password'], text: 'passport passwords', expected: 'passport ***s' },
  { name: 'the line of a key', values: ['-----BEGIN KEY-----\nMIIBOgIBAAJB\nAKj34GkxFhD9\n-----END KEY-----\n'], text: '> AKj34GkxFhD9\n', expected: '> ***\n' },
  { name: 'a secret without the line break after it', values: ['hunter22\n'], text: 'is hunter22.', expected: 'is ***.' },
  { name: 'basic authentication', values: ['correct horse'], text: `Authorization: Basic ${Buffer.from('ada:correct horse').toString('base64')}`, expected: 'Authorization: Basic YWRhO***=' },
])('cap 78: masks $name', ({ values, text, expected }) => {
  expect(createMasker(values).mask(text)).toBe(expected);
});

test('gives at once what cannot become a secret', () => {
  const out = createMasker(['hunter22']).stream();
  expect(out.push('step 1 done\nstep 2: hun')).toBe('step 1 done\nstep 2: ');
  expect(out.push('ting\n')).toBe('hunting\n');
  expect(out.end()).toBe('');
});

test('masks a MiB of output without holding the service up', () => {
  const text = 'GET /api/v1/query 200 in 12 ms, token eyJhbGciOi\n'.repeat(21_000);
  const masker = createMasker(['eyJhbGciOiJIUzI1NiJ9.payload.signature', 'x'.repeat(16_000), 'xoxb-1234-5678']);
  const before = performance.now();
  expect(masker.mask(text)).toBe(text);
  expect(performance.now() - before).toBeLessThan(20_000);
});
