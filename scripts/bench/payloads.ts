/** Bodies for both sides: the same alerts as a Grafana webhook and as Alertmanager's own API takes them. */

/** What a cell sends: alerts never seen, known ones with new values, or the same again. */
export type Kind = 'new' | 'changed' | 'unchanged';

const KNOWN = 10_000;
const SERVICES = 200;
const STARTS_AT = '2026-11-24T05:00:00Z';

export interface BodySource {
  grafana(): string;
  alertmanager(): string;
}

interface Numbered {
  readonly id: number;
  readonly round: number;
}

function labels(id: number): Record<string, string> {
  return {
    alertname: `HighErrorRate${id % 20}`, service: `service-${id % SERVICES}`, severity: 'warning', cluster: 'prod-1', namespace: 'shop',
    instance: `instance-${id}`, grafana_folder: 'Shop',
  };
}

function grafanaAlert({ id, round }: Numbered): object {
  return {
    status: 'firing', labels: labels(id),
    annotations: { summary: `Error rate of instance-${id} is high`, description: 'More than 5 % of requests failed over five minutes; see the dashboard of the service and its runbook.', runbook_url: 'https://runbooks.example.com/high-error-rate' },
    startsAt: STARTS_AT, endsAt: '0001-01-01T00:00:00Z', values: { A: round, C: 1 }, fingerprint: id.toString(16).padStart(16, '0'),
    generatorURL: 'https://grafana.example.com/alerting/grafana/rule-1/view?orgId=1',
    silenceURL: `https://grafana.example.com/alerting/silence/new?alertmanager=grafana&matcher=instance%3Dinstance-${id}&orgId=1`,
    dashboardURL: 'https://grafana.example.com/d/shop?orgId=1', panelURL: 'https://grafana.example.com/d/shop?orgId=1&viewPanel=4',
  };
}

/** Bodies of `size` alerts. New alerts get ids that no other source of the run gives: `from` counts up. */
export function createBodies(kind: Kind, size: number, ids: { next: number }): BodySource {
  let round = 0;
  let place = 0;
  const take = (): Numbered => {
    if (kind === 'new') {
      ids.next += 1;
      return { id: ids.next, round: 0 };
    }
    place = (place + 1) % KNOWN;
    return { id: place, round: kind === 'changed' ? round : 0 };
  };
  const batch = (): Numbered[] => {
    round += 1;
    return Array.from({ length: size }, take);
  };
  return {
    grafana() {
      const alerts = batch();
      const service = (alerts[0]?.id ?? 0) % SERVICES;
      return JSON.stringify({ receiver: 'muster', status: 'firing', orgId: 1, version: '1', groupKey: `{}:{service="service-${service}"}`, truncatedAlerts: 0, groupLabels: { service: `service-${service}` }, externalURL: 'https://grafana.example.com/', alerts: alerts.map(grafanaAlert) });
    },
    alertmanager() {
      return JSON.stringify(batch().map(({ id, round: value }) => ({
        labels: labels(id), startsAt: STARTS_AT, generatorURL: 'https://grafana.example.com/alerting/grafana/rule-1/view?orgId=1',
        annotations: { summary: `Error rate of instance-${id} is high`, description: 'More than 5 % of requests failed over five minutes; see the dashboard of the service and its runbook.', value: String(value) },
      })));
    },
  };
}
