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

/** Checks the copy; gives which file breaks which rule, as `file: rule`. */
async function broken(): Promise<string[]> {
  const args = ['node_modules/dependency-cruiser/bin/dependency-cruiser.mjs', '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'backend', 'src'];
  const { stdout } = await run(process.execPath, args, { cwd: copy, maxBuffer: 64 * 1024 * 1024 }).catch((error: { stdout?: string; stderr?: string }) => {
    // It exits with the number of violations; without a report it really failed.
    if (error.stdout === undefined || error.stdout === '') throw new Error(error.stderr);
    return { stdout: error.stdout };
  });
  const report: { summary: { violations: { from: string; rule: { name: string } }[] } } = JSON.parse(stdout);
  return report.summary.violations.map(({ from, rule }) => `${from}: ${rule.name}`);
}

/** What breaks a rule: what it is, in which file, what is planted there, and which rule; null: it is named at its other half. */
const PLANTED: readonly (readonly [what: string, file: string, text: string, rule: string | null])[] = [
  ['an import upwards', 'backend/eventlog/planted.ts', "import { createIncidentService } from '../incidents/index.ts';\nexport const x = createIncidentService;\n", 'floor-of-eventlog'],
  ['an import beside', 'backend/access/planted.ts', "import { DEFAULT_MAPPING } from '../sources/index.ts';\nexport const x = DEFAULT_MAPPING;\n", 'floor-of-access'],
  ['an import past the front of a module', 'backend/incidents/planted.ts', "import { toBatch } from '../ingest/alertWrite.ts';\nexport const x = toBatch;\n", 'front-of-ingest'],
  ['a circle', 'backend/health/one.ts', "import { two } from './two.ts';\nexport const one = (): number => two() + 1;\n", 'no-circles'],
  ['the other half of the circle', 'backend/health/two.ts', "import { one } from './one.ts';\nexport const two = (): number => one() + 1;\n", null],
  ['a decision that reaches for the database', 'backend/incidents/declarePolicy.ts', "import pg from 'pg';\nexport const declarationReason = pg;\n", 'pure-files'],
  ['a part of the plugin that reaches upwards', 'src/api/planted.ts', "import { useNow } from '../hooks/useNow.ts';\nexport const x = useNow;\n", 'plugin-layers'],
  ['a plugin that reaches into the service', 'src/model/planted.ts', "import { inputError } from '../../backend/platform/errors.ts';\nexport const y = inputError;\n", 'plugin-knows-only-the-contract'],
];

test('the code as it is breaks no rule', async () => {
  expect(await broken()).toEqual([]);
});

test('whatever breaks a rule is found, and named where it stands', async () => {
  for (const [, file, text] of PLANTED) await writeFile(join(copy, file), text);
  const found = await broken();

  expect(PLANTED.filter(([, file, , rule]) => rule !== null && !found.includes(`${file}: ${rule}`)).map(([what]) => what)).toEqual([]);
  // Nothing else is called wrong.
  expect(found.filter((each) => !PLANTED.some(([, file]) => each.startsWith(`${file}: `)))).toEqual([]);
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

/** The module of a file, as docs/architecture.md names it. */
function moduleOf(file: string): string {
  const [, first = '', second = ''] = file.split('/');
  return first === 'response' ? `${first}/${second}` : first;
}

/** Which modules write each table; but for the upkeep of the whole, which removes what several have. */
const WRITERS = (() => {
  const tables = new Set(globSync('backend/migrations/*.sql', { cwd: ROOT }).flatMap((file) => [...readFileSync(join(ROOT, file), 'utf8').matchAll(/create table ([a-z_]+)/g)].map((match) => match[1] ?? '')));
  const writers = new Map<string, Set<string>>();
  for (const file of SOURCES.filter((source) => source !== 'backend/upkeep.ts')) {
    for (const [, table = ''] of codeOf(file).matchAll(/\b(?:insert into|update|delete from) ([a-z_]+)/g)) {
      if (tables.has(table)) writers.set(table, (writers.get(table) ?? new Set()).add(moduleOf(file)));
    }
  }
  return writers;
})();

test('each table is written by one module', () => {
  expect(WRITERS.size).toBeGreaterThan(40);
  expect([...WRITERS].filter(([, modules]) => modules.size > 1)).toEqual([]);
});

test('the document of the architecture names each module, and with it the tables that it writes', () => {
  const rows = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8').split('\n').filter((line) => /^\| \d+ \| `/.test(line));
  const rowOf = (module: string): string => rows.find((row) => row.includes(`| \`${module}\``)) ?? '';
  const modules = new Set(SOURCES.filter((file) => file.endsWith('/index.ts')).map(moduleOf).filter((module) => module !== 'agent' && module !== 'cli'));
  const written = [...WRITERS].flatMap(([table, [module = '']]) => (module.endsWith('.ts') ? [] : [`${module}: ${table}`]));

  expect([...modules].filter((module) => rowOf(module) === '')).toEqual([]);
  expect(written.filter((each) => !rowOf(each.split(': ')[0] ?? '').includes(`\`${each.split(': ')[1] ?? ''}\``))).toEqual([]);
});
