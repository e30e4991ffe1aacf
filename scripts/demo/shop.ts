/**
 * The simulated shop: its services, what breaks in them, and when. Everything here is made up; addresses are
 * below example.com.
 */

/** A rule of Grafana Alerting. */
export interface Rule {
  /** `alertname`. */
  readonly name: string;
  readonly severity: string;
  /** One alert for the whole service, or one for each of its instances. */
  readonly each: 'service' | 'instance';
  /** Seconds from the service's first trouble to this rule's first alert. */
  readonly afterSeconds: number;
  /** Seconds over which the instances begin to fire one after the other. */
  readonly spreadSeconds: number;
  /** Measured value while it fires, and what it is compared with. */
  readonly value: readonly [low: number, high: number];
  readonly threshold: number;
  readonly unit: string;
  /** What the value is: "Error rate", "p99 latency". */
  readonly measure: string;
  /** Panel of the demo dashboard. */
  readonly panel: number;
}

export interface Service {
  readonly name: string;
  readonly team: string;
  /** Folder of its rules in Grafana. */
  readonly folder: string;
  readonly instances: number;
  /** When the outage reaches it, in seconds from the start. */
  readonly brokenAt: number;
  /** When it is well again; null: not within the three minutes. */
  readonly healthyAt: number | null;
  readonly rules: readonly Rule[];
}

type Timing = Pick<Rule, 'afterSeconds' | 'spreadSeconds'>;

function rule(name: string, severity: string, each: Rule['each'], timing: Timing, measured: Omit<Rule, 'name' | 'severity' | 'each' | keyof Timing>): Rule {
  return { name, severity, each, ...timing, ...measured };
}

const after = (afterSeconds: number, spreadSeconds = 0): Timing => ({ afterSeconds, spreadSeconds });

const errors = { measure: 'Error rate', unit: '%', value: [8, 64], threshold: 5, panel: 2 } as const;
const latency = { measure: 'p99 latency', unit: 's', value: [3, 28], threshold: 2, panel: 3 } as const;
const waiting = { measure: 'Requests waiting', unit: '', value: [220, 2400], threshold: 200, panel: 4 } as const;
const timeouts = (upstream: string) => ({ measure: `Timeouts calling ${upstream}`, unit: '/s', value: [4, 70], threshold: 2, panel: 3 }) as const;
const restarts = { measure: 'Failed readiness checks', unit: '', value: [3, 9], threshold: 2, panel: 4 } as const;
const burn = { measure: 'Error budget burn', unit: '×', value: [15, 60], threshold: 14.4, panel: 2 } as const;

/** What goes wrong in a service that waits for a broken one, `upstream`, which its timeouts name as such alerts do. */
function waitingService(graveSeverity: string, upstream: string): readonly Rule[] {
  return [
    rule('UpstreamTimeouts', 'warning', 'instance', after(0, 14), timeouts(upstream)),
    rule('LatencyP99High', 'warning', 'instance', after(5, 20), latency),
    rule('HighErrorRate', graveSeverity, 'instance', after(9, 24), errors),
    rule('RequestQueueGrowing', 'warning', 'instance', after(14, 26), waiting),
    rule('PodNotReady', 'warning', 'instance', after(26, 30), restarts),
  ];
}

const sloBurn = (afterSeconds: number): Rule => rule('ErrorBudgetBurnFast', 'critical', 'service', after(afterSeconds), burn);

/** In the order in which the outage reaches them. */
export const SHOP: readonly Service[] = [
  {
    name: 'payments-db', team: 'storage', folder: 'Storage', instances: 3, brokenAt: 0, healthyAt: 148,
    rules: [
      rule('DatabaseConnectionsNearLimit', 'warning', 'instance', after(0, 4), { measure: 'Connections in use', unit: '%', value: [88, 95], threshold: 85, panel: 1 }),
      rule('DatabaseConnectionPoolExhausted', 'critical', 'service', after(6), { measure: 'Clients waiting for a connection', unit: '', value: [140, 420], threshold: 20, panel: 1 }),
      rule('DatabaseSlowStatements', 'high', 'instance', after(8, 5), { measure: 'Statements over 5 s', unit: '/min', value: [40, 300], threshold: 10, panel: 1 }),
      rule('DatabaseLockWaits', 'warning', 'instance', after(11, 6), { measure: 'Sessions waiting for a lock', unit: '', value: [25, 90], threshold: 10, panel: 1 }),
      rule('DatabaseReplicationLag', 'warning', 'instance', after(20, 8), { measure: 'Replication lag', unit: 's', value: [35, 120], threshold: 30, panel: 1 }),
    ],
  },
  {
    name: 'payments', team: 'payments', folder: 'Payments', instances: 8, brokenAt: 9, healthyAt: 152,
    rules: [
      rule('ConnectionPoolTimeouts', 'high', 'instance', after(0, 8), { measure: 'Timeouts taking a connection to payments-db', unit: '/s', value: [6, 45], threshold: 1, panel: 1 }),
      ...waitingService('high', 'payments-db'),
      sloBurn(14),
    ],
  },
  { name: 'ledger', team: 'payments', folder: 'Payments', instances: 4, brokenAt: 16, healthyAt: 158, rules: waitingService('high', 'payments-db') },
  { name: 'fraud-check', team: 'payments', folder: 'Payments', instances: 4, brokenAt: 21, healthyAt: 160, rules: waitingService('warning', 'payments-db') },
  { name: 'checkout', team: 'checkout', folder: 'Checkout', instances: 10, brokenAt: 24, healthyAt: 164, rules: [...waitingService('high', 'payments'), sloBurn(18)] },
  { name: 'billing', team: 'billing', folder: 'Billing', instances: 5, brokenAt: 31, healthyAt: 168, rules: waitingService('high', 'payments') },
  { name: 'invoices', team: 'billing', folder: 'Billing', instances: 3, brokenAt: 37, healthyAt: null, rules: waitingService('warning', 'billing') },
  { name: 'orders', team: 'orders', folder: 'Orders', instances: 7, brokenAt: 40, healthyAt: null, rules: waitingService('high', 'checkout') },
  { name: 'cart', team: 'checkout', folder: 'Checkout', instances: 8, brokenAt: 47, healthyAt: 172, rules: waitingService('high', 'checkout') },
  { name: 'storefront', team: 'web', folder: 'Web', instances: 12, brokenAt: 56, healthyAt: null, rules: [...waitingService('high', 'checkout'), sloBurn(24)] },
  { name: 'mobile-api', team: 'web', folder: 'Web', instances: 6, brokenAt: 63, healthyAt: null, rules: waitingService('high', 'checkout') },
  { name: 'order-mail', team: 'orders', folder: 'Orders', instances: 3, brokenAt: 74, healthyAt: null, rules: waitingService('warning', 'orders') },
  { name: 'loyalty', team: 'web', folder: 'Web', instances: 3, brokenAt: 82, healthyAt: null, rules: waitingService('warning', 'orders') },
];

/** What breaks first; the others wait for it, one through the other. */
export const ORIGIN = 'payments-db';

/** One alert that has nothing to do with the outage. */
export interface Noise {
  readonly name: string;
  readonly folder: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly value: number;
  /** Seconds from the start at which it fires and, if it does, ends; several pairs flap. */
  readonly episodes: readonly (readonly [firesAt: number, endsAt: number | null])[];
}

/** Goes on beside every outage. Some of it names no service, one has a severity that nobody mapped. */
export const NOISE: readonly Noise[] = [
  { name: 'DiskAlmostFull', folder: 'Machines', labels: { severity: 'warning', instance: 'node-07.example.com', device: '/dev/sdb1' }, summary: 'Disk /dev/sdb1 of node-07 is 86 % full', value: 86, episodes: [[12, null]] },
  { name: 'DiskAlmostFull', folder: 'Machines', labels: { severity: 'warning', instance: 'node-11.example.com', device: '/dev/sda2' }, summary: 'Disk /dev/sda2 of node-11 is 91 % full', value: 91, episodes: [[95, null]] },
  { name: 'PodRestarting', folder: 'Media', labels: { severity: 'warning', service: 'image-resizer', team: 'media', pod: 'image-resizer-5c9d7-x2k4p' }, summary: 'Pod image-resizer-5c9d7-x2k4p restarts again and again', value: 4, episodes: [[18, 52], [104, 139]] },
  { name: 'CertificateExpiresSoon', folder: 'Web', labels: { severity: 'info', instance: 'static.example.com' }, summary: 'The certificate of static.example.com ends in 20 days', value: 20, episodes: [[33, null]] },
  { name: 'CertificateExpiresSoon', folder: 'Web', labels: { severity: 'info', instance: 'status.example.com' }, summary: 'The certificate of status.example.com ends in 24 days', value: 24, episodes: [[33, null]] },
  { name: 'BackupFailed', folder: 'Machines', labels: { severity: 'warning', service: 'nightly-backup', team: 'storage' }, summary: 'The nightly backup of the file store failed: quota reached', value: 1, episodes: [[58, null]] },
  { name: 'SearchIndexBehind', folder: 'Search', labels: { severity: 'moderate', service: 'search-indexer', team: 'search' }, summary: 'The search index is 14 minutes behind', value: 14, episodes: [[70, 166]] },
  { name: 'DatasourceNoData', folder: 'Search', labels: { severity: 'warning', rulename: 'SearchLatencyHigh', datasource_uid: 'demo-metrics', ref_id: 'A', service: 'search' }, summary: 'The rule SearchLatencyHigh got no data', value: 0, episodes: [[116, null]] },
];
