/** A detector, from the form to an incident: it looks back, learns, finds the planted trouble in shadow, is let alert, and its alert becomes an incident. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { testIds } from '../../src/testIds.ts';
import { shopLike, startPrometheus } from '../detection/prometheus.ts';
import { startStack } from './stack.ts';
import { watchPage } from './watchPage.ts';

const APP = '/a/muster-incidents-app';
const EXPR = 'sum by (service) (rate(orders_total[5m]))';
/** A value is final a while after its instant, and is looked at a while after that. */
const FOUND_WITHIN_MS = 100_000;

test('a detector learns, finds the planted trouble in shadow, is let alert, and leads to an incident', async ({ page }) => {
  test.setTimeout(300_000);
  const prometheus = await startPrometheus();
  const stack = await startStack(19, undefined, { MUSTER_OUTBOUND_ALLOW: '127.0.0.1', MUSTER_OUTBOUND_ALLOW_PRIVATE: '127.0.0.1' });
  let troubleFromMs = Number.POSITIVE_INFINITY;
  prometheus.expressions.set(EXPR, [{ labels: { service: 'checkout' }, valueAt: shopLike(100, (atMs) => (atMs >= troubleFromMs ? 400 : 0)) }]);
  try {
    const problems = watchPage(page);
    await page.goto(`${stack.url}/host/user?login=admin&to=${APP}/detectors`);
    await page.getByRole('button', { name: 'New detector' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: /^Name/ }).fill('Orders');
    await dialog.getByRole('textbox', { name: /^Address of the Prometheus/ }).fill(prometheus.url);
    await dialog.getByRole('textbox', { name: /^PromQL/ }).fill(EXPR);
    await dialog.getByRole('spinbutton', { name: /^Step/ }).fill('30');
    await expect(dialog.getByTestId(testIds.detectors.preview)).toContainText('service=checkout', { timeout: 60_000 });
    await expect(dialog.locator('canvas').first()).toBeVisible();
    await dialog.getByRole('combobox', { name: /^Severity/ }).click();
    await page.getByRole('option', { name: /^SEV1/ }).click();
    await dialog.getByRole('button', { name: 'Make it' }).click();

    const card = page.getByTestId(testIds.detectors.card);
    await expect(card).toContainText('Learning');
    await expect(card).toContainText('Shadow', { timeout: 120_000 });
    troubleFromMs = Date.now();
    await expect(card).toContainText('1 finding open', { timeout: FOUND_WITHIN_MS });

    await card.getByRole('button', { name: 'Chart, report and findings' }).click();
    const finding = card.getByTestId(testIds.detectors.finding);
    await expect(finding).toContainText('In shadow');
    await expect(card.getByTestId(testIds.detectors.report)).toContainText('Would have alerted');
    const axe = await new AxeBuilder({ page }).setLegacyMode().withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']).analyze();
    expect(axe.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)).toEqual([]);
    await finding.getByRole('button', { name: 'Right' }).click();
    await expect(card).toContainText('1 of 1 right (100 %)');

    await card.getByRole('button', { name: 'Let it alert' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Let it alert' }).click();
    await expect(card).toContainText('Alerting');
    await finding.getByRole('button', { name: 'Its alert' }).click();
    await expect(page.getByTestId(testIds.incident.alertDrawer)).toContainText('by a detector', { timeout: 60_000 });
    await expect(page.getByTestId(testIds.incident.alertDrawer).getByRole('link', { name: 'Detector' })).toHaveAttribute('href', /\/detectors\?id=1$/);
    await page.goto(`${stack.url}${APP}/now`);
    const incident = page.getByTestId(testIds.now.card);
    await expect(incident).toContainText('checkout: Orders', { timeout: 60_000 });
    await incident.getByRole('link', { name: /checkout: Orders/ }).click();
    await expect(page.getByTestId(testIds.incident.severity)).toContainText('SEV1');
    expect(problems).toEqual([]);
    expect(prometheus.faults).toEqual([]);
  } finally {
    await stack.close();
    await prometheus.close();
  }
});
