/** What was learned moves the engine's decisions: within limits, with its reason, and not at all where nothing was learned. */
import fc from 'fast-check';
import type { AlertChange } from '../../ingest/index.ts';
import { alertAt, evenly, playAlerts, type Played } from './engine.testkit.ts';
import { createLearnedPairs, MAX_EFFECT, type LearnedLink } from './learned.ts';

/** Parts are rounded so that they sum up to the rounded score: one of them takes what is left over. */
const ROUNDING = 0.05;

function pair(name: string, service: string, effect: number, kind: LearnedLink['kind'] = 'service'): LearnedLink {
  return { kind, name, service, effect, text: `known with ${service}`, reverseText: `known with ${name}` };
}

/** Five alerts of a service, each of a rule of its own. */
function burst(service: string, minute: number, step = 0.3): AlertChange[] {
  return ['A', 'B', 'C', 'D', 'E'].map((rule, index) => alertAt(minute + index * step, { service, rule: `${service}${rule}`, severity: 'sev2', key: `${service}${rule}` }));
}

function inOrder(...bursts: readonly AlertChange[][]): AlertChange[] {
  return bursts.flat().sort((a, b) => a.recordedAt.getTime() - b.recordedAt.getTime());
}

/** Services that know nothing of each other fail at one time, their alerts mixed; or one after the other. */
const MIXED = inOrder(burst('mail', 0), burst('search', 0.1));
const FOLLOWING = inOrder(burst('mail', 0), burst('search', 3));

function contributionsOf(played: Played): readonly { kind: string; text: string; weight: number }[] {
  return played.decisions.flatMap((decision) => {
    switch (decision.kind) {
      case 'open':
        return decision.alerts.flatMap((alert) => alert.reason.contributions);
      case 'join':
      case 'move':
        return decision.alert.reason.contributions;
      default:
        return [];
    }
  });
}

test('cap 34: services that are known to go together are one incident, and the link says from where that is known', () => {
  for (const storm of [MIXED, FOLLOWING]) {
    expect(playAlerts(storm).groups).toHaveLength(2);
    expect(playAlerts(storm, { learned: createLearnedPairs([pair('search', 'mail', 4)]) }).groups).toHaveLength(1);
  }
  const played = playAlerts(FOLLOWING, { learned: createLearnedPairs([pair('search', 'mail', 4)]) });
  expect(contributionsOf(played)).toContainEqual({ kind: 'history', text: 'known with mail', weight: expect.any(Number) });
});

test('cap 34: the order in which a pair was stored does not matter, and neither does which of the two fails first', () => {
  for (const link of [pair('search', 'mail', 4), pair('mail', 'search', 4)]) {
    expect(playAlerts(MIXED, { learned: createLearnedPairs([link]) }).groups).toHaveLength(1);
  }
});

test('cap 34: services that people take apart again and again stay apart, though one needs the other', () => {
  const chain = inOrder(burst('ledger-db', 0), burst('ledger', 2));
  expect(playAlerts(chain).groups).toHaveLength(1);
  expect(playAlerts(chain, { learned: createLearnedPairs([pair('ledger', 'ledger-db', -4)]) }).groups.length).toBeGreaterThan(1);
});

test('cap 34: an alert rule that is known to come with a service joins its incident, from wherever it fires', () => {
  const storm = inOrder(burst('mail', 0), [alertAt(2.5, { service: 'chat', rule: 'QueueGrows', key: 'queue' })]);
  expect([...playAlerts(storm).groupOf.keys()].some((key) => key.startsWith('queue'))).toBe(false);
  const played = playAlerts(storm, { learned: createLearnedPairs([pair('QueueGrows', 'mail', 4, 'rule')]) });
  expect([...played.groupOf.keys()].some((key) => key.startsWith('queue'))).toBe(true);
});

test('one act of a person only nudges: it does not join what nothing else joins', () => {
  expect(playAlerts(MIXED, { learned: createLearnedPairs([pair('search', 'mail', 1)]) }).groups).toHaveLength(2);
});

test('nothing learned, or something learned of others, changes no decision', () => {
  const plain = playAlerts(MIXED).decisions;
  expect(playAlerts(MIXED, { learned: createLearnedPairs([]) }).decisions).toEqual(plain);
  expect(playAlerts(MIXED, { learned: createLearnedPairs([pair('reports', 'chat', 4)]) }).decisions).toEqual(plain);
});

test('whatever was learned, its weight at a link stays within its bounds, and the same snapshot decides the same', () => {
  const services = ['mail', 'search', 'chat', 'reports', 'ledger'];
  const links = fc.array(fc.record({ a: fc.constantFrom(...services), b: fc.constantFrom(...services), effect: evenly(-50, 50) }), { maxLength: 30 })
    .map((list) => list.filter(({ a, b }) => a !== b).map(({ a, b, effect }) => pair(a, b, effect)));
  const alerts = fc.array(fc.record({ minute: evenly(0, 40), service: fc.constantFrom(...services), rule: fc.constantFrom('A', 'B', 'C') }), { maxLength: 60 })
    .map((list) => [...list].sort((x, y) => x.minute - y.minute).map(({ minute, ...fields }, index) => alertAt(minute, { ...fields, key: `k${index}` })));
  fc.assert(fc.property(links, alerts, (learnedLinks, changes) => {
    const learned = createLearnedPairs(learnedLinks);
    const played = playAlerts(changes, { learned });
    for (const { text, weight } of contributionsOf(played)) if (text.startsWith('known with')) expect(Math.abs(weight)).toBeLessThanOrEqual(MAX_EFFECT + ROUNDING);
    expect(playAlerts(changes, { learned }).decisions).toEqual(played.decisions);
  }), { numRuns: 60 });
});
