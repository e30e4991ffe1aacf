/** The key that the embedded database's installation makes for itself. */
import { randomBytes } from 'node:crypto';
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
  const { dataDir } = config.database;
  // Others may pass through, not look: the database below it runs as another user when Muster is started as root.
  await mkdir(dataDir, { recursive: true, mode: 0o711 });
  const path = join(dataDir, 'secret-key');
  const text = await withFileLock(`${path}.lock`, LOCK_LIMIT_MS, async () => {
    const kept = await readIfPresent(path);
    if (kept !== null) return kept;
    const made = randomBytes(32).toString('base64');
    await writeFile(path, `${made}\n`, { mode: 0o600 });
    return made;
  });
  const key = text.trim();
  if (Buffer.from(key, 'base64').length !== 32) throw new Error(`${path} does not hold a key of 32 bytes in base64; restore it from a backup`);
  return Object.freeze({ ...config, secrets: Object.freeze({ keys: Object.freeze([Object.freeze({ id: 'local', key: new Secret(key) })]) }) });
}
