/** cap 113: what comes of a forecast is judged by those that were like it. */
import fc from 'fast-check';
import { normal, randomFrom } from '../../platform/seededRandom.ts';
import { edgesAlike, type Settled } from './alike.ts';

function settled(count: number, at: (index: number, noise: number) => Settled, seed = 113): Settled[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, (_, index) => at(index, normal(random)));
}

test('cap 113: steep rises that were never kept up are not expected to be; what was forecast flat keeps its own edges', () => {
  // Every fourth forecast was of a rise of about 10, of which nothing came.
  const all = settled(128, (index, noise) => (index % 4 === 0 ? { level: 60 + noise, rise: 10 + noise, highest: -10 + noise, lowest: -12 + noise } : { level: 50 + noise, rise: noise, highest: 1 + noise, lowest: -1 + noise }));
  const steep = edgesAlike(all, 'highest', { level: 60, rise: 10 }, 1);
  const flat = edgesAlike(all, 'highest', { level: 50, rise: 0 }, 1);
  expect(steep?.middle).toBeLessThan(-8);
  expect(flat?.middle).toBeGreaterThan(0);
  expect(flat?.middle).toBeLessThan(2);
});

test('cap 113: the fewer there were that were like it, and the more of them went on at a time, the wider the edges', () => {
  const all = settled(128, (index, noise) => (index < 4 ? { level: 90, rise: 20, highest: noise, lowest: noise } : { level: 50 + noise, rise: noise, highest: noise, lowest: noise }));
  const width = (standing: { level: number; rise: number }, overlap: number): number => {
    const edges = edgesAlike(all, 'highest', standing, overlap);
    return (edges?.high ?? 0) - (edges?.low ?? 0);
  };
  expect(width({ level: 50, rise: 0 }, 8)).toBeGreaterThan(1.1 * width({ level: 50, rise: 0 }, 1));
  expect(width({ level: 90, rise: 20 }, 8)).toBeGreaterThan(1.2 * width({ level: 50, rise: 0 }, 8));
});

test('cap 113: edges stand in order; too little gives none', () => {
  const value = fc.integer({ min: -50, max: 50 });
  fc.assert(fc.property(fc.array(fc.record({ level: value, rise: value, highest: value, lowest: value }), { minLength: 12, maxLength: 128 }), value, value, (all, level, rise) => {
    for (const measure of ['highest', 'lowest'] as const) {
      const edges = edgesAlike(all, measure, { level, rise }, 8);
      expect(edges?.low).toBeLessThanOrEqual((edges?.middle ?? Number.NaN) + 1e-9);
      expect(edges?.middle).toBeLessThanOrEqual((edges?.high ?? Number.NaN) + 1e-9);
    }
  }), { numRuns: 100, seed: 113 });
  expect(edgesAlike(settled(11, (_, noise) => ({ level: 0, rise: 0, highest: noise, lowest: noise })), 'highest', { level: 0, rise: 0 }, 1)).toBeNull();
});
