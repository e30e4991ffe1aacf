/** Lint: the rules of eslint.config.mjs, the floors of .dependency-cruiser.cjs, and a complete lock file. */
import { runTool } from './run.ts';

const CHECKS: readonly (readonly [string, readonly string[]])[] = [
  ['eslint', ['--cache', '--cache-location', '.cache/eslint/', '--max-warnings', '0', 'backend', 'src', 'tests', 'scripts']],
  ['depcruise', ['--config', '.dependency-cruiser.cjs', 'backend', 'src']],
  ['node', ['scripts/complete-lockfile.mjs', '--check']],
];

let failed = false;
for (const [command, args] of CHECKS) {
  const { code } = await runTool(command, args);
  process.stdout.write(`${code === 0 ? 'passed' : 'FAILED'}: ${command}\n`);
  failed ||= code !== 0;
}
process.exitCode = failed ? 1 : 0;
