/** A rule is drafted, tried on the past hour, put into force, found in the history, and taken back: all on the page Correlation. */
import { expect, test } from '@playwright/test';
import { testIds } from '../../src/testIds.ts';
import { grafanaAlert, startStack } from './stack.ts';
import { watchPage } from './watchPage.ts';

const APP = '/a/muster-incidents-app';

for (const react of [18, 19] as const) {
  test(`cap 37: draft, back-test, activate, history, revert, on React ${react}`, async ({ page }) => {
    const stack = await startStack(react);
    try {
      const problems = watchPage(page);
      await stack.postAlerts([grafanaAlert({ fingerprint: 's1', name: 'SlowRequests', service: 'search', severity: 'critical' })]);
      await stack.postAlerts([grafanaAlert({ fingerprint: 'c1', name: 'HighErrorRate', service: 'checkout', severity: 'critical' })]);
      await page.goto(`${stack.url}/host/user?login=admin&to=${APP}/now`);
      await expect(page.getByTestId(testIds.now.card)).toHaveCount(2);

      // a rule that makes one incident of the whole folder, as a draft
      await page.goto(`${stack.url}${APP}/correlation`);
      const draft = page.getByTestId(testIds.correlation.draft);
      await expect(draft).toContainText('as shipped');
      await page.getByRole('button', { name: 'Add rule' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel(/^Name/).fill('Whole shop');
      await dialog.getByLabel(/^Which alerts/).fill('labels.grafana_folder == "Shop"');
      await dialog.getByRole('button', { name: /Remove.*service/ }).click();
      await dialog.getByLabel(/^That agree in/).fill('labels.grafana_folder');
      await dialog.getByLabel(/^That agree in/).press('Enter');
      await dialog.getByRole('button', { name: 'Save into the draft' }).click();
      await expect(draft).toContainText('Draft:');
      await expect(page.getByTestId(testIds.correlation.rule)).toContainText('Whole shop');

      // tried on the past hour: what is in force makes two of it, the draft one
      await draft.getByRole('link', { name: 'Try on the past' }).click();
      await page.getByRole('radio', { name: 'Last hour' }).check({ force: true });
      await page.getByRole('button', { name: 'Start' }).click();
      const trial = page.getByTestId(testIds.correlation.backTest);
      await expect(trial).toHaveAttribute('data-state', 'done');
      await expect(trial.getByRole('row', { name: /^Incidents/ }).getByRole('cell')).toHaveText(['2', /^1/]);
      const difference = trial.getByTestId(testIds.correlation.difference);
      await expect(difference).toContainText('2 incidents would be one');
      await expect(difference.getByRole('group', { name: 'In force' })).toContainText('search');
      await expect(difference.getByRole('group', { name: 'Draft' })).toContainText('2 alerts');

      // put into force, and there in the history
      await page.getByRole('tab', { name: 'Rules and draft' }).click();
      await draft.getByRole('button', { name: 'Activate…' }).click();
      await dialog.getByRole('textbox', { name: /^Reason/ }).fill('one shop, one incident');
      await dialog.getByRole('button', { name: 'Activate' }).click();
      await expect(draft).toContainText('In force: version 1, one shop, one incident');
      await expect(draft).toContainText('No draft');
      await page.getByRole('tab', { name: 'History' }).click();
      const versions = page.getByTestId(testIds.correlation.version);
      await expect(versions).toHaveCount(1);
      await expect(versions.first()).toContainText('In force');
      await expect(versions.first()).toContainText('Ada Admin');

      // and taken back, as a version of its own
      await page.getByRole('button', { name: 'Back to what Muster ships with…' }).click();
      await dialog.getByRole('textbox', { name: /^Reason/ }).fill('too broad');
      await dialog.getByRole('button', { name: 'Put into force' }).click();
      await expect(versions).toHaveCount(2);
      await expect(versions.first()).toContainText('Back to as shipped');
      await expect(versions.first()).toContainText('In force');
      await page.getByRole('tab', { name: 'Rules and draft' }).click();
      await expect(page.getByTestId(testIds.correlation.rule)).toHaveCount(0);
      expect(problems).toEqual([]);
    } finally {
      await stack.close();
    }
  });
}
