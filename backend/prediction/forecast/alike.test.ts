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

test('cap 113: edges of what has never been before stay within all that came, on both sides of none', () => {
  const all = settled(64, (_, noise) => ({ level: noise, rise: noise, highest: 2 * noise, lowest: 2 * noise }));
  const unseen = edgesAlike(all, 'highest', { level: 40, rise: 40 }, 1);
  const errors = all.map(({ highest }) => highest);
  expect(unseen?.low).toBeLessThan(0);
  expect(unseen?.high).toBeGreaterThan(0);
  expect(unseen?.low).toBeGreaterThanOrEqual(Math.min(...errors));
  expect(unseen?.high).toBeLessThanOrEqual(Math.max(...errors));
});

test('cap 113: edges stand in order within what came; too little gives none', () => {
  const value = fc.integer({ min: -50, max: 50 });
  fc.assert(fc.property(fc.array(fc.record({ level: value, rise: value, highest: value, lowest: value }), { minLength: 12, maxLength: 128 }), value, value, (all, level, rise) => {
    for (const measure of ['highest', 'lowest'] as const) {
      const edges = edgesAlike(all, measure, { level, rise }, 8);
      const came = all.map((each) => each[measure]);
      const order = [Math.min(...came), edges?.low ?? Number.NaN, edges?.middle ?? Number.NaN, edges?.high ?? Number.NaN, Math.max(...came)];
      for (const [place, edge] of order.entries()) if (place > 0) expect(edge).toBeGreaterThanOrEqual((order[place - 1] ?? 0) - 1e-9);
    }
  }), { numRuns: 100, seed: 113 });
  expect(edgesAlike(settled(11, (_, noise) => ({ level: 0, rise: 0, highest: noise, lowest: noise })), 'highest', { level: 0, rise: 0 }, 1)).toBeNull();
});
