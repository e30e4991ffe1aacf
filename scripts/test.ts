/** `npm test`: the service, the plugin and the browser, one after the other, with one closing line for all. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { findChromium, installDebianPackage } from './browser.ts';
import { runTool } from './run.ts';

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

const RESULTS = 'test-results';

function numberOf(report: unknown, key: string): number {
  const value: unknown = typeof report === 'object' && report !== null ? Object.entries(report).find(([name]) => name === key)?.[1] : undefined;
  return typeof value === 'number' ? value : 0;
}

async function readReport(path: string): Promise<unknown> {
  return existsSync(path) ? JSON.parse(await readFile(path, 'utf8')) : null;
}

/** Runs one Jest project. A run that ends badly without a failed test counts as one failure. */
async function runJest(config: string, name: string): Promise<Tally> {
  process.stdout.write(`\n— ${name} —\n`);
  const file = `${RESULTS}/${name}.json`;
  const { code } = await runTool('node', [
    '--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js', '-c', config, '--json', `--outputFile=${file}`, '--silent=false',
    ...process.argv.slice(2),
  ]);
  const report = await readReport(file);
  const failed = numberOf(report, 'numFailedTests') + numberOf(report, 'numRuntimeErrorTestSuites');
  return { passed: numberOf(report, 'numPassedTests'), failed: code === 0 ? failed : Math.max(1, failed), skipped: numberOf(report, 'numPendingTests') };
}

async function runBrowser(): Promise<Tally> {
  process.stdout.write('\n— browser —\n');
  const chromium = await findChromium();
  if (chromium === null) return { passed: 0, failed: 1, skipped: 0 };
  // Whoever has built it just now says so, and it is not built twice.
  if (process.env['MUSTER_BUILT'] !== '1') {
    const build = await runTool('webpack', ['--env', 'production']);
    if (build.code !== 0) return { passed: 0, failed: 1, skipped: 0 };
  }
  const { code } = await runTool('playwright', ['test'], { env: { MUSTER_CHROMIUM: chromium } });
  const report = await readReport(`${RESULTS}/e2e.json`);
  const stats: unknown = typeof report === 'object' && report !== null && 'stats' in report ? report.stats : null;
  const failed = numberOf(stats, 'unexpected');
  return { passed: numberOf(stats, 'expected') + numberOf(stats, 'flaky'), failed: code === 0 ? failed : Math.max(1, failed), skipped: numberOf(stats, 'skipped') };
}

await rm(RESULTS, { recursive: true, force: true });
await mkdir(RESULTS, { recursive: true });
if (!existsSync('/usr/bin/prometheus-alertmanager')) await installDebianPackage('prometheus-alertmanager');
const only = process.env['MUSTER_TEST_ONLY'];
const tallies: Tally[] = [];
if (only === undefined || only === 'service') tallies.push(await runJest('jest.config.mjs', 'service'));
if (only === undefined || only === 'plugin') tallies.push(await runJest('jest.config.ui.mjs', 'plugin'));
if (only === undefined || only === 'browser') tallies.push(await runBrowser());
const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0);
const failed = tallies.reduce((sum, tally) => sum + tally.failed, 0);
const skipped = tallies.reduce((sum, tally) => sum + tally.skipped, 0);
process.stdout.write(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
