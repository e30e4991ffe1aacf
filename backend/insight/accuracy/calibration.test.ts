/** cap 121: how sure each helper was stands beside how often it was right. */
import fc from 'fast-check';
import { calibrationFigures, calibrationOf, type Stated } from './calibration.ts';

const AT = new Date('2026-11-25T12:00:00Z');
const stated = (said: number, came: boolean): Stated => ({ at: AT, said, came });

test('by how sure it was: the mean that was said, the share that came, and what that may be with so few', () => {
  const all = [stated(0.1, false), stated(0.2, true), stated(0.9, true), stated(1, true), stated(0.85, false)];
  expect(calibrationOf(all)).toEqual({
    count: 5, said: 0.61, came: 0.6,
    bins: [
      { from: 0, to: 0.2, count: 1, said: 0.1, came: 0, interval: { low: 0, high: expect.closeTo(0.793, 2) } },
      { from: 0.2, to: 0.4, count: 1, said: 0.2, came: 1, interval: { low: expect.closeTo(0.207, 2), high: 1 } },
      { from: 0.8, to: 1, count: 3, said: 0.9167, came: 0.6667, interval: { low: expect.any(Number), high: expect.any(Number) } },
    ],
  });
  expect(calibrationFigures([])).toEqual({ count: 0, said: null, came: null });
  expect(calibrationOf([]).bins).toEqual([]);
});

test('nothing is lost or counted twice, whatever was said', () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean())), (all) => {
    const { bins, count } = calibrationOf(all.map(([said, came]) => stated(said, came)));
    expect(bins.reduce((sum, each) => sum + each.count, 0)).toBe(count);
    for (const { from, to, said } of bins) expect((said ?? -1) >= from - 1e-4 && (said ?? 2) <= to + 1e-4).toBe(true);
  }));
});
