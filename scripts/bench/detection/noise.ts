/** How many alarms a week come from nothing but noise, at each sensitivity. */
import { createDetector } from '../../../backend/detection/index.ts';
import { normal, randomFrom } from './synthetic.ts';

type Noise = (random: () => number, timestampMs: number, before: number) => number;

export const NOISES: Readonly<Record<string, Noise>> = {
  'normal': (random) => normal(random),
  'persistent (0.9)': (random, _at, before) => 0.9 * before + normal(random),
  'day and normal': (random, at) => 100 + 30 * Math.sin((2 * Math.PI * at) / 86_400_000) + 5 * normal(random),
  'exponential': (random) => -Math.log(1 - random()),
  'uniform': (random) => random(),
  'heavy-tailed (t, 4)': (random) => normal(random) / Math.sqrt((normal(random) ** 2 + normal(random) ** 2 + normal(random) ** 2 + normal(random) ** 2) / 4),
  'sparse (2 %)': (random) => (random() < 0.02 ? 1 + random() : 0),
};

/** Alarms a week after the first one, over some seeds. */
export function alarmsAWeek(noise: Noise, options: { readonly intervalMs: number; readonly weeks: number; readonly seeds: number; readonly allowed: number }): number {
  const aWeek = Math.round((7 * 86_400_000) / options.intervalMs);
  let alarms = 0;
  for (let seed = 1; seed <= options.seeds; seed += 1) {
    const random = randomFrom(seed * 7919);
    const detector = createDetector({ alarmsAWeek: options.allowed });
    let value = 0;
    for (let at = 0; at < (options.weeks + 1) * aWeek; at += 1) {
      const timestampMs = 1_700_000_000_000 + at * options.intervalMs;
      value = noise(random, timestampMs, value);
      if (detector.step(timestampMs, value).anomaly && at >= aWeek) alarms += 1;
    }
  }
  return alarms / (options.weeks * options.seeds);
}
