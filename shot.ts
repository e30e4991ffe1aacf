import { chromium } from '@playwright/test';
import { findChromium } from './scripts/browser.ts';
import { grafanaAlert, startStack } from './tests/e2e/stack.ts';
const stack = await startStack(19);
const browser = await chromium.launch({ executablePath: (await findChromium()) ?? '', args: ['--no-sandbox', '--disable-gpu'] });
try {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  page.on('console', (m) => { if (m.type() === 'error') console.log('console', m.text().slice(0, 200)); });
  await page.goto(`${stack.url}/host/theme?theme=dark`);
  await page.goto(`${stack.url}/a/muster-incidents-app/now`);
  const api = (method: string, path: string, body: unknown) => page.evaluate(async ([m, p, b]) => {
    const r = await fetch(`/api/plugin-proxy/muster-incidents-app/backend${p}`, { method: m as string, headers: { 'content-type': 'application/json' }, body: JSON.stringify(b) });
    return `${r.status} ${(await r.text()).slice(0, 120)}`;
  }, [method, path, body] as const);
  const soon = (h: number) => new Date(Date.now() + h * 3600e3).toISOString();
  console.log(await api('POST', '/maintenance', { name: 'Upgrade of payments-db', change: 'CHG-42', scope: { services: ['payments-db'], environments: [] }, schedule: { kind: 'once', startsAt: soon(-1), endsAt: soon(2) } }));
  console.log(await api('POST', '/maintenance', { name: 'Weekly restart', scope: { services: ['cart'] }, schedule: { kind: 'recurring', timeZone: 'Europe/Berlin', startsAt: '2026-03-01T02:30', minutes: 60, rule: 'FREQ=WEEKLY;BYDAY=SU' } }));
  console.log(await api('POST', '/noise/rules', { kind: 'suppression', name: 'Test cluster', reason: 'nobody is called for it', scope: { services: ['test-runner'], matchers: [{ name: 'grafana_folder', operator: '=~', value: 'Sh.*' }] } }));
  console.log(await api('POST', '/noise/rules', { kind: 'hold', name: 'Blips of search', seconds: 600, scope: { services: ['search'] } }));
  console.log(await api('POST', '/noise/rules', { kind: 'inhibition', name: 'Symptoms', form: 'topology', source: {}, scope: {} }));
  console.log(await api('POST', '/silences', { matchers: [{ name: 'service', operator: '=', value: 'mail' }, { name: 'pod', operator: '!~', value: 'canary-.*' }], endsAt: soon(4), comment: 'disk is being exchanged' }));
  await stack.postAlerts([
    grafanaAlert({ fingerprint: 'a', name: 'DiskFull', service: 'payments-db', severity: 'warning' }), grafanaAlert({ fingerprint: 'b', name: 'HighErrorRate', service: 'test-runner', severity: 'critical' }),
    grafanaAlert({ fingerprint: 'c', name: 'SlowQueries', service: 'search', severity: 'warning' }), grafanaAlert({ fingerprint: 'd', name: 'QueueGrows', service: 'mail', severity: 'warning' }), grafanaAlert({ fingerprint: 'e', name: 'HighLatency', service: 'checkout', severity: 'warning' }),
  ]);
  await page.waitForTimeout(1500);
  const shots: [string, string][] = [['held', '/noise'], ['scores', '/noise?tab=scores'], ['rules', '/noise?tab=rules'], ['windows', '/maintenance'], ['silences', '/maintenance?tab=silences']];
  for (const [theme, width] of [['dark', 1440], ['light', 1440], ['dark', 360]] as const) {
    await page.goto(`${stack.url}/host/theme?theme=${theme}`);
    await page.setViewportSize({ width, height: 900 });
    for (const [name, path] of shots) {
      await page.goto(`${stack.url}/a/muster-incidents-app${path}`);
      await page.waitForTimeout(900);
      await page.screenshot({ path: `/tmp/noise/shot-${name}-${theme}-${width}.png` });
    }
    if (width === 1440) {
      await page.goto(`${stack.url}/a/muster-incidents-app/noise?tab=rules`);
      await page.getByTestId('muster-noise-add-rule').click();
      await page.waitForTimeout(900);
      await page.screenshot({ path: `/tmp/noise/shot-ruledialog-${theme}.png` });
      await page.goto(`${stack.url}/a/muster-incidents-app/maintenance`);
      await page.getByRole('button', { name: 'Edit Weekly restart' }).click();
      await page.waitForTimeout(1200);
      await page.screenshot({ path: `/tmp/noise/shot-windowdialog-${theme}.png` });
    }
  }
} finally { await browser.close(); await stack.close(); }
