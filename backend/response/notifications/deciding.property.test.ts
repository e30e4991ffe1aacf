/** The pure decisions of notifications, by properties. */
import fc from 'fast-check';
import { MESSAGE_CLASSES, URGENCIES } from '#contract';
import { afterMessage, FAILURES_TO_OPEN, NEW_BREAKER, permits, tried, type Breaker } from './breaker.ts';
import { bundleOf, holdUntil, mayBundle } from './bundling.ts';
import { chainFor, hopsOf } from './chains.ts';
import type { Notice } from './channels/channel.ts';
import { decideNext, receiptLimitMs, sendLimitMs, type Happening, type Situation } from './nextHop.ts';
import { afterTaking, freePlaces, HORIZON_MS } from './pacing.ts';

const situation: fc.Arbitrary<Situation> = fc.integer({ min: 1, max: 5 }).chain((length) => fc.record({
  hops: fc.constant(Array.from({ length }, (_one, place) => ({ channel: `c${place}`, address: null, waitSeconds: 60 }))), hop: fc.integer({ min: 0, max: length - 1 }), round: fc.integer({ min: 0, max: 5 }),
  refused: fc.subarray(Array.from({ length }, (_one, place) => place)).map((places) => new Set(places)), lost: fc.integer({ min: 0, max: 4 }), messageClass: fc.constantFrom(...MESSAGE_CLASSES), urgency: fc.constantFrom(...URGENCIES),
  ageMs: fc.integer({ min: 0, max: 2 * 86_400_000 }), arrived: fc.constantFrom('sent' as const, 'delivered' as const, null), cancelled: fc.boolean(), resting: fc.subarray(['c0', 'c1', 'c2', 'c3', 'c4']).map((names) => new Set(names)),
}));
const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ kind: fc.constant('accepted' as const), receipts: fc.boolean() }), fc.constant({ kind: 'delivered' as const }), fc.record({ kind: fc.constant('throttled' as const), retryAfterMs: fc.integer({ min: 0, max: 3_600_000 }) }),
  fc.record({ kind: fc.constantFrom('retry' as const, 'refused' as const, 'gone' as const), reason: fc.string() }), fc.constantFrom({ kind: 'lost' as const }, { kind: 'unconfirmed' as const }, { kind: 'unanswered' as const }),
  fc.record({ kind: fc.constant('resting' as const), forMs: fc.integer({ min: 1, max: 300_000 }) }),
);

test('cap 89: a decision never takes a refused way, never tells again what arrived but when nobody answers, and ends', () => {
  fc.assert(fc.property(situation, happening, (now, happened) => {
    const decision = decideNext(now, happened);
    if (decision.kind === 'try') {
      expect(decision.hop).toBeLessThan(now.hops.length);
      expect(decision.delayMs).toBeGreaterThanOrEqual(0);
      if (decision.hop !== now.hop) expect(now.refused.has(decision.hop)).toBe(false);
      if (decision.refuse) expect(decision.hop).not.toBe(now.hop);
      // What goes back to an earlier way, or starts over, has not arrived.
      if (decision.round > now.round) expect(now.arrived).toBeNull();
    }
    if (decision.kind === 'failed') expect(now.arrived).toBeNull();
    if (happened.kind === 'delivered') expect(decision).toMatchObject({ kind: 'arrived', state: 'delivered' });
  }), { numRuns: 1_000 });
});

test('cap 89: with another way left, no misfortune of a provider keeps a critical page longer than 15 s', () => {
  expect(sendLimitMs('critical') + receiptLimitMs('critical')).toBeLessThan(15_000);
  fc.assert(fc.property(situation, happening, (given, happened) => {
    const now: Situation = { ...given, hop: 0, urgency: 'critical', messageClass: 'page', refused: new Set(), resting: new Set(), arrived: null, cancelled: false, lost: 0 };
    fc.pre(now.hops.length > 1);
    const decision = decideNext(now, happened);
    if (decision.kind === 'try') expect(decision.delayMs).toBeLessThanOrEqual(2_000);
    else expect(decision.kind).toBe('arrived');
  }), { numRuns: 500 });
});

test('a breaker opens after failures in a row, rests longer each time but never for good, and is closed by one success of its trial', () => {
  fc.assert(fc.property(fc.array(fc.boolean(), { maxLength: 80 }), (results) => {
    let breaker: Breaker = NEW_BREAKER;
    let nowMs = 0;
    for (const wentWell of results) {
      const permit = permits(breaker, nowMs);
      if (permit.kind === 'none') {
        expect(permit.untilMs - nowMs).toBeLessThanOrEqual(300_000);
        nowMs = permit.untilMs;
      }
      if (permits(breaker, nowMs).kind === 'trial') breaker = tried(breaker, nowMs);
      const before = breaker;
      breaker = afterMessage(breaker, wentWell, nowMs);
      expect(breaker.score).toBeGreaterThanOrEqual(0);
      expect(breaker.score).toBeLessThanOrEqual(1);
      if (before.state === 'half_open') expect(breaker.state).toBe(wentWell ? 'closed' : 'open');
      if (before.state === 'closed' && before.failures + 1 >= FAILURES_TO_OPEN && !wentWell) expect(breaker.state).toBe('open');
      nowMs += 100;
    }
  }), { numRuns: 300 });
});

test('cap 91: in no second are more places given out than the provider takes, and whoever comes next waits for little more than one', () => {
  fc.assert(fc.property(fc.constantFrom(0.5, 1, 3, 20, 100), fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 60 }), (perSecond, pauses) => {
    let nowMs = 0;
    let next = 0;
    const given: number[] = [];
    for (const pause of pauses) {
      nowMs += pause;
      const { atMs } = freePlaces(next, perSecond, nowMs, 50);
      given.push(...atMs);
      if (atMs.length > 0) next = afterTaking(next, perSecond, nowMs, atMs.length);
      expect(next - nowMs).toBeLessThanOrEqual(HORIZON_MS + 1_000 / perSecond + 1);
    }
    for (let place = 1; place < given.length; place += 1) expect((given[place] ?? 0) - (given[place - 1] ?? 0)).toBeGreaterThanOrEqual(1_000 / perSecond - 0.01);
  }), { numRuns: 200 });
});

const NOTICE: Notice = { dedupKey: 'a', messageClass: 'notice', urgency: 'normal', subject: 'One', text: 'x', facts: [], link: null, actions: [], thread: 'INC-1', at: new Date(0), language: 'en' };

test('cap 94: what is held ends within the window; pages and what is critical may not be held; one alone stays as it is', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 1_000 })), fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 500 }), (recent, after, windowMs) => {
    const until = holdUntil({ after, windowMs }, recent, 1_000);
    if (until !== null) {
      expect(until).toBeGreaterThan(1_000);
      expect(until).toBeLessThanOrEqual(1_000 + windowMs);
    } else expect(recent.filter((at) => at > 1_000 - windowMs).length).toBeLessThan(after);
  }), { numRuns: 300 });
  for (const messageClass of MESSAGE_CLASSES) expect(mayBundle(messageClass, 'critical')).toBe(false);
  expect(mayBundle('page', 'low')).toBe(false);
  expect(bundleOf([NOTICE], 'b')).toEqual({ ...NOTICE, dedupKey: 'b' });
  expect(bundleOf([NOTICE, { ...NOTICE, urgency: 'high', subject: 'Two', thread: 'INC-2' }], 'b')).toMatchObject({ urgency: 'high', subject: '2 notices: One', text: '- **One**\n- **Two**', thread: null });
});

test('the chain that says most decides; each way is taken once', () => {
  const chains = [{ name: 'Default', team: null, messageClass: null, urgency: null, channels: [] }, { name: 'Critical', team: null, messageClass: null, urgency: 'critical' as const, channels: [] }, { name: 'Pages', team: null, messageClass: 'page' as const, urgency: null, channels: [] }, { name: 'Shop', team: 'shop', messageClass: null, urgency: null, channels: [] }];
  expect(chainFor(chains, { team: null, messageClass: 'notice', urgency: 'low' })?.name).toBe('Default');
  expect(chainFor(chains, { team: null, messageClass: 'page', urgency: 'critical' })?.name).toBe('Pages');
  expect(chainFor(chains, { team: 'shop', messageClass: 'page', urgency: 'critical' })?.name).toBe('Shop');
  expect(chainFor([], { team: null, messageClass: 'page', urgency: 'low' })).toBeNull();
  expect(hopsOf([{ channel: 'a', address: null, waitSeconds: 0 }], ['a', 'b']).map(({ channel }) => channel)).toEqual(['a', 'b']);
});
