/** The demo's own installation of Muster in its data folder: secrets, configuration, provisioning files. */
import { randomBytes } from 'node:crypto';
import { access, chmod, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { isProcessAlive } from '../../backend/platform/db/processIdentity.ts';
import { demoCatalogue } from './catalogue.ts';
import { demoDetectors, type MetricAddresses } from './metrics/detectors.ts';
import { demoAudiences, demoChannels, demoPolicies, demoSchedules, demoStatusPage, type Ways } from './mobilisation.ts';

export const DEMO_SOURCE = 'demo';
export const DEMO_CHANGES = 'demo-ci';
/** The repository's own samples. */
const SAMPLE_RUNBOOKS = new URL('../../provisioning/muster/runbooks', import.meta.url).pathname;
/** Organisations of the plugin host. The second one stays empty: it shows that one does not see the other. */
const ORGS = [1, 2] as const;

export interface Installation {
  /** Path of Muster's configuration file. */
  readonly configFile: string;
  readonly logFile: string;
  readonly dataDir: string;
  readonly pluginTokens: Readonly<Record<number, string>>;
  readonly webhookToken: string;
  readonly changeToken: string;
}

export interface InstallationOptions {
  readonly dataDir: string;
  readonly servicePort: number;
  readonly statusPagePort: number;
  readonly grafanaUrl: string;
  /** How the channels' providers are reached, all of them on this machine. */
  readonly ways: Ways;
  /** Where the simulated metrics and logs are asked for. */
  readonly metrics: MetricAddresses;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

async function keptSecret(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (!isMissing(error)) throw error;
    const secret = randomBytes(32).toString('base64url');
    await writeFile(path, `${secret}\n`, { mode: 0o600 });
    return secret;
  }
}

/** Writes what Muster reads at its start. Secrets are made once and kept, so that a second start fits the kept data. */
export async function prepareInstallation(options: InstallationOptions): Promise<Installation> {
  const { dataDir } = options;
  const dir = join(dataDir, 'demo');
  await mkdir(dataDir, { recursive: true });
  // PostgreSQL does not run as root: started by root it runs as somebody else, who must be able to pass.
  if (process.getuid?.() === 0) await chmod(dataDir, 0o711);
  await mkdir(join(dir, 'provisioning'), { recursive: true, mode: 0o700 });
  const pluginTokens: Record<number, string> = {};
  for (const org of ORGS) pluginTokens[org] = await keptSecret(join(dir, `plugin-token-${org}`));
  const webhookToken = await keptSecret(join(dir, 'webhook-token'));
  const changeToken = await keptSecret(join(dir, 'change-token'));
  const configFile = join(dir, 'muster.yaml');
  await writeFile(configFile, stringify({
    http: { host: '127.0.0.1', port: options.servicePort },
    database: { dataDir },
    grafana: { url: options.grafanaUrl, orgs: ORGS.map((id) => ({ id, pluginTokenFile: join(dir, `plugin-token-${id}`) })) },
    statusPage: { host: '127.0.0.1', port: options.statusPagePort },
    provisioning: { dir: join(dir, 'provisioning') },
    outbound: { allow: ['127.0.0.1'], allowPrivate: ['127.0.0.1'] },
  }));
  await writeFile(join(dir, 'provisioning', 'sources.yaml'), stringify({
    apiVersion: 1,
    sources: [
      { id: DEMO_SOURCE, kind: 'grafana', name: 'Demo: simulated Grafana', tokenFile: '../webhook-token' },
      { id: DEMO_CHANGES, kind: 'change', name: 'Demo: simulated pipeline', tokenFile: '../change-token' },
    ],
  }));
  const files = {
    services: demoCatalogue(), channels: demoChannels(options.ways), schedules: demoSchedules(Date.now()), escalation: demoPolicies(), communication: demoAudiences(), 'status-page': demoStatusPage(),
    detectors: demoDetectors(options.metrics, options.grafanaUrl),
  };
  for (const [name, value] of Object.entries(files)) await writeFile(join(dir, 'provisioning', `${name}.yaml`), stringify(value));
  await cp(SAMPLE_RUNBOOKS, join(dir, 'provisioning', 'runbooks'), { recursive: true });
  return { configFile, logFile: join(dir, 'muster.log'), dataDir, pluginTokens, webhookToken, changeToken };
}

/** True while there is no database in the folder: the installation is new. */
export async function isNewInstallation(dataDir: string): Promise<boolean> {
  return access(join(dataDir, 'postgres')).then(() => false, () => true);
}

/** Removes the data of earlier runs. Refuses while a database runs on it. */
export async function resetInstallation(dataDir: string): Promise<void> {
  let pid = Number.NaN;
  try {
    pid = Number((await readFile(join(dataDir, 'postgres/postgres/postmaster.pid'), 'utf8')).split('\n')[0]);
  } catch (error) {
    // No such file: nothing runs.
    if (!isMissing(error)) throw error;
  }
  if (Number.isSafeInteger(pid) && pid > 0 && (await isProcessAlive(pid))) {
    throw new Error(`a database still runs on ${dataDir} (process ${pid}): stop the Muster that uses it; if there is none, start and stop the demo once without --reset`);
  }
  for (const name of ['demo', 'postgres', 'secret-key']) await rm(join(dataDir, name), { recursive: true, force: true });
}
