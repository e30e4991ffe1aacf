import { similarity, templateOf } from './template.ts';

const isName = (word: string): boolean => ['checkout', 'auth'].includes(word);

test.each([
  { text: 'p99 latency of checkout is 10.63 s', template: '# latency of @ is # s' },
  { text: 'Pod shop/checkout restarts 9.82 times / 10 minutes', template: 'pod @ restarts # times / # minutes' },
  { text: 'checkout: upstream auth unavailable', template: '@ upstream @ unavailable' },
  { text: '', template: '' },
])('cap 33: "$text" has the wording "$template"', ({ text, template }) => {
  expect(templateOf(text, isName)).toBe(template);
});

test('cap 33: wordings are alike by the words they share, not by numbers or names', () => {
  expect(similarity(templateOf('p99 latency of checkout is 1 s', isName), templateOf('p99 latency of auth is 12.5 s', isName))).toBe(1);
  expect(similarity('@ upstream @ unavailable', '@ slow p # over # m')).toBeLessThan(0.2);
});
