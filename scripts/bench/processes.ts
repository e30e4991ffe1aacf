/** What the benchmark starts: the service, Alertmanager and databases, all ended with it, also when it crashes. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { EmbeddedPostgres } from '../../backend/platform/db/embedded.ts';
import { findPort } from '../demo/ports.ts';
import { ROOT } from '../run.ts';

const SOURCE_TOKEN = 'source-token-of-the-benchmark-000001';
const ALERTMANAGER = ['/usr/bin/prometheus-alertmanager', '/usr/local/bin/alertmanager'].find((path) => existsSync(path)) ?? null;
/** Alertmanager groups by service (200 groups) and sends nothing: no notification falls into a slice. */
const ALERTMANAGER_CONFIG = 'route: { receiver: none, group_by: [service], group_wait: 30s }\nreceivers: [{ name: none }]\n';
const START_LIMIT_MS = 60_000;
/** Outlives the run, as the image's outlives a restart. */
const COMPILE_CACHE = join(ROOT, 'node_modules', '.cache', 'muster');

const children = new Set<ChildProcess>();
// Also when this program is ended from outside.
process.on('exit', () => children.forEach((child) => child.kill('SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

export interface Server {
  readonly pid: number;
  readonly port: number;
  readonly path: string;
  /** Header lines of a delivery, each ended. */
  readonly headers: string;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function untilUp(url: string, child: ChildProcess): Promise<void> {
  const endAt = performance.now() + START_LIMIT_MS;
  while (performance.now() < endAt) {
    if (child.exitCode !== null) throw new Error(`what should serve ${url} ended with ${child.exitCode}`);
    if (await fetch(url).then((response) => response.ok, () => false)) return;
    await pause(50);
  }
  throw new Error(`${url} did not come up`);
}

/** Waits until a child serves what it is to serve, and remembers it, to end it. */
export async function startChild(child: ChildProcess, port: number, ready: string, path: string, headers: string): Promise<Server> {
  children.add(child);
  const gone = new Promise<void>((resolve) => child.once('exit', () => {
    children.delete(child);
    resolve();
  }));
  await untilUp(`http://127.0.0.1:${port}${ready}`, child);
  return {
    pid: child.pid ?? 0, port, path, headers,
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      await gone;
    },
  };
}

/** Makes an empty database on the benchmark's server; gives its connection string. */
export async function createDatabase(postgres: EmbeddedPostgres, name: string): Promise<string> {
  await withClient(postgres.connectionString, (client) => client.query(`create database ${name}`));
  const url = new URL(postgres.connectionString);
  url.pathname = `/${name}`;
  return url.href;
}

/** Runs one piece of work on a connection of its own. */
export async function withClient<T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Starts a replica of the service; `settings` are environment variables beside the usual ones. */
export async function startService(dir: string, connectionString: string, roles: string, settings: Readonly<Record<string, string>> = {}): Promise<Server> {
  const port = await findPort(28_080, false);
  const provisioning = join(dir, 'provisioning');
  await mkdir(provisioning, { recursive: true });
  await writeFile(join(provisioning, 'sources.yaml'), `apiVersion: 1\nsources:\n  - id: grafana\n    kind: grafana\n    name: Benchmark\n    token: ${SOURCE_TOKEN}\n`);
  // As the image starts it (Dockerfile).
  const child = spawn('node', ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=8', '--heap-growing-percent=50', 'backend/main.ts', 'serve'], {
    cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env, NODE_ENV: 'production', NODE_COMPILE_CACHE: COMPILE_CACHE, DATABASE_URL: connectionString, MUSTER_PORT: String(port), MUSTER_LOG_LEVEL: 'warn', MUSTER_ROLES: roles,
      MUSTER_PROVISIONING: provisioning, MUSTER_PLUGIN_TOKEN: 'plugin-token-of-the-benchmark-00001', MUSTER_SECRET_KEYS: `bench:${Buffer.alloc(32, 1).toString('base64')}`,
      ...settings,
    },
  });
  return startChild(child, port, '/healthz', '/webhooks/grafana/grafana', `Authorization: Bearer ${SOURCE_TOKEN}\r\n`);
}

/** Starts Alertmanager; null when it is not installed. */
export async function startAlertmanager(dir: string, name: string): Promise<Server | null> {
  if (ALERTMANAGER === null) return null;
  const port = await findPort(29_093, false);
  const config = join(dir, 'alertmanager.yml');
  await writeFile(config, ALERTMANAGER_CONFIG);
  const child = spawn(ALERTMANAGER, [
    `--config.file=${config}`, `--storage.path=${join(dir, name)}`, `--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address=', '--log.level=error',
  ], { stdio: 'ignore' });
  return startChild(child, port, '/-/ready', '/api/v2/alerts', '');
}
