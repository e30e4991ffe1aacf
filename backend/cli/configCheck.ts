/** `muster config check`: what results from environment and file, and what was set for nothing. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeConfig, loadConfig, type Config } from '../platform/config/config.ts';
import { hasCode } from '../platform/systemError.ts';
import { describeUnknownVariable, unknownVariables, type UnknownVariable } from '../platform/config/unknownVariables.ts';

/** `$NAME` or `${NAME}` in a provisioning file. */
const REFERENCE = /\$\{?(MUSTER_\w+)/g;

async function filesBelow(dir: string): Promise<string[]> {
  try {
    return await readdir(dir, { recursive: true });
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

/** Variables that provisioning files ask for, those of further organisations in their folders included. */
async function provisionedNames(dir: string | null): Promise<Set<string>> {
  const names = new Set<string>();
  if (dir === null) return names;
  for (const file of (await filesBelow(dir)).filter((name) => name.endsWith('.yaml'))) {
    for (const [, name = ''] of (await readFile(join(dir, file), 'utf8')).matchAll(REFERENCE)) names.add(name);
  }
  return names;
}

/** Variables that look like settings and that nothing reads. */
export async function findUnknownVariables(env: NodeJS.ProcessEnv, config: Config): Promise<UnknownVariable[]> {
  return unknownVariables(env, await provisionedNames(config.provisioning.dir));
}

/** What the command prints. Throws a `ConfigError` for what `muster serve` would not start with; a variable that nothing reads is no good configuration either. */
export async function checkConfig(env: NodeJS.ProcessEnv): Promise<{ readonly output: string; readonly isGood: boolean }> {
  const config = loadConfig(env);
  const unknown = await findUnknownVariables(env, config);
  const said = unknown.length === 0
    ? 'The configuration is good.'
    : ['The configuration is good, but not all that was set is part of it:', ...unknown.map((variable) => `  ${describeUnknownVariable(variable)}`)].join('\n');
  return { output: `${JSON.stringify(describeConfig(config), null, 2)}\n${said}\n`, isGood: unknown.length === 0 };
}
