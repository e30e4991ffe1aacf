import fc from 'fast-check';
import { createDetector, hoursIn, SCORE_OF_FINDING } from './index.ts';
import { normal, randomFrom } from '../platform/seededRandom.ts';
import { found, load, play, START_MS, STEP_MS } from './series.testkit.ts';

const WEEK = 2016;
const RUNS = { numRuns: 8, seed: 110 };

/** Series of any temper: steps, spikes, noise of any scale, zeros, gaps. */
const anySeries = fc.array(
  fc.oneof({ weight: 8, arbitrary: fc.double({ min: -10, max: 10, noNaN: true }) }, { weight: 1, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) }, { weight: 1, arbitrary: fc.constantFrom(0, null, Number.NaN, Number.POSITIVE_INFINITY) }),
  { minLength: 250, maxLength: 400 },
);

describe('what every series is promised', () => {
  test('cap 110: scores lie in 0..1, and reach the mark exactly where an anomaly is', () => {
    fc.assert(fc.property(anySeries, (values) => {
      for (const { score, anomaly, surprise, expected } of play(createDetector(), values)) {
        expect(score >= 0 && score <= 1 && surprise >= 0 && surprise <= 1).toBe(true);
        expect(score >= SCORE_OF_FINDING).toBe(anomaly);
        if (expected !== null) expect(expected.low <= expected.mid && expected.mid <= expected.high).toBe(true);
      }
    }), RUNS);
  });

  test('cap 110: what is said of a value does not depend on later ones', () => {
    fc.assert(fc.property(anySeries, anySeries, (values, other) => {
      const half = Math.floor(values.length / 2);
      const whole = play(createDetector(), values);
      const changed = play(createDetector(), [...values.slice(0, half), ...other]);
      expect(changed.slice(0, half)).toEqual(whole.slice(0, half));
    }), RUNS);
  });

  test('cap 110: a restart from the stored state changes nothing', () => {
    fc.assert(fc.property(anySeries, fc.nat(), (values, place) => {
      const cut = place % values.length;
      const before = createDetector();
      play(before, values.slice(0, cut));
      const after = createDetector();
      expect(after.restore(new Uint8Array(before.state()))).toBe(true);
      expect(play(after, values.slice(cut), cut)).toEqual(play(createDetector(), values).slice(cut));
      expect(play(before, values.slice(cut), cut).length).toBe(values.length - cut);
    }), RUNS);
  });

  test('cap 110: while it rests after a finding it finds hardly anything of the same kind, and at once what is far worse', () => {
    const outcomes = Array.from({ length: 12 }, (_, seed) => {
      const random = randomFrom(seed + 1);
      const planted = (at: number): number => (at >= 3_060 ? 400 : at >= 3_000 && at < 3_004 ? 12 : at >= 3_030 && at < 3_034 ? 9 : 0);
      const anomalies = play(createDetector(), Array.from({ length: 3_070 }, (_value, at) => 50 + normal(random) + planted(at))).flatMap(({ anomaly }, at) => (anomaly && at >= 2_880 ? [at] : []));
      return { first: anomalies.find((at) => at >= 3_000), again: anomalies.filter((at) => at >= 3_030 && at < 3_060), worse: anomalies.find((at) => at >= 3_060) };
    });
    expect(outcomes.filter(({ first }) => first !== undefined && first < 3_004).length).toBeGreaterThanOrEqual(10);
    expect(outcomes.filter(({ again }) => again.length > 0).length).toBeLessThanOrEqual(1);
    expect(outcomes.map(({ worse }) => worse === 3_060 || worse === 3_061)).toEqual(outcomes.map(() => true));
  });

  test('cap 110: gaps score nothing and change nothing', () => {
    const values = load(1, 600);
    const detector = createDetector();
    const plain = play(createDetector(), values);
    const holey = values.flatMap((value, at) => [detector.step(START_MS + at * STEP_MS, value), detector.step(START_MS + at * STEP_MS, null), detector.step(START_MS + at * STEP_MS, Number.NaN)]);
    expect(holey.filter((_, at) => at % 3 === 0)).toEqual(plain);
    expect(holey.every(({ score, anomaly }, at) => at % 3 === 0 || (score === 0 && !anomaly))).toBe(true);
  });

  test('cap 110: no value spoils the state for later ones', () => {
    const values = load(2, 900).map((value, at) => [Number.MAX_VALUE, -1e200, 1e29, -1e29][at - 300] ?? value);
    const readings = play(createDetector(), values);
    expect(readings.every(({ score, expected }) => Number.isFinite(score) && (expected === null || Number.isFinite(expected.high - expected.low)))).toBe(true);
    expect(readings.slice(300, 302).map(({ score }) => score)).toEqual([0, 0]);
    expect(readings[302]?.anomaly).toBe(true);
  });

  test('cap 110: a state is less than 4 kB, and one of another kind is refused', () => {
    const detector = createDetector();
    play(detector, load(2, 3000));
    const state = detector.state();
    expect(state.byteLength).toBeLessThanOrEqual(4000);
    expect(createDetector().restore(state.slice(8))).toBe(false);
    expect(createDetector().restore(new Uint8Array(state.byteLength))).toBe(false);
  });

  test('cap 110: an event of half a day leaves the band of the weeks after it near what it was', () => {
    const at = 3 * WEEK;
    const values = load(5, at + 2 * WEEK).map((value, index) => (index >= at && index < at + 144 ? value + 400 : value));
    const widths = play(createDetector(), values).map(({ expected }) => (expected === null ? 0 : expected.high - expected.low));
    const widest = (from: number, to: number) => Math.max(...widths.slice(from, to));
    expect(widest(at + 150, at + 2 * WEEK)).toBeLessThan(4 * widest(at - 288, at));
  });

  test.each([['256 times as large', 256, 0], ['a thousandth as large', 1 / 1024, 0], ['higher by a thousand', 1, 1000], ['upside down', -1, 0]])('cap 110: the same is found in a series that is %s', (_name, scale, shift) => {
    const values = load(3, 2 * WEEK + 600).map((value, at) => (at === 2 * WEEK + 100 ? value + 60 : value));
    const anomalies = found(play(createDetector(), values));
    expect(found(play(createDetector(), values.map((value) => scale * value + shift)))).toEqual(anomalies);
    expect(anomalies).toContain(2 * WEEK + 100);
  });
});

describe('kinds of series', () => {
  test('cap 110: a constant series is never anomalous, and its first change is', () => {
    const readings = play(createDetector(), [...Array.from({ length: 1000 }, () => 45), ...Array.from({ length: 50 }, () => 46)]);
    expect(readings.slice(0, 1000).every(({ score }) => score === 0)).toBe(true);
    expect(found(readings)).toEqual([1000]);
  });

  test('cap 110: weeks of a working day with noise bring next to no alarm; a spike, a missing peak and a lasting shift are found', () => {
    const usual = load(4, 4 * WEEK);
    const at = 3 * WEEK + 288;
    const quiet = found(play(createDetector(), usual));
    expect(quiet.filter((index) => index > WEEK).length).toBeLessThanOrEqual(2);
    const spike = found(play(createDetector(), usual.map((value, index) => (index === at + 150 ? value + 60 : value))));
    expect(spike).toContain(at + 150);
    const missing = found(play(createDetector(), usual.map((value, index) => (index >= at + 84 && index < at + 252 ? Math.min(value, 103) : value))));
    expect(missing.some((index) => index > at + 84 && index < at + 252)).toBe(true);
    const shifted = found(play(createDetector(), usual.map((value, index) => (index >= at ? value + 50 : value))));
    expect(shifted.some((index) => index >= at && index < at + 24)).toBe(true);
    // The new level becomes the usual one.
    expect(shifted.filter((index) => index > at + 4 * 288).length).toBeLessThanOrEqual(1);
  });

  test('cap 110: a spike of eight deviations is found in a level that wanders', () => {
    const at = 3 * WEEK + 150;
    const seen = Array.from({ length: 20 }, (_, seed) => {
      const random = randomFrom(seed + 1);
      let noise = 0;
      return found(play(createDetector(), Array.from({ length: at + 1 }, (_value, index) => {
        noise = 0.9 * noise + Math.sqrt(1 - 0.9 ** 2) * normal(random);
        const share = Math.floor(index / 288) % 7 >= 5 ? 0.4 : 1;
        return 100 + 10 * share * Math.sin((2 * Math.PI * index) / 288) + noise + (index === at ? 8 : 0);
      }))).includes(at);
    });
    expect(seen.filter(Boolean).length).toBeGreaterThanOrEqual(18);
  });

  test('cap 110: one event is one finding while it lasts', () => {
    const values = load(5, 3 * WEEK).map((value, at) => (at >= 2 * WEEK + 600 && at < 2 * WEEK + 700 ? value + 80 : value));
    expect(found(play(createDetector(), values)).filter((at) => at >= 2 * WEEK + 600 && at < 2 * WEEK + 700).length).toBe(1);
  });

  test('cap 110: a series that comes back after a day without data as it was is no anomaly', () => {
    const values = load(6, 3 * WEEK);
    const gap = { from: 2 * WEEK + 200, to: 2 * WEEK + 488 };
    const anomalies = found(play(createDetector(), values.map((value, at) => (at >= gap.from && at < gap.to ? null : value))));
    expect(anomalies.filter((at) => at >= gap.to && at < gap.to + 24)).toEqual([]);
  });

  test('cap 110: a counter that starts again from zero every few hours is learnt', () => {
    const random = randomFrom(7);
    const anomalies = found(play(createDetector(), Array.from({ length: 3 * WEEK }, (_, at) => (at % 70) * 10 + random())));
    expect(anomalies.filter((at) => at > WEEK).length).toBeLessThanOrEqual(4);
  });

  test('cap 110: sparse and bounded series: a share at its ceiling, and seldom anything at all', () => {
    const random = randomFrom(8);
    const bounded = Array.from({ length: 2 * WEEK }, (_, at) => (at === 2 * WEEK - 50 ? 62 : Math.min(100, 99.5 + normal(random))));
    expect(found(play(createDetector(), bounded))).toContain(2 * WEEK - 50);
    const sparse = Array.from({ length: 3 * WEEK }, (_, at) => (at === 3 * WEEK - 50 ? 500 : random() < 0.01 ? 1 + 4 * random() : 0));
    const readings = play(createDetector(), sparse);
    expect(found(readings)).toContain(3 * WEEK - 50);
    // What was never negative is never expected to be.
    expect(readings.every(({ expected }) => expected === null || expected.low >= 0)).toBe(true);
  });

  test('cap 110: the expected band holds most of what comes, and follows the hour', () => {
    const values = load(9, 3 * WEEK);
    const readings = play(createDetector(), values).slice(2 * WEEK);
    const inside = readings.filter(({ expected }, at) => expected !== null && (values[2 * WEEK + at] ?? 0) >= expected.low && (values[2 * WEEK + at] ?? 0) <= expected.high);
    expect(inside.length / readings.length).toBeGreaterThan(0.97);
    expect((readings[168]?.expected?.mid ?? 0) - (readings[12]?.expected?.mid ?? 0)).toBeGreaterThan(25);
  });

  test('cap 110: hours follow the clock of a zone, also when it is put forward; holidays, of one year or of each, have the hours of a Sunday', () => {
    expect(hoursIn({ timeZone: 'UTC', holidays: [] })).toBeUndefined();
    const hourOf = hoursIn({ timeZone: 'Europe/Berlin', holidays: ['2026-05-14', '12-25'] });
    const within = (text: string): number => Math.round(60 * ((hourOf?.(Date.parse(text)) ?? Number.NaN) % 168)) / 60;
    // Monday 09:30 by the clock, in winter and in summer; the Sunday of the change has no third hour.
    expect(['2026-03-23T08:30:00Z', '2026-03-30T07:30:00Z', '2026-03-29T00:59:00Z', '2026-03-29T01:00:00Z'].map(within)).toEqual([9.5, 9.5, 6 * 24 + 1 + 59 / 60, 6 * 24 + 3]);
    expect(['2026-05-13T21:59:00Z', '2026-05-13T22:00:00Z', '2026-05-14T12:00:00Z', '2026-05-14T22:00:00Z', '2027-12-25T11:00:00Z'].map(within)).toEqual([2 * 24 + 23 + 59 / 60, 6 * 24, 6 * 24 + 14, 4 * 24, 6 * 24 + 12]);
    expect(hoursIn({ timeZone: 'UTC', holidays: ['02-29'] })?.(Date.UTC(2028, 1, 29, 12)) ?? 0).toBe(hoursIn({ timeZone: 'UTC', holidays: ['01-01'] })?.(Date.UTC(2028, 2, 5, 12)));
    expect(() => hoursIn({ timeZone: 'Mars/Olympus', holidays: [] })).toThrow(RangeError);
  });

  test('cap 110: on a holiday what is usual on Sundays is expected, and what it was does not blur the weekday', () => {
    const isFree = (at: number): boolean => Math.floor(at / 288) === 28;
    // Monday of the fifth week is free.
    const values = load(11, 5 * WEEK).map((value, at) => (isFree(at) ? 100 + (value - 100) / 2 : value));
    const hourOf = hoursIn({ timeZone: 'UTC', holidays: ['2026-02-02'] });
    const detector = createDetector({ hourOf });
    const before = play(detector, values.slice(0, 28 * 288));
    // Stored on the way, with the same calendar it goes on alike.
    const [whole, restarted] = [createDetector({ hourOf }), createDetector({ hourOf })];
    play(whole, values.slice(0, 28 * 288 + 100));
    restarted.restore(whole.state());
    const on = play(detector, values.slice(28 * 288, 29 * 288), 28 * 288);
    expect(play(restarted, values.slice(28 * 288 + 100, 29 * 288), 28 * 288 + 100)).toEqual(on.slice(100));
    const plain = play(createDetector(), values);
    const [noon, sunday, monday] = [on[156]?.expected?.mid ?? 0, before[27 * 288 + 156]?.expected?.mid ?? 0, before[21 * 288 + 156]?.expected?.mid ?? 0];
    expect(Math.abs(noon - sunday)).toBeLessThan(Math.abs(noon - monday) / 3);
    expect(Math.abs((plain[28 * 288 + 156]?.expected?.mid ?? 0) - monday)).toBeLessThan(5);
  });

  test('cap 110: hours are those of the calendar given: a holiday is a Sunday', () => {
    const hours: number[] = [];
    const detector = createDetector({ hourOf: (timestampMs) => (hours.push(timestampMs), 150.5) });
    play(detector, [1, 2, 3]);
    expect(hours).toEqual([START_MS, START_MS + STEP_MS, START_MS + 2 * STEP_MS]);
  });
});
