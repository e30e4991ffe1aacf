/** What the documents say of settings, metrics, files and commands is what there is. */
import { existsSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { CONFIG_KEYS } from '../../backend/platform/config/keys.ts';
import { configSchema } from '../../backend/platform/config/schema.ts';
import { readText, ROOT } from './files.ts';

const DOCUMENTS = ['README.md', 'src/README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', ...globSync('docs/**/*.md', { cwd: ROOT })];
/** Made by `npm run build`, `npm run bench` or from screenshots. */
const GENERATED = /^docs\/(images\/|api\/|benchmarks\.md$)/;

/** Cells of each row of the settings table. */
function settingsRows(): string[][] {
  return readText('docs/operations.md').split('\n').filter((line) => /^\| `[a-z][\w.[\]]*` \| (`[A-Z_]+`|–) \|/.test(line)).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
}

function valueAt(root: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, step) => z.record(z.string(), z.unknown()).safeParse(value).data?.[step], root);
}

test('the table of settings has every key, in order, with its variable', () => {
  expect(settingsRows().map(([key, variable]) => [key, variable])).toEqual(
    CONFIG_KEYS.map((key) => [`\`${key.path}\``, key.env === null ? '–' : `\`${key.env}\``]),
  );
});

test('the table of settings has the defaults of the schema, and marks every secret', () => {
  const defaults = configSchema.parse({});
  for (const [index, cells] of settingsRows().entries()) {
    const key = CONFIG_KEYS[index];
    const value = valueAt(defaults, key?.path ?? '');
    const isPlain = typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean';

    if (isPlain) expect([key?.path, cells[2]]).toEqual([key?.path, `\`${String(value)}\``]);
    if (key?.path === 'roles') expect(cells[2]).toBe(`\`${defaults.roles.join(',')}\``);
    expect([key?.path, cells[3]?.includes('**Secret**')]).toEqual([key?.path, key?.secret]);
  }
});

test('the table of metrics has every metric of Muster', () => {
  const made = globSync('backend/**/*.ts', { cwd: ROOT }).filter((file) => !file.endsWith('.test.ts')).flatMap((file) => [...readText(file).matchAll(/(?:name: |gauge\()'(muster_[a-z_]+)'/g)].map((match) => match[1] ?? ''));
  const told = [...readText('docs/operations.md').matchAll(/^\| `(muster_[a-z_]+)/gm)].map((match) => match[1] ?? '');

  expect(told.toSorted()).toEqual([...new Set(made)].toSorted());
});

test('links lead to files that exist', () => {
  for (const document of DOCUMENTS) {
    for (const [, target = ''] of readText(document).matchAll(/\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)/g)) {
      const path = join(dirname(document), target);
      if (!GENERATED.test(path)) expect([document, target, existsSync(join(ROOT, path))]).toEqual([document, target, true]);
    }
  }
});

test('paths of the code that documents name exist', () => {
  for (const document of DOCUMENTS) {
    for (const [, path = ''] of readText(document).matchAll(/`((?:backend|src|tests|scripts|provisioning)\/[\w./-]+\.(?:tsx?|sql|mjs|js|ya?ml|json))`/g)) {
      expect([document, path, existsSync(join(ROOT, path))]).toEqual([document, path, true]);
    }
  }
});

test('npm scripts that documents name exist', () => {
  const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(readText('package.json')));
  for (const document of DOCUMENTS) {
    for (const [, name = ''] of readText(document).matchAll(/npm run ([a-z:]+)/g)) expect([document, name, name in scripts]).toEqual([document, name, true]);
  }
});
