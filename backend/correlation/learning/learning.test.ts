/** Learning: the order of what happened does not matter, no effect exceeds its bounds, and forgetting leaves nothing behind. */
import fc from 'fast-check';
import { incidentNumber } from '#contract';
import { candidateKey, learnCandidates, whyHeld, whySooner } from './learnCandidates.ts';
import { learnPairs, pairKey } from './learnPairs.ts';
import type { CandidateAct, PairAct, PastIncident, Vetoes } from './observations.ts';

const NOW = new Date(Date.UTC(2026, 2, 2, 6, 0, 0));
const DAY_MS = 86_400_000;
const NONE: Vetoes = new Map();
const daysAgo = (days: number): Date => new Date(NOW.getTime() - days * DAY_MS);

function ended(number: number, services: readonly string[], days = 1, rules: PastIncident['rules'] = []): PastIncident {
  return { number: incidentNumber.parse(number), endedAt: daysAgo(days), services, rules };
}
function act(kind: PairAct['kind'], number: number, left: readonly string[], right: readonly string[], days = 1): PairAct {
  return { kind, incident: incidentNumber.parse(number), at: daysAgo(days), left, right };
}
function decided(kind: CandidateAct['kind'], number: number, over: Partial<CandidateAct> = {}): CandidateAct {
  return { kind, incident: incidentNumber.parse(number), at: daysAgo(9 - number * 0.1), cause: 'mail', services: ['mail'], rules: ['SmtpSlow'], severity: 3, alerts: 4, ...over };
}
const effectOf = (incidents: readonly PastIncident[], pairActs: readonly PairAct[], vetoes = NONE): number =>
  learnPairs({ incidents, pairActs }, NOW, vetoes).find((pair) => pair.key === pairKey('service', 'checkout', 'search'))?.effect ?? 0;

describe('pairs', () => {
  test('cap 34: services that were in one incident again and again, and seldom apart, are learned, with support and lift', () => {
    const incidents = [...[1, 2, 3, 4, 5, 6].map((number) => ended(number, ['checkout', 'search'])), ended(7, ['search']), ended(8, ['search', 'mail']), ...[9, 10, 11].map((number) => ended(number, ['mail']))];
    const [pair, ...others] = learnPairs({ incidents, pairActs: [] }, NOW, NONE);
    expect(others).toEqual([]);
    expect(pair).toMatchObject({ name: 'checkout', service: 'search', evidence: { together: 6, withSubject: 6, withOther: 8, incidents: 11, lift: 2 }, incidents: [6, 5, 4, 3, 2, 1] });
    expect(pair?.effect).toBeGreaterThanOrEqual(0.3);
  });

  test('twice is no pattern, and neither is what fires with everything', () => {
    expect(effectOf([1, 2].map((number) => ended(number, ['checkout', 'search'])), [])).toBe(0);
    const everywhere = Array.from({ length: 30 }, (_, index) => ended(index + 1, ['gateway', `service-${index % 6}`]));
    expect(learnPairs({ incidents: everywhere, pairActs: [] }, NOW, NONE)).toEqual([]);
    // Seldom together by chance does not mean that they belong apart.
    const busy = Array.from({ length: 60 }, (_, index) => ended(index + 1, index < 3 ? ['checkout', 'search'] : [index % 2 === 0 ? 'checkout' : 'search']));
    expect(effectOf(busy, [])).toBe(0);
  });

  test('cap 34: an alert rule of no or many services that comes with a service is learned; one of a single service says no more than that', () => {
    const incidents = [1, 2, 3, 4, 5].map((number) => ended(number, ['mail'], 1, [{ name: 'ProbeFailed', services: [] }, { name: 'SmtpSlow', services: ['mail'] }, { name: 'DiskFull', services: ['search'] }]));
    expect(learnPairs({ incidents, pairActs: [] }, NOW, NONE).map(({ kind, name, service }) => [kind, name, service])).toEqual([['rule', 'ProbeFailed', 'mail']]);
  });

  test('one merge of one person only nudges; merges of different incidents join, and one split takes part of that back', () => {
    const merge = (number: number): PairAct => act('together', number, ['checkout'], ['search']);
    expect(effectOf([], [merge(1)])).toBe(1);
    expect(effectOf([], [merge(1), merge(1), merge(1)])).toBe(1);
    expect(effectOf([], [merge(1), merge(2)])).toBeGreaterThan(2.5);
    expect(effectOf([], [merge(1), merge(2), act('apart', 3, ['search'], ['checkout'])])).toBeLessThan(effectOf([], [merge(1), merge(2)]));
  });

  test('a merge of two large incidents says little of each pair, and one of everything nothing', () => {
    const names = (count: number, prefix: string): string[] => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
    expect(learnPairs({ incidents: [], pairActs: [act('together', 1, names(10, 'a'), names(10, 'b'))] }, NOW, NONE)).toEqual([]);
    expect(learnPairs({ incidents: [], pairActs: [1, 2, 3].map((number) => act('together', number, names(30, 'a'), ['search'])) }, NOW, NONE)).toEqual([]);
  });

  test('what is old counts half after thirty days, and not at all in the end', () => {
    const acts = (days: number): PairAct[] => [act('together', 1, ['checkout'], ['search'], days), act('together', 2, ['checkout'], ['search'], days)];
    expect(effectOf([], acts(30))).toBeCloseTo(effectOf([], acts(0)) / 2, 0);
    expect(effectOf([], acts(400))).toBe(0);
  });

  test('people who took apart outweigh how often the engine had put together', () => {
    const incidents = [1, 2, 3, 4, 5].map((number) => ended(number, ['checkout', 'search']));
    expect(effectOf(incidents, [4, 5].map((number) => act('apart', number, ['checkout'], ['search'])))).toBeLessThan(-2);
  });
});

const names = fc.uniqueArray(fc.constantFrom('checkout', 'search', 'mail', 'chat', 'ledger'), { minLength: 1, maxLength: 4 });
const anyIncident = fc.record({ number: fc.integer({ min: 1, max: 30 }), services: names, days: fc.integer({ min: 0, max: 90 }), rule: fc.constantFrom('A', 'B'), at: names })
  .map(({ number, services, days, rule, at }) => ended(number, services, days, [{ name: rule, services: at }]));
const anyAct = fc.record({ kind: fc.constantFrom('together' as const, 'apart' as const), number: fc.integer({ min: 1, max: 30 }), left: names, right: names, days: fc.integer({ min: 0, max: 90 }) })
  .map(({ kind, number, left, right, days }) => act(kind, number, left, right, days));

describe('properties', () => {
  test('the order in which things happened to be read does not matter', () => {
    fc.assert(fc.property(fc.array(anyIncident, { maxLength: 40 }), fc.array(anyAct, { maxLength: 30 }), fc.infiniteStream(fc.nat()), (incidents, pairActs, dice) => {
      const shaken = <T>(list: readonly T[]): T[] => list.map((item) => ({ item, at: dice.next().value ?? 0 })).sort((a, b) => a.at - b.at).map(({ item }) => item);
      expect(learnPairs({ incidents: shaken(incidents), pairActs: shaken(pairActs) }, NOW, NONE)).toEqual(learnPairs({ incidents, pairActs }, NOW, NONE));
    }), { numRuns: 150 });
  });

  test('no pair has an effect beyond its bounds, and acts on one incident never more than a nudge', () => {
    fc.assert(fc.property(fc.array(anyIncident, { maxLength: 40 }), fc.array(anyAct, { maxLength: 60 }), (incidents, pairActs) => {
      for (const { effect, evidence } of learnPairs({ incidents, pairActs }, NOW, NONE)) {
        expect(Math.abs(effect)).toBeLessThanOrEqual(5);
        if (effect < 0) expect(evidence.parted).toBeGreaterThan(0);
        if (effect < -1) expect(evidence.parted).toBeGreaterThan(1);
      }
      for (const { effect } of learnPairs({ incidents: [], pairActs: pairActs.map((one) => ({ ...one, incident: incidentNumber.parse(1) })) }, NOW, NONE)) expect(Math.abs(effect)).toBeLessThanOrEqual(1);
    }), { numRuns: 150 });
  });

  test('what is forgotten or not to be learned has no effect, and nothing else changes by it', () => {
    const key = pairKey('service', 'search', 'checkout');
    fc.assert(fc.property(fc.array(anyIncident, { maxLength: 30 }), fc.array(anyAct, { maxLength: 30 }), fc.boolean(), (incidents, pairActs, ignored) => {
      const before = learnPairs({ incidents, pairActs }, NOW, NONE);
      const after = learnPairs({ incidents, pairActs }, NOW, new Map([[key, { forgottenAt: ignored ? null : NOW, ignored }]]));
      expect(after).toEqual(before.filter((pair) => pair.key !== key));
    }), { numRuns: 150 });
  });
});

describe('candidates', () => {
  const facts = { services: ['mail'], rules: ['SmtpSlow'], severity: 3, alerts: 4 };

  test('cap 44: a kind that was rejected three times is held, with the reason; what is graver, broader or larger is not', () => {
    const [learned] = learnCandidates([decided('rejected', 1), decided('rejected', 2), decided('rejected', 3)], NOW, NONE);
    if (learned === undefined) throw new Error('nothing was learned');
    expect(whyHeld(learned, facts)).toBe('candidates around mail were rejected 3 times in the last 30 days: held, until it is graver, broader or larger than those');
    for (const more of [{ severity: 2 }, { alerts: 7 }, { services: ['mail', 'checkout'] }, { rules: ['SmtpSlow', 'MailLost'] }]) expect(whyHeld(learned, { ...facts, ...more })).toBeNull();
  });

  test('what was in only one of those that were rejected is not held', () => {
    const [learned] = learnCandidates([decided('rejected', 1), decided('rejected', 2), decided('rejected', 3, { rules: ['SmtpSlow', 'MailLost'] })], NOW, NONE);
    if (learned === undefined) throw new Error('nothing was learned');
    expect([whyHeld(learned, facts), whyHeld(learned, { ...facts, rules: ['MailLost'] })]).toEqual([expect.any(String), null]);
  });

  test('the last decision on each incident counts; a promotion ends what rejections began, and two of them make it sooner', () => {
    const rejected = [1, 2, 3].map((number) => decided('rejected', number));
    expect(learnCandidates([...rejected, decided('promoted', 3, { at: daysAgo(2) })], NOW, NONE)[0]).toMatchObject({ effect: 'none', rejected: 0, promoted: 1 });
    const [sooner] = learnCandidates([...rejected, decided('promoted', 4, { at: daysAgo(2) }), decided('promoted', 5, { at: daysAgo(1) })], NOW, NONE);
    expect(sooner?.effect).toBe('sooner');
    expect(sooner === undefined ? null : whySooner(sooner)).toBe('candidates around mail were promoted 2 times in the last 30 days');
  });

  test('what is older than thirty days, forgotten or not to be learned holds nothing', () => {
    const acts = [1, 2, 3].map((number) => decided('rejected', number));
    expect(learnCandidates(acts.map((one) => ({ ...one, at: daysAgo(31) })), NOW, NONE)).toEqual([]);
    expect(learnCandidates(acts, NOW, new Map([[candidateKey('mail'), { forgottenAt: NOW, ignored: false }]]))).toEqual([]);
    expect(learnCandidates(acts, NOW, new Map([[candidateKey('mail'), { forgottenAt: null, ignored: true }]]))).toEqual([]);
  });

  test('the order of decisions read does not matter', () => {
    const any = fc.array(fc.record({ kind: fc.constantFrom('rejected' as const, 'promoted' as const), number: fc.integer({ min: 1, max: 9 }), hours: fc.integer({ min: 1, max: 900 }) })
      .map(({ kind, number, hours }) => decided(kind, number, { at: new Date(NOW.getTime() - hours * 3_600_000) })), { maxLength: 20 });
    fc.assert(fc.property(any, (acts) => {
      expect(learnCandidates([...acts].reverse(), NOW, NONE)).toEqual(learnCandidates(acts, NOW, NONE));
    }), { numRuns: 150 });
  });
});
