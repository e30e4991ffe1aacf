/** What the ranking promises, whatever the system. */
import { randomFrom } from '../platform/seededRandom.ts';
import fc from 'fast-check';
import { namesCause, rankCauses, type DiagnosisInput } from './index.ts';
import { ANOMALOUS_ROWS, inputOf, latencies, metricOf, NORMAL_ROWS, SHOP } from './system.testkit.ts';

const CHAIN = { db: 0.3, cart: 0.3, shop: 0.3 };
const namesOf = (input: DiagnosisInput): string[] => rankCauses(input).map(({ node }) => node);
const runs = { numRuns: 25, seed: 117 };

test('cap 117: the deepest deviation that nothing explains comes before those that it explains', () => {
  const ranking = rankCauses(inputOf(latencies(CHAIN)));

  expect(ranking.map(({ node }) => node)[0]).toBe('db');
  expect(ranking[0]?.score).toBeGreaterThan(0.5);
  expect(ranking.find(({ node }) => node === 'shop')?.evidence).toContainEqual(expect.objectContaining({ kind: 'explained-by', callee: 'cart' }));
  expect(ranking[0]?.evidence).toEqual(expect.arrayContaining([
    expect.objectContaining({ kind: 'deviation', text: expect.stringMatching(/^latency_average went up: 0\.3\d*, usually 0\.0\d+, just before 0\.0\d+; [\d.]+ times what is rare here$/) }),
    expect.objectContaining({ kind: 'own-share', of: 'time' }),
    expect.objectContaining({ kind: 'onset', beforeSymptomMs: 0 }),
    expect.objectContaining({ kind: 'path', path: ['shop', 'cart', 'db'], distance: 2 }),
  ]));
});

test('cap 117: where callees are calm, the node with the symptom is its own cause', () => {
  expect(namesOf(inputOf(latencies({ shop: 0.4 })))[0]).toBe('shop');
  expect(namesOf(inputOf(latencies({ shop: 0.3, cart: 0.3 })))[0]).toBe('cart');
});

test('cap 117: what was so before the trouble is no cause, however unusual', () => {
  const random = randomFrom(4);
  const shifted = metricOf('search', 'memory_mib', 40, null, random, 0.001);
  // Normal is another time: rows of it come later than the case, and search needed less then.
  const rows = [...latencies(CHAIN), { ...shifted, values: shifted.values.map((value, row) => (row < NORMAL_ROWS - 15 ? value / 4 : value)) }];
  const input = inputOf(rows);
  const ranking = rankCauses({ ...input, normal: { fromMs: input.normal.fromMs, toMs: input.normal.fromMs + (NORMAL_ROWS - 20) * 60_000 } });

  expect(ranking[0]?.node).toBe('db');
  const search = ranking.find(({ node }) => node === 'search');
  expect(search?.score).toBeLessThan(0.1);
  expect(search?.evidence).toContainEqual(expect.objectContaining({ text: expect.stringContaining('but it was so just before') }));
});

test('cap 117: resources speak for a node whose latency only follows', () => {
  const random = randomFrom(5);
  const rows = [...latencies({ shop: 0.3, cart: 0.3 }), metricOf('cart', 'cpu_pct', 12, 99, random), metricOf('shop', 'cpu_pct', 30, null, random), metricOf('db', 'cpu_pct', 20, null, random)];
  expect(rankCauses(inputOf(rows))[0]).toMatchObject({ node: 'cart', evidence: expect.arrayContaining([expect.objectContaining({ kind: 'deviation', deviation: expect.objectContaining({ metric: 'cpu_pct' }) })]) });
});

test('cap 117: slow calls that a caller measured speak against the one that is called', () => {
  const random = randomFrom(6);
  const rows = [...latencies({ shop: 0.3 }), metricOf('shop', 'call_latency_p50:search', 0.06, 0.36, random)];
  expect(rankCauses(inputOf(rows))[0]).toMatchObject({ node: 'search', evidence: expect.arrayContaining([expect.objectContaining({ text: expect.stringContaining('(measured by shop)') })]) });
});

test('cap 117: a callee that was never called before speaks for its caller', () => {
  const random = randomFrom(7);
  const graph = { nodes: [...SHOP.nodes, 'invalid-table'], edges: [...SHOP.edges, ['cart', 'invalid-table'] as const] };
  const fresh = metricOf('invalid-table', 'availability_average', 0, 0, random);
  const rows = [
    metricOf('shop', 'availability_average', 100, 92, random, 0.0005), metricOf('cart', 'availability_average', 100, 84, random, 0.0005),
    metricOf('db', 'availability_average', 100, null, random, 0.0005), { ...fresh, values: fresh.values.map((value, row) => (row < NORMAL_ROWS ? Number.NaN : value)) },
  ];
  const [first] = rankCauses(inputOf(rows, graph, { node: 'shop', metric: 'availability_average' }));
  expect(first).toMatchObject({ node: 'cart', evidence: expect.arrayContaining([expect.objectContaining({ kind: 'new-callee', callee: 'invalid-table' })]) });
});

test('cap 117: where nobody but the symptom measures latency, it is no cause for that alone', () => {
  const random = randomFrom(12);
  const inside = ['cart', 'search', 'db'].map((node) => metricOf(node, 'cpu_pct', 20, node === 'db' ? 80 : null, random));
  const rows = [...latencies({ shop: 0.3 }).filter(({ node }) => node === 'shop'), ...inside];
  expect(namesOf(inputOf(rows))[0]).toBe('db');
});

test('cap 117: calm data names no cause', () => {
  const named = Array.from({ length: 20 }, (_, seed) => namesCause(rankCauses(inputOf(latencies({}, seed + 100))))).filter(Boolean);
  expect(named.length).toBeLessThanOrEqual(1);
  expect(rankCauses(inputOf([]))).toEqual(SHOP.nodes.map((node) => expect.objectContaining({ node, score: 0 })));
});

test('cap 117: without a graph, and for a node that the graph does not know, metrics alone decide', () => {
  const random = randomFrom(11);
  const rows = [...latencies({ shop: 0.1 }), metricOf('cache', 'latency_average', 0.001, 0.2, random), metricOf('cache', 'cpu_pct', 5, 90, random)];
  for (const graph of [{ nodes: [], edges: [] }, SHOP]) {
    expect(rankCauses(inputOf(rows, graph))[0]?.node).toBe('cache');
  }
});

/** Any trouble in the shop. */
const anyInput = fc.record({ seed: fc.integer({ min: 1, max: 1e6 }), cart: fc.double({ min: 0, max: 0.5, noNaN: true }), db: fc.double({ min: 0, max: 0.5, noNaN: true }), shop: fc.double({ min: 0, max: 0.5, noNaN: true }) })
  .map(({ seed, ...added }) => inputOf(latencies(added, seed)));

test('cap 117: other names permute the answer and change nothing else', () => {
  fc.assert(fc.property(anyInput, fc.uniqueArray(fc.string({ minLength: 1, maxLength: 12 }), { minLength: 4, maxLength: 4 }), (input, names) => {
    const renamed = new Map(SHOP.nodes.map((node, index) => [node, names[index] ?? node]));
    const of = (node: string): string => renamed.get(node) ?? node;
    const other = rankCauses({
      ...input, symptom: { ...input.symptom, node: of(input.symptom.node) },
      graph: { nodes: SHOP.nodes.map(of), edges: SHOP.edges.map(([caller, callee]) => [of(caller), of(callee)] as const) },
      series: { ...input.series, columns: input.series.columns.map((column) => ({ ...column, node: of(column.node) })) },
    });
    expect(other.map(({ node, score }) => ({ node, score }))).toEqual(rankCauses(input).map(({ node, score }) => ({ node: of(node), score })));
  }), runs);
});

test('cap 117: a node that nothing happens to changes nothing, wherever it stands', () => {
  fc.assert(fc.property(anyInput, fc.constantFrom('shop', 'db', null), fc.integer({ min: 1, max: 1e6 }), (input, caller, seed) => {
    const calm = metricOf('mail', 'latency_average', 0.1, null, randomFrom(seed), 0);
    const other = rankCauses({
      ...input, graph: { nodes: [...SHOP.nodes, 'mail'], edges: caller === null ? SHOP.edges : [...SHOP.edges, [caller, 'mail'] as const] },
      series: { ...input.series, columns: [...input.series.columns, calm] },
    });
    expect(other.filter(({ node }) => node !== 'mail').map(({ node, score }) => ({ node, score }))).toEqual(rankCauses(input).map(({ node, score }) => ({ node, score })));
  }), runs);
});

test('cap 117: units and the order of columns do not matter; confidences are parts of one', () => {
  fc.assert(fc.property(anyInput, fc.constantFrom(0.001, 60, 1000), (input, factor) => {
    const ranking = rankCauses(input);
    const scaled = rankCauses({ ...input, series: { ...input.series, columns: input.series.columns.map((column) => (column.metric === 'latency_average' ? { ...column, values: column.values.map((value) => value * factor) } : column)).reverse() } });
    for (const { node, score } of ranking) expect(scaled.find((each) => each.node === node)?.score).toBeCloseTo(score, 6);
    expect(ranking.reduce((sum, { score }) => sum + score, 0)).toBeLessThanOrEqual(1);
    for (const { evidence } of ranking) expect(evidence.length).toBeGreaterThan(0);
  }), runs);
});

test('cap 117: a metric that is always 0 says nothing, and spoils nothing', () => {
  const rows = [...latencies(CHAIN), metricOf('cart', 'errors', 0, null, randomFrom(8)), metricOf('search', 'restarts', 0, null, randomFrom(9))];
  expect(rankCauses(inputOf(rows)).map(({ node, score }) => ({ node, score }))).toEqual(rankCauses(inputOf(latencies(CHAIN))).map(({ node, score }) => ({ node, score })));
});

test('cap 117: holes in the data are no reason', () => {
  fc.assert(fc.property(anyInput, fc.integer({ min: 1, max: 1e6 }), (input, seed) => {
    const random = randomFrom(seed);
    const holes = input.series.columns.map((column) => ({ ...column, values: column.values.map((value) => (random() < 0.2 ? Number.NaN : value)) }));
    for (const { score } of rankCauses({ ...input, series: { ...input.series, columns: holes } })) expect(score).toBeGreaterThanOrEqual(0);
    const empty = rankCauses({ ...input, series: { ...input.series, columns: input.series.columns.map((column) => ({ ...column, values: column.values.map((value, row) => (row < NORMAL_ROWS + ANOMALOUS_ROWS - 6 ? value : Number.NaN)) })) } });
    expect(namesCause(empty)).toBe(false);
  }), runs);
});
