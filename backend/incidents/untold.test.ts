import fc from 'fast-check';
import { createUntold, TELL_EVERY_MS } from './untold.ts';

test('tells the first at once, and what follows within a second together', () => {
  const untold = createUntold();
  expect(untold.note(7, { joined: 3, ended: 0 }, 10_000)).toEqual({ joined: 3, ended: 0 });
  expect(untold.note(7, { joined: 2, ended: 0 }, 10_400)).toBeNull();
  expect(untold.note(8, { joined: 1, ended: 0 }, 10_400)).toEqual({ joined: 1, ended: 0 });
  expect(untold.note(7, { joined: 0, ended: 4 }, 10_999)).toBeNull();
  expect(untold.nextDueMs(10_999)).toBe(11_000);
  expect(untold.take(10_999, false)).toEqual(new Map());
  expect(untold.take(11_000, false)).toEqual(new Map([[7, { joined: 2, ended: 4 }]]));
  expect(untold.nextDueMs(11_000)).toBeNull();
  // It was told just now, so the next waits again.
  expect(untold.note(7, { joined: 1, ended: 0 }, 11_500)).toBeNull();
  expect(untold.note(7, { joined: 1, ended: 0 }, 12_000)).toEqual({ joined: 2, ended: 0 });
});

test('tells everything before it stops, and what another process left behind', () => {
  const untold = createUntold();
  untold.recall([{ number: 3, joined: 5, ended: 1 }], 0);
  expect(untold.nextDueMs(0)).toBe(TELL_EVERY_MS);
  expect(untold.note(3, { joined: 1, ended: 0 }, 10)).toBeNull();
  expect(untold.take(20, true)).toEqual(new Map([[3, { joined: 6, ended: 1 }]]));
});

test('loses nothing and tells nothing twice, at most once a second of each incident', () => {
  const step = fc.record({ incident: fc.integer({ min: 1, max: 3 }), joined: fc.nat(3), ended: fc.nat(2), waitMs: fc.nat(700), look: fc.boolean() });
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const untold = createUntold();
    const given = new Map<number, number>();
    const told = new Map<number, number>();
    const toldAt = new Map<number, number>();
    const tell = (incident: number, news: { joined: number; ended: number }, nowMs: number, last = false): void => {
      told.set(incident, (told.get(incident) ?? 0) + news.joined * 1000 + news.ended);
      if (!last) expect(nowMs - (toldAt.get(incident) ?? -Infinity)).toBeGreaterThanOrEqual(TELL_EVERY_MS);
      toldAt.set(incident, nowMs);
    };
    let nowMs = 0;
    for (const { incident, joined, ended, waitMs, look } of steps) {
      nowMs += waitMs;
      given.set(incident, (given.get(incident) ?? 0) + joined * 1000 + ended);
      const now = untold.note(incident, { joined, ended }, nowMs);
      if (now !== null) tell(incident, now, nowMs);
      if (look) for (const [number, news] of untold.take(nowMs, false)) tell(number, news, nowMs);
      untold.nextDueMs(nowMs);
    }
    for (const [number, news] of untold.take(nowMs, true)) tell(number, news, nowMs, true);
    expect(told).toEqual(given);
    expect(untold.nextDueMs(nowMs)).toBeNull();
  }));
});
