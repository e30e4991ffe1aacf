/** Everything that the demo runs, started in order and stopped in the opposite one. */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { startApp, type App } from '../../backend/app.ts';
import { systemClock } from '../../backend/platform/clock.ts';
import { loadConfig } from '../../backend/platform/config/config.ts';
import { withLocalSecretKeys } from '../../backend/platform/config/localKeys.ts';
import { startEmbeddedPostgres } from '../../backend/platform/db/embedded.ts';
import { createLogger } from '../../backend/platform/logger.ts';
import { startPluginHost, type PluginHost } from '../plugin-host/server.ts';
import { startInbox, type Inbox } from './inbox/inbox.ts';
import { DEMO_SOURCE, isNewInstallation, prepareInstallation, type Installation } from './installation.ts';
import { startMetricsServers } from './metrics/metricsServers.ts';
import type { ShopTimes } from './metrics/shopTimes.ts';
import { playPast } from './playPast.ts';
import { planPluginBuild } from './pluginBuild.ts';
import { findPort } from './ports.ts';
import type { Terminal } from './terminal.ts';

const HOST_PORT = 3000;
const SERVICE_PORT = 8080;
const STATUS_PAGE_PORT = 8090;
const INBOX_PORT = 8025;
const MAIL_PORT = 2525;

export interface Stack {
  readonly app: App;
  readonly host: PluginHost;
  readonly installation: Installation;
  readonly inbox: Inbox;
  /** Adds to the log of the service. */
  log(line: string): void;
}

export interface StackOptions {
  readonly root: string;
  readonly dataDir: string;
  /** Null: 3000, or the next free one. */
  readonly port: number | null;
  /** What the simulated metrics and logs tell of. */
  readonly times: ShopTimes;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  /** Told of each thing that must be stopped, as soon as it runs. */
  readonly onStarted: (name: string, stop: () => Promise<void>) => void;
}

/** Starts it all. When it fails or is aborted half-way, what runs already is with `onStarted`. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { terminal, signal, onStarted } = options;
  const build = planPluginBuild(options.root);
  if (build.needed) await terminal.step('Building the plugin (up to a minute the first time)', () => build.run(signal));
  signal.throwIfAborted();

  const hostPort = await findPort(options.port ?? HOST_PORT, options.port !== null);
  const inbox = await startInbox({ port: await findPort(INBOX_PORT, false), mailPort: await findPort(MAIL_PORT, false) });
  onStarted('the inbox', () => inbox.close());
  const metrics = await startMetricsServers(() => options.times.story());
  onStarted('the simulated metrics', () => metrics.close());
  const isNew = await isNewInstallation(options.dataDir);
  const installation = await prepareInstallation({
    dataDir: options.dataDir, servicePort: await findPort(SERVICE_PORT, false), statusPagePort: await findPort(STATUS_PAGE_PORT, false), grafanaUrl: `http://127.0.0.1:${hostPort}`,
    ways: inbox.ways, metrics,
  });
  // The environment of whoever starts the demo is left out: it may be set up for another Muster.
  const config = await withLocalSecretKeys(loadConfig({ MUSTER_CONFIG: installation.configFile }));
  const log = createWriteStream(installation.logFile, { mode: 0o600 });
  onStarted('log', async () => {
    log.end();
    await once(log, 'close');
  });
  const logger = createLogger({ level: 'info', destination: log });

  const database = await terminal.step('Starting PostgreSQL', () => startEmbeddedPostgres({ dataDir: `${config.database.dataDir}/postgres`, logger }));
  onStarted('PostgreSQL', () => database.stop());
  signal.throwIfAborted();

  const host = await terminal.step('Starting the plugin host, which stands in for Grafana', () => startPluginHost({
    port: hostPort, apiUrl: `http://127.0.0.1:${config.http.port}`, pluginTokens: installation.pluginTokens,
    logger: { info: (message) => logger.info(message), warn: (message) => logger.warn(message) },
  }));
  onStarted('the plugin host', () => host.close());
  signal.throwIfAborted();

  const service = { config, logger, connectionString: database.connectionString };
  if (isNew) {
    await terminal.step('Playing the days before: detectors learn from simulated metrics', () => playPast({
      app: service, hostUrl: host.url, story: options.times.story(), webhook: { url: `http://127.0.0.1:${config.http.port}/webhooks/grafana/${DEMO_SOURCE}`, token: installation.webhookToken },
      agentDir: join(options.dataDir, 'demo', 'agent-of-the-past'), onLog: (line) => void log.write(line), signal,
    }));
    inbox.clear();
  }
  const app = await terminal.step('Starting the Muster service', () => startApp({ ...service, clock: systemClock }));
  onStarted('the service', () => app.close());
  signal.throwIfAborted();
  return { app, host, installation, inbox, log: (line) => void log.write(line) };
}
