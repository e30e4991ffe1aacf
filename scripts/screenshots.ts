/**
 * Pictures of every page for the documents: `node scripts/screenshots.ts --url http://127.0.0.1:3000 [--out docs/images] [--only run,panel]`.
 * Needs a running demo (`npm run demo`) at that address.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Page } from '@playwright/test';
import { findChromium } from './browser.ts';
import { fillPages } from './screenshotData.ts';

const { values } = parseArgs({ options: { url: { type: 'string', default: 'http://127.0.0.1:3000' }, out: { type: 'string', default: 'docs/images' }, incident: { type: 'string', default: '1' }, only: { type: 'string' } } });
const APP = '/a/muster-incidents-app';

const executablePath = await findChromium();
if (executablePath === null) process.exit(1);
await mkdir(values.out, { recursive: true });
const run = await fillPages(values.url);

const ALL: readonly (readonly [name: string, path: string, before?: (page: Page) => Promise<void>])[] = [
  ['now', `${APP}/now`],
  ['incidents', `${APP}/incidents`],
  ['incident-overview', `${APP}/incidents/${values.incident}`],
  ['incident-timeline', `${APP}/incidents/${values.incident}?tab=timeline`],
  ['incident-alerts', `${APP}/incidents/${values.incident}?tab=alerts`],
  ['noise-held', `${APP}/noise`],
  ['noise-loose', `${APP}/noise?tab=loose`],
  ['noise-scores', `${APP}/noise?tab=scores`],
  ['noise-rules', `${APP}/noise?tab=rules`],
  ['maintenance', `${APP}/maintenance`],
  ['maintenance-silences', `${APP}/maintenance?tab=silences`],
  ['services', `${APP}/services`],
  ['services-graph', `${APP}/services?tab=graph`],
  ['services-changes', `${APP}/services?tab=changes`],
  ['correlation', `${APP}/correlation`],
  ['runbooks', `${APP}/runbooks`],
  ['runbook-editor', `${APP}/runbooks/relieve-payments-db/edit`],
  ['run', `${APP}/runbooks/runs/${run}`],
  ['incident-runbooks', `${APP}/incidents/${values.incident}?tab=runbooks`],
  ['settings-sources', `${APP}/settings`],
  ['settings-mapping', `${APP}/settings?tab=mapping`],
  ['settings-derived', `${APP}/settings?tab=derived`],
  ['settings-policy', `${APP}/settings?tab=policy`],
  ['settings-dead-letters', `${APP}/settings?tab=dead-letters`],
  ['settings-access', `${APP}/settings?tab=access`],
  ['settings-audit', `${APP}/settings?tab=audit&by=all`],
  ['settings-connection', `${APP}/settings?tab=connection`],
  ['configuration', '/plugins/muster-incidents-app'],
  ['panel', '/d/demo?var-service=payments-db', startInPanel],
];
const only = values.only?.split(',');
const PAGES = ALL.filter(([name]) => only?.includes(name) ?? true);
const SIZES = [{ name: '', width: 1440, height: 900 }, { name: '-narrow', width: 360, height: 740 }] as const;
/** Pages that are also taken on a narrow screen. */
const NARROW = new Set(['now', 'incident-overview', 'run']);

/** Runs the first procedure of the panel, so that its progress is seen there. */
async function startInPanel(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Run Relieve payments-db' }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByRole('button', { name: /^Done/ }).first().waitFor();
  await page.getByText('Started: Relieve payments-db').waitFor({ state: 'detached' });
}

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
for (const theme of ['dark', 'light']) {
  for (const size of SIZES) {
    const context = await browser.newContext({ viewport: { width: size.width, height: size.height } });
    const page = await context.newPage();
    await page.goto(`${values.url}/host/theme?theme=${theme}`);
    for (const [name, path, before] of PAGES) {
      if (size.name !== '' && !NARROW.has(name)) continue;
      await page.goto(`${values.url}${path}`);
      await page.getByText('Live').first().waitFor({ timeout: 5_000 }).catch((error: unknown) => {
        process.stderr.write(`${name}: no live badge: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}\n`);
      });
      await before?.(page);
      await page.waitForTimeout(800);
      await page.screenshot({ path: join(values.out, `${name}-${theme}${size.name}.png`) });
    }
    await context.close();
  }
}
await browser.close();
