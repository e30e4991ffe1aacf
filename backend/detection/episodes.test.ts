import fc from 'fast-check';
import { createLineDrawer } from './chartLine.ts';
import { follow, patienceOf, type Episode, type Sample } from './episodes.ts';
import type { Detector, Reading } from './detector.ts';
import { precisionOf, readinessOf } from './figures.ts';

const STEP = 60_000;
const BAND = { low: 80, mid: 100, high: 120 };
const NO_VIEWS = { point: 0, sustained: 0, level: 0, shape: 0, drift: 0 };

/** One that calls whatever leaves the band an anomaly, when it has not just done so. */
function plain(): Detector {
  let rest = 0;
  return {
    step(_atMs, value) {
      const isOut = value !== null && (value < BAND.low || value > BAND.high);
      const anomaly = isOut && rest === 0;
      rest = anomaly ? 30 : Math.max(0, rest - 1);
      return { score: anomaly ? 0.8 : 0.1, anomaly, surprise: isOut ? 0.9 : 0.1, views: NO_VIEWS, expected: BAND };
    },
    state: () => new Uint8Array(0),
    restore: () => true,
  };
}

function samplesOf(values: readonly (number | null)[]): Sample[] {
  return values.flatMap((value, index) => (value === null ? [] : [{ atMs: (index + 1) * STEP, value }]));
}

const OPTIONS = { direction: 'both' as const, ...patienceOf(STEP) };
const NOTHING = { open: null, lastMs: 0 };

function spans(episodes: readonly Episode[]): [number, number | null][] {
  return episodes.map(({ startsAtMs, endsAtMs }) => [startsAtMs / STEP, endsAtMs === null ? null : endsAtMs / STEP]);
}

test('cap 110: a finding ends where the values came back, once they have been back for five minutes; a moment in between does not end it', () => {
  const values = [100, 100, 300, 300, 100, 300, 300, 100, 100, 100, 100, 100, 100];
  const { touched, open } = follow(plain(), NOTHING, samplesOf(values), values.length * STEP, OPTIONS);
  expect([spans(touched), open]).toEqual([[[3, 8]], null]);
});

test('cap 110: the way that does not count is as good as in the band, and what crossed one edge is back below it', () => {
  const values = [100, 300, 300, 20, 20, 20, 20, 20, 20];
  expect(spans(follow(plain(), NOTHING, samplesOf(values), 9 * STEP, OPTIONS).touched)).toEqual([[2, 4]]);
  expect(spans(follow(plain(), NOTHING, samplesOf([100, 20, 20, 20]), 4 * STEP, { ...OPTIONS, direction: 'above' }).touched)).toEqual([]);
});

test('values that stay away end a finding where they were last seen', () => {
  expect(spans(follow(plain(), NOTHING, samplesOf([100, 300, 300]), 20 * STEP, OPTIONS).touched)).toEqual([[2, null]]);
  expect(spans(follow(plain(), NOTHING, samplesOf([100, 300, 300]), 40 * STEP, OPTIONS).touched)).toEqual([[2, 3]]);
});

test('cap 112: in whatever pieces the values come, the findings are the same', () => {
  const value = fc.oneof({ weight: 4, arbitrary: fc.constant(100) }, { weight: 1, arbitrary: fc.constant(300) }, { weight: 1, arbitrary: fc.constant(null) });
  fc.assert(fc.property(fc.array(value, { minLength: 1, maxLength: 80 }), fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 40 }), (values, pieces) => {
    const whole = follow(plain(), NOTHING, samplesOf(values), values.length * STEP, OPTIONS);
    const detector = plain();
    const found = new Map<number, Episode>();
    let before: { open: Episode | null; lastMs: number } = NOTHING;
    const all = samplesOf(values);
    for (let from = 0, piece = 0; from < values.length; piece += 1) {
      const to = Math.min(values.length, from + (pieces[piece % pieces.length] ?? 1));
      const part = all.filter(({ atMs }) => atMs > from * STEP && atMs <= to * STEP);
      const followed = follow(detector, before, part, to * STEP, OPTIONS);
      for (const episode of followed.touched) found.set(episode.startsAtMs, episode);
      before = followed;
      from = to;
    }
    expect(spans([...found.values()])).toEqual(spans(whole.touched));
  }), { numRuns: 200 });
});

test('cap 112: precision has its interval, and says for itself when it is known too little', () => {
  expect(precisionOf({ right: 0, wrong: 0, unjudged: 3 })).toMatchObject({ value: null, low: null, high: null });
  const precision = precisionOf({ right: 9, wrong: 1, unjudged: 0 });
  expect([precision.value, precision.low?.toFixed(2), precision.high?.toFixed(2)]).toEqual([0.9, '0.60', '0.98']);

  expect(readinessOf({ weeks: 2, findings: 10, alarmsAWeek: 1, precision })).toMatchObject({ ready: true, wrongAWeek: 0.5, findingsAWeek: 5 });
  const early = readinessOf({ weeks: 0.05, findings: 0, alarmsAWeek: 1, precision: precisionOf({ right: 0, wrong: 0, unjudged: 0 }) });
  expect([early.ready, early.reasons[0]]).toEqual([false, 'It has watched for less than a day; a week shows each hour and day once.']);
  expect(readinessOf({ weeks: 2, findings: 10, alarmsAWeek: 1, precision: precisionOf({ right: 4, wrong: 6, unjudged: 0 }) }).ready).toBe(false);
});

test('a chart keeps the most surprising value of each stretch, and leaves a gap where nothing is known', () => {
  const reading = (surprise: number): Reading => ({ score: 0, anomaly: false, surprise, views: NO_VIEWS, expected: BAND });
  const drawer = createLineDrawer(0, 100 * STEP, 10, STEP);
  for (let index = 0; index < 20; index += 1) drawer.add({ atMs: index * STEP, value: index }, reading(index === 13 ? 0.9 : 0.1));
  drawer.add({ atMs: 55 * STEP, value: 7 }, reading(0));
  expect(drawer.line()).toMatchObject({ times: [0, 13 * STEP, 20 * STEP, 55 * STEP], values: [0, 13, null, 7], low: [80, 80, null, 80] });
});
