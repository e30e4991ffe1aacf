import { inflateRawSync } from 'node:zlib';
import { createDetector, type Detector } from './index.ts';
import { createHistory, HISTORY_BYTES, HISTORY_SIZE } from './history.ts';
import { normal, randomFrom } from '../platform/seededRandom.ts';
import { found, load, play } from './series.testkit.ts';
import { STATE_V2 } from './state.v2.testkit.ts';

const SECOND = 1000;
const cycle = (phase: number): number => Math.sin(2 * Math.PI * phase) + 0.4 * Math.sin(4 * Math.PI * phase + 1);

/** A season with noise, one value a second. */
function waves(seed: number, points: number, period: number, noise = 0.1): number[] {
  const random = randomFrom(seed);
  return Array.from({ length: points }, (_, at) => 20 + 5 * cycle(at / period) + 5 * noise * normal(random));
}

/** What a history saw each time it was worth looking. */
function seasonsIn(values: readonly number[]): { readonly period: number; readonly at: number }[] {
  const history = createHistory(new Float64Array(HISTORY_SIZE), 0, new ArrayBuffer(HISTORY_BYTES), 0);
  return values.flatMap((value, at) => (history.add(value) ? [{ period: history.period(), at }] : []));
}

test('cap 110: a season of any length shows within three cycles, or four of a very short one', () => {
  for (const period of [12.5, 24, 37.3, 80, 151, 400, 1100]) {
    const seen = seasonsIn(waves(period, Math.max(64, Math.ceil(2.7 * period)), period)).at(-1);
    expect(Math.abs((seen?.period ?? 0) / period - 1)).toBeLessThan(0.03);
  }
});

test('cap 110: where nothing comes again, no season is spoken of', () => {
  expect(seasonsIn(Array.from({ length: 3000 }, () => 7)).every(({ period }) => period === 0)).toBe(true);
  const expected = Array.from({ length: 8 }, (_, seed) => {
    const random = randomFrom(seed + 1);
    return play(createDetector(), Array.from({ length: 3000 }, () => normal(random)), 0, SECOND).slice(200).map((reading) => Math.abs(reading.expected?.mid ?? 0));
  });
  expect(Math.max(...expected.flat())).toBeLessThan(0.3);
});

describe('a season that is no day', () => {
  const PERIOD = 41.3;
  const MIDDLE = 1200;
  const changed = (seed: number, change: (value: number, at: number) => number): number[] => found(play(createDetector(), waves(seed, 1500, PERIOD).map(change), 0, SECOND));
  const seeds = Array.from({ length: 10 }, (_, seed) => seed + 1);
  const foundIn = (points: number, change: (value: number, at: number) => number): number => seeds.filter((seed) => changed(seed, change).some((at) => at >= MIDDLE && at < MIDDLE + points)).length;

  test('cap 110: brings next to no alarm', () => {
    expect(seeds.flatMap((seed) => changed(seed, (value) => value)).length).toBeLessThanOrEqual(3);
  });

  test('cap 110: a spike that stays within what the series has seen, a shift, a flat stretch and a restless one are found in it', () => {
    // At the trough, and no higher than the mean.
    const trough = Math.round(Math.ceil(MIDDLE / PERIOD) * PERIOD + 0.72 * PERIOD);
    expect(foundIn(100, (value, at) => (at === trough ? value + 6 : value))).toBeGreaterThanOrEqual(9);
    expect(foundIn(60, (value, at) => (at >= MIDDLE && at < MIDDLE + 60 ? value + 4 : value))).toBeGreaterThanOrEqual(9);
    expect(foundIn(60, (value, at) => (at >= MIDDLE && at < MIDDLE + 60 ? 20 : value))).toBeGreaterThanOrEqual(9);
    expect(foundIn(60, (value, at) => (at >= MIDDLE && at < MIDDLE + 60 ? value + 3 * Math.sin(at * at) : value))).toBeGreaterThanOrEqual(8);
  });

  test('cap 110: the band follows it, and goes on to do so when the season becomes longer little by little', () => {
    const random = randomFrom(5);
    let phase = 0;
    const values = Array.from({ length: 4000 }, (_, at) => {
      phase += 1 / (PERIOD * (1 + at / 20_000));
      return 20 + 5 * cycle(phase) + 0.5 * normal(random);
    });
    const readings = play(createDetector(), values, 0, SECOND).slice(400);
    const off = readings.map(({ expected }, at) => Math.abs((values[at + 400] ?? 0) - (expected?.mid ?? 0)));
    // Without a season it would be 3.4; the noise alone is 0.4.
    expect(off.reduce((sum, one) => sum + one, 0) / off.length).toBeLessThan(1.3);
  });

  test('cap 110: what comes again exactly is never an anomaly, and the first cycle that differs is', () => {
    for (const usual of [(at: number) => (at % 30 < 12 ? 10.1 : 3.7), (at: number) => 1e6 + Math.round(100 * Math.sin((2 * Math.PI * at) / 25)), (at: number) => at % 17]) {
      const values = Array.from({ length: 2000 }, (_, at) => usual(at));
      expect(found(play(createDetector(), values, 0, SECOND))).toEqual([]);
      expect(found(play(createDetector(), values.map((value, at) => (at >= 1500 && at < 1520 ? usual(1500) : value)), 0, SECOND)).some((at) => at >= 1500 && at < 1530)).toBe(true);
    }
  });

  test('cap 110: missing values do not put it out of step; after a long gap it has to prove itself again', () => {
    const values = waves(3, 2400, PERIOD);
    const missing = values.map((value, at) => (at > 600 && at % 50 < 5 ? null : value));
    expect(found(play(createDetector(), missing, 0, SECOND)).length).toBeLessThanOrEqual(1);
    const detector = createDetector();
    play(detector, values.slice(0, 1000), 0, SECOND);
    const resumed = waves(4, 900, PERIOD);
    const after = play(detector, resumed, 5000, SECOND);
    const off = (from: number): number => after.slice(from, from + 30).reduce((sum, { expected }, at) => sum + Math.abs((resumed[from + at] ?? 0) - (expected?.mid ?? 0)), 0) / 30;
    expect(off(5)).toBeGreaterThan(2);
    expect(off(400)).toBeLessThan(1.5);
    expect(found(after).length).toBeLessThanOrEqual(1);
  });

  test('cap 110: a restart changes nothing, whenever it comes', () => {
    const values = waves(6, 700, PERIOD);
    const whole = play(createDetector(), values, 0, SECOND);
    for (const cut of [40, 95, 130, 140, 180, 333, 512]) {
      const [before, after]: [Detector, Detector] = [createDetector(), createDetector()];
      play(before, values.slice(0, cut), 0, SECOND);
      expect(after.restore(before.state())).toBe(true);
      expect(play(after, values.slice(cut), cut, SECOND)).toEqual(whole.slice(cut));
    }
  });
});

test('cap 110: a state that was stored by the version before is taken on, with all that was learnt', () => {
  const restored = createDetector();
  expect(restored.restore(new Uint8Array(inflateRawSync(Buffer.from(STATE_V2, 'base64'))))).toBe(true);
  const values = load(12, 3 * 2016);
  const fresh = createDetector();
  play(fresh, values.slice(0, 2 * 2016));
  const rest = values.slice(2 * 2016).map((value, at) => (at === 1000 ? value + 60 : value));
  const [old, now] = [play(restored, rest, 2 * 2016), play(fresh, rest, 2 * 2016)];
  expect(found(old)).toContain(1000);
  expect(found(old)).toEqual(found(now));
  // How wide the band is was not learnt for itself then: it goes by what was.
  const [before, after] = [old[0]?.expected, now[0]?.expected];
  expect(before?.mid).toBe(after?.mid);
  const wider = ((before?.high ?? 0) - (before?.mid ?? 0)) / ((after?.high ?? 0) - (after?.mid ?? 0));
  expect(wider).toBeGreaterThan(0.5);
  expect(wider).toBeLessThan(2);
  expect(restored.state().byteLength).toBe(fresh.state().byteLength);
  expect(restored.restore(new Uint8Array(3928))).toBe(false);
});
