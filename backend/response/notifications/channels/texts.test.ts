/** What holds for every text: it fits, it says when it was shortened, and no markup or mention of it gets through. */
import fc from 'fast-check';
import { cutLine, cutText, inBytes, inUnits } from './cut.ts';
import { convert, HTML, PLAIN, SLACK, TELEGRAM_HTML } from './markup.ts';
import { safeSaying } from './mask.ts';
import { wordsOf } from './words.ts';

const piece = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('**', '*', '_', '`', '```\n', '\n', '\n\n', '- ', '1. ', '> ', '> > ', '# ', '[a](https://x.example/?a=1&b="2")', '[![p](https://x.example/p.png)](https://x.example)', '[x](javascript:alert(1))',
    '<script>', '<!channel>', '<@U123>', '<https://x.example>', '| a | b |\n|--|--|\n| c | d |', '&amp;', '<b>', '~~', '\\*', '🚨', '![img](https://x.example/i.png)', 'https://x.example/path'),
);
const text = fc.array(piece, { maxLength: 40 }).map((parts) => parts.join(''));

test('property: a cut text measures no more than allowed, has no half characters, and says that it was cut', () => {
  fc.assert(fc.property(text, fc.integer({ min: 0, max: 400 }), fc.constantFrom('en', 'de', 'xx'), fc.constantFrom(inUnits, inBytes), (whole, max, language, measure) => {
    const cut = cutText(whole.toWellFormed(), max, language, measure);
    expect(measure(cut)).toBeLessThanOrEqual(max);
    expect(cut.isWellFormed()).toBe(true);
    if (measure(whole.toWellFormed()) <= max) expect(cut).toBe(whole.toWellFormed());
    else if (max >= 2 * measure(wordsOf(language).cut)) expect(cut.endsWith(wordsOf(language).cut)).toBe(true);
  }), { numRuns: 500 });
});

test('property: a line is one line and fits', () => {
  fc.assert(fc.property(text, fc.integer({ min: 1, max: 100 }), (whole, max) => {
    const line = cutLine(whole.toWellFormed(), max);
    expect(line.length).toBeLessThanOrEqual(max);
    expect(line).not.toMatch(/[\r\n]/);
    expect(line.isWellFormed()).toBe(true);
  }), { numRuns: 300 });
});

test('property: in HTML nothing stands but the tags that are written, each closed; in Slack no mention', () => {
  const tags = /<(?!\/?(?:strong|em|b|i|code|pre|p|blockquote|ol|ul|li|br)>|a href="https?:\/\/[^"<>]*">|\/a>)/;
  fc.assert(fc.property(text, (whole) => {
    for (const markup of [HTML, TELEGRAM_HTML]) {
      const html = convert(whole, markup);
      expect(html).not.toMatch(tags);
      const open: string[] = [];
      for (const [, slash, name] of html.matchAll(/<(\/?)([a-z]+)[^>]*>/g)) {
        if (name === 'br') continue;
        if (slash === '') open.push(name ?? '');
        else expect(open.pop()).toBe(name);
      }
      expect(open).toEqual([]);
    }
    expect(convert(whole, SLACK)).not.toMatch(/<(?!https?:\/\/[^<>|]+\|[^<>]*>|mailto:)/);
  }), { numRuns: 500 });
});

test('plain text keeps what was written and where links lead', () => {
  expect(convert('**Down** since *9:41*\n\n1. first `rm -rf`\n2. [second](https://x.example/a)\n\n> so\n\n```\ncode < 1\n```\n[bad](javascript:alert(1)) <tag> & "q" it\'s', PLAIN))
    .toBe('Down since 9:41\n\n1. first rm -rf\n2. second (https://x.example/a)\n\n> so\n\ncode < 1\n\nbad <tag> & "q" it\'s');
});

test('a saying is freed of a secret in every form before it is cut', () => {
  const secret = 'https://hooks.example.com/services/T0/B0/sup3rS3cretTail';
  const said = safeSaying(`no ${secret} nor sup3rS3cretTail ${encodeURIComponent(secret)} ${Buffer.from(secret).toString('base64')}\u0000 ${'x'.repeat(190)} sup3rS3cretTail`, [secret, '']);
  expect(said).not.toContain('sup3r');
  expect(said).not.toContain(Buffer.from(secret).toString('base64').slice(0, 20));
  expect(said.length).toBeLessThanOrEqual(201);
});
