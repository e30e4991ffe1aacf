/** Dependencies that alerts suggest: found where they are, and nowhere else. */
import fc from 'fast-check';
import { DEFAULT_LEARN_OPTIONS, learnDependencies, type ServiceAlert } from './learnDependencies.ts';

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 2, 1);

/** Troubles of a chain of services, some seconds after each other, some hours apart. */
function outages(chain: readonly string[], times: number, lagSeconds = 20, everyHours = 20): ServiceAlert[] {
  return Array.from({ length: times }, (_, turn) => chain.map((service, place) => ({
    service, atMs: START_MS + turn * everyHours * HOUR_MS + place * lagSeconds * 1000, name: 'HighErrorRate', blames: null,
  }))).flat();
}

test('a service that fails after another again and again probably needs it; evidence says how sure that is', () => {
  const [learned, ...more] = learnDependencies(outages(['payments-db', 'checkout'], 5), []);
  expect(more).toEqual([]);
  expect(learned).toMatchObject({
    from: 'checkout', to: 'payments-db', type: 'stores-in', evidence: { basis: 'order', support: 5, medianLagSeconds: 20, direction: 1 },
  });
  expect(learned?.evidence.lift).toBeGreaterThan(50);
  expect(learned?.evidence.examples).toHaveLength(3);
});

test('of a chain the steps are proposed, not the way over them; what the topology explains is not proposed at all', () => {
  const alerts = outages(['payments-db', 'payments', 'checkout'], 5);
  const pairs = (edges: { from: string; to: string }[]) => learnDependencies(alerts, edges).map(({ from, to }) => `${from} > ${to}`).sort();
  expect(pairs([])).toEqual(['checkout > payments', 'payments > payments-db']);
  expect(pairs([{ from: 'checkout', to: 'gateway' }, { from: 'gateway', to: 'payments' }])).toEqual(['payments > payments-db']);
});

test('too few, in either order, or no more often than chance: nothing', () => {
  expect(learnDependencies(outages(['a', 'b'], 2), [])).toEqual([]);
  expect(learnDependencies([...outages(['a', 'b'], 4), ...outages(['b', 'a'], 4, 20, 33).map((alert) => ({ ...alert, atMs: alert.atMs + 7 * HOUR_MS }))], [])).toEqual([]);
  const always = Array.from({ length: 200 }, (_, turn) => ['a', 'b'].map((service, place) => ({ service, atMs: START_MS + turn * 20 * 60_000 + place * 60_000, name: 'x', blames: null }))).flat();
  expect(learnDependencies(always, [])).toEqual([]);
});

test('labels that say who was called are evidence of their own', () => {
  const alerts = Array.from({ length: 3 }, (_, turn) => ({ service: 'web', atMs: START_MS + turn * 60_000, name: 'UpstreamTimeouts', blames: 'auth' }));
  expect(learnDependencies(alerts, [])).toMatchObject([{ from: 'web', to: 'auth', type: 'calls', evidence: { basis: 'label', support: 3 } }]);
  expect(learnDependencies(alerts, [{ from: 'web', to: 'auth' }])).toEqual([]);
});

test('independent services are hardly ever joined, and the order of the alerts given does not matter', () => {
  fc.assert(fc.property(fc.array(fc.record({
    service: fc.constantFrom('a', 'b', 'c', 'd'), atMs: fc.integer({ min: 0, max: 30 * 24 * 3600 }).map((second) => START_MS + second * 1000),
    name: fc.constant('x'), blames: fc.constant(null),
  }), { maxLength: 120 }), (alerts) => {
    const learned = learnDependencies(alerts, []);
    expect(learnDependencies([...alerts].reverse(), [])).toEqual(learned);
    for (const { from, to, evidence } of learned) {
      expect(from).not.toBe(to);
      expect(evidence.support).toBeGreaterThanOrEqual(DEFAULT_LEARN_OPTIONS.minSupport);
      expect(evidence.direction).toBeGreaterThanOrEqual(DEFAULT_LEARN_OPTIONS.minDirection);
    }
  }), { numRuns: 200 });
});
