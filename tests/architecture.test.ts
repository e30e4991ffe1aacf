/** The floors hold, and lint would notice if they did not. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = resolve('.');

let copy: string;
beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'muster-floors-'));
  for (const name of ['backend', 'tsconfig.json', '.dependency-cruiser.cjs', 'package.json']) await cp(join(ROOT, name), join(copy, name), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
});
afterAll(() => rm(copy, { recursive: true, force: true }));

/** Checks the copy with a file planted in it; gives the names of the broken rules. */
async function brokenRules(path: string | null, text = ''): Promise<string[]> {
  if (path !== null) await writeFile(join(copy, path), text);
  try {
    const args = ['node_modules/dependency-cruiser/bin/dependency-cruiser.mjs', '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'backend'];
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
