/** The whole product for a browser: a database, the service and the plugin host, on free ports. */
import { startApp } from '../../backend/app.ts';
import { orgId } from '../../backend/contract/index.ts';
import { loadConfig } from '../../backend/platform/config/config.ts';
import { systemClock } from '../../backend/platform/clock.ts';
import { createLogger } from '../../backend/platform/logger.ts';
import { findPort } from '../../scripts/demo/ports.ts';
import { startPluginHost } from '../../scripts/plugin-host/server.ts';
import { createTestDatabase } from '../harness/database.ts';

const PLUGIN_TOKEN = 'plugin-token-of-the-browser-tests-01';
const SOURCE_TOKEN = 'source-token-of-the-browser-tests-01';

export interface Stack {
  /** Where the plugin host serves. */
  readonly url: string;
  /** Where the service serves, and how its source `grafana` is posted to. */
  readonly service: { readonly url: string; readonly webhookUrl: string; readonly token: string };
  /** Where the status page is read, when a setting asks for one. */
  readonly statusPage: string;
  /** Posts alerts as Grafana would; resolves when they are stored and correlated, so that a page may be opened at what came of them. */
  postAlerts(alerts: readonly object[]): Promise<void>;
  close(): Promise<void>;
}

/** One alert as Grafana sends it. */
export function grafanaAlert(fields: { fingerprint: string; name: string; service: string; severity: string; status?: 'firing' | 'resolved' }): object {
  const status = fields.status ?? 'firing';
  return {
    status,
    labels: { alertname: fields.name, service: fields.service, severity: fields.severity, grafana_folder: 'Shop' },
    annotations: { summary: `${fields.name} on ${fields.service}`, runbook_url: 'https://runbooks.example.com/errors' },
    startsAt: '2026-11-24T05:00:00Z',
    endsAt: status === 'resolved' ? '2026-11-24T05:10:00Z' : '0001-01-01T00:00:00Z',
    values: { A: 12.5 },
    fingerprint: fields.fingerprint,
    generatorURL: 'https://grafana.example.com/alerting/grafana/rule1/view?orgId=1',
    silenceURL: 'https://grafana.example.com/alerting/silence/new?alertmanager=grafana',
    dashboardURL: 'https://grafana.example.com/d/shop',
    panelURL: 'https://grafana.example.com/d/shop?viewPanel=1',
  };
}

/** Files are tested side by side; each worker looks for a port among its own. */
const FIRST_PORT = 18_080;
const PORTS_A_WORKER = 100;

/** Starts it all with one source, provisioned from a file as an installation would have it; `settings` are further ones, by variable. */
export async function startStack(react: 18 | 19, provisioning = 'tests/e2e/provisioning', settings: Readonly<Record<string, string>> = {}): Promise<Stack> {
  const logger = createLogger({ level: 'warn' });
  await using starting = new AsyncDisposableStack();
  const database = await createTestDatabase();
  starting.defer(() => database.drop());
  const port = await findPort(FIRST_PORT + PORTS_A_WORKER * Number(process.env['TEST_PARALLEL_INDEX'] ?? 0), false);
  const host = await startPluginHost({
    port: 0, apiUrl: `http://127.0.0.1:${port}`, pluginTokens: { 1: PLUGIN_TOKEN, 2: 'unused-unused-unused-unused' }, react,
    logger: { info: () => undefined, warn: () => undefined },
  });
  starting.defer(() => host.close());
  const config = loadConfig({
    DATABASE_URL: database.connectionString, MUSTER_PORT: String(port), MUSTER_PLUGIN_TOKEN: PLUGIN_TOKEN,
    MUSTER_SECRET_KEYS: `e2e:${Buffer.alloc(32, 9).toString('base64')}`, MUSTER_GRAFANA_URL: host.url, MUSTER_GRAFANA_ROOT_URL: host.issuer,
    MUSTER_PROVISIONING: provisioning, MUSTER_CORRELATION_MIN_ALERTS: '1', ...settings,
  });
  const app = await startApp({ config, clock: systemClock, logger, connectionString: database.connectionString, checkResponses: true });
  starting.defer(() => app.close());
  const running = starting.move();
  const webhookUrl = `${app.url}/webhooks/grafana/grafana`;
  return {
    url: host.url,
    service: { url: app.url, webhookUrl, token: SOURCE_TOKEN },
    statusPage: `http://127.0.0.1:${app.statusPagePort ?? 0}/`,
    async postAlerts(alerts) {
      const response = await fetch(webhookUrl, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${SOURCE_TOKEN}` },
        body: JSON.stringify({ receiver: 'muster', status: 'firing', version: '1', groupKey: '{}:{}', truncatedAlerts: 0, alerts }),
      });
      if (response.status !== 202) throw new Error(`webhook answered ${response.status}: ${await response.text()}`);
      await app.correlator?.drain(orgId.parse(1));
    },
    close: () => running.disposeAsync(),
  };
}
