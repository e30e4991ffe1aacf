import { writeFile } from 'node:fs/promises';
import { chromium } from '@playwright/test';
import { WATCH } from './watch.ts';
const [url = '', from = '', to = '', sel = '', runs = '5', prof = ''] = process.argv.slice(2);
const APP = '/a/muster-incidents-app';
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
await context.addInitScript({ content: WATCH });
for (let run = 0; run < Number(runs); run += 1) {
  const page = await context.newPage();
  await page.goto(`${url}${APP}${from}`);
  await page.waitForTimeout(2500);
  const cdp = await context.newCDPSession(page);
  await cdp.send('Performance.enable');
  const before = await cdp.send('Performance.getMetrics');
  if (prof !== '') { await cdp.send('Profiler.enable'); await cdp.send('Profiler.setSamplingInterval', { interval: 200 }); await cdp.send('Profiler.start'); }
  const opening = await page.evaluate(`musterPressed(${JSON.stringify(APP + to)}, ${JSON.stringify({ first: `[data-testid="${sel}"]`, all: `[data-testid="${sel}"]` })})`);
  if (prof !== '') { const { profile } = await cdp.send('Profiler.stop'); await writeFile(prof, JSON.stringify(profile)); }
  const after = await cdp.send('Performance.getMetrics');
  const d = (n: string): number => { const f = (m: typeof after) => m.metrics.find(({ name }) => name === n)?.value ?? 0; return Math.round((f(after) - f(before)) * 1000); };
  console.log(JSON.stringify(opening), 'task', d('TaskDuration'), 'script', d('ScriptDuration'), 'layout', d('LayoutDuration'), 'style', d('RecalcStyleDuration'));
  const res = await page.evaluate(`performance.getEntriesByType('resource').filter(e => e.name.includes('/backend/')).map(e => [e.name.split('/backend/')[1].slice(0,60), Math.round(e.startTime), Math.round(e.duration), e.transferSize].join(' '))`);
  if (run === 0) console.log(res);
  await page.close();
}
await browser.close();
