/** cap 50: how services are, from their alerts and from what they need. */
import { EMPTY_TOPOLOGY, type Topology } from '../catalog/index.ts';
import { serviceStates } from './serviceStates.ts';

function topologyOf(edges: readonly (readonly [from: string, to: string])[]): Topology {
  const names = [...new Set(edges.flat())];
  return {
    ...EMPTY_TOPOLOGY,
    services: names.map((name) => ({ name, aliases: [], tier: null, kind: null, namespace: null, team: null, clusters: [] })),
    edges: edges.map(([from, to]) => ({ from, to, type: 'calls' as const })),
  };
}

const SHOP = topologyOf([['storefront', 'checkout'], ['checkout', 'payments'], ['payments', 'payments-db'], ['payments-db', 'disk'], ['mail', 'queue'], ['checkout', 'mail']]);

test('cap 50: failing, degraded and at risk, with the reason nearest first', () => {
  const states = serviceStates(SHOP, [
    { service: 'payments-db', severity: 'sev1', alerts: 3 }, { service: 'payments', severity: 'sev2', alerts: 1 }, { service: 'payments', severity: 'sev3', alerts: 4 },
    { service: 'mail', severity: 'sev3', alerts: 1 }, { service: 'disk', severity: 'sev5', alerts: 2 },
  ], [{ number: 7, services: ['checkout', 'payments'] }]);
  expect(states).toEqual([
    { service: 'checkout', state: 'at_risk', alertsFiring: 0, worst: null, incidents: [7], because: ['payments', 'payments-db'] },
    { service: 'disk', state: 'ok', alertsFiring: 2, worst: 'sev5', incidents: [], because: [] },
    { service: 'mail', state: 'degraded', alertsFiring: 1, worst: 'sev3', incidents: [], because: [] },
    { service: 'payments', state: 'failing', alertsFiring: 5, worst: 'sev2', incidents: [7], because: [] },
    { service: 'payments-db', state: 'failing', alertsFiring: 3, worst: 'sev1', incidents: [], because: [] },
    { service: 'storefront', state: 'at_risk', alertsFiring: 0, worst: null, incidents: [], because: ['payments', 'payments-db'] },
  ]);
});

test('a circle of dependencies comes to an end, and a calm catalogue has nothing to say', () => {
  const circle = topologyOf([['a', 'b'], ['b', 'c'], ['c', 'a']]);
  expect(serviceStates(circle, [{ service: 'a', severity: 'sev1', alerts: 1 }], []).map(({ service, state }) => `${service} ${state}`)).toEqual(['a failing', 'b at_risk', 'c at_risk']);
  expect(serviceStates(SHOP, [], [])).toEqual([]);
});
