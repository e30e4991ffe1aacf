/** An incident is made private with the keyboard; whoever looks on loses it at once, and an admin lets themselves in. */
import { expect, test, type Page } from '@playwright/test';
import { testIds } from '../../src/testIds.ts';
import { grafanaAlert, startStack } from './stack.ts';
import { watchPage } from './watchPage.ts';

const APP = '/a/muster-incidents-app';

test('cap 52: made private with the keyboard, gone from the page of who is no member, and entered by an admin', async ({ browser }) => {
  const stack = await startStack(19);
  try {
    const as = async (login: string, to: string): Promise<Page> => {
      const page = await (await browser.newContext()).newPage();
      await page.goto(`${stack.url}/host/user?login=${login}&to=${APP}${to}`);
      return page;
    };
    await stack.postAlerts([grafanaAlert({ fingerprint: 'v1', name: 'KeysRead', service: 'vault', severity: 'critical' })]);
    const ed = await as('editor', '/incidents');
    await expect(ed.getByTestId(testIds.incidents.row)).toHaveCount(1);
    await ed.goto(`${stack.url}${APP}/incidents/1`);
    const problems = watchPage(ed);
    const [detail, list] = [await as('viewer', '/incidents/1'), await as('viewer', '/incidents')];
    await expect(detail.getByTestId(testIds.incident.swimLanes)).toBeVisible();
    await expect(list.getByTestId(testIds.incidents.row)).toHaveCount(1);

    await ed.getByTestId(testIds.incident.moreActions).focus();
    await ed.keyboard.press('Enter');
    const items = ed.getByRole('menuitem');
    await expect(items.first()).toBeFocused();
    await ed.keyboard.press('ArrowUp');
    await expect(items.last()).toBeFocused();
    await expect(items.last()).toHaveText('Make private…');
    await ed.keyboard.press('Enter');
    const dialog = ed.getByRole('dialog');
    await dialog.getByLabel(/^Who else sees it/).focus();
    await ed.keyboard.press('Tab');
    await expect(dialog.getByLabel(/^Reason/)).toBeFocused();
    await ed.keyboard.type('Keys may be stolen');
    await ed.keyboard.press('Tab');
    await ed.keyboard.press('Tab');
    await expect(dialog.getByRole('button', { name: 'Make private' })).toBeFocused();
    await ed.keyboard.press('Enter');
    await expect(ed.getByTestId(testIds.incident.privacy)).toContainText('Only Ed Editor sees it');

    // sooner than these pages would ask again by themselves
    await expect(detail.getByText('There is no incident INC-1')).toBeVisible();
    await expect(list.getByTestId(testIds.incidents.row)).toHaveCount(0);

    const ada = await as('admin', '/settings?tab=access');
    const section = ada.getByTestId(testIds.settings.privateIncidents);
    await section.getByRole('button', { name: 'Become a member of INC-1' }).click();
    await ada.getByRole('dialog').getByRole('textbox').fill('Nobody of them answers the phone');
    await ada.getByRole('dialog').getByRole('button', { name: 'Become a member' }).click();
    await section.getByRole('link', { name: 'Open' }).click();
    await expect(ada.getByTestId(testIds.incident.privacy)).toContainText('Only Ed Editor and Ada Admin see it');
    await expect(ed.getByTestId(testIds.incident.privacy)).toContainText('Only Ed Editor and Ada Admin see it');
    expect(problems).toEqual([]);
  } finally {
    await stack.close();
  }
});
