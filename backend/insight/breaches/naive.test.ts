/** cap 113: what forecasts of limits are held against. */
import { normal, randomFrom } from '../../platform/seededRandom.ts';
import { naiveChances } from './naive.ts';

const STEP = 300_000;
const hours = (count: number): number => (count * 3_600_000) / STEP;

test('a walk that goes up and down by chance touches the limit as often as it says', () => {
  const random = randomFrom(7);
  const past = [0];
  for (let step = 0; step < 2_000; step += 1) past.push((past.at(-1) ?? 0) + normal(random));
  const steps = [20, 60, 200];
  const said = naiveChances({ atMs: 0, value: 0, past, stepMs: STEP }, { value: 8, side: 'above' }, steps.map((count) => count * STEP));
  const walks = 2_000;
  const touched = steps.map(() => 0);
  for (let walk = 0; walk < walks; walk += 1) {
    let [value, highest] = [0, 0];
    for (let step = 1; step <= 200; step += 1) {
      value += normal(random);
      highest = Math.max(highest, value);
      steps.forEach((count, place) => {
        if (step === count && highest >= 8) touched[place] = (touched[place] ?? 0) + 1;
      });
    }
  }
  // A walk in steps touches a little more seldom than one without.
  said.forEach((chance, place) => expect(Math.abs(chance - (touched[place] ?? 0) / walks)).toBeLessThan(0.06));
});

test.each([
  ['a series that never moves stays where it is', [5, 5, 5], 5, [0, 0]],
  ['nothing is known of its moves', [null, 5], 5, [0, 0]],
  ['it is at the limit', [4, 5], 10, [1, 1]],
  ['gaps are no moves', [0, null, 5, null, 9], 9, [0, 0]],
] as const)('%s', (_name, past, value, expected) => {
  const chances = naiveChances({ atMs: 0, value, past, stepMs: STEP }, { value: 10, side: 'above' }, [hours(1) * STEP, hours(10) * STEP]);
  chances.forEach((chance, place) => expect(chance).toBeCloseTo(expected[place] ?? -1, 6));
});

test('later is likelier, the other side is alike, and a time that is over is none', () => {
  const past = [50, 51, 49, 52, 50];
  const [soon = 1, late = 0] = naiveChances({ atMs: 0, value: 50, past, stepMs: STEP }, { value: 55, side: 'above' }, [STEP, 50 * STEP]);
  expect(soon).toBeLessThan(late);
  expect(naiveChances({ atMs: 0, value: 50, past, stepMs: STEP }, { value: 45, side: 'below' }, [STEP, 50 * STEP])).toEqual([soon, late]);
  expect(naiveChances({ atMs: 0, value: 50, past, stepMs: STEP }, { value: 45, side: 'below' }, [-STEP])).toEqual([0]);
});
