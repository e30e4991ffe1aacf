import { between, formatAgo, formatDuration } from './duration.ts';

test.each([
  { name: 'nothing', ms: 0, text: '0 s' },
  { name: 'just under a minute', ms: 59_999, text: '59 s' },
  { name: 'a minute', ms: 60_000, text: '1 min 00 s' },
  { name: 'under an hour', ms: 14 * 60_000 + 5_000, text: '14 min 05 s' },
  { name: 'hours', ms: 2 * 3_600_000 + 14 * 60_000, text: '2 h 14 min' },
  { name: 'days', ms: 76 * 3_600_000, text: '3 d 4 h' },
  { name: 'a clock that is behind', ms: -5, text: '0 s' },
])('a duration of $name reads $text', ({ ms, text }) => {
  expect(formatDuration(ms)).toBe(text);
});

test('what was a moment ago is "just now"', () => {
  expect(formatAgo(9_999)).toBe('just now');
  expect(formatAgo(10_000)).toBe('10 s ago');
});

test('a time between two instants is missing when one is, or when they are in the wrong order', () => {
  expect(between('2026-11-24T05:00:00Z', '2026-11-24T05:01:00Z')).toBe(60_000);
  expect(between(null, '2026-11-24T05:01:00Z')).toBeNull();
  expect(between('2026-11-24T05:02:00Z', '2026-11-24T05:01:00Z')).toBeNull();
});
