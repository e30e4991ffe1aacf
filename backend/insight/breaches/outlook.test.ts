/** cap 113: which crossings are named, and by which step. */
import { chosenOf, type Sight } from './outlook.ts';

const HOUR = 3_600_000;
const MINUTES = { atMs: 0, isOver: false, breach: null, seenToMs: 10 * HOUR };
const HOURS = { ...MINUTES, seenToMs: 128 * HOUR };

function crossing(sight: Sight, medianHours: number, latestHours: number | null): Sight {
  return { ...sight, breach: { earliestMs: (medianHours / 2) * HOUR, medianMs: medianHours * HOUR, latestMs: latestHours === null ? null : latestHours * HOUR, seenToMs: sight.seenToMs } };
}

test('cap 113: the finest step that names a crossing is asked alone', () => {
  const minutes = crossing(MINUTES, 3, 4);
  function* seen(): Iterable<Sight> {
    yield minutes;
    throw new Error('hours are not needed');
  }
  expect(chosenOf(seen())).toBe(minutes);
});

test('cap 113: hours name what minutes see as likely as not, and what lies beyond their sight; what minutes would see and do not is not believed', () => {
  const likely = crossing(MINUTES, 8, null);
  const hours = crossing(HOURS, 7, 12);
  expect(chosenOf([likely, hours])).toBe(hours);
  expect(chosenOf([MINUTES, hours])).toBe(MINUTES);
  const far = crossing(HOURS, 40, 60);
  expect(chosenOf([MINUTES, far])).toBe(far);
  expect(chosenOf([far])).toBe(far);
});

test('cap 113: what none names is what the finest sees; beyond the limit, nothing else counts', () => {
  const likely = crossing(MINUTES, 8, null);
  const far = crossing(HOURS, 40, null);
  expect(chosenOf([likely, far])).toBe(likely);
  expect(chosenOf([MINUTES, far])).toBe(far);
  const over = { ...HOURS, isOver: true };
  expect(chosenOf([likely, over])).toBe(over);
  expect(chosenOf([])).toBeNull();
});
