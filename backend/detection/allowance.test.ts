import { DEFAULT_ALARMS_A_WEEK } from '#contract';
import { createDetector } from './index.ts';
import { normal, randomFrom } from '../platform/seededRandom.ts';
import { START_MS } from './series.testkit.ts';

const NOISES: Readonly<Record<string, (random: () => number, before: number) => number>> = {
  normal: (random) => normal(random),
  persistent: (random, before) => 0.9 * before + normal(random),
  exponential: (random) => -Math.log(1 - random()),
  'heavy-tailed': (random) => normal(random) / Math.sqrt((normal(random) ** 2 + normal(random) ** 2 + normal(random) ** 2) / 3),
  sparse: (random) => (random() < 0.02 ? 1 + random() : 0),
};

/** Alarms a week on noise, once a week of it is known. */
function alarmsAWeek(noise: (random: () => number, before: number) => number, allowed: number, minutes: number, weeks: number): number {
  const random = randomFrom(110 + minutes);
  const detector = createDetector({ alarmsAWeek: allowed });
  const aWeek = 10_080 / minutes;
  let value = 0;
  let alarms = 0;
  for (let at = 0; at < (weeks + 1) * aWeek; at += 1) {
    value = noise(random, value);
    if (detector.step(START_MS + at * minutes * 60_000, value).anomaly && at >= aWeek) alarms += 1;
  }
  return alarms / weeks;
}

// A rate counted over so few weeks strays by its root; heavy tails reach further than the exponential one that is assumed.
const tolerated = (allowed: number, weeks: number): number => 1.3 * allowed + 2 * Math.sqrt(allowed / weeks);

test.each(Object.entries(NOISES))('cap 110: %s noise brings no more false alarms a week than allowed', (_name, noise) => {
  for (const allowed of [1, DEFAULT_ALARMS_A_WEEK]) expect(alarmsAWeek(noise, allowed, 5, 5)).toBeLessThanOrEqual(tolerated(allowed, 5));
});

test('cap 110: nor do they where a value comes every minute', () => {
  expect(alarmsAWeek((random) => normal(random), DEFAULT_ALARMS_A_WEEK, 1, 2)).toBeLessThanOrEqual(tolerated(DEFAULT_ALARMS_A_WEEK, 2));
});

test('cap 110: a low limit is kept, too, where a value comes every minute, of the hour of the day as well', () => {
  const ofDay = (at: number): number => 30 * Math.sin((2 * Math.PI * at) / 1440);
  const random = randomFrom(1101);
  const detector = createDetector({ alarmsAWeek: 1 });
  let alarms = 0;
  for (let at = 0; at < 4 * 10_080; at += 1) if (detector.step(START_MS + at * 60_000, 100 + ofDay(at) + 5 * normal(random)).anomaly && at >= 10_080) alarms += 1;
  expect(alarms / 3).toBeLessThanOrEqual(1);
});

test('cap 110: who allows more alarms gets more', () => {
  const counts = [0.5, 7, 50].map((allowed) => alarmsAWeek(NOISES['exponential'] ?? normal, allowed, 5, 3));
  expect([...counts].sort((a, b) => a - b)).toEqual(counts);
  expect(counts[2]).toBeGreaterThan(counts[0] ?? 0);
});
