/**
 * Bodies for both sides: the same alerts, with the same labels and annotations, as a Grafana webhook
 * and as Alertmanager's own API take them. Made from a template of fixed-width parts, so that the
 * load generator spends little of the machine on them.
 */

/** What a cell sends: alerts never seen, known ones with new values, or the same again. */
export type Kind = 'new' | 'changed' | 'unchanged';
/** Whose form the body has. */
export type Form = 'grafana' | 'alertmanager';

/** Alerts that `changed` and `unchanged` go round. */
export const KNOWN_ALERTS = 10_000;
const SERVICES = 200;
const RULES = 20;
const STARTS_AT = '2026-11-24T05:00:00Z';

/** Ids from here on are new ones; below stand the known. */
export const FIRST_NEW_ID = 1_000_000;

/** The fingerprint that a webhook gives an id. */
export function fingerprintOf(id: number): string {
  return `00000000${String(id).padStart(8, '0')}`;
}

const LABELS = {
  alertname: 'HighErrorRate<rule>', service: 'service-<service>', severity: 'warning', cluster: 'prod-eu-1', namespace: 'shop',
  instance: 'instance-<id>.prod-eu-1.example.com:9090', job: 'service-<service>-http', grafana_folder: 'Shop',
};
const ANNOTATIONS = {
  summary: 'Error rate of instance-<id> is above 5 %: <round>',
  description: 'More than 5 % of requests failed over five minutes; see the dashboard of the service and its runbook for the first steps.',
  runbook_url: 'https://runbooks.example.com/high-error-rate', dashboard_url: 'https://grafana.example.com/d/shop?orgId=1',
};
const RULE_URL = 'https://grafana.example.com/alerting/grafana/rule-<rule>/view?orgId=1';

const GRAFANA_ALERT = {
  status: 'firing', labels: LABELS, annotations: ANNOTATIONS, startsAt: STARTS_AT, endsAt: '0001-01-01T00:00:00Z', generatorURL: RULE_URL,
  fingerprint: '00000000<id>',
  silenceURL: 'https://grafana.example.com/alerting/silence/new?alertmanager=grafana&matcher=instance%3Dinstance-<id>&orgId=1',
  dashboardURL: 'https://grafana.example.com/d/shop?orgId=1', panelURL: 'https://grafana.example.com/d/shop?orgId=1&viewPanel=4',
  values: { A: 7, C: 1 }, valueString: '[ var=\'A\' labels={instance=instance-<id>} value=7 ], [ var=\'C\' labels={} value=1 ]',
};
const GRAFANA_ENVELOPE = {
  receiver: 'muster', status: 'firing', orgId: 1, version: '1', groupKey: '{}:{alertname="HighErrorRate<rule>"}', truncatedAlerts: 0,
  groupLabels: { alertname: 'HighErrorRate<rule>' }, commonLabels: { severity: 'warning', cluster: 'prod-eu-1', namespace: 'shop', grafana_folder: 'Shop' },
  commonAnnotations: { description: ANNOTATIONS.description, runbook_url: ANNOTATIONS.runbook_url }, externalURL: 'https://grafana.example.com/',
  title: '[FIRING] HighErrorRate<rule> Shop (warning prod-eu-1 shop)', state: 'alerting', message: '**Firing** HighErrorRate<rule>: see the alerts of this message.',
};
const ALERTMANAGER_ALERT = { labels: LABELS, annotations: ANNOTATIONS, startsAt: STARTS_AT, generatorURL: RULE_URL };

/** Text between the marks, and the marks. */
function split(template: object): string[] {
  return JSON.stringify(template).split(/<(id|rule|service|round)>/);
}

function fill(parts: readonly string[], id: number, round: number): string {
  let text = '';
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index] ?? '';
    if (index % 2 === 0) text += part;
    else if (part === 'id') text += String(id).padStart(8, '0');
    else if (part === 'rule') text += String(id % RULES).padStart(2, '0');
    else if (part === 'service') text += String(id % SERVICES).padStart(3, '0');
    else text += String(round).padStart(6, '0');
  }
  return text;
}

export interface BodySource {
  /** The next body, and the id of its first alert. */
  next(): { readonly body: string; readonly id: number };
}

/**
 * Bodies of `size` alerts. New alerts count up from `firstId`; the known ones go round. `round`
 * tells apart what `changed` says from what an earlier source of the run said.
 */
export function createBodies(form: Form, kind: Kind, size: number, firstId: number, firstRound: number): BodySource {
  const alert = split(form === 'grafana' ? GRAFANA_ALERT : ALERTMANAGER_ALERT);
  const envelope = split({ ...GRAFANA_ENVELOPE, alerts: [] });
  let id = firstId;
  let round = firstRound;
  return {
    next() {
      if (kind === 'changed') round += 1;
      const first = id;
      const alerts = Array.from({ length: size }, (_, place) => fill(alert, kind === 'new' ? first + place : (first + place) % KNOWN_ALERTS, kind === 'changed' ? round : 0)).join(',');
      id += size;
      return { id: first, body: form === 'alertmanager' ? `[${alerts}]` : `${fill(envelope, first, 0).slice(0, -2)}${alerts}]}` };
    },
  };
}

/** One grave alert of a service of its own: it opens an incident that names the service. */
export function graveAlert(service: string, startsAt: Date): string {
  return JSON.stringify({
    ...GRAFANA_ENVELOPE, groupKey: `{}:{service="${service}"}`,
    alerts: [{ ...GRAFANA_ALERT, labels: { ...LABELS, alertname: 'Down', service, severity: 'critical' }, startsAt: startsAt.toISOString(), fingerprint: service }],
  });
}

/** The rows that `insert … unnest` of the same alerts writes. */
export function rowOf(id: number): { readonly key: number; readonly fingerprint: string; readonly labels: string; readonly annotations: string; readonly details: string } {
  const { labels, annotations, status: _status, startsAt: _startsAt, endsAt: _endsAt, fingerprint: _fingerprint, ...details } = GRAFANA_ALERT;
  const text = (part: object): string => fill(split(part), id, 0);
  return { key: id, fingerprint: fingerprintOf(id), labels: text(labels), annotations: text(annotations), details: text(details) };
}
