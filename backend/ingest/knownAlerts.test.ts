import fc from 'fast-check';
import { orgId, type OrgId } from '#contract';
import { createKnownAlerts } from './knownAlerts.ts';

const ORGS: readonly OrgId[] = [orgId.parse(1), orgId.parse(2)];

/** Keys whose low halves collide, with and without the sign bit. */
const keys = fc.constantFrom('00000000000000ff', '80000000000000ff', 'ffffffffffffffff', '7fffffff80000000', '0000000180000000');
const episodes = fc.record({ org: fc.constantFrom(...ORGS), key: keys, startsAtMs: fc.constantFrom(0, 1_000, 1_001, 253_370_764_800_000) });
const steps = fc.record({ episode: episodes, contentHash: fc.constantFrom(0, 1, 2 ** 48 - 1), flush: fc.boolean() });

test('the cache tells repeats, and counts each once, as a plain map does', () => {
  fc.assert(fc.property(fc.array(steps, { maxLength: 80 }), (list) => {
    const known = createKnownAlerts(1_000);
    const model = new Map<string, number>();
    const counted = new Map<string, number>();
    const expected = new Map<string, number>();
    const flush = (): void => {
      for (const [org, counts] of known.takeRepeats()) {
        for (const count of counts) {
          const name = `${org} ${BigInt.asUintN(64, BigInt(count.alertKey)).toString(16).padStart(16, '0')} ${count.startsAtMs}`;
          counted.set(name, (counted.get(name) ?? 0) + count.repeats);
        }
      }
    };
    list.forEach(({ episode, contentHash, flush: flushes }, index) => {
      const name = `${episode.org} ${episode.key} ${episode.startsAtMs}`;
      const delivery = { key: episode.key, startsAtMs: episode.startsAtMs, contentHash };
      const repeat = known.isRepeat(episode.org, delivery, index);
      expect(repeat).toBe(model.get(name) === contentHash);
      if (repeat) expected.set(name, (expected.get(name) ?? 0) + 1);
      else known.remember(episode.org, delivery, index);
      model.set(name, contentHash);
      if (flushes) flush();
    });
    flush();
    expect(counted).toEqual(expected);
    expect(known.size()).toBe(model.size);
  }));
});

test('a full cache keeps what was heard of lately, forgets the rest, and loses no count', () => {
  const known = createKnownAlerts(200);
  const delivery = (place: number): { key: string; startsAtMs: number; contentHash: number } => ({ key: place.toString(16).padStart(16, '0'), startsAtMs: 5, contentHash: 7 });
  const [org] = ORGS;
  if (org === undefined) throw new Error('no organisation');
  known.remember(org, delivery(0), 1);
  known.remember(org, delivery(1), 1);
  known.isRepeat(org, delivery(1), 2);
  for (let place = 2; place < 2_000; place += 1) {
    known.remember(org, delivery(place), place);
    known.isRepeat(org, delivery(0), place);
  }

  expect(known.size()).toBeLessThanOrEqual(201);
  expect(known.isRepeat(org, delivery(0), 3_000)).toBe(true);
  expect(known.isRepeat(org, delivery(1), 3_000)).toBe(false);
  expect(known.takeRepeats().get(org)).toEqual([
    { alertKey: '1', startsAtMs: 5, repeats: 1, lastSeenMs: 2, contentHash: 7 },
    { alertKey: '0', startsAtMs: 5, repeats: 1_999, lastSeenMs: 3_000, contentHash: 7 },
  ]);
});

test('what another replica has overwritten is asked of the database again, unless this one stored something meanwhile', () => {
  const known = createKnownAlerts(200);
  const [org] = ORGS;
  if (org === undefined) throw new Error('no organisation');
  for (const key of ['00000000000000ff', '80000000000000ff', 'ffffffffffffffff']) {
    const delivery = { key, startsAtMs: 1_000, contentHash: 7 };
    known.remember(org, delivery, 1);
    known.isRepeat(org, delivery, 2);
    const [count] = known.takeRepeats().get(org) ?? [];
    if (count === undefined) throw new Error('nothing was counted');
    known.forget(org, count);
    expect([known.isRepeat(org, delivery, 3), known.isRepeat(org, { ...delivery, contentHash: -2 }, 3)]).toEqual([false, false]);
    known.remember(org, { ...delivery, contentHash: 9 }, 4);
    known.forget(org, count);
    expect(known.isRepeat(org, { ...delivery, contentHash: 9 }, 5)).toBe(true);
    known.takeRepeats();
  }
});
