/** The plugin host itself: the built plugin loads in both React worlds and both themes, for every kind of user. */
import { expect, test } from '@playwright/test';
import { startPluginHost, type PluginHost } from '../../scripts/plugin-host/server.ts';
import { watchPage } from './watchPage.ts';

const APP = '/a/muster-incidents-app';

for (const react of [18, 19] as const) {
  test.describe(`React ${react}`, () => {
    let host: PluginHost;

    test.beforeAll(async () => {
      host = await startPluginHost({
        port: 0,
        // nothing listens there: what the pages show of the service is tested elsewhere
        apiUrl: 'http://127.0.0.1:9',
        pluginTokens: { 1: 'unused', 2: 'unused' },
        react,
        logger: { info: () => undefined, warn: () => undefined },
      });
    });

    test.afterAll(() => host.close());

    for (const theme of ['dark', 'light'] as const) {
      test(`app page and panel load without a fault, ${theme}`, async ({ page }) => {
        const problems = watchPage(page);
        await page.goto(`${host.url}/host/theme?theme=${theme}&to=${APP}/now`);
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        await expect(page.getByRole('navigation', { name: 'Breadcrumbs' })).toContainText('Now');
        await expect(page.getByText('a development stand-in, not Grafana')).toBeVisible();
        await expect(page.locator('html')).toHaveClass(new RegExp(`theme-${theme}`));
        const version = await page.evaluate(() => Reflect.get(window, 'System').get('host:react').version);
        expect(version).toMatch(new RegExp(`^${react}\\.`));

        await page.goto(`${host.url}/d/demo`);
        await expect(page.getByRole('heading', { name: 'Muster incident list' })).toHaveCount(2);
        await page.waitForLoadState('networkidle');
        expect(problems).toEqual([]);
      });
    }

    test('the menu leads to the pages without a reload, and back goes back', async ({ page }) => {
      const problems = watchPage(page);
      await page.goto(`${host.url}${APP}/incidents`);
      const menu = page.getByRole('navigation', { name: 'Main menu' });
      await page.evaluate(() => Reflect.set(window, 'sameDocument', true));
      await menu.getByRole('link', { name: 'Settings' }).click();
      await expect(page).toHaveURL(new RegExp(`${APP}/settings`));
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Settings');
      await page.goBack();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Incidents');
      expect(await page.evaluate(() => Reflect.get(window, 'sameDocument'))).toBe(true);
      expect(problems).toEqual([]);
    });

    test('a viewer has the pages, but not the entries of an admin', async ({ page }) => {
      const problems = watchPage(page);
      await page.goto(`${host.url}/host/user?login=viewer&to=${APP}/incidents`);
      await expect(page.getByRole('button', { name: 'Plugin host: Vera Viewer' })).toBeVisible();
      const menu = page.getByRole('navigation', { name: 'Main menu' });
      await expect(menu.getByRole('link', { name: 'Incidents' })).toBeVisible();
      await expect(menu.getByRole('link', { name: 'Configuration' })).toHaveCount(0);
      await expect(menu.getByRole('link', { name: 'Administration' })).toHaveCount(0);
      await menu.getByRole('link', { name: 'Settings' }).click();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Settings');
      expect(problems).toEqual([]);
    });

    test('the toolbar changes user and theme and stays on the page', async ({ page }) => {
      await page.goto(`${host.url}${APP}/incidents`);
      await page.getByRole('button', { name: 'Plugin host: Ada Admin' }).click();
      await page.getByRole('menuitem', { name: /Eva Editor/ }).click();
      await expect(page.getByRole('button', { name: 'Plugin host: Eva Editor' })).toBeVisible();
      await page.getByRole('button', { name: 'Plugin host: Eva Editor' }).click();
      await page.getByRole('menuitem', { name: /light theme/ }).click();
      await expect(page.locator('html')).toHaveClass(/theme-light/);
      await expect(page).toHaveURL(`${host.url}${APP}/incidents`);
    });

    test('the configuration page opens as a tab of the plugin', async ({ page }) => {
      const problems = watchPage(page);
      await page.goto(`${host.url}/plugins/muster-incidents-app`);
      await expect(page.getByRole('tab', { name: 'Configuration' })).toHaveAttribute('aria-selected', 'true');
      await page.waitForLoadState('networkidle');
      expect(problems).toEqual([]);
    });

    test('changed panel options reach the panel', async ({ page }) => {
      await page.goto(`${host.url}/d/demo`);
      const title = page.getByRole('heading', { name: 'Muster incident list' }).first();
      await title.hover();
      await page
        .getByLabel(/^Menu for panel/)
        .first()
        .click();
      await page.getByRole('menuitem', { name: 'Edit options' }).click();
      const dialog = page.getByRole('dialog');
      const field = dialog.getByRole('spinbutton').first();
      await field.fill('7');
      await expect(field).toHaveValue('7');
    });
  });
}
