/** What the simulated shop's services are and need, and what was changed in them before the outage. All of it is made up. */
import { NOISE, SHOP } from './shop.ts';

interface Entry {
  readonly tier: string;
  readonly kind: string;
  readonly businessService: string;
  readonly userCount: number;
  readonly costPerMinute: number;
  /** `payments-db:stores-in`, or a name alone for what is called. */
  readonly needs: readonly string[];
}

const entry = (tier: string, kind: string, businessService: string, userCount: number, costPerMinute: number, ...needs: readonly string[]): Entry => ({
  tier, kind, businessService, userCount, costPerMinute, needs,
});

const CATALOGUE: Readonly<Record<string, Entry>> = {
  storefront: entry('edge', 'web application', 'online-shop', 180_000, 420, 'checkout', 'cart', 'search', 'image-resizer'),
  'mobile-api': entry('edge', 'gateway', 'online-shop', 95_000, 260, 'checkout', 'orders', 'search'),
  checkout: entry('front', 'application', 'online-shop', 60_000, 900, 'payments', 'fraud-check'),
  cart: entry('front', 'application', 'online-shop', 120_000, 150, 'checkout'),
  search: entry('front', 'application', 'online-shop', 140_000, 80, 'search-indexer'),
  loyalty: entry('front', 'application', 'online-shop', 30_000, 10, 'orders'),
  payments: entry('domain', 'application', 'payment-processing', 60_000, 700, 'payments-db:stores-in'),
  ledger: entry('domain', 'application', 'payment-processing', 40, 60, 'payments-db:stores-in', 'payments'),
  'fraud-check': entry('domain', 'application', 'payment-processing', 60_000, 120, 'payments-db:stores-in'),
  billing: entry('domain', 'application', 'back-office', 300, 30, 'ledger', 'payments'),
  invoices: entry('domain', 'worker', 'back-office', 300, 10, 'billing'),
  orders: entry('domain', 'application', 'online-shop', 60_000, 300, 'checkout'),
  'order-mail': entry('domain', 'worker', 'online-shop', 60_000, 5, 'orders'),
  'image-resizer': entry('domain', 'worker', 'online-shop', 0, 2),
  'search-indexer': entry('data', 'worker', 'online-shop', 0, 5),
  'payments-db': entry('data', 'database', 'payment-processing', 0, 0),
  'nightly-backup': entry('platform', 'job', 'back-office', 0, 0),
};

const RACKS = 3;

function ownerOf(name: string): string | undefined {
  return SHOP.find((service) => service.name === name)?.team ?? NOISE.find(({ labels }) => labels['service'] === name)?.labels['team'];
}

/** `services.yaml` of the demo, as a value. */
export function demoCatalogue(): object {
  const racks = Array.from({ length: RACKS }, (_, index) => ({ name: `eu-1-r${index + 1}`, cluster: 'eu-1', switch: `sw-eu-1-r${index + 1}` }));
  return {
    apiVersion: 1,
    services: Object.entries(CATALOGUE).map(([name, { needs, ...facts }]) => ({
      name, ...facts, ...(ownerOf(name) === undefined ? {} : { team: ownerOf(name) }), clusters: ['eu-1'], regions: ['eu'],
      description: 'A service of the simulated shop',
      links: { runbook: `https://runbooks.example.com/${name}`, dashboard: `https://grafana.example.com/d/${name}` },
      dependencies: needs.map((need) => {
        const [to = '', type = 'calls'] = need.split(':');
        return { to, type };
      }),
    })),
    businessServices: [
      { name: 'online-shop', tier: 'critical', slo: 99.9, team: 'web' },
      { name: 'payment-processing', tier: 'critical', slo: 99.95, team: 'payments' },
      { name: 'back-office', tier: 'standard', slo: 99, team: 'billing' },
    ],
    clusters: [{ name: 'eu-1', region: 'eu' }],
    racks,
    hosts: Array.from({ length: 2 * RACKS }, (_, index) => ({ name: `node-${String(index + 1).padStart(2, '0')}.example.com`, rack: racks[index % RACKS]?.name, cluster: 'eu-1' })),
    instances: [0, 1, 2].map((index) => ({ name: `payments-db-${index}`, service: 'payments-db', cluster: 'eu-1', rack: racks[index]?.name })),
  };
}

const MINUTE_MS = 60_000;

/** Changes before an outage that begins at `startMs`, in Muster's own shape. One of them is the cause. */
export function demoChanges(startMs: number): object {
  const change = (id: string, kind: string, service: string, minutesBefore: number, title: string) => ({
    id: `${id}-${startMs}`, kind, service, clusters: ['eu-1'], title: `${title} (simulated)`, author: 'demo', at: new Date(startMs - minutesBefore * MINUTE_MS).toISOString(),
    link: `https://ci.example.com/${id}`,
  });
  return {
    changes: [
      change('storefront-318', 'deploy', 'storefront', 52, 'Release 318: new product page'),
      change('search-91', 'deploy', 'search', 31, 'Release 91'),
      change('loyalty-flag', 'flag', 'loyalty', 18, 'Double points for half of the users'),
      change('payments-db-pool', 'config', 'payments-db', 4, 'Lower max_connections from 400 to 200'),
    ],
  };
}
