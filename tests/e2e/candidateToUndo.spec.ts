/** A candidate is promoted, another incident merged into it, its alerts split off again, and that undone: all on the pages. */
import { expect, test, type Page } from '@playwright/test';
import { testIds } from '../../src/testIds.ts';
import { grafanaAlert, startStack } from './stack.ts';
import { watchPage } from './watchPage.ts';

const APP = '/a/muster-incidents-app';

async function choose(page: Page, action: string): Promise<void> {
  await page.getByTestId(testIds.incident.moreActions).click();
  await page.getByRole('menuitem', { name: action }).click();
}

test('candidate, promote, merge, split, undo', async ({ page }) => {
  const stack = await startStack(19);
  try {
    const problems = watchPage(page);
    await page.goto(`${stack.url}/host/user?login=admin&to=${APP}/incidents?phase=candidate`);
    await stack.postAlerts([grafanaAlert({ fingerprint: 's1', name: 'SlowRequests', service: 'search', severity: 'warning' })]);

    // promoted from the queue, which empties by itself
    const candidate = page.getByTestId(testIds.now.candidate);
    await expect(candidate).toContainText('search');
    await expect(candidate).toContainText('of 100 points');
    await candidate.getByRole('button', { name: 'Promote' }).click();
    await expect(candidate).toHaveCount(0);

    // another one, merged into it
    await stack.postAlerts([grafanaAlert({ fingerprint: 'c1', name: 'HighErrorRate', service: 'checkout', severity: 'critical' })]);
    await page.goto(`${stack.url}${APP}/incidents/2`);
    await choose(page, 'Merge into another incident');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox').click();
    await page.getByRole('option', { name: /INC-1/ }).click();
    await dialog.getByRole('button', { name: 'Merge' }).click();
    await expect(page).toHaveURL(new RegExp(`${APP}/incidents/1`));
    await expect(page.getByText('Ada Admin merged INC-2 into this one, with 1 alert')).toBeVisible();

    // its alert split off again, as an incident of its own
    await page.getByRole('tab', { name: /Alerts/ }).click();
    await expect(page.getByTestId(testIds.incident.alertRow)).toHaveCount(2);
    await page.getByRole('checkbox', { name: 'Choose HighErrorRate' }).check({ force: true });
    await page.getByRole('button', { name: 'Split off' }).click();
    await dialog.getByLabel(/^Reason/).fill('Another cause');
    await dialog.getByRole('button', { name: 'Split off' }).click();
    await expect(page.getByText('Ada Admin split 1 alert off into INC-3')).toBeVisible();
    await expect(page.getByTestId(testIds.incident.alertRow)).toHaveCount(1);

    // and taken back
    await page.getByRole('button', { name: /^Undo \(/ }).click();
    await expect(page.getByText('Undone. Everything is where it was.')).toBeVisible();
    await expect(page.getByTestId(testIds.incident.alertRow)).toHaveCount(2);
    await page.getByRole('tab', { name: /Timeline/ }).click();
    await expect(page.getByTestId(testIds.incident.timelineEntry).filter({ hasText: /ndone|ndid/ }).first()).toBeVisible();
    expect(problems).toEqual([]);
  } finally {
    await stack.close();
  }
});
