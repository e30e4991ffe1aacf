/** cap 32: whether two groups are one is asked only as far as it can matter, and the answer is the same. */
import fc from 'fast-check';
import { createRecentChanges } from './changes.ts';
import { alertAt, DEPENDANTS, evenly, SHOP } from './engine.testkit.ts';
import { countSignal, newGroup, type Group } from './group.ts';
import { mergeLogOdds } from './merging.ts';
import { DEFAULT_PARAMETERS } from './parameters.ts';
import { createServiceGraph } from './serviceGraph.ts';
import { createSignalReader } from './signal.ts';
import { toSuspects, tryCauses } from './suspects.ts';

const NAMES = ['orders-db', 'ledger', 'ledger-db', 'search', ...DEPENDANTS.slice(0, 4)];
const alert = fc.record({
  minute: fc.integer({ min: 0, max: 20 }), service: fc.constantFrom(...NAMES), to: fc.option(fc.constantFrom(...NAMES)), cluster: fc.constantFrom('prod-a', 'prod-b'),
});
const alerts = fc.array(alert, { minLength: 1, maxLength: 12 });

test('cap 32: with a floor the log-odds of a merge are the same where they reach it, and below it where they do not', () => {
  fc.assert(fc.property(alerts, alerts, evenly(-10, 10), (ofOne, ofOther, beside) => {
    const graph = createServiceGraph(SHOP, DEFAULT_PARAMETERS.hopDecay);
    const reader = createSignalReader(SHOP, graph);
    const changes = createRecentChanges(DEFAULT_PARAMETERS.changeMs);
    const groupOf = (id: string, list: typeof ofOne): Group => {
      const group = newGroup(id, 1, DEFAULT_PARAMETERS.paceMs);
      for (const { minute, service, to, cluster } of list) {
        countSignal(group, reader.read(alertAt(minute, { service, cluster, summary: to === null ? `${service} is slow` : `${service}: upstream ${to} unavailable` })), 1);
      }
      group.trials = tryCauses(group, graph, () => 0);
      group.suspects = toSuspects(group.trials);
      return group;
    };
    const [one, other] = [groupOf('one', ofOne), groupOf('other', ofOther)];

    const exact = mergeLogOdds(one, other, graph, changes, DEFAULT_PARAMETERS, -Infinity);
    const floor = exact + beside;
    const floored = mergeLogOdds(one, other, graph, changes, DEFAULT_PARAMETERS, floor);

    if (exact >= floor) expect(floored).toBe(exact);
    else expect(floored).toBeLessThan(floor);
  }));
});
