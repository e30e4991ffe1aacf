/**
 * A detector, from the form to an incident: it looks back, learns, finds the planted trouble in shadow, is let alert, and its alert becomes an
 * incident, whose first cause is what broke before, of which only another detector in shadow knows.
 */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { testIds } from '../../src/testIds.ts';
import { startPrometheus } from '../detection/prometheus.ts';
import { shopLike } from '../../scripts/demo/metrics/shopLike.ts';
import { startStack } from './stack.ts';
import { watchPage } from './watchPage.ts';

const APP = '/a/muster-incidents-app';
const API = '/api/plugin-proxy/muster-incidents-app/backend';
const EXPR = 'sum by (service) (rate(orders_total[5m]))';
const UPSTREAM_EXPR = 'histogram_quantile(0.95, rate(query_seconds_bucket{app="payments-db"}[5m]))';
/** Checkout feels it so long after its database broke. */
const LATER_MS = 60_000;
/** A value is final a while after its instant, and is looked at a while after that. */
const FOUND_WITHIN_MS = 240_000;

test('a detector learns, finds the planted trouble in shadow, is let alert, and leads to an incident with the right cause first', async ({ page }) => {
  test.setTimeout(900_000);
  const prometheus = await startPrometheus();
  const stack = await startStack(19, undefined, { MUSTER_OUTBOUND_ALLOW: '127.0.0.1', MUSTER_OUTBOUND_ALLOW_PRIVATE: '127.0.0.1' });
  let brokenMs = Number.POSITIVE_INFINITY;
  prometheus.expressions.set(EXPR, [{ labels: { service: 'checkout' }, valueAt: shopLike(100, (atMs) => (atMs >= brokenMs + LATER_MS ? 400 : 0)) }]);
  prometheus.expressions.set(UPSTREAM_EXPR, [{ labels: { app: 'payments-db' }, valueAt: shopLike(0.05, (atMs) => (atMs >= brokenMs ? 0.4 : 0)) }]);
  try {
    const problems = watchPage(page);
    await page.goto(`${stack.url}/host/user?login=admin&to=${APP}/detectors`);
    expect((await page.request.post(`${stack.url}${API}/catalog/import`, { data: { csv: 'name,depends_on\ncheckout,payments-db\npayments-db,', dryRun: false } })).status()).toBe(200);
    const upstream = { name: 'Query time of payments-db', query: { kind: 'prometheus', url: prometheus.url, expr: UPSTREAM_EXPR }, stepSeconds: 30, direction: 'above', service: 'payments-db' };
    expect((await page.request.post(`${stack.url}${API}/detectors`, { data: upstream })).status()).toBe(201);
    await page.getByRole('button', { name: 'New detector' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: /^Name/ }).fill('Orders');
    await dialog.getByRole('textbox', { name: /^Address of the Prometheus/ }).fill(prometheus.url);
    await dialog.getByRole('textbox', { name: /^PromQL/ }).fill(EXPR);
    await dialog.getByRole('spinbutton', { name: /^Step/ }).fill('30');
    await expect(dialog.getByTestId(testIds.detectors.preview)).toContainText('service=checkout');
    await expect(dialog.locator('canvas').first()).toBeVisible();
    await dialog.getByRole('combobox', { name: /^Severity/ }).click();
    await page.getByRole('option', { name: /^SEV1/ }).click();
    await dialog.getByRole('button', { name: 'Make it' }).click();

    const card = page.getByTestId(testIds.detectors.card).filter({ hasText: 'Orders' });
    const upstreamCard = page.getByTestId(testIds.detectors.card).filter({ hasText: 'Query time of payments-db' });
    await expect(card).toContainText('Learning');
    await expect(card).toContainText('Shadow', { timeout: 120_000 });
    await expect(upstreamCard).toContainText('Shadow', { timeout: 120_000 });
    brokenMs = Date.now();
    await expect(upstreamCard).toContainText('1 finding open', { timeout: FOUND_WITHIN_MS });
    await expect(card).toContainText('1 finding open', { timeout: LATER_MS + FOUND_WITHIN_MS });

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
    await expect(page.getByTestId(testIds.incident.alertDrawer)).toContainText('by a detector');
    await expect(page.getByTestId(testIds.incident.alertDrawer).getByRole('link', { name: 'Detector' })).toHaveAttribute('href', /\/detectors\?id=2$/);
    await page.goto(`${stack.url}${APP}/now`);
    const incident = page.getByTestId(testIds.now.card);
    await expect(incident).toContainText('checkout: Orders');
    await incident.getByRole('link', { name: /checkout: Orders/ }).click();
    await expect(page.getByTestId(testIds.incident.severity)).toContainText('SEV1');

    // Nothing alerted of the database; its series say that it changed first.
    const causes = page.getByTestId(testIds.incident.cause);
    const first = causes.getByTestId(testIds.incident.causeRow).first();
    await expect(first).toContainText('1. payments-db');
    await expect(first).toContainText('changed first; explains the trouble of checkout');
    const series = first.getByTestId(testIds.incident.causeSeries);
    await expect(series).toContainText('Query time of payments-db went up');
    await expect(series).toContainText('found unusual in shadow');
    await expect(series.getByRole('link', { name: 'Open in Prometheus: Query time of payments-db' })).toHaveAttribute('href', /\/graph\?g0\.expr=histogram_quantile/);
    const second = causes.getByTestId(testIds.incident.causeRow).nth(1);
    await expect(second).toContainText('2. checkout');
    await second.getByRole('button', { name: 'Evidence for checkout' }).click();
    await expect(second).toContainText('a symptom: payments-db, which it needs, changed');
    const onIncident = await new AxeBuilder({ page }).setLegacyMode().withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']).analyze();
    expect(onIncident.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)).toEqual([]);
    expect(problems).toEqual([]);
    expect(prometheus.faults).toEqual([]);
  } finally {
    await stack.close();
    await prometheus.close();
  }
});
