/** The catalogue on its page: brought in, edited, drawn with live state, learned from alerts; and five hundred services. */
import { mkdir, writeFile } from 'node:fs/promises';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { testIds } from '../../src/testIds.ts';
import { dragGraph, framesDuring } from './frames.ts';
import { manyServices } from './manyServices.ts';
import { grafanaAlert, startStack, type Stack } from './stack.ts';
import { watchPage } from './watchPage.ts';

const APP = '/a/muster-incidents-app';
const API = '/api/plugin-proxy/muster-incidents-app/backend';
const LAYOUTS = 'muster-graph-layout';

const node = (page: Page, service: string): Locator => page.locator(`.react-flow__node[data-id="${service}"]`);

async function openServices(page: Page, stack: Stack, tab = ''): Promise<void> {
  await page.goto(`${stack.url}/host/user?login=admin&to=${APP}/services${tab === '' ? '' : `?tab=${tab}`}`);
  await expect(page.getByTestId(testIds.services.page)).toBeVisible();
}

async function importCsv(page: Page, stack: Stack, csv: string): Promise<void> {
  const answer = await page.request.post(`${stack.url}${API}/catalog/import`, { data: { csv, dryRun: false } });
  expect([answer.status(), await answer.json()]).toMatchObject([200, { applied: true }]);
}

/** The first drawing fetches the library that draws. */
const FIRST_DRAWING = { timeout: 60_000 };

/** Closes the drawer: the first Escape may only close the tip of the button that has the focus. */
async function escape(page: Page): Promise<void> {
  await expect(async () => {
    await page.keyboard.press('Escape');
    await expect(page.getByTestId(testIds.services.drawer)).toHaveCount(0, { timeout: 1000 });
  }).toPass();
}

/** Zoom of the drawing, from its transform. */
function zoomOf(page: Page): Promise<number> {
  return page.locator('.react-flow__viewport').evaluate((element) => new DOMMatrix(getComputedStyle(element).transform).a);
}

test('a catalogue is imported, a service edited, and the graph shows by itself what fails, is degraded and at risk', async ({ page }) => {
  const stack = await startStack(19);
  try {
    const problems = watchPage(page);
    await openServices(page, stack);
    await page.getByRole('button', { name: 'Import CSV' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Begin with an example' }).click();
    await dialog.getByRole('button', { name: 'Check' }).click();
    await expect(dialog.getByText('3 would be added, 0 changed, 0 stay as they are')).toBeVisible();
    await dialog.getByRole('button', { name: 'Import' }).click();
    await expect(page.getByTestId(testIds.services.row)).toHaveCount(3);

    // by the keyboard alone: to the first row, down, Enter
    await page.getByTestId(testIds.services.row).first().focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    const drawer = page.getByTestId(testIds.services.drawer);
    await drawer.getByRole('button', { name: 'Edit' }).click();
    await dialog.filter({ hasText: 'Edit checkout' }).getByLabel('Cost of a minute without it').fill('900');
    await dialog.filter({ hasText: 'Edit checkout' }).getByRole('button', { name: 'Save' }).click();
    await expect(drawer.getByText('900')).toBeVisible();
    await escape(page);

    await page.getByRole('tab', { name: 'Graph' }).click();
    await expect(node(page, 'checkout')).toHaveAttribute('aria-label', /No alerts/, FIRST_DRAWING);
    await stack.postAlerts([
      grafanaAlert({ fingerprint: 'd1', name: 'PoolExhausted', service: 'payments-db', severity: 'critical' }),
      grafanaAlert({ fingerprint: 'p1', name: 'SlowRequests', service: 'payments', severity: 'warning' }),
    ]);
    await expect(node(page, 'payments-db')).toHaveAttribute('aria-label', /Failing/);
    await expect(node(page, 'payments')).toHaveAttribute('aria-label', /Degraded/);
    await expect(node(page, 'checkout')).toHaveAttribute('aria-label', /At risk/);
    await stack.postAlerts([grafanaAlert({ fingerprint: 'd1', name: 'PoolExhausted', service: 'payments-db', severity: 'critical', status: 'resolved' })]);
    await expect(node(page, 'checkout')).toHaveAttribute('aria-label', /No alerts/);

    // found, opened and zoomed without a mouse
    await page.getByTestId(testIds.graph.search).focus();
    await page.keyboard.type('payments-d');
    await expect(page.getByText('1 service; Enter opens payments-db')).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'payments-db' })).toBeVisible();
    await escape(page);
    await page.getByRole('group', { name: 'Graph of services' }).focus();
    await page.keyboard.press('0');
    await expect.poll(() => zoomOf(page)).toBeLessThanOrEqual(1);
    const before = await zoomOf(page);
    await page.keyboard.press('-');
    await expect.poll(() => zoomOf(page)).toBeLessThan(before);
    await node(page, 'checkout').focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'checkout' })).toBeVisible();
    expect(problems).toEqual([]);
  } finally {
    await stack.close();
  }
});

test('a dependency is learned from alerts and accepted; a business service and a host are added, all on the page', async ({ page }) => {
  const stack = await startStack(19);
  try {
    const problems = watchPage(page);
    await openServices(page, stack, 'proposals');
    await importCsv(page, stack, 'name,business_service\nsearch,shop\npayments-db,');
    for (let day = 1; day <= 4; day += 1) {
      const at = (seconds: number): string => new Date(Date.now() - day * 86_400_000 + seconds * 1000).toISOString();
      await stack.postAlerts([
        { ...grafanaAlert({ fingerprint: `d${day}`, name: 'Down', service: 'payments-db', severity: 'warning' }), startsAt: at(0) },
        { ...grafanaAlert({ fingerprint: `s${day}`, name: 'Slow', service: 'search', severity: 'warning' }), startsAt: at(30) },
      ]);
    }
    await page.getByRole('button', { name: 'Look now' }).click();
    const proposal = page.getByTestId(testIds.services.proposal);
    await expect(proposal).toContainText('trouble of payments-db was followed by trouble of search');
    await proposal.getByRole('button', { name: /^Accept/ }).click();
    await expect(page.getByText('Nothing to decide')).toBeVisible();
    await page.getByRole('tab', { name: 'Graph' }).click();
    await expect(page.locator('.react-flow__edge')).toHaveCount(1, FIRST_DRAWING);

    await page.getByRole('tab', { name: 'Business services' }).click();
    await page.getByRole('button', { name: 'Describe' }).click();
    await page.getByRole('dialog').getByLabel(/^SLO/).fill('99.9');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await expect(page.getByTestId(testIds.services.business)).toContainText('SLO 99.9 %');

    await page.getByRole('tab', { name: 'Infrastructure' }).click();
    await page.getByRole('button', { name: 'Add host' }).click();
    await page.getByRole('dialog').getByLabel(/^Name/).fill('node-1');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByTestId(testIds.services.placeRow).click();
    await page.getByTestId(testIds.services.place).getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('dialog').filter({ hasText: 'Remove node-1?' }).getByRole('button', { name: 'Remove' }).click();
    await expect(page.getByText('No hosts yet')).toBeVisible();
    expect(problems).toEqual([]);
  } finally {
    await stack.close();
  }
});

test('five hundred services: laid out once, drawn as far as in sight, and from afar without text', async ({ page }) => {
  test.slow();
  const stack = await startStack(19);
  try {
    await openServices(page, stack);
    await importCsv(page, stack, manyServices());
    await stack.postAlerts([grafanaAlert({ fingerprint: 'm1', name: 'Down', service: 'orders-db', severity: 'critical' })]);
    // only the rows in sight
    await page.reload();
    await expect(page.getByText('500 of 500 services')).toBeVisible();
    expect(await page.getByTestId(testIds.services.row).count()).toBeLessThan(60);

    const layouts = (): Promise<number> => page.evaluate((name) => performance.getEntriesByName(name).length, LAYOUTS);
    const drawn = page.locator('.react-flow__node');
    const elements = (): Promise<number> => page.locator('.react-flow *').count();
    await expect(page.getByTestId(testIds.services.row).first()).toContainText('Failing');
    const startedAt = await page.evaluate(() => performance.now());
    await page.getByRole('tab', { name: 'Graph' }).click();
    await expect(node(page, 'orders-db')).toBeVisible(FIRST_DRAWING);
    const firstDrawingMs = (await page.evaluate(() => performance.now())) - startedAt;

    // it opens where the trouble is, in letters that can be read, with the neighbourhood and not with all
    await expect.poll(() => zoomOf(page)).toBeGreaterThanOrEqual(0.5);
    await expect(node(page, 'orders-db')).toContainText('orders-db');
    await expect.poll(() => drawn.count()).toBeLessThan(150);
    const near = { nodes: await drawn.count(), elements: await elements(), frames: await framesDuring(page, () => dragGraph(page)) };

    // all of it: a box each, without words
    await page.getByRole('group', { name: 'Graph of services' }).focus();
    await page.keyboard.press('0');
    await expect(drawn).toHaveCount(500);
    await expect.poll(() => zoomOf(page)).toBeLessThan(0.3);
    expect(await page.locator('.react-flow__nodes').textContent()).toBe('');
    const far = { nodes: await drawn.count(), elements: await elements(), frames: await framesDuring(page, () => dragGraph(page)) };
    expect(far.elements).toBeLessThan(500 * 12);

    // neither live state nor coming back lays it out again
    await stack.postAlerts([grafanaAlert({ fingerprint: 'm2', name: 'Down', service: 'mail-db', severity: 'critical' })]);
    await expect(node(page, 'mail-db')).toHaveAttribute('aria-label', /Failing/);
    await page.getByRole('tab', { name: 'Catalogue' }).click();
    await page.getByRole('tab', { name: 'Graph' }).click();
    await expect(node(page, 'orders-db')).toBeVisible();
    expect(await layouts()).toBe(1);

    const layoutMs = await page.evaluate((name) => performance.getEntriesByName(name)[0]?.duration ?? 0, LAYOUTS);
    const figures = { firstDrawingMs, layoutMs, near: { ...near, frames: summary(near.frames) }, far: { ...far, frames: summary(far.frames) } };
    await mkdir('test-results', { recursive: true });
    await writeFile('test-results/services-page.json', `${JSON.stringify(figures, null, 2)}\n`);
  } finally {
    await stack.close();
  }
});

function summary(frames: readonly number[]): { count: number; medianMs: number; p95Ms: number; worstMs: number } {
  const at = (share: number): number => frames[Math.min(frames.length - 1, Math.floor(frames.length * share))] ?? 0;
  return { count: frames.length, medianMs: at(0.5), p95Ms: at(0.95), worstMs: at(1) };
}
