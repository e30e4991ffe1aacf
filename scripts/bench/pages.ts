/**
 * How fast the pages are with much behind them: `node scripts/bench/pages.ts [--incidents 10000] [--alerts 50000] [--runs 7]`.
 * The whole product runs as it does for the browser tests (embedded PostgreSQL, service, plugin host), filled through the
 * webhook; Chromium measures from the press of a link to the picture. Needs a built plugin; gates nothing.
 */
import { parseArgs } from 'node:util';
import { chromium, type Page } from '@playwright/test';
import { testIds } from '../../src/testIds.ts';
import { startStack, type Stack } from '../../tests/e2e/stack.ts';
import { findChromium } from '../browser.ts';
import { percentile } from './load.ts';

const { values } = parseArgs({
  options: { incidents: { type: 'string', default: '10000' }, alerts: { type: 'string', default: '50000' }, runs: { type: 'string', default: '7' } },
});
const INCIDENTS = Number(values.incidents);
const ALERTS = Number(values.alerts);
const RUNS = Number(values.runs);
const ALERTS_A_POST = 500;
const APP = '/a/muster-incidents-app';
const BACKEND = '/api/plugin-proxy/muster-incidents-app/backend';
const SETTLE_MS = 120_000;

function alertOf(service: string, number: number, startsAt: string): object {
  return {
    status: 'firing',
    labels: { alertname: ['HighErrorRate', 'SlowRequests', 'QueueGrowing'][number % 3], service, severity: ['critical', 'error', 'warning'][number % 3], instance: `${service}-${number}` },
    annotations: { summary: `Instance ${number} of ${service} is in trouble` },
    startsAt, endsAt: '0001-01-01T00:00:00Z', values: { A: number }, fingerprint: `${service}-${number}`,
    generatorURL: 'https://grafana.example.com/alerting/grafana/rule1/view?orgId=1',
  };
}

async function post(stack: Stack, alerts: readonly object[]): Promise<void> {
  for (let from = 0; from < alerts.length; from += ALERTS_A_POST) {
    await stack.postAlerts(alerts.slice(from, from + ALERTS_A_POST));
  }
}

async function fill(stack: Stack): Promise<void> {
  const startsAt = new Date(Date.now() - 60_000).toISOString();
  await post(stack, Array.from({ length: ALERTS }, (_none, number) => alertOf('checkout', number, startsAt)));
  await post(stack, Array.from({ length: INCIDENTS - 1 }, (_none, number) => alertOf(`service-${number}`, number, startsAt)));
}

/** Waits until the correlator has put every alert in its place. */
async function settled(page: Page): Promise<void> {
  const until = performance.now() + SETTLE_MS;
  for (;;) {
    const pending = await page.evaluate(async (url) => {
      const answer: unknown = await (await fetch(url)).json();
      return JSON.stringify(answer);
    }, `${BACKEND}/status`);
    if (/"pendingAlerts":0\b/.test(pending)) return;
    if (performance.now() > until) throw new Error(`the correlator is still behind: ${pending}`);
    await page.waitForTimeout(250);
  }
}

interface Measured {
  readonly name: string;
  readonly ms: readonly number[];
  readonly serviceMs: readonly number[];
}

/** Runs in the page; text, because the host's module loader has no types. */
const pressAndWait = `async ({ to, selector }) => {
  performance.clearResourceTimings();
  const start = performance.now();
  System.get('host:@grafana/runtime').locationService.push(to);
  await new Promise((resolve) => {
    const look = () => (document.querySelector(selector) === null ? requestAnimationFrame(look) : requestAnimationFrame(() => setTimeout(resolve)));
    look();
  });
  const total = performance.now() - start;
  const asked = performance.getEntriesByType('resource').filter(({ name }) => name.includes('/backend/incidents'));
  return { total, slowest: asked.reduce((most, { duration }) => Math.max(most, duration), 0) };
}`;

/** From the press of a link to the frame in which its main thing is painted; nothing of it is cached by the page. */
async function measure(page: Page, url: string, name: string, path: string, landmark: string): Promise<Measured> {
  const ms: number[] = [];
  const serviceMs: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    await page.goto(`${url}${APP}/settings`);
    await page.getByTestId(testIds.settings.source).first().waitFor();
    const took = await page.evaluate<{ total: number; slowest: number }>(`(${pressAndWait})(${JSON.stringify({ to: path, selector: `[data-testid="${landmark}"]` })})`);
    ms.push(took.total);
    serviceMs.push(took.slowest);
  }
  return { name, ms, serviceMs };
}

const sorted = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b);

const executablePath = await findChromium();
if (executablePath === null) process.exit(1);
const stack = await startStack(19);
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
try {
  process.stdout.write(`Filling: one incident with ${ALERTS} alerts, ${INCIDENTS} incidents in all …\n`);
  const filledFrom = performance.now();
  await fill(stack);
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${stack.url}${APP}/settings`);
  await settled(page);
  process.stdout.write(`Filled in ${Math.round((performance.now() - filledFrom) / 1000)} s.\n`);
  const results = [
    await measure(page, stack.url, `Now, ${INCIDENTS} open`, `${APP}/now`, testIds.now.card),
    await measure(page, stack.url, `Incidents, ${INCIDENTS} listed, newest first`, `${APP}/incidents?phase=all`, testIds.incidents.row),
    await measure(page, stack.url, `Incidents, ${INCIDENTS} listed, worst first`, `${APP}/incidents?phase=all&sort=severity`, testIds.incidents.row),
    await measure(page, stack.url, `Incidents, words searched in ${INCIDENTS}`, `${APP}/incidents?phase=all&q=service-77`, testIds.incidents.row),
    await measure(page, stack.url, `Incident with ${ALERTS} alerts, overview`, `${APP}/incidents/1`, testIds.incident.swimLanes),
    await measure(page, stack.url, `Incident with ${ALERTS} alerts, alerts`, `${APP}/incidents/1?tab=alerts`, testIds.incident.alertRow),
    await measure(page, stack.url, `Incident with ${ALERTS} alerts, words searched`, `${APP}/incidents/1?tab=alerts&q=checkout-4711`, testIds.incident.alertRow),
    await measure(page, stack.url, `Incident with ${ALERTS} alerts, timeline`, `${APP}/incidents/1?tab=timeline`, testIds.incident.timelineEntry),
  ];
  process.stdout.write(`\n| page | median ms | slowest ms | of it the slowest answer of the service, median ms |\n|--|--|--|--|\n`);
  for (const { name, ms, serviceMs } of results) {
    process.stdout.write(`| ${name} | ${percentile(sorted(ms), 0.5).toFixed(0)} | ${Math.max(...ms).toFixed(0)} | ${percentile(sorted(serviceMs), 0.5).toFixed(0)} |\n`);
  }
} finally {
  await browser.close();
  await stack.close();
}
