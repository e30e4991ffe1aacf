/** Type-checks the service, the tests and the scripts, the plugin, and the plugin host's page. */
import { runTool } from './run.ts';

const PROJECTS = ['tsconfig.json', 'tsconfig.ui.json', 'scripts/plugin-host/client/tsconfig.json'];

let failed = false;
for (const project of PROJECTS) {
  const { code } = await runTool('tsc', ['-p', project]);
  process.stdout.write(`${code === 0 ? 'passed' : 'FAILED'}: ${project}\n`);
  failed ||= code !== 0;
}
process.exitCode = failed ? 1 : 0;
