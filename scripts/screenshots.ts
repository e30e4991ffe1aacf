/**
 * The pictures that the documents show: `node scripts/screenshots.ts --url http://127.0.0.1:3000`. With `--all` every page, in both themes and on
 * a narrow screen too, to be looked at (`--out`, else `test-results/pages`); `--only run,panel` takes some. Needs a running demo at that address.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Page } from '@playwright/test';
import { findChromium } from './browser.ts';
import { fillPages } from './screenshotData.ts';

const { values } = parseArgs({
  options: { url: { type: 'string', default: 'http://127.0.0.1:3000' }, out: { type: 'string' }, incident: { type: 'string', default: '1' }, only: { type: 'string' }, all: { type: 'boolean', default: false } },
});
const out = values.out ?? (values.all ? 'test-results/pages' : 'docs/images');
const APP = '/a/muster-incidents-app';

const executablePath = await findChromium();
if (executablePath === null) process.exit(1);
await mkdir(out, { recursive: true });
const run = await fillPages(values.url);

/** A page with tabs, by the name of each. */
function tabs(page: string, names: readonly string[], path = page): readonly (readonly [name: string, path: string])[] {
  return names.map((tab) => [`${page}-${tab}`, `${APP}/${path}?tab=${tab}`]);
}

const ALL: readonly (readonly [name: string, path: string, before?: (page: Page) => Promise<void>])[] = [
  ['now', `${APP}/now`],
  ['incidents', `${APP}/incidents`],
  ['incident-overview', `${APP}/incidents/${values.incident}`],
  ...tabs('incident', ['timeline', 'alerts', 'comms', 'mobilisation', 'runbooks'], `incidents/${values.incident}`),
  ['detectors', `${APP}/detectors`],
  ['detector', `${APP}/detectors?id=1`],
  ...tabs('detectors', ['findings']),
  ['accuracy', `${APP}/accuracy`],
  ...tabs('noise', ['held', 'loose', 'scores', 'rules']),
  ...tabs('maintenance', ['windows', 'silences']),
  ...tabs('on-call', ['now', 'schedules', 'mine', 'policies', 'clocks', 'my-rules']),
  ...tabs('channels', ['channels', 'chains', 'deliveries', 'rehearsals']),
  ...tabs('status-page', ['page', 'maintenance', 'settings', 'audiences', 'subscriptions', 'statuspage']),
  ...tabs('services', ['catalogue', 'graph', 'business', 'infrastructure', 'changes', 'proposals', 'unresolved']),
  ...tabs('correlation', ['rules', 'learned', 'back-tests', 'judgements', 'history']),
  ['runbooks', `${APP}/runbooks`],
  ...tabs('runbooks', ['runs', 'drills', 'automation']),
  ['runbook-editor', `${APP}/runbooks/relieve-payments-db/edit`],
  ['run', `${APP}/runbooks/runs/${run}`],
  ...tabs('settings', ['sources', 'mapping', 'derived', 'policy', 'dead-letters', 'secrets', 'agents', 'teams', 'drafts', 'access', 'audit&by=all', 'connection']),
  ['configuration', '/plugins/muster-incidents-app'],
  ['panel', '/d/demo?var-service=payments-db', startInPanel],
];
/** Those in the documents, the README and the plugin's own page. */
const SHOWN = ['now', 'incident-overview', 'detector', 'accuracy', 'services-graph', 'runbooks', 'runbook-editor', 'run', 'panel'];
const only = values.only?.split(',') ?? (values.all ? ALL.map(([name]) => name) : SHOWN);
const PAGES = ALL.filter(([name]) => only.includes(name));
const THEMES = values.all ? ['dark', 'light'] : ['dark'];
const SIZES = [{ name: '', width: 1440, height: 900 }, ...(values.all ? [{ name: '-narrow', width: 360, height: 740 }] : [])];

/** Runs the first procedure of the panel, so that its progress is seen there. */
async function startInPanel(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Run Relieve payments-db' }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByRole('button', { name: /^Done/ }).first().waitFor();
  await page.getByText('Started: Relieve payments-db').waitFor({ state: 'detached' });
}

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
for (const theme of THEMES) {
  for (const size of SIZES) {
    const context = await browser.newContext({ viewport: { width: size.width, height: size.height } });
    const page = await context.newPage();
    await page.goto(`${values.url}/host/theme?theme=${theme}`);
    for (const [name, path, before] of PAGES) {
      await page.goto(`${values.url}${path}`);
      await page.getByText('Live').first().waitFor({ timeout: 5_000 }).catch((error: unknown) => {
        process.stderr.write(`${name}: no live badge: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}\n`);
      });
      await before?.(page);
      await page.waitForTimeout(2_000);
      await page.screenshot({ path: join(out, `${name.replaceAll(/[^a-z-]/g, '')}-${theme}${size.name}.png`) });
    }
    await context.close();
  }
}
await browser.close();
