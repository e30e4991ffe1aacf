/** The runbooks panel on a dashboard: what its variable selects, run with what it shows, and followed in place. */
import { expect, test, type Page } from '@playwright/test';
import { testIds } from '../../src/testIds.ts';
import { call } from './proxy.ts';
import { startStack, type Stack } from './stack.ts';
import { watchPage } from './watchPage.ts';

const LOOK = `apiVersion: muster/v1
kind: Runbook
metadata: { id: look, title: Look at it, services: [checkout] }
inputs:
  - { name: service, type: string, from: panel.variables.service }
  - { name: since, type: string, from: panel.from }
  - { name: until, type: string, from: panel.to }
  - { name: dashboard, type: string, from: panel.dashboard }
steps:
  - { id: seen, name: Look at the curve, kind: manual, with: { instruction: "{{ inputs.service }} on {{ inputs.dashboard }} from {{ inputs.since }} to {{ inputs.until }}" } }
  - { id: pause, name: Wait a little, kind: wait, with: { for: 1s } }
  - { id: again, name: Look again, kind: manual, with: { instruction: Is the curve flat? } }
`;
const only = (id: string, title: string, services: string): string =>
  `apiVersion: muster/v1\nkind: Runbook\nmetadata: { id: ${id}, title: ${title}, services: [${services}] }\nsteps: [{ id: a, name: A, kind: manual, with: { instruction: Do it } }]\n`;

let stack: Stack;
test.beforeAll(async () => {
  stack = await startStack(19);
  for (const source of [LOOK, only('vacuum', 'Vacuum the tables', 'payments-db'), only('breathe', 'Breathe', '')]) {
    const made = await call(stack.url, 'POST', '/runbooks', { source });
    const id = /id: ([a-z]+)/.exec(source)?.[1] ?? '';
    await call(stack.url, 'POST', `/runbooks/${id}/publish`, {}, { 'If-Match': made.headers.get('etag') ?? '' });
  }
});
test.afterAll(() => stack.close());

/** The first of the dashboard's two panels of runbooks. */
const panelOf = (page: Page) => page.getByTestId(testIds.panel.root).filter({ has: page.getByTestId(testIds.panel.runbook) }).first();
/** What it shows, without the built-in ones, which are for any service. */
const titlesOf = (page: Page) => panelOf(page).getByTestId(testIds.panel.runbook).getByRole('link').filter({ hasText: /^(Look at it|Vacuum the tables|Breathe)$/ });

test('cap 71: the panel shows what is for the service that the variable selects, runs it with what the dashboard shows, and follows it to its end', async ({ page }) => {
  const problems = watchPage(page);
  await page.goto(`${stack.url}/d/demo?var-service=payments-db&from=2026-03-01T09:00:00.000Z&to=2026-03-01T10:00:00.000Z`);
  const panel = panelOf(page);
  const titles = titlesOf(page);
  await expect(titles).toHaveText(['Vacuum the tables', 'Breathe']);

  const service = page.getByRole('combobox', { name: 'Service' });
  await service.click();
  await page.getByRole('option', { name: 'checkout' }).click();
  await expect(page).toHaveURL(/var-service=checkout/);
  await expect(titles).toHaveText(['Look at it', 'Breathe']);

  await panel.getByRole('button', { name: 'Run Look at it' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click();
  const card = panel.getByTestId(testIds.run.card);
  const question = card.getByTestId(testIds.run.question);
  await expect(question).toContainText('checkout on demo from 2026-03-01T09:00:00.000Z to 2026-03-01T10:00:00.000Z');
  await expect(card).toContainText('0 of 3 steps');
  await question.getByRole('button', { name: 'Done' }).click();
  await expect(question).toContainText('Is the curve flat?');
  await expect(card).toContainText('2 of 3 steps');

  // another service meanwhile: the run stays where it was begun
  await service.click();
  await page.getByRole('option', { name: 'payments-db' }).click();
  await expect(titles).toHaveText(['Vacuum the tables', 'Breathe']);
  await question.getByRole('button', { name: 'Done' }).click();
  await expect(card).toHaveAttribute('data-state', 'succeeded');
  await expect(card).toContainText('3 of 3 steps');
  await expect(question).toHaveCount(0);
  expect(problems).toEqual([]);
});

test('the panel follows "All", a service that nothing is for, the back button and a relative time range', async ({ page }) => {
  await page.goto(`${stack.url}/d/demo`);
  const titles = titlesOf(page);
  await expect(titles).toHaveText(['Look at it', 'Vacuum the tables', 'Breathe']);
  await page.getByRole('combobox', { name: 'Service' }).fill('mail');
  await page.keyboard.press('Enter');
  await expect(titles).toHaveText(['Breathe']);
  await page.goBack();
  await expect(titles).toHaveText(['Look at it', 'Vacuum the tables', 'Breathe']);

  await page.goto(`${stack.url}/d/demo?from=now-1h&to=now&var-service=checkout`);
  await expect(page.getByRole('button', { name: /Time range selected: Last 1 hour/ })).toBeVisible();
});
