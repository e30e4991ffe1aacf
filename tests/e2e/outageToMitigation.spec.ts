/**
 * The whole way: the demo's cascade of alerts becomes an incident, a runbook comes by itself and waits, somebody approves it in
 * the browser, an agent restarts a real (sample) service over HTTP, its alerts resolve, and the incident is mitigated.
 */
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { stringify } from 'yaml';
import { agentToken } from '../../scripts/demo/api.ts';
import { demoCatalogue } from '../../scripts/demo/catalogue.ts';
import { DEMO_AGENT, startDemoAgent } from '../../scripts/demo/demoAgent.ts';
import { createOutage, DEFAULT_SEED, OUTAGE_SECONDS } from '../../scripts/demo/outage.ts';
import { startReplay } from '../../scripts/demo/replay.ts';
import { startSampleShop } from '../../scripts/demo/sampleShop.ts';
import { ORIGIN, SHOP } from '../../scripts/demo/shop.ts';
import { testIds } from '../../src/testIds.ts';
import { startStack } from './stack.ts';
import { watchPage } from './watchPage.ts';

const APP = '/a/muster-incidents-app';
const ROOT = new URL('../..', import.meta.url).pathname;
const REPLAY_SECONDS = 3;

test('cap 69, cap 71: cascade → incident → runbook proposed → approved in the browser → service restarted by the agent → alerts resolved → mitigated', async ({ page }) => {
  await using stops = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), 'muster-mitigation-'));
  stops.defer(() => rm(dir, { recursive: true, force: true }));
  await cp(join(ROOT, 'tests/e2e/provisioning/sources.yaml'), join(dir, 'sources.yaml'));
  await cp(join(ROOT, 'provisioning/muster/runbooks'), join(dir, 'runbooks'), { recursive: true });
  await writeFile(join(dir, 'services.yaml'), stringify(demoCatalogue()));
  const stack = await startStack(19, dir);
  stops.defer(() => stack.close());
  let restarted = (): void => undefined;
  const shop = await startSampleShop({ origin: ORIGIN, onRestart: () => restarted() });
  stops.defer(() => shop.close());
  for (const { name } of SHOP) shop.break(name);
  stops.defer(await startDemoAgent({ service: stack.service.url, token: await agentToken(stack.url, DEMO_AGENT), shop: shop.url, dir: join(dir, 'agent'), onLog: () => undefined }));

  const outage = createOutage({ seed: DEFAULT_SEED, startMs: Date.now() - OUTAGE_SECONDS * 1000, grafanaUrl: stack.url });
  const replay = startReplay({
    deliveries: outage.deliveries, webhookUrl: stack.service.webhookUrl, token: stack.service.token, speed: OUTAGE_SECONDS / REPLAY_SECONDS, signal: AbortSignal.timeout(120_000),
    isHealed: (service) => SHOP.some(({ name }) => name === service) && !shop.isBroken(service),
  });
  restarted = () => void replay.tellHealed();
  await replay.done;
  expect([replay.failed, replay.fault]).toEqual([0, null]);

  const problems = watchPage(page);
  await page.goto(`${stack.url}/host/user?login=editor&to=${APP}/incidents`);
  await page.getByRole('link', { name: /payments-db: Database/ }).first().click();
  await expect(page.getByTestId(testIds.incident.state)).toContainText('Declared');
  await page.getByRole('tab', { name: /Runbooks/ }).click();
  const question = page.getByTestId(testIds.run.question);
  await expect(question).toContainText('Run “Restart a service”?');
  expect(shop.restarts(ORIGIN)).toBe(0);

  await question.getByRole('button', { name: /Approve/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: /Approve/ }).click();

  await expect(page.getByTestId(testIds.incident.state)).toContainText('Monitoring');
  expect(shop.restarts(ORIGIN)).toBe(1);
  const health = await fetch(`${shop.url}/services/${ORIGIN}/health`);
  expect([health.status, await health.json()]).toEqual([200, { service: ORIGIN, state: 'healthy', restarts: 1 }]);

  await page.getByRole('tab', { name: /Timeline/ }).click();
  const entries = page.getByTestId(testIds.incident.timelineEntry);
  for (const [who, what] of [
    ['Muster', 'Runbook “Restart a service” started'], ['Ed Editor', 'step “Approval before the first step”: approved'], ['Restart a service', 'step “Restart payments-db”: restart ran'],
    ['Restart a service', 'Mitigated; watching whether it stays so'], ['Restart a service', 'Runbook “Restart a service” succeeded'],
  ] as const) {
    await expect(entries.filter({ hasText: what }).first()).toContainText(who);
  }
  await expect(entries.filter({ hasText: /alerts resolved; 0 of/ })).toHaveCount(1);
  expect(problems).toEqual([]);
});
