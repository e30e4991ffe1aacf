/** Counters are told by how they move, and read as rates. */
import { growthOf, isCounter } from './counters.ts';
import { rankCauses } from './index.ts';
import { inputOf, latencies, START_MS } from './system.testkit.ts';

const grown = Array.from({ length: 60 }, (_, row) => 7 * row + (row % 3));

test('cap 117: a counter grows and begins anew; levels, constants and what goes down are none', () => {
  expect(isCounter(grown)).toBe(true);
  expect(isCounter(grown.map((value, row) => (row < 40 ? value : value - 280)))).toBe(true);
  expect(isCounter(grown.map((value, row) => (row % 4 === 0 ? Number.NaN : value)))).toBe(true);
  expect(isCounter(grown.slice(0, 20))).toBe(false);
  expect(isCounter(grown.map(() => 5))).toBe(false);
  expect(isCounter(grown.map((value) => -value))).toBe(false);
  expect(isCounter(grown.map((value) => Math.sin(value)))).toBe(false);
  expect(isCounter(grown.map((_, row) => 100 + Math.floor(row / 10)))).toBe(false);
});

test('cap 117: growth is by the second, and unknown across gaps and new beginnings', () => {
  expect(growthOf([10, 20, 5, 8, 68, 70], [0, 1000, 2000, 3000, 63_000, 64_000])).toEqual([Number.NaN, 10, Number.NaN, 3, Number.NaN, 2]);
});

test('cap 117: counters tell of a cause as their rates do', () => {
  const input = inputOf(latencies({ shop: 0.3, cart: 0.3 }));
  const used = input.series.timesMs.map((at) => (at - START_MS) / 1000);
  const busy = used.map((at, row) => 0.2 * at + 40 * Math.max(0, row - 119) + 0.3 * Math.sin(row));
  const columns = ['shop', 'cart', 'search', 'db'].map((node) => ({ node, metric: 'container-cpu-usage-seconds-total', values: node === 'cart' ? busy : used.map((at, row) => 0.2 * at + 0.3 * Math.sin(row)) }));
  const [first] = rankCauses({ ...input, series: { ...input.series, columns: [...input.series.columns, ...columns] } });
  expect(first).toMatchObject({ node: 'cart', evidence: expect.arrayContaining([expect.objectContaining({ deviation: expect.objectContaining({ metric: 'container-cpu-usage-seconds-total', kind: 'cpu' }) })]) });
});
