/** A runbook from its first line to its undo, in the browser: written, checked, played, published, run, cancelled, taken back; and the freeze. */
import { expect, test, type Page } from '@playwright/test';
import { testIds } from '../../src/testIds.ts';
import { grafanaAlert, startStack, type Stack } from './stack.ts';
import { watchPage } from './watchPage.ts';

const APP = '/a/muster-incidents-app';
let stack: Stack;
test.beforeAll(async () => {
  stack = await startStack(19);
  await stack.postAlerts([grafanaAlert({ fingerprint: 'a1', name: 'HighErrorRate', service: 'checkout', severity: 'critical' })]);
});
test.afterAll(() => stack.close());

const text = (field: string): string => `apiVersion: muster/v1
kind: Runbook
metadata:
  id: calm-checkout
  title: Calm checkout
  services: [checkout] # for this one alone
inputs:
  - { name: level, type: choice, choices: [sev3, sev4], default: sev4, title: Severity }
steps:
  - id: lower
    name: Lower the severity
    kind: setField
    with: { field: severity, value: "{{ inputs.${field} }}", reason: it is calm }
    undo: { kind: setField, with: { field: severity, value: sev1, reason: it was not } }
  - { id: sure, name: Be sure, kind: approval, with: { question: "Is it calm at {{ inputs.level }}?", role: commander } }
  - { id: tell, name: Tell it, kind: statusUpdate, with: { text: It is calm } }
`;

async function as(page: Page, login: string, to: string): Promise<void> {
  await page.goto(`${stack.url}/host/user?login=${login}&to=${APP}${to}`);
}

test('cap 68, 72, 71, 75: written with a fault that is shown at its line, played, published, run, cancelled, and taken back', async ({ page, browser }) => {
  const problems = watchPage(page);
  await as(page, 'admin', '/runbooks');
  await page.getByRole('button', { name: 'New runbook' }).click();
  const made = page.getByRole('dialog');
  await made.getByLabel(/^Title/).fill('Calm checkout');
  await expect(made.getByLabel(/^Name in addresses/)).toHaveValue('calm-checkout');
  await made.getByRole('button', { name: 'Begin' }).click();

  const source = page.getByTestId(testIds.runbooks.source);
  await source.fill(text('levle'));
  const fault = page.getByTestId(testIds.runbooks.finding).filter({ hasText: 'levle' }).first();
  await expect(fault).toContainText('13');
  await expect(page.getByRole('button', { name: 'Publish…' })).toBeDisabled();
  await source.fill(text('level'));
  await expect(page.getByTestId(testIds.runbooks.finding).filter({ hasText: 'levle' })).toHaveCount(0);
  await expect(page.getByTestId(testIds.runbooks.saved)).toContainText('Saved');

  await page.getByRole('radio', { name: 'Dry run' }).click();
  await page.getByLabel('Played for').click();
  await page.getByRole('option', { name: /HighErrorRate/ }).click();
  await expect(page.getByTestId(testIds.runbooks.dryRunStep).first()).toContainText('Sets severity of the incident to sev4');

  await page.getByRole('button', { name: 'Publish…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Publish' }).click();
  await expect(page.getByText('Live: version 1')).toBeVisible();

  const ed = await (await browser.newContext()).newPage();
  await as(ed, 'editor', '/incidents/1?tab=runbooks');
  await ed.getByRole('button', { name: 'Run Calm checkout' }).click();
  await ed.getByRole('dialog').getByRole('button', { name: /^Run/ }).last().click();
  const question = ed.getByTestId(testIds.run.question);
  await expect(question).toContainText('Is it calm at sev4?');
  await expect(question).toContainText('whoever started the run cannot approve it');
  await expect(ed.getByText('SEV4').first()).toBeVisible();

  await ed.getByRole('link', { name: 'Calm checkout' }).first().click();
  await expect(ed.getByTestId(testIds.run.state)).toContainText('waits for an approval');
  await ed.getByRole('button', { name: 'More actions' }).click();
  await ed.getByRole('menuitem', { name: 'Cancel the run…' }).click();
  const cancel = ed.getByRole('dialog');
  await expect(cancel.getByRole('list', { name: 'Taken back' })).toContainText('Lower the severity');
  await cancel.getByRole('button', { name: /Cancel the run/ }).click();
  await expect(ed.getByTestId(testIds.run.state)).toContainText('Undone');
  await expect(ed.getByTestId(testIds.run.undone)).toContainText('Lower the severity');

  await as(ed, 'editor', '/incidents/1?tab=timeline');
  await expect(ed.getByText('SEV1').first()).toBeVisible();
  await expect(ed.getByTestId(testIds.incident.timelineEntry).filter({ hasText: 'step “Lower the severity” taken back' })).toHaveCount(1);
  expect(problems).toEqual([]);
});

test('cap 69: automation is frozen with a reason and goes on again; every runbook page says so meanwhile', async ({ page }) => {
  await as(page, 'editor', '/runbooks');
  await page.getByRole('button', { name: 'Freeze automation' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('a migration is under way');
  await page.getByRole('dialog').getByRole('button', { name: 'Freeze' }).click();
  await expect(page.getByTestId(testIds.runbooks.frozen)).toContainText('a migration is under way');
  await as(page, 'viewer', '/incidents/1?tab=runbooks');
  await expect(page.getByTestId(testIds.runbooks.frozen)).toContainText('Ed Editor');

  await as(page, 'editor', '/runbooks');
  await page.getByTestId(testIds.runbooks.frozen).getByRole('button').click();
  await page.getByRole('dialog').getByRole('textbox').fill('the migration is done');
  await page.getByRole('dialog').getByRole('button', { name: 'Go on' }).click();
  await expect(page.getByTestId(testIds.runbooks.frozen)).toHaveCount(0);
});
