/** What the engine costs, counted in steps of work: none of it depends on how fast a machine is. */
import { jest } from '@jest/globals';
import fc from 'fast-check';
import { alertAt, DEPENDANTS, evenly, SHOP } from './engine.testkit.ts';
import { createEngine } from './engine.ts';
import { groupOf } from './placing.ts';
import type { EngineWindow } from './window.ts';

const SERVICES = ['orders-db', ...DEPENDANTS];

/** Alert `index` of a database that is down for long. */
function outageAlert(index: number, perMinute: number) {
  const service = SERVICES[index % SERVICES.length] ?? 'orders-db';
  return alertAt(index / perMinute, {
    service, rule: `Rule${index % 7}`, key: `outage-${index}`, severity: index === 0 ? 'sev1' : 'sev3',
    summary: index % 3 === 0 && service !== 'orders-db' ? `${service}: upstream orders-db unavailable` : `Rule${index % 7} on ${service}`,
  });
}

/** The same window, with the groups that are weighed counted. */
function counting(window: EngineWindow): { readonly window: EngineWindow; readonly taken: () => number } {
  let weighed = 0;
  const { weigher } = window;
  return {
    window: {
      ...window,
      weigher: {
        ...weigher,
        total(...args) {
          weighed += 1;
          return weigher.total(...args);
        },
        group(...args) {
          weighed += 1;
          return weigher.group(...args);
        },
      },
    },
    taken() {
      const count = weighed;
      weighed = 0;
      return count;
    },
  };
}

test('cap 43: 50,000 alerts join one incident, and the last ones cost no more work than the first', () => {
  const engine = createEngine({ topology: SHOP });
  const { window, taken } = counting(engine.empty());
  const step = 5_000;
  let index = 0;
  function take(count: number): void {
    for (const end = index + count; index < end; index += 1) engine.decide(window, outageAlert(index, 2_500));
  }
  take(step);
  const [group] = [...window.groups.values()].sort((a, b) => b.nodes.total - a.nodes.total);
  if (group === undefined) throw new Error('no group');
  expect(window.groups.size).toBe(1);
  taken();
  take(step);
  const early = taken();
  const walks = jest.spyOn(group.members, 'values');
  const readings = jest.spyOn(group.nodes, 'counts', 'get');
  take(30_000);
  taken();
  walks.mockClear();
  readings.mockClear();
  take(2 * step);
  const late = taken() / 2;
  expect(group.nodes.total).toBe(50_000);
  expect(window.groups.size).toBe(1);
  // Each alert is weighed on arrival, at reviews and for its reason: a few times, whatever the size.
  expect(late).toBeLessThan(early * 1.5 + step);
  // Its members are gone through once in two minutes (these alerts take four), and its cause is looked for only as it grows by a quarter.
  expect(walks.mock.calls.length).toBeLessThanOrEqual(3);
  expect(readings.mock.calls.length).toBeLessThan(100);
});

test('memory is bounded in a flood: alerts beyond the limit are settled early, and no queue keeps them', () => {
  const engine = createEngine({ topology: SHOP, maxMembers: 300 });
  const window = engine.empty();
  for (let index = 0; index < 4_000; index += 1) {
    engine.decide(window, outageAlert(index, 10_000));
    expect(window.members.size).toBeLessThanOrEqual(300);
    for (const queue of [...window.reviews, window.settling]) expect(queue.size).toBeLessThanOrEqual(300);
  }
  let inGroups = 0;
  for (const group of window.groups.values()) inGroups += group.members.size;
  expect(inGroups).toBeLessThanOrEqual(300);
});

test('a group that is not weighed to the end could not have won, and one that is has the same weight', () => {
  const anyStream = fc.array(fc.record({
    service: fc.constantFrom(...SERVICES, 'mail', 'search', 'ledger', 'ledger-db'), rule: fc.constantFrom('A', 'B', 'C'), blames: fc.constantFrom('', 'orders-db', 'ledger-db'),
    cluster: fc.constantFrom('prod-a', 'prod-b', null), gap: evenly(0, 4),
  }), { minLength: 5, maxLength: 60 });
  fc.assert(fc.property(anyStream, evenly(-40, 5), (stream, floor) => {
    const engine = createEngine({ topology: SHOP });
    const window = engine.empty();
    let minute = 0;
    stream.forEach(({ service, rule, blames, cluster, gap }, index) => {
      minute += gap;
      engine.decide(window, alertAt(minute, { service, rule, cluster, key: `any-${index}`, summary: blames === '' ? rule : `${service}: upstream ${blames} unavailable` }));
    });
    for (const member of window.members.values()) {
      for (const group of window.groups.values()) {
        const counted = groupOf(window, member.groupId) === group;
        const { total } = window.weigher.group(member.signal, group, counted);
        expect(window.weigher.total(member.signal, group, counted, -Infinity)).toBeCloseTo(total, 9);
        if (window.weigher.total(member.signal, group, counted, floor) === null) expect(total).toBeLessThan(floor);
      }
    }
  }), { numRuns: 60 });
});
