import fc from 'fast-check';
import { DEFAULT_USUAL } from '#contract';
import { inner, inverseOf, times } from './matrix.ts';
import { createMemory, type IncidentDocument } from './similar.ts';
import { createSpace, countsOf } from './space.ts';
import { stemOf } from './stem.ts';
import { gramsOf, plainText, termsOf } from './terms.ts';
import { unusualLabel } from './unusual.ts';

const DOCUMENTS: readonly IncidentDocument[] = [
  { id: 'a', title: 'Checkout returns 503', text: '## Summary\n\nThe ingress controller of `checkout` ran out of file handles; all requests returned 503.', services: ['checkout'], symptoms: ['errors'] },
  { id: 'b', title: 'Certificate of the identity service expired', text: 'Logins failed because the TLS certificate was not renewed.', services: ['auth'], symptoms: ['errors'], alerts: { CertificateExpires: 3 } },
  { id: 'c', title: 'Logs were not shipped', text: 'The log shipper could not write to its volume, so no logs arrived for two hours.', services: ['logging'], symptoms: ['missing data'] },
  { id: 'd', title: 'Nodes not ready', text: 'Two worker nodes ran out of memory; the kubelet was killed and pods were moved.', services: ['platform'], symptoms: ['saturation'], alerts: { NodeNotReady: 2, MemoryHigh: 9 } },
  { id: 'e', title: 'Database connections used up', text: 'The connection pool of payments-db was exhausted after a deployment.', services: ['payments-db'], symptoms: ['saturation'], alerts: { ConnectionPoolHigh: 4 } },
];

test('cap 115: words are compared without endings, markup and filler; identifiers give their parts and the whole', () => {
  expect(new Set(['expiring', 'expired', 'expires', 'expire'].map(stemOf)).size).toBe(1);
  expect(stemOf('certificates')).toBe(stemOf('certificate'));
  expect(stemOf('status')).toBe('status');
  const stems = termsOf('The **ConnectionPoolHigh** of kube-state-metrics, see [the page](https://example.com/hidden)').map(({ stem }) => stem);
  expect(stems).toEqual(expect.arrayContaining([stemOf('connection'), 'pool', 'high', 'kube', stemOf('state'), stemOf('metrics'), stemOf('connectionpoolhigh'), 'page']));
  expect(stems).not.toContain('the');
  expect(plainText('see [x](https://example.com/hidden) https://example.com/y')).not.toMatch(/example/);
  expect(termsOf('in 2019 it said 503').map(({ stem }) => stem)).toEqual(['said', '503']);
  expect(gramsOf('Pools')).toEqual(['_poo', 'pool', 'ools', 'ols_']);
});

test('cap 115: other words for the same thing are found, and the reasons say what is shared', () => {
  const memory = createMemory(DOCUMENTS);
  const [first] = memory.similarTo({ text: 'TLS cert expiry broke authentication' }, 5);
  expect(first?.id).toBe('b');
  expect(first?.reasons.find(({ kind }) => kind === 'words')?.what.join(' ')).toMatch(/TLS/);
  expect(memory.similarTo({ text: 'kubelets were OOM-killed on several machines' }, 1)[0]?.id).toBe('d');
});

test('cap 115: services, symptoms and the mix of alerts count where both sides have them', () => {
  const memory = createMemory(DOCUMENTS);
  const text = 'Something is wrong';
  const [first] = memory.similarTo({ text, services: ['payments-db'], symptoms: ['saturation'], alerts: { ConnectionPoolHigh: 6 } }, 5);
  expect(first?.id).toBe('e');
  expect(first?.reasons).toEqual(expect.arrayContaining([
    { kind: 'services', what: ['payments-db'] }, { kind: 'symptoms', what: ['saturation'] }, { kind: 'alerts', what: ['ConnectionPoolHigh'] },
  ]));
});

test('cap 115: an incident is not similar to itself, and the limit holds', () => {
  const memory = createMemory(DOCUMENTS);
  const [own] = DOCUMENTS;
  if (own === undefined) throw new Error('no documents');
  expect(memory.similarTo(own, 10).map(({ id }) => id).sort()).toEqual(['b', 'c', 'd', 'e']);
  expect(memory.similarTo(own, 2)).toHaveLength(2);
  expect(createMemory([]).similarTo(own, 5)).toEqual([]);
});

const words = fc.constantFrom('node', 'disk', 'full', 'dns', 'certificate', 'expired', 'deploy', 'rollback', 'latency', 'queue', 'consumer', 'lag', 'memory', 'killed', 'ingress', '503');
const texts = fc.array(fc.array(words, { minLength: 3, maxLength: 12 }).map((list) => list.join(' ')), { minLength: 2, maxLength: 9 });

test('cap 115: the order in which incidents are remembered does not matter; similarities lie in 0 to 1; the same text is the most similar', () => {
  fc.assert(fc.property(texts, fc.nat(), (list, pick) => {
    const documents = list.map((text, index) => ({ id: String(index), title: '', text }));
    const asked = list[pick % list.length] ?? '';
    const found = createMemory(documents).similarTo({ text: asked }, 20);
    const other = new Map(createMemory([...documents].reverse()).similarTo({ text: asked }, 20).map(({ id, similarity }) => [id, similarity]));
    for (const { id, similarity } of found) {
      expect(similarity).toBeGreaterThanOrEqual(0);
      expect(similarity).toBeLessThanOrEqual(1);
      expect(other.get(id)).toBeCloseTo(similarity, 9);
    }
    const same = found.find(({ id }) => id === String(pick % list.length));
    expect(same?.similarity).toBeGreaterThan((found[0]?.similarity ?? 1) - 0.2);
  }), { numRuns: 60, seed: 115 });
});

test('cap 115: what few share is set aside: little of it is plain cosine, much of it brings related texts nearer', () => {
  const list = ['disk full node', 'disk full volume', 'volume quota', 'certificate expired', 'certificate renewal'];
  const counts = list.map((text) => countsOf([[text.split(' '), 1]]));
  const near = createSpace(counts, 1.5).compare(countsOf([[['node'], 1]]));
  const cosine = createSpace(counts).shared(countsOf([[['node'], 1]]), 1);
  expect(cosine).toEqual([]);
  // They share no word with what is asked, but the second shares others with the first.
  expect(near[1]).toBeGreaterThan(near[3] ?? 1);
  expect(createSpace(counts).shared(countsOf([[['disk', 'full'], 1]]), 0).map(({ feature }) => feature)).toEqual(['disk', 'full']);
});

test('cap 115: the inverse is one', () => {
  fc.assert(fc.property(fc.array(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 4, maxLength: 4 }), { minLength: 4, maxLength: 4 }), (rows) => {
    const square = rows.map((row, i) => Float64Array.from(rows, (other, j) => inner(Float64Array.from(row), Float64Array.from(other)) + (i === j ? 1 : 0)));
    const inverse = inverseOf(square);
    for (const [index, row] of square.entries()) {
      const unit = times(inverse, row);
      for (const [place, value] of unit.entries()) expect(value).toBeCloseTo(place === index ? 1 : 0, 6);
    }
  }), { numRuns: 40, seed: 115 });
});

test('cap 116: frequent, rare or an anomaly, by thresholds that can be edited; without a past nothing is said', () => {
  const DAY_MS = 86_400_000;
  const now = Date.UTC(2026, 2, 2);
  const earlier = [1, 10, 40, 200].map((days, index) => ({ id: `INC-${index}`, similarity: 0.8 - index / 10, atMs: now - days * DAY_MS }));
  const shipped = DEFAULT_USUAL;
  expect(unusualLabel(earlier, now, shipped)).toMatchObject({ label: 'frequent', ofKind: ['INC-0', 'INC-1', 'INC-2'] });
  expect(unusualLabel(earlier, now, { ...shipped, days: 30 })?.label).toBe('rare');
  expect(unusualLabel(earlier, now, { ...shipped, sameKind: 0.9 })?.label).toBe('anomaly');
  expect(unusualLabel(earlier, now, { ...shipped, days: 365, frequentFrom: 4 })?.label).toBe('frequent');
  expect(unusualLabel([], now, shipped)).toBeNull();
  expect(unusualLabel(earlier.map((each) => ({ ...each, atMs: now + 1 })), now, shipped)).toBeNull();
});
