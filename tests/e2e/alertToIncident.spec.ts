/** One alert, from the webhook to an acknowledged incident, on the pages and in the panel, live. */
import { expect, test } from '@playwright/test';
import { testIds } from '../../src/testIds.ts';
import { grafanaAlert, startStack, type Stack } from './stack.ts';
import { watchPage } from './watchPage.ts';

const APP = '/a/muster-incidents-app';

for (const react of [18, 19] as const) {
  test(`an alert becomes an incident that is acknowledged, live, on React ${react}`, async ({ page, context }) => {
    const stack: Stack = await startStack(react);
    try {
      const problems = watchPage(page);
      await page.goto(`${stack.url}/host/user?login=editor&to=${APP}/now`);
      await expect(page.getByTestId(testIds.now.empty)).toBeVisible();
      await expect(page.getByTestId(testIds.live)).toContainText('Live');

      await stack.postAlerts([grafanaAlert({ fingerprint: 'a1', name: 'HighErrorRate', service: 'checkout', severity: 'critical' })]);
      const card = page.getByTestId(testIds.now.card);
      await expect(card).toContainText('checkout: HighErrorRate');
      await expect(card).toContainText('SEV1');

      const panel = await context.newPage();
      const panelProblems = watchPage(panel);
      await panel.goto(`${stack.url}/d/demo`);
      await expect(panel.getByTestId(testIds.panel.row).first()).toContainText('checkout: HighErrorRate');
      await expect(panel.getByTestId(testIds.panel.row).first()).toContainText('Declared');

      await card.getByRole('link', { name: /checkout: HighErrorRate/ }).click();
      await expect(page.getByTestId(testIds.incident.state)).toContainText('Declared');
      await page.getByTestId(testIds.incident.primaryAction).click();
      await expect(page.getByTestId(testIds.incident.state)).toContainText('Investigating');
      await expect(panel.getByTestId(testIds.panel.row).first()).toContainText('Investigating');

      await page.getByRole('tab', { name: /Alerts/ }).click();
      await expect(page.getByTestId(testIds.incident.alertRow)).toHaveCount(1);
      await stack.postAlerts([grafanaAlert({ fingerprint: 'a2', name: 'SlowRequests', service: 'checkout', severity: 'warning' })]);
      await expect(page.getByTestId(testIds.incident.alertRow)).toHaveCount(2);

      await page.getByRole('tab', { name: /Timeline/ }).click();
      await page.getByTestId(testIds.incident.noteInput).fill('restarted the canary');
      await page.getByRole('button', { name: 'Add note' }).click();
      await expect(page.getByTestId(testIds.incident.timelineEntry).first()).toContainText('restarted the canary');
      await expect(page.getByTestId(testIds.incident.timelineEntry).filter({ hasText: 'Acknowledged' })).toContainText('Ed Editor');
      expect(problems).toEqual([]);
      expect(panelProblems).toEqual([]);
    } finally {
      await stack.close();
    }
  });
}

test('two people acknowledge at once: one does it, the other is told who was quicker', async ({ browser }) => {
  const stack = await startStack(19);
  try {
    await stack.postAlerts([grafanaAlert({ fingerprint: 'a1', name: 'HighErrorRate', service: 'checkout', severity: 'critical' })]);
    const [ada, eva] = await Promise.all(['admin', 'eva'].map(async (login) => {
      const context = await browser.newContext();
      const page = await context.newPage();
      // Without live events the second page still shows the old state, as it does for a moment in life.
      await page.route('**/backend/events*', (route) => route.abort());
      await page.goto(`${stack.url}/host/user?login=${login}&to=${APP}/incidents/1`);
      await expect(page.getByTestId(testIds.incident.state)).toContainText('Declared');
      return page;
    }));
    if (ada === undefined || eva === undefined) throw new Error('two pages were opened');

    await ada.getByTestId(testIds.incident.primaryAction).click();
    await expect(ada.getByTestId(testIds.incident.state)).toContainText('Investigating');
    await eva.getByTestId(testIds.incident.primaryAction).click();

    await expect(eva.getByText(/acknowledged by Ada Admin/)).toBeVisible();
    await expect(eva.getByTestId(testIds.incident.state)).toContainText('Investigating');
    await ada.context().close();
    await eva.context().close();
  } finally {
    await stack.close();
  }
});
