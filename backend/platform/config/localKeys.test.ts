import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from './config.ts';
import { withLocalPluginToken, withLocalSecretKeys } from './localKeys.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'muster-keys-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

test('makes one key, readable by its owner only, and finds the same again, also when several start at once', async () => {
  const config = loadConfig({ MUSTER_DATA_DIR: dataDir });
  const all = await Promise.all(Array.from({ length: 5 }, () => withLocalSecretKeys(config)));
  const keys = new Set(all.flatMap((each) => each.secrets.keys.map((item) => item.key.reveal())));
  expect(keys.size).toBe(1);
  expect(keys).toContain((await readFile(join(dataDir, 'secret-key'), 'utf8')).trim());
  expect((await stat(join(dataDir, 'secret-key'))).mode & 0o777).toBe(0o600);
});

test('leaves given keys alone', async () => {
  const config = loadConfig({ MUSTER_DATA_DIR: dataDir, MUSTER_SECRET_KEYS: `mine:${Buffer.alloc(32, 1).toString('base64')}` });
  expect(await withLocalSecretKeys(config)).toBe(config);
});

test('refuses a damaged key file instead of sealing with something else', async () => {
  await writeFile(join(dataDir, 'secret-key'), 'oops');
  await expect(withLocalSecretKeys(loadConfig({ MUSTER_DATA_DIR: dataDir }))).rejects.toThrow(/does not hold a key of 32 bytes/);
});

test('gives organisation 1 a plugin token that stays, when nothing is set at all', async () => {
  const config = loadConfig({ MUSTER_DATA_DIR: dataDir });
  const [first, second] = await Promise.all([withLocalPluginToken(config), withLocalPluginToken(config)]);
  const kept = (await readFile(join(dataDir, 'plugin-token'), 'utf8')).trim();
  for (const made of [first, second]) expect(made?.grafana.orgs.map((org) => [org.id, org.pluginToken.reveal()])).toEqual([[1, kept]]);
  expect(kept.length).toBeGreaterThanOrEqual(24);
  expect((await stat(join(dataDir, 'plugin-token'))).mode & 0o777).toBe(0o600);
});

test.each([
  { name: 'a given token', env: { MUSTER_PLUGIN_TOKEN: 'a-token-that-somebody-has-chosen' } },
  { name: 'a database of its own', env: { DATABASE_URL: 'postgres://x@localhost/x', MUSTER_SECRET_KEYS: `mine:${Buffer.alloc(32, 1).toString('base64')}` } },
])('makes no plugin token beside $name', async ({ env }) => {
  const config = loadConfig({ MUSTER_DATA_DIR: dataDir, ...env });
  expect(await withLocalPluginToken(config)).toBe(config);
});
