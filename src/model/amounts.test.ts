import { formatShare } from './amounts.ts';

test.each([
  [0, '0 %'],
  [0.0001, '< 1 %'],
  [0.004, '< 1 %'],
  [0.87, '87 %'],
  [0.9999, '> 99 %'],
  [1, '100 %'],
])('a share of %d reads %s: what is nearly certain is not told as certain', (share, text) => {
  expect(formatShare(share)).toBe(text);
});
