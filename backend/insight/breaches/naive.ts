/** What the naive forecast says of a limit: the series stays at its last value, give or take as it has moved from step to step. It is what forecasts are held against. Pure. */
import type { DetectorThreshold } from '#contract';
import type { Outlook } from './outlook.ts';

/** Share of a normal distribution beyond `z` (Abramowitz and Stegun 26.2.17, to 1e-7), for `z` from 0 on. */
function beyond(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const sum = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * sum;
}

/** How much it moves in a step: the root of the mean square of its moves. */
function moveOf(past: Outlook['past']): number {
  let [sum, count] = [0, 0];
  past.forEach((value, place) => {
    const before = past[place - 1] ?? null;
    if (value === null || before === null) return;
    sum += (value - before) ** 2;
    count += 1;
  });
  return count === 0 ? 0 : Math.sqrt(sum / count);
}

/** Chance that a random walk from the last value has touched the limit by some times. */
export function naiveChances({ atMs, value, past, stepMs }: Pick<Outlook, 'atMs' | 'value' | 'past' | 'stepMs'>, threshold: DetectorThreshold, timesMs: readonly number[]): number[] {
  const move = moveOf(past);
  const distance = Math.abs(threshold.value - value);
  // By the reflection principle: touched by then is twice beyond it then.
  return timesMs.map((timeMs) => (move === 0 || timeMs <= atMs ? 0 : Math.min(1, 2 * beyond(distance / (move * Math.sqrt((timeMs - atMs) / stepMs))))));
}
