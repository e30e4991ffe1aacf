import { createEntityResolver, type EntityClues } from './resolveEntity.ts';
import type { Topology } from './topology.ts';

const TOPOLOGY: Topology = {
  services: ['checkout', 'checkout-api', 'payments-db', 'auth'].map((name) => ({
    name, aliases: name === 'auth' ? ['identity'] : [], tier: null, kind: null, namespace: null, team: null, clusters: ['prod-a'],
  })),
  edges: [{ from: 'checkout', to: 'payments-db', type: 'stores-in' }],
  clusters: [{ name: 'prod-a', region: 'eu' }],
  racks: [{ name: 'a-r1', cluster: 'prod-a', switch: 'sw-a-r1' }],
  hosts: [{ name: 'node-a-01', rack: 'a-r1', cluster: 'prod-a' }],
  instances: [{ name: 'payments-db-0', service: 'payments-db', cluster: 'prod-a', host: 'node-a-01', rack: 'a-r1' }],
};

function clues(over: Partial<EntityClues>): EntityClues {
  return { service: null, cluster: null, labels: {}, summary: '', description: '', ...over };
}

const CASES: readonly { name: string; clues: Partial<EntityClues>; expected: Record<string, unknown> }[] = [
  { name: 'the service label', clues: { service: 'auth', labels: { service: 'auth' } }, expected: { kind: 'service', name: 'auth', known: true } },
  { name: 'an alias', clues: { service: 'identity', labels: { app: 'identity' } }, expected: { name: 'auth', why: 'label app is identity' } },
  {
    name: 'a job label that is only the exporter, when the pod tells more',
    clues: { service: 'node-exporter', labels: { job: 'node-exporter', pod: 'checkout-7d9f8c6b5d-x2x9k' } }, expected: { name: 'checkout', known: true },
  },
  { name: 'an instance of the inventory, with its host and rack', clues: { labels: { instance: 'payments-db-0' } }, expected: { name: 'payments-db', host: 'node-a-01', rack: 'a-r1', cluster: 'prod-a' } },
  { name: 'a host with its port', clues: { labels: { instance: 'node-a-01:9100' } }, expected: { kind: 'host', name: 'node-a-01', rack: 'a-r1' } },
  { name: 'a host although the description names a service', clues: { labels: { instance: 'node-a-01' }, description: 'See the dashboard of auth.' }, expected: { kind: 'host' } },
  { name: 'a switch', clues: { labels: { device: 'sw-a-r1' }, summary: 'BGP session down on sw-a-r1' }, expected: { kind: 'switch', name: 'sw-a-r1', cluster: 'prod-a', blamed: [] } },
  { name: 'the longest name that fits a pod', clues: { labels: { pod: 'checkout-api-5f6d7c8b9-abc12' } }, expected: { name: 'checkout-api' } },
  { name: 'the summary, when labels are missing', clues: { summary: 'Job shop/checkout-cron failed to complete' }, expected: { name: 'checkout', why: 'the summary names checkout' } },
  { name: 'the description, when the summary tells nothing', clues: { summary: 'WAF blocks 1015 requests/s', description: 'Check auth in prod-a.' }, expected: { name: 'auth', cluster: 'prod-a' } },
  { name: 'who complains and of whom', clues: { summary: 'Calls from checkout to auth exceed their deadline' }, expected: { name: 'checkout', blamed: ['auth'] } },
  { name: 'who complains, named last', clues: { summary: 'No healthy upstream auth for checkout' }, expected: { name: 'checkout', blamed: ['auth'] } },
  { name: 'an arrow', clues: { summary: 'Circuit breaker checkout -> payments-db is open' }, expected: { name: 'checkout', blamed: ['payments-db'] } },
  { name: 'a switch that a service complains of', clues: { service: 'auth', labels: { service: 'auth' }, summary: 'auth opened its breaker towards sw-a-r1' }, expected: { name: 'auth', blamed: ['sw-a-r1'] } },
  { name: 'a service that nobody catalogued', clues: { service: 'ledger', labels: { service: 'ledger' } }, expected: { name: 'ledger', known: false } },
  { name: 'only a cluster', clues: { cluster: 'prod-a', summary: 'packet loss of 70% in prod-a' }, expected: { kind: 'cluster', name: 'prod-a' } },
  { name: 'nothing', clues: { summary: 'something is wrong' }, expected: { kind: null, name: null, why: 'no label and no word of the text names anything in the catalogue' } },
];

describe('resolving an alert to its entity', () => {
  const resolver = createEntityResolver(TOPOLOGY);
  test.each(CASES)('cap 16: finds $name', ({ clues: given, expected }) => {
    expect(resolver.resolve(clues(given))).toMatchObject(expected);
  });

  describe('when a label is wrong', () => {
    const shop: Topology = {
      ...TOPOLOGY,
      services: ['checkout', 'cart', 'search'].map((name) => ({
        name, aliases: [], tier: null, kind: null, namespace: name === 'search' ? 'find' : 'shop', team: null, clusters: [name === 'search' ? 'prod-b' : 'prod-a'],
      })),
      clusters: [{ name: 'prod-a', region: 'eu' }, { name: 'prod-b', region: 'eu' }],
    };
    const shopResolver = createEntityResolver(shop);

    test.each([
      {
        name: 'the summary and the namespace agree on another service',
        given: { service: 'search', labels: { service: 'search', namespace: 'shop' }, summary: 'checkout avg response 5.1s' },
        expected: { name: 'checkout', why: 'label service is search, but the summary and the namespace say checkout' },
      },
      {
        name: 'the summary and the description do',
        given: { service: 'search', labels: { service: 'search' }, summary: 'checkout avg response 5.1s', description: 'See the dashboard of checkout.' },
        expected: { name: 'checkout', why: 'label service is search, but the summary and the description say checkout' },
      },
      {
        name: 'the pod and the namespace do',
        given: { service: 'search', labels: { service: 'search', namespace: 'shop', pod: 'cart-7d9f8c6b5d-x2x9k' }, summary: 'crash looping' },
        expected: { name: 'cart', why: 'label service is search, but the pod and the namespace say cart' },
      },
      {
        name: 'whom it complains of is read from the same text',
        given: { service: 'search', labels: { service: 'search', namespace: 'shop' }, summary: 'checkout: upstream cart unavailable' },
        expected: { name: 'checkout', blamed: ['cart'] },
      },
    ])('cap 16: goes by the others where $name', ({ given, expected }) => {
      expect(shopResolver.resolve(clues(given))).toMatchObject(expected);
    });

    test.each([
      { name: 'only the summary speaks against it', given: { service: 'search', labels: { service: 'search' }, summary: 'checkout avg response 5.1s' } },
      { name: 'the namespace is its own', given: { service: 'search', labels: { service: 'search', namespace: 'find' }, summary: 'checkout is slow', description: 'See the dashboard of checkout.' } },
      { name: 'a text names it too', given: { service: 'search', labels: { service: 'search', namespace: 'shop' }, summary: 'checkout is slow', description: 'See the dashboard of search.' } },
      { name: 'the others are only complained of', given: { service: 'search', labels: { service: 'search', namespace: 'shop' }, summary: 'upstream checkout unavailable' } },
      { name: 'the pod is its own', given: { service: 'search', labels: { service: 'search', namespace: 'shop', pod: 'search-7d9f8c6b5d-x2x9k' }, summary: 'checkout is slow' } },
    ])('cap 16: keeps the label where $name', ({ given }) => {
      expect(shopResolver.resolve(clues(given))).toMatchObject({ name: 'search' });
    });

    test('cap 16: goes by the text for the cluster only where the service is deployed there and not where the label says', () => {
      const at = (cluster: string, summary: string): string | null => shopResolver.resolve(clues({ service: 'cart', cluster, labels: { service: 'cart' }, summary })).cluster;

      expect(at('prod-b', 'cart is slow in prod-a')).toBe('prod-a');
      expect(at('prod-a', 'cart is slow in prod-b')).toBe('prod-a');
      expect(at('prod-b', 'cart is slow')).toBe('prod-b');
    });
  });

  test('cap 32: reads names it learned from labels when there is no catalogue', () => {
    const learned = createEntityResolver({ ...TOPOLOGY, services: [], racks: [] }, new Map([['auth', 'service'], ['shop', 'service']]));
    expect(learned.resolve(clues({ service: 'shop', labels: { service: 'shop' }, summary: 'shop: upstream auth unavailable' })))
      .toMatchObject({ name: 'shop', known: false, blamed: ['auth'] });
  });
});
