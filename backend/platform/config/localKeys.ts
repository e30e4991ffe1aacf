/** The secrets that an installation with the embedded database makes for itself, so that it starts with nothing set. */
import { randomBytes } from 'node:crypto';
import { orgId } from '#contract';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfPresent, withFileLock } from '../db/fileLock.ts';
import type { Config } from './config.ts';
import { Secret } from './secret.ts';

const LOCK_LIMIT_MS = 30_000;

/**
 * Gives a configuration that has at least one key: the given ones, else the one kept in `dataDir` (mode 0600),
 * which is made at the first start. Losing that file means losing every sealed secret.
 */
export async function withLocalSecretKeys(config: Config): Promise<Config> {
  if (config.secrets.keys.length > 0) return config;
  const path = join(config.database.dataDir, 'secret-key');
  const key = await keptSecret(config.database.dataDir, path);
  if (Buffer.from(key, 'base64').length !== 32) throw new Error(`${path} does not hold a key of 32 bytes in base64; restore it from a backup`);
  return Object.freeze({ ...config, secrets: Object.freeze({ keys: Object.freeze([Object.freeze({ id: 'local', key: new Secret(key) })]) }) });
}

/** Where the plugin token lies that `withLocalPluginToken` makes. */
export function localPluginTokenPath(config: Pick<Config, 'database'>): string {
  return join(config.database.dataDir, 'plugin-token');
}

/**
 * Gives a configuration with at least one organisation: the given ones, else organisation 1 with the plugin token kept in
 * `dataDir`. A configured database is left alone: its replicas must agree on a token, and so somebody must choose it.
 */
export async function withLocalPluginToken(config: Config): Promise<Config> {
  if (config.grafana.orgs.length > 0 || config.database.url !== null) return config;
  const token = await keptSecret(config.database.dataDir, localPluginTokenPath(config));
  const org = Object.freeze({ id: orgId.parse(1), pluginToken: new Secret(token) });
  return Object.freeze({ ...config, grafana: Object.freeze({ ...config.grafana, orgs: Object.freeze([org]) }) });
}

/** The text of a file that only its owner reads; 32 random bytes in base64 when it is not there yet. */
async function keptSecret(dataDir: string, path: string): Promise<string> {
  // Others may pass through, not look: the database below it runs as another user when Muster is started as root.
  await mkdir(dataDir, { recursive: true, mode: 0o711 });
  const text = await withFileLock(`${path}.lock`, LOCK_LIMIT_MS, async () => {
    const kept = await readIfPresent(path);
    if (kept !== null) return kept;
    const made = randomBytes(32).toString('base64');
    await writeFile(path, `${made}\n`, { mode: 0o600 });
    return made;
  });
  return text.trim();
}
