import { templateOf } from './template.ts';
import { KNOWN_NAMES, WORDINGS } from './wordings.testkit.ts';

const isName = (word: string): boolean => KNOWN_NAMES.includes(word);

test.each([
  { text: 'p99 latency of checkout is 10.63 s', template: '# latency of @ is # s' },
  { text: 'Pod shop/checkout restarts 9.82 times / 10 minutes', template: 'pod @ restarts # times / # minutes' },
  { text: 'checkout: upstream auth unavailable', template: '@ upstream @ unavailable' },
  { text: '', template: '' },
])('cap 33: "$text" has the wording "$template"', ({ text, template }) => {
  expect(templateOf(text, isName)).toBe(template);
});

test('cap 33: on the labelled texts pairs of one wording are found with a precision of 0.9 and a recall of 0.85 at least', () => {
  const texts = Object.entries(WORDINGS).flatMap(([kind, all]) => all.map((text) => ({ kind, template: templateOf(text, isName) })));
  const pairs = texts.flatMap((left, index) => texts.slice(index + 1).map((right) => ({ same: left.kind === right.kind, found: left.template === right.template })));
  const right = pairs.filter(({ same, found }) => same && found).length;
  expect(pairs.filter(({ same }) => same).length).toBeGreaterThan(80);
  expect(right / pairs.filter(({ found }) => found).length).toBeGreaterThanOrEqual(0.9);
  expect(right / pairs.filter(({ same }) => same).length).toBeGreaterThanOrEqual(0.85);
});
