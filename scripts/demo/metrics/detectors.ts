/** `detectors.yaml` of the demo, as a value: what watches the simulated shop's metrics and logs. */
import { LOG_QUERY } from './lines.ts';
import { EXPRESSIONS, VOLUME_LIMIT } from './values.ts';

/** Ids by which the file and the demo name them. */
export const LET_ALERT = ['checkout-latency', 'search-volume'] as const;

export interface MetricAddresses {
  readonly prometheus: string;
  readonly loki: string;
}

/** The detectors; all watch in shadow at first, as is advised. */
export function demoDetectors({ prometheus, loki }: MetricAddresses, grafanaUrl: string): object {
  const links = [{ title: 'Dashboard', url: `${grafanaUrl}/d/demo` }];
  const values = (expr: string): object => ({ kind: 'prometheus', url: prometheus, expr });
  const detector = (id: string, name: string, description: string, query: object, stepSeconds: number, more: object): object => ({ id, name, description: `${description} (simulated)`, query, stepSeconds, alarmsAWeek: 1, links, ...more });
  return {
    apiVersion: 1,
    detectors: [
      detector('checkout-latency', 'Latency of the checkout', '95th percentile, in seconds', values(EXPRESSIONS.checkoutLatency), 60, { direction: 'above', severity: 'sev2' }),
      detector('payments-db-time', 'Statement time of payments-db', '95th percentile, in seconds', values(EXPRESSIONS.databaseTime), 60, { direction: 'above', severity: 'sev3' }),
      detector('errors', 'Errors by service', 'Share of requests that fail, in percent', values(EXPRESSIONS.errors), 300, { direction: 'above', severity: 'sev3', alarmsAWeek: 2 }),
      detector('requests', 'Requests by service', 'Requests a second, with their day and week', values(EXPRESSIONS.requests), 300, { direction: 'both', severity: 'sev3', alarmsAWeek: 2 }),
      detector('search-volume', 'Volume of the search index', 'Share of the disk that is used, in percent', values(EXPRESSIONS.volume), 300, { direction: 'above', severity: 'sev4', threshold: { value: VOLUME_LIMIT, side: 'above' } }),
      detector('shop-logs', 'New log patterns of the shop', 'Lines of a kind that was never seen', { kind: 'loki', from: { url: loki }, expr: LOG_QUERY, by: 'service_name' }, 60, { severity: 'sev3' }),
    ],
  };
}
