/** Services stand left of what they need, do not cover each other, and five hundred are placed at once. */
import { layoutGraph, NODE_HEIGHT, NODE_WIDTH, type GraphEdge } from './graphLayout.ts';

/** A made-up shop of so many services: each needs some that come after it. */
function shop(services: number): { names: string[]; edges: GraphEdge[] } {
  const names = Array.from({ length: services }, (_, index) => `service-${index}`);
  const edges = names.flatMap((from, index) => [7, 31].flatMap((step) => (names[index + step] === undefined ? [] : [{ from, to: names[index + step] ?? '' }])));
  return { names, edges };
}

test.each([12, 100, 500])('%i services: left needs right, and no two overlap', (count) => {
  const { names, edges } = shop(count);
  const places = layoutGraph(names, edges);
  expect(places.size).toBe(count);
  for (const { from, to } of edges) {
    expect([from, to, (places.get(from)?.x ?? 0) < (places.get(to)?.x ?? 0)]).toEqual([from, to, true]);
  }
  const sorted = [...places.values()].sort((a, b) => a.x - b.x || a.y - b.y);
  const overlaps = sorted.filter((a, index) => {
    const b = sorted[index + 1];
    return b !== undefined && Math.abs(b.x - a.x) < NODE_WIDTH / 2 && Math.abs(b.y - a.y) < NODE_HEIGHT;
  });
  expect(overlaps).toEqual([]);
});

test('five hundred services in few layers fill a screen rather than a column, each beside nobody else', () => {
  const names = Array.from({ length: 500 }, (_, index) => `s${index}`);
  const edges = names.slice(0, 250).map((from, index) => ({ from, to: `s${250 + (index % 250)}` }));
  const places = [...layoutGraph(names, edges).values()];
  const width = Math.max(...places.map(({ x }) => x)) - Math.min(...places.map(({ x }) => x)) + NODE_WIDTH;
  const height = Math.max(...places.map(({ y }) => y)) - Math.min(...places.map(({ y }) => y)) + NODE_HEIGHT;
  expect(width / height).toBeGreaterThan(1);
  expect(width / height).toBeLessThan(3);
  expect(new Set(places.map(({ x, y }) => `${x} ${y}`)).size).toBe(500);
});

test.each([3, 150])('a circle of %i services comes to an end', (count) => {
  const names = Array.from({ length: count }, (_, index) => `s${index}`);
  const edges = names.map((from, index) => ({ from, to: names[(index + 1) % count] ?? '' }));
  expect(layoutGraph(names, edges).size).toBe(count);
});

test('edges to services that are not drawn are left out', () => {
  expect([...layoutGraph(['a'], [{ from: 'a', to: 'gone' }, { from: 'a', to: 'a' }]).keys()]).toEqual(['a']);
});
