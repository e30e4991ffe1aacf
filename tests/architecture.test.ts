/** The floors hold, and lint would notice if they did not. */
import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = resolve('.');

let copy: string;
beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'muster-floors-'));
  for (const name of ['backend', 'src', 'tsconfig.json', '.dependency-cruiser.cjs', 'package.json']) await cp(join(ROOT, name), join(copy, name), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
});
afterAll(() => rm(copy, { recursive: true, force: true }));

/** Checks the copy with a file planted in it; gives the names of the broken rules. */
async function brokenRules(path: string | null, text = ''): Promise<string[]> {
  if (path !== null) await writeFile(join(copy, path), text);
  try {
    const args = ['node_modules/dependency-cruiser/bin/dependency-cruiser.mjs', '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'backend', 'src'];
    const { stdout } = await run(process.execPath, args, { cwd: copy, maxBuffer: 64 * 1024 * 1024 }).catch((error: { stdout?: string; stderr?: string }) => {
      // It exits with the number of violations; without a report it really failed.
      if (error.stdout === undefined || error.stdout === '') throw new Error(error.stderr);
      return { stdout: error.stdout };
    });
    const report: { summary: { violations: { rule: { name: string } }[] } } = JSON.parse(stdout);
    return report.summary.violations.map((violation) => violation.rule.name);
  } finally {
    if (path !== null) await rm(join(copy, path), { force: true });
  }
}

test('the code as it is breaks no rule', async () => {
  expect(await brokenRules(null)).toEqual([]);
});

test('an import upwards is found', async () => {
  const rules = await brokenRules('backend/eventlog/planted.ts', "import { createIncidentService } from '../incidents/index.ts';\nexport const x = createIncidentService;\n");

  expect(rules).toContain('floor-of-eventlog');
});

test('an import beside is found', async () => {
  const rules = await brokenRules('backend/access/planted.ts', "import { DEFAULT_MAPPING } from '../sources/index.ts';\nexport const x = DEFAULT_MAPPING;\n");

  expect(rules).toContain('floor-of-access');
});

test('an import past the front of a module is found', async () => {
  const rules = await brokenRules('backend/incidents/planted.ts', "import { toBatch } from '../ingest/alertWrite.ts';\nexport const x = toBatch;\n");

  expect(rules).toContain('front-of-ingest');
});

test('a circle is found', async () => {
  await writeFile(join(copy, 'backend/health/one.ts'), "import { two } from './two.ts';\nexport const one = (): number => two() + 1;\n");

  const rules = await brokenRules('backend/health/two.ts', "import { one } from './one.ts';\nexport const two = (): number => one() + 1;\n");
  await rm(join(copy, 'backend/health/one.ts'));

  expect(rules).toContain('no-circles');
});

test('a decision that reaches for the database is found', async () => {
  const rules = await brokenRules('backend/incidents/declarePolicy.ts', "import pg from 'pg';\nexport const declarationReason = pg;\n");

  expect(rules).toContain('pure-files');
});

test('a plugin that reaches into the service, and a part of it that reaches upwards, are found', async () => {
  await writeFile(join(copy, 'src/api/planted.ts'), "import { useNow } from '../hooks/useNow.ts';\nexport const x = useNow;\n");
  const rules = await brokenRules('src/model/planted.ts', "import { inputError } from '../../backend/platform/errors.ts';\nexport const y = inputError;\n");
  await rm(join(copy, 'src/api/planted.ts'));

  expect(rules).toEqual(expect.arrayContaining(['plugin-knows-only-the-contract', 'plugin-layers']));
});

/** The service's own files, without tests. */
const SOURCES = globSync('backend/**/*.ts', { cwd: ROOT }).filter((file) => !/\.(test|testkit)\.ts$/.test(file));

/** A file's code without its comments. */
function codeOf(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
}

test('decisions ask neither the clock nor chance', () => {
  const config: { forbidden: { name: string; from: { path?: string } }[] } = createRequire(import.meta.url)(join(ROOT, '.dependency-cruiser.cjs'));
  const pattern = new RegExp(config.forbidden.find((rule) => rule.name === 'pure-files')?.from.path ?? 'none');
  const pure = SOURCES.filter((file) => pattern.test(file));
  const asking = pure.filter((file) => /\b(?:Date\.now|new Date\(\)|performance\.now|Math\.random|randomUUID|randomBytes|process\.env)/.test(codeOf(file)));

  expect(pure.length).toBeGreaterThan(80);
  expect(asking).toEqual([]);
});

test('each table is written by one module; only the upkeep of the whole removes what several have', () => {
  const tables = new Set(globSync('backend/migrations/*.sql', { cwd: ROOT }).flatMap((file) => [...readFileSync(join(ROOT, file), 'utf8').matchAll(/create table ([a-z_]+)/g)].map((match) => match[1] ?? '')));
  const writers = new Map<string, Set<string>>();
  for (const file of SOURCES.filter((source) => source !== 'backend/upkeep.ts')) {
    for (const [, table = ''] of codeOf(file).matchAll(/\b(?:insert into|update|delete from) ([a-z_]+)/g)) {
      if (tables.has(table)) writers.set(table, (writers.get(table) ?? new Set()).add(file.split('/')[1] ?? ''));
    }
  }

  expect(writers.size).toBeGreaterThan(40);
  expect([...writers].filter(([, modules]) => modules.size > 1)).toEqual([]);
});
