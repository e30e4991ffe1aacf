/** What the pages are measured on: the service as the image starts it and the plugin host, each a process of its own, and the made-up trouble in them. */
import { spawn } from 'node:child_process';
import type pg from 'pg';
import { findPort } from '../../demo/ports.ts';
import { ROOT } from '../../run.ts';
import { manyServices } from '../../../tests/e2e/manyServices.ts';
import { pause, type Server, startChild, startService } from '../processes.ts';
import { untilCorrelated } from '../settle.ts';

const PLUGIN_TOKEN = 'plugin-token-of-the-benchmark-00001';
const BACKEND = '/api/plugin-proxy/muster-incidents-app/backend';
const ALERTS_A_POST = 1_000;
/** The correlator looks for new settings every 15 s. */
const NEW_RULES_MS = 20_000;
/** Services of the large incident: what calls the database that failed, and what calls that. */
const HIT_AREAS = 8;
const RULES = ['HighErrorRate', 'SlowRequests', 'QueueGrowing', 'PodRestarting', 'ConnectionsExhausted'] as const;
const SEVERITIES = ['error', 'warning', 'warning', 'critical', 'info'] as const;

export interface Stage {
  /** Where the plugin host serves. */
  readonly url: string;
  readonly service: Server;
  stop(): Promise<void>;
}

/** Starts the service and the plugin host in front of it. */
export async function startStage(dir: string, connectionString: string): Promise<Stage> {
  const port = await findPort(23_000, false);
  const url = `http://127.0.0.1:${port}`;
  const service = await startService(dir, connectionString, 'api,correlator,worker', {
    MUSTER_GRAFANA_URL: url, MUSTER_GRAFANA_ROOT_URL: `${url}/`, MUSTER_CORRELATION_MIN_ALERTS: '1',
  });
  const child = spawn('node', ['--disable-warning=ExperimentalWarning', 'scripts/plugin-host/cli.ts', '--port', String(port), '--api-url', `http://127.0.0.1:${service.port}`, '--token', PLUGIN_TOKEN], {
    cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'],
  });
  const host = await startChild(child, port, '/api/signing-keys/keys', '', '');
  return {
    url, service,
    async stop() {
      await host.stop();
      await service.stop();
    },
  };
}

/** One call of the API; gives the version that the answer has. */
export async function call(stage: Stage, method: string, path: string, body: object, ifMatch?: number): Promise<{ readonly version?: number }> {
  const answer = await fetch(`${stage.url}${BACKEND}${path}`, {
    method, ...(method === 'GET' ? {} : { body: JSON.stringify(body) }), headers: { 'Content-Type': 'application/json', ...(ifMatch === undefined ? {} : { 'If-Match': `"${ifMatch}"` }) },
  });
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
  const told: unknown = await answer.json();
  return typeof told === 'object' && told !== null && 'version' in told && typeof told.version === 'number' ? { version: told.version } : {};
}

interface Firing {
  readonly id: string;
  readonly service: string;
  readonly nth: number;
  readonly startsAt: number;
  readonly outage: string;
  readonly over?: boolean;
}

/** An alert as Grafana sends it, about 1.2 KB. */
function alertOf({ id, service, nth, startsAt, outage, over = false }: Firing): object {
  const name = RULES[nth % RULES.length] ?? 'HighErrorRate';
  return {
    status: over ? 'resolved' : 'firing',
    labels: {
      alertname: name, service, severity: SEVERITIES[nth % SEVERITIES.length], instance: `${service}-${nth}`, outage, team: `team-${nth % 12}`, environment: 'production',
      cluster: `cluster-${nth % 4}`, grafana_folder: 'Shop',
    },
    annotations: { summary: `${name}: ${service} instance ${nth} is outside its limits`, description: 'More than 5 % of the requests failed over five minutes.', runbook_url: 'https://runbooks.example.com/errors' },
    startsAt: new Date(startsAt).toISOString(), endsAt: over ? new Date(startsAt + 240_000).toISOString() : '0001-01-01T00:00:00Z',
    values: { A: nth % 100 }, fingerprint: id,
    generatorURL: 'https://grafana.example.com/alerting/grafana/rule1/view?orgId=1', silenceURL: 'https://grafana.example.com/alerting/silence/new?alertmanager=grafana',
    dashboardURL: 'https://grafana.example.com/d/shop', panelURL: 'https://grafana.example.com/d/shop?viewPanel=1',
  };
}

/** Posts alerts to the webhook as Grafana would. */
export async function postAlerts(stage: Stage, alerts: readonly object[]): Promise<void> {
  const [name = '', value = ''] = stage.service.headers.trim().split(': ');
  for (let from = 0; from < alerts.length; from += ALERTS_A_POST) {
    const response = await fetch(`http://127.0.0.1:${stage.service.port}${stage.service.path}`, {
      method: 'POST', headers: { 'Content-Type': 'application/json', [name]: value },
      body: JSON.stringify({ receiver: 'muster', status: 'firing', version: '1', groupKey: '{}:{}', truncatedAlerts: 0, alerts: alerts.slice(from, from + ALERTS_A_POST) }),
    });
    if (response.status !== 202) throw new Error(`the webhook answered ${response.status}: ${await response.text()}`);
  }
}

/** The services of the large incident, and alert `nth` of it: spread over ten minutes, the services one after the other. */
function largeIncident(now: number): (nth: number, over?: boolean) => object {
  const names = manyServices(HIT_AREAS).split('\n').slice(1).map((line) => line.split(',')[0] ?? '');
  return (nth, over = false) => {
    const place = nth % names.length;
    return alertOf({ id: `large-${nth}`, service: names[place] ?? '', nth, startsAt: now - 600_000 + place * 4_000 + (nth % 250) * 800, outage: 'one', over });
  };
}

/**
 * 500 services with 660 dependencies; one incident with `alerts` alerts of 80 of them, a fifth over; and incidents of one alert each until
 * there are `incidents`. All through the API and the webhook, correlated by the running service, by two user rules: one makes one incident of
 * the outage, so that it has that many alerts whatever the engine would have thought, the other keeps each of the rest by itself.
 */
export async function fill(stage: Stage, client: pg.Client, alerts: number, incidents: number): Promise<void> {
  await call(stage, 'POST', '/catalog/import', { csv: manyServices(), dryRun: false });
  const { version } = await call(stage, 'GET', '/correlation', {});
  const rule = { window: { kind: 'session', seconds: 3_600 }, minAlerts: 1, minServices: 1, severity: { kind: 'highest' }, enabled: true } as const;
  const drafted = await call(stage, 'PUT', '/correlation/draft', {
    rules: [
      { ...rule, id: 'outage', name: 'One outage', condition: 'labels.outage == "one"', groupBy: ['labels.outage'] },
      { ...rule, id: 'each', name: 'Each by itself', condition: 'labels.outage == "none"', groupBy: ['labels.instance'] },
    ],
  }, version);
  await call(stage, 'POST', '/correlation/draft/activate', { note: 'for the benchmark' }, drafted.version);
  await pause(NEW_RULES_MS);
  const now = Date.now();
  const large = largeIncident(now);
  await postAlerts(stage, Array.from({ length: alerts }, (_none, nth) => large(nth)));
  await postAlerts(stage, Array.from({ length: Math.floor(alerts / 5) }, (_none, nth) => large(nth * 5, true)));
  await untilCorrelated(client);
  await postAlerts(stage, Array.from({ length: incidents - 1 }, (_none, nth) => alertOf({ id: `other-${nth}`, service: `service-${nth}`, nth, startsAt: now - 300_000 + nth * 20, outage: 'none' })));
  await untilCorrelated(client);
}

/** What there is after filling, from the database. */
export async function counts(client: pg.Client): Promise<{ incidents: number; largest: number; largestNumber: number }> {
  const { rows } = await client.query<{ incidents: number; largest: number; number: number }>(
    'select count(*) over ()::integer as incidents, i.alerts_total as largest, i.number from incidents as i where i.org_id = 1 order by i.alerts_total desc limit 1',
  );
  return { incidents: rows[0]?.incidents ?? 0, largest: rows[0]?.largest ?? 0, largestNumber: rows[0]?.number ?? 0 };
}

/** One more alert of the large incident, as they come while somebody looks. */
export function oneMore(nth: number): object {
  return largeIncident(Date.now())(nth);
}
