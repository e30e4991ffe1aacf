import { mergeLogs } from './mergeLogs.ts';

const at = (...positions: readonly string[]) => positions.map((position) => ({ position }));

test('entries of several logs come in the order of their positions, compared as numbers', () => {
  expect(mergeLogs([{ entries: at('9', '100'), isFull: false }, { entries: at('10', '99'), isFull: false }])).toEqual(at('9', '10', '99', '100'));
  expect(mergeLogs([])).toEqual([]);
});

test('what stands behind the end of a log that was not read to its end waits', () => {
  expect(mergeLogs([{ entries: at('1', '5'), isFull: true }, { entries: at('3', '7'), isFull: false }])).toEqual(at('1', '3', '5'));
  expect(mergeLogs([{ entries: at('1', '5'), isFull: true }, { entries: at('2', '4'), isFull: true }])).toEqual(at('1', '2', '4'));
});
