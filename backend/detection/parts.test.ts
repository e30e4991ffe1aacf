/** The pieces the detector is made of. */
import { createProfile, PROFILE_BYTES, PROFILE_SIZE, type Profile } from './profile.ts';
import { normal, randomFrom } from '../platform/seededRandom.ts';
import { createTail, TAIL_SIZE } from './tail.ts';
import { TUNING } from './tuning.ts';
import { createWindowMemory, memoryBytes, MEMORY_SIZE, toUnits, type WindowMemory } from './windowMemory.ts';

const newProfile = (): Profile => createProfile(new Float64Array(PROFILE_SIZE), 0, new ArrayBuffer(PROFILE_BYTES), 0, TUNING);
const newMemory = (windows: number, radius: number): WindowMemory => createWindowMemory(new Float64Array(MEMORY_SIZE), 0, new ArrayBuffer(memoryBytes(windows, 2)), 0, { windows, lengths: 2, radius });
const window = (a: number, b: number): Int16Array => Int16Array.of(toUnits(a), toUnits(b));

test('cap 110: rareness is the logarithm of how seldom a reading is, for any unit of the reading', () => {
  for (const unit of [1, 1000]) {
    const random = randomFrom(1);
    const tail = createTail(new Float64Array(TAIL_SIZE), 0, TUNING);
    const surprises = Array.from({ length: 60_000 }, () => tail.rate(-unit * Math.log(1 - random()))).slice(10_000);
    const share = (least: number): number => surprises.filter((surprise) => surprise > least).length / surprises.length;
    expect(share(0)).toBeGreaterThan(0.005);
    expect(share(0)).toBeLessThan(0.02);
    expect(share(2) / share(0)).toBeGreaterThan(Math.exp(-2) / 1.5);
    expect(share(2) / share(0)).toBeLessThan(Math.exp(-2) * 1.5);
  }
});

test('cap 110: what is often far out becomes ordinary', () => {
  const tail = createTail(new Float64Array(TAIL_SIZE), 0, TUNING);
  const random = randomFrom(2);
  const surprises = Array.from({ length: 6000 }, (_, at) => tail.rate(at % 50 === 0 ? 40 : Math.abs(normal(random))));
  expect(surprises[5950]).toBeLessThan(2);
});

test('cap 110: a profile knows the hour of the day after two days, and the week after some weeks', () => {
  const profile = newProfile();
  const usual = (hour: number): number => (hour % 24) + (hour % 168 >= 120 ? 100 : 0);
  for (let hour = 0; hour < 168 * 4; hour += 1) {
    if (hour === 47) expect([profile.isKnown(3), profile.isKnown(23)]).toEqual([true, false]);
    for (const part of [0, 0.25, 0.5, 0.75]) profile.add(hour + part, usual(hour));
  }
  const wednesday = 168 * 4 + 2 * 24 + 12;
  const sunday = 168 * 4 + 6 * 24 + 12;
  expect(profile.expected(sunday + 0.5) - profile.expected(wednesday + 0.5)).toBeGreaterThan(40);
  expect(Math.abs(profile.expected(wednesday + 0.5) - profile.expected(wednesday - 12 + 0.5) - 12)).toBeLessThan(6);
});

test('cap 110: a value never explains itself, and times before 1970 are hours, too', () => {
  const profile = newProfile();
  for (let hour = -168; hour < -24; hour += 1) profile.add(hour, 5);
  const before = profile.expected(-24);
  profile.add(-24, 1000);
  profile.add(-23.5, 1000);
  expect(profile.expected(-23.4)).toBe(before);
  expect(before).toBe(5);
});

test('cap 110: a window met before is not new, however long ago, while windows are few', () => {
  const memory = newMemory(8, 0.1);
  expect(memory.novelty(window(0, 0))).toBe(0);
  expect(memory.novelty(window(3, 4))).toBeCloseTo(5 / Math.SQRT2, 1);
  for (let times = 0; times < 500; times += 1) memory.novelty(window(0, 0));
  // Far windows are remembered in coarse steps.
  expect(memory.novelty(window(3, 4))).toBeLessThan(0.1);
});

test('cap 110: what was needed least recently makes room', () => {
  const memory = newMemory(2, 0.1);
  for (let times = 0; times < 200; times += 1) memory.novelty(window(0, 0));
  for (let times = 0; times < 200; times += 1) memory.novelty(window(10, 0));
  memory.novelty(window(20, 0));
  expect(memory.novelty(window(10, 0))).toBeLessThan(0.2);
  expect(memory.novelty(window(0, 0))).toBeGreaterThan(5);
  expect(toUnits(1e9)).toBe(32767);
});
