/** Incidents of the simulated shop before the demo began: what alerted, what people said and did, and what it was. Everything is made up. */
import type { Rule, Service } from './shop.ts';
import { SHOP } from './shop.ts';
import type { PastTrouble } from './metrics/story.ts';

export interface PastIncident {
  /** The planted trouble that it is about. */
  readonly kind: PastTrouble['kind'];
  /** What alerted. */
  readonly services: readonly Service[];
  readonly note: string;
  readonly identified: string;
  /** Restarted by the runbook `restart-service`, once somebody approved; otherwise by hand. */
  readonly isRestarted: boolean;
  readonly remedy: string;
  /** What it was, and at which service. */
  readonly cause: { readonly service: string; readonly text: string; readonly note: string };
}

/** Rules of a service of the shop, mild: nobody is woken for them. */
function mild(name: string, instances: number, ...rules: readonly string[]): Service {
  const known = SHOP.find((service) => service.name === name);
  if (known === undefined) throw new Error(`the shop has no ${name}`);
  return { ...known, instances, brokenAt: 0, rules: known.rules.filter((rule) => rules.includes(rule.name)).map((rule) => ({ ...rule, severity: 'warning' })) };
}

const searchRule = (name: string, measure: string, unit: string, low: number, high: number, threshold: number): Rule => ({
  name, severity: 'warning', each: 'instance', afterSeconds: 5, spreadSeconds: 20, value: [low, high], threshold, unit, measure, panel: 3,
});

/** In the order in which they happened. */
export const PAST_INCIDENTS: readonly PastIncident[] = [
  {
    kind: 'slow', isRestarted: true,
    services: [
      mild('payments-db', 3, 'DatabaseConnectionsNearLimit', 'DatabaseConnectionPoolExhausted', 'DatabaseSlowStatements'), mild('payments', 2, 'ConnectionPoolTimeouts', 'UpstreamTimeouts', 'LatencyP99High'),
      mild('checkout', 2, 'LatencyP99High', 'UpstreamTimeouts'),
    ],
    note: 'Connections of payments-db are used up: a nightly report holds 180 of them, and payments waits for one.',
    identified: 'The report of the ledger keeps connections of payments-db open',
    remedy: 'The report was ended and payments restarted; payments and checkout are fast again',
    cause: { service: 'payments-db', text: 'Connections of payments-db were used up', note: 'a report held 180 of 400' },
  },
  {
    kind: 'quiet', isRestarted: false,
    services: [{ name: 'search', team: 'search', folder: 'Search', instances: 3, brokenAt: 0, healthyAt: null, rules: [
      searchRule('SearchLatencyHigh', 'p99 latency', 's', 3, 12, 2), searchRule('SearchQueriesFailing', 'Queries that fail', '%', 20, 60, 5),
    ] }],
    note: 'Queries time out since the index was swapped; the new one is cold.',
    identified: 'The new index was put in place before it was warm',
    remedy: 'Went back to the index of yesterday; the new one is warmed before it is used',
    cause: { service: 'search', text: 'A cold index was put in place', note: 'seen in the release of the index' },
  },
  {
    kind: 'failing', isRestarted: false,
    services: [mild('orders', 4, 'HighErrorRate', 'LatencyP99High', 'PodNotReady')],
    note: 'Every third order fails with "unknown field gift_note" since release 204 of orders.',
    identified: 'Release 204 of orders expects a column that is not there yet',
    remedy: 'Rolled orders back to release 203; errors are gone',
    cause: { service: 'orders', text: 'Release 204 of orders came before its migration', note: 'rolled back, and the errors ended' },
  },
];
