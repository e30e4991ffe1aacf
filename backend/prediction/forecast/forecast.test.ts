import fc from 'fast-check';
import { normal, randomFrom } from '../../platform/seededRandom.ts';
import { breachOf, breachText } from './breach.ts';
import { createErrors } from './conformal.ts';
import { createForecaster, type ForecasterSnapshot } from './forecaster.ts';
import { theilSen } from './theilSen.ts';

function normals(seed: number): () => number {
  const even = randomFrom(seed);
  return () => normal(even);
}

const DAY = 96;
const KINDS: readonly (readonly [string, (seed: number) => (index: number) => number])[] = [
  ['line with noise', (seed) => {
    const noise = normals(seed);
    return (index) => 20 + 0.05 * index + noise();
  }],
  ['day and trend', (seed) => {
    const noise = normals(seed);
    return (index) => 50 + 0.005 * index + 8 * Math.sin((2 * Math.PI * index) / DAY) + noise();
  }],
  ['random walk', (seed) => {
    const noise = normals(seed);
    let at = 0;
    return () => (at += noise());
  }],
  ['returns to its mean', (seed) => {
    const noise = normals(seed);
    let at = 0;
    return () => (at = 0.9 * at + noise());
  }],
];

test.each(KINDS)('cap 113: of %s, 75 to 85 %% of what comes lies in the interval, near and far ahead', (_, kind) => {
  const tallies = [1, 8, 48].map((steps) => ({ steps, inside: 0, count: 0 }));
  for (const seed of [1, 2]) {
    const at = kind(seed);
    const values = Array.from({ length: 2_000 }, (__, index) => at(index));
    const forecaster = createForecaster({ period: DAY });
    for (const [index, value] of values.entries()) {
      forecaster.push(value);
      if (index < 300 || index % 3 !== 0) continue;
      for (const tally of tallies) {
        const came = values[index + tally.steps];
        const { range } = forecaster.ahead(tally.steps);
        if (range === null || came === undefined) continue;
        tally.count += 1;
        if (came >= range.low && came <= range.high) tally.inside += 1;
      }
    }
  }
  for (const { inside, count } of tallies) {
    expect(count).toBeGreaterThan(1_000);
    expect(inside / count).toBeGreaterThan(0.75);
    expect(inside / count).toBeLessThan(0.85);
  }
});

test('cap 113: an hour of trouble is not expected again at that hour of the next days', () => {
  const noise = normals(7);
  const usual = (index: number): number => 126 + 20 * Math.sin((2 * Math.PI * index) / DAY) + noise();
  const trouble = 8 * DAY + 40;
  const forecaster = createForecaster({ period: DAY });
  for (let index = 0; index < trouble + 4; index += 1) forecaster.push(index >= trouble ? 700 : usual(index));
  for (let index = trouble + 4; index < trouble + 4 * DAY; index += 1) {
    if ((index - trouble) % DAY === DAY - 1) expect(forecaster.ahead(4, 'highest').value).toBeLessThan(170);
    forecaster.push(usual(index));
  }
});

test('cap 113: a disk that fills has a time at which it is full, with an interval that holds it', () => {
  const noise = normals(7);
  const forecaster = createForecaster({ period: 0 });
  let now = 0;
  for (let index = 0; index < 500; index += 1) forecaster.push(now = 40 + 0.1 * index + 0.2 * noise());
  // 95 is reached 550 - 499 = 51 steps after the last point, a little sooner by noise.
  const breach = breachOf(forecaster, now, { value: 95, side: 'above' });
  expect(breach?.steps).toBeGreaterThan(44);
  expect(breach?.steps).toBeLessThan(54);
  expect(breach?.earliest).toBeLessThan(breach?.steps ?? 0);
  expect(breach?.latest).toBeGreaterThan(breach?.steps ?? 0);
  expect(breachOf(forecaster, now, { value: 60, side: 'above' })).toBeNull();
  expect(breachOf(forecaster, now, { value: 20, side: 'below' })).toBeNull();
  expect(breachOf(forecaster, now, { value: 500, side: 'above' })).toBeNull();
});

test('cap 113: what counts down without noise is said to cross by the value at which that is seen', () => {
  const forecaster = createForecaster({ period: 0 });
  for (let index = 0; index <= 400; index += 1) forecaster.push(30 - index / 30);
  // 15 is passed at 450; of 14.99, 50.3 steps after the last, the 51st value is the first beyond.
  expect(breachOf(forecaster, 30 - 400 / 30, { value: 14.99, side: 'below' })?.latest).toBe(51);
});

test('cap 113: free space that shrinks crosses from above', () => {
  const noise = normals(9);
  const forecaster = createForecaster({ period: 0 });
  let now = 0;
  for (let index = 0; index < 500; index += 1) forecaster.push(now = 100 - 0.1 * index + 0.2 * noise());
  const breach = breachOf(forecaster, now, { value: 45, side: 'below' });
  expect(breach?.steps).toBeGreaterThan(42);
  expect(breach?.steps).toBeLessThan(54);
});

test('cap 113: the time is said in words', () => {
  expect(breachText({ earliest: 160, steps: 190, latest: 245 }, 1)).toBe('in 3 h 10 min (80 %: 2:40-4:05)');
  expect(breachText({ earliest: 2, steps: 3, latest: null }, 5)).toBe('in 15 min (80 %: not before 0:10)');
  expect(breachText({ earliest: 12, steps: null, latest: null }, 5)).toBe('perhaps (80 %: not before 1:00)');
});

const series = fc.array(fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -100, max: 100 }) }, { weight: 1, arbitrary: fc.constant(null) }), { minLength: 30, maxLength: 200 });

function fed(values: readonly (number | null)[], from?: ForecasterSnapshot): ReturnType<typeof createForecaster> {
  const forecaster = createForecaster({ period: 24, ...(from === undefined ? {} : { from }) });
  for (const value of values) forecaster.push(value);
  return forecaster;
}

/** As it would come back from a store: equal after JSON, and hence the same. */
function overJson(snapshot: ForecasterSnapshot): ForecasterSnapshot {
  expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot);
  return structuredClone(snapshot);
}

test('cap 113: a restart changes nothing; the snapshot survives JSON', () => {
  fc.assert(fc.property(series, fc.nat({ max: 199 }), (values, at) => {
    const cut = at % values.length;
    const again = fed(values.slice(cut), overJson(fed(values.slice(0, cut)).snapshot()));
    const whole = fed(values);
    for (const steps of [1, 5, 30, 128]) expect(again.ahead(steps)).toEqual(whole.ahead(steps));
  }), { numRuns: 30, seed: 113 });
});

test('cap 113: edges stand in order, and hold the highest and the lowest on the way', () => {
  fc.assert(fc.property(series, fc.integer({ min: 1, max: 128 }), (values, steps) => {
    const forecaster = fed(values);
    for (const measure of ['value', 'highest', 'lowest'] as const) {
      const { range } = forecaster.ahead(steps, measure);
      if (range === null) continue;
      expect(range.low).toBeLessThanOrEqual(range.middle + 1e-9);
      expect(range.middle).toBeLessThanOrEqual(range.high + 1e-9);
    }
    expect(() => forecaster.ahead(129)).toThrow(RangeError);
    expect(() => forecaster.ahead(0)).toThrow(RangeError);
  }), { numRuns: 30, seed: 113 });
});

test('cap 113: a flat series stays flat, and says so', () => {
  const forecaster = fed(Array.from({ length: 300 }, () => 7));
  const { value, range } = forecaster.ahead(20);
  expect(value).toBeCloseTo(7, 9);
  expect(range?.low).toBeCloseTo(7, 9);
  expect(range?.high).toBeCloseTo(7, 9);
});

test('cap 113: a robust line is not moved by a fifth of outliers', () => {
  const values = Array.from({ length: 40 }, (_, index) => (index % 5 === 0 ? 1_000 : 2 * index));
  expect(theilSen(values)?.slope).toBeCloseTo(2, 1);
  expect(theilSen([1, 2])).toBeNull();
});

test('cap 113: misses on one side widen that side', () => {
  const errors = createErrors();
  for (let index = 0; index < 128; index += 1) errors.note((index % 16) / 16, null);
  const before = errors.edges();
  for (let index = 0; index < 4; index += 1) errors.note(0.94, { low: 0, middle: 0.4, high: 0.5 });
  expect(errors.edges()?.high).toBeGreaterThan(before?.high ?? 1);
  expect(createErrors().edges()).toBeNull();
});
