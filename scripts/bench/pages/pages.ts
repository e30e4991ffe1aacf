/**
 * `npm run bench -- pages [--quick] [--runs 12] [--only cold,app,scroll,live,services,editor] [--into docs/benchmarks.md]`: how fast the
 * pages are with much behind them, in Chromium, from the press of a link to the picture. The service runs as the image starts it,
 * Grafana is the plugin host; both are processes of their own, on an embedded PostgreSQL with fsync on. Builds nothing: `npm run build`
 * first. Gates nothing; fails when what was to be there is not. Loopback only; stops what it starts.
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { chromium, type BrowserContext, type Page } from '@playwright/test';
import pg from 'pg';
import { testIds } from '../../../src/testIds.ts';
import { dragGraph, framesDuring } from '../../../tests/e2e/frames.ts';
import { findChromium } from '../../browser.ts';
import { putBetween } from '../document.ts';
import { percentile } from '../load.ts';
import { createDatabase, pause } from '../processes.ts';
import { startScratch } from '../scratch.ts';
import { writeLongRunbook } from './editor.ts';
import { heapMiB, lastRow, zoom } from './gestures.ts';
import { counts, fill, oneMore, postAlerts, startStage, type Stage } from './stage.ts';
import { TO_END, WATCH, type Opening } from './watch.ts';

const PARTS = ['cold', 'app', 'scroll', 'live', 'services', 'editor'] as const;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, runs: { type: 'string' }, only: { type: 'string', default: PARTS.join(',') }, into: { type: 'string' } },
});
if (positionals.some((word) => word !== 'pages')) throw new Error(`not known: ${positionals.join(' ')}`);
const QUICK = values.quick;
const RUNS = Number(values.runs ?? (QUICK ? 2 : 12));
const ALERTS = QUICK ? 2_000 : 50_000;
const INCIDENTS = QUICK ? 500 : 10_000;
const APP = '/a/muster-incidents-app';
const SIZE = { width: 1440, height: 900 } as const;
/** Between two openings, for what the one before still fetches. */
const REST_MS = 400;
const WHEEL_STEPS = QUICK ? 20 : 150;
const WHEEL_PX = 700;
/** Longer than any list takes to its end. */
const END_LIMIT_MS = 240_000;
const LIVE_SECONDS = QUICK ? 2 : 15;
const LIVE_PER_SECOND = 20;
const LAYOUTS = 'muster-graph-layout';

const parts = new Set(values.only.split(','));
const wants = (part: (typeof PARTS)[number]): boolean => parts.has(part);
const lines: string[] = [];
const faults: string[] = [];
const write = (...added: readonly string[]): void => {
  lines.push(...added, '');
  process.stdout.write(`${added.join('\n')}\n\n`);
};
const say = (text: string): void => void process.stderr.write(`${text}\n`);

interface Target {
  readonly name: string;
  readonly path: string;
  /** Selectors of what is seen first, and of what was asked for. */
  readonly first: string;
  readonly all: string;
  /** What the latter says, where something like it may be there before. */
  readonly text: string;
}

const by = (id: string): string => `[data-testid="${id}"]`;

function targets(large: number): Readonly<Record<'now' | 'list' | 'worst' | 'found' | 'overview' | 'alerts' | 'alertsFound' | 'timeline' | 'services', Target>> {
  const of = (name: string, path: string, all: string, first = all, text = ''): Target => ({ name, path: `${APP}${path}`, first: by(first), all: by(all), text });
  const { incidents, incident } = testIds;
  const [many, huge] = [INCIDENTS.toLocaleString('en'), ALERTS.toLocaleString('en')];
  return {
    now: of(`Now, ${many} open`, '/now', testIds.now.card),
    list: of(`Incidents, ${many} open`, '/incidents', incidents.row),
    worst: of('Incidents, worst first', '/incidents?phase=all&sort=severity', incidents.row),
    found: of('Incidents, words searched', '/incidents?phase=all&q=service-77', incidents.row, incidents.row, 'service-77'),
    overview: of(`Incident with ${huge} alerts: header; lanes of all its alerts`, `/incidents/${large}`, incident.swimLanes, incident.state),
    alerts: of('its alerts: header; rows', `/incidents/${large}?tab=alerts`, incident.alertRow, incident.state),
    alertsFound: of('words searched in them', `/incidents/${large}?tab=alerts&q=campaigns-db-1759`, incident.alertRow, incident.alertRow, 'instance 1759'),
    timeline: of('its timeline', `/incidents/${large}?tab=timeline`, incident.timelineEntry, incident.state),
    services: of('Services, 500', '/services', testIds.services.row),
  };
}

const sorted = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);
const spread = (numbers: readonly number[]): string => [0.5, 0.95].map((share) => percentile(sorted(numbers), share).toFixed(0)).join(' / ');

/** Opens each address as a new tab of a browser that has been there before. */
async function openCold(context: BrowserContext, stage: Stage, { path, ...wanted }: Target): Promise<Opening> {
  const page = await context.newPage();
  await page.goto(`${stage.url}${path}`, { waitUntil: 'commit' });
  const opening = await page.evaluate<Opening>(`musterLoaded(${JSON.stringify(wanted)})`);
  await pause(REST_MS);
  await page.close();
  return opening;
}

/** Presses the links one after the other in a page that shows something else. */
async function openInApp(context: BrowserContext, stage: Stage, list: readonly Target[]): Promise<Opening[]> {
  const page = await context.newPage();
  await page.goto(`${stage.url}${APP}/settings?tab=connection`);
  await page.getByTestId(testIds.settings.hop).first().waitFor();
  await pause(REST_MS);
  const openings: Opening[] = [];
  for (const { path, ...wanted } of list) {
    openings.push(await page.evaluate<Opening>(`musterPressed(${JSON.stringify(path)}, ${JSON.stringify(wanted)})`));
    await pause(REST_MS);
  }
  await page.close();
  return openings;
}

const longest = (numbers: readonly number[]): string => (numbers.length === 0 ? 'none' : `${numbers.length}, longest ${Math.max(...numbers).toFixed(0)}`);

async function longTasks(page: Page, act: () => Promise<void>): Promise<{ frames: number[]; tasks: number[] }> {
  await page.evaluate('musterLong.length = 0');
  const frames = await framesDuring(page, act);
  const tasks = await page.evaluate<number[]>('musterLong.map(({ duration }) => duration)');
  return { frames, tasks };
}

const frameCells = ({ frames, tasks }: { frames: readonly number[]; tasks: readonly number[] }): string =>
  `${spread(frames)} / ${Math.max(...frames).toFixed(0)} | ${frames.length} | ${longest(tasks)}`;

await using stack = new AsyncDisposableStack();
const { dir, postgres } = await startScratch(stack);
const executablePath = await findChromium();
if (executablePath === null) throw new Error('no browser');
const connectionString = await createDatabase(postgres, 'bench_pages');
const stage = await startStage(dir, connectionString);
stack.defer(() => stage.stop());
const client = new pg.Client({ connectionString });
await client.connect();
stack.defer(() => client.end());

const startedAt = performance.now();
// the editor alone needs no trouble behind it
const isFilled = PARTS.some((part) => part !== 'editor' && wants(part));
if (isFilled) {
  say('filling');
  await fill(stage, client, ALERTS, INCIDENTS);
  say(`filled in ${Math.round((performance.now() - startedAt) / 1000)} s`);
}
const there = isFilled ? await counts(client) : { incidents: INCIDENTS, largest: ALERTS, largestNumber: 1 };
if (there.incidents !== INCIDENTS) faults.push(`${there.incidents} incidents instead of ${INCIDENTS}`);
if (there.largest !== ALERTS) faults.push(`the largest incident has ${there.largest} alerts instead of ${ALERTS}`);
const at = targets(there.largestNumber);

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
stack.defer(() => browser.close());
const context = await browser.newContext({ viewport: SIZE });
await context.addInitScript({ content: WATCH });

if (wants('cold')) {
  say('cold');
  const list = [at.now, at.list, at.overview, at.alerts, at.services];
  const found = new Map<Target, Opening[]>(list.map((target) => [target, []]));
  // once before that counts for nothing: the browser's cache of files
  for (const target of list) await openCold(context, stage, target);
  for (let run = 0; run < RUNS; run += 1) {
    for (const target of list) found.get(target)?.push(await openCold(context, stage, target));
  }
  write(
    '### A new tab', '',
    '| page | first of it, median / p95 ms | all of it, median / p95 ms | of that before the plugin is asked for, median / p95 ms | slowest answer of the service, median / p95 ms | n |', '|--|--|--|--|--|--|',
    ...[...found].map(([{ name }, all]) => `| ${name} | ${spread(all.map(({ first }) => first))} | ${spread(all.map((one) => one.all))} | ${spread(all.map(({ pluginAt }) => pluginAt))} | ${spread(all.map(({ service }) => service))} | ${all.length} |`),
  );
}
if (wants('app')) {
  say('in the app');
  const list = [at.now, at.list, at.overview, at.alerts, at.alertsFound, at.timeline, at.worst, at.found, at.services];
  const found: Opening[][] = [];
  for (let run = 0; run < RUNS; run += 1) found.push(await openInApp(context, stage, list));
  write(
    '### Within the app', '',
    '| page | first of it, median / p95 ms | all of it, median / p95 ms | slowest answer of the service, median / p95 ms | tasks over 50 ms, all openings | n |', '|--|--|--|--|--|--|',
    ...list.map(({ name }, index) => {
      const all = found.flatMap((openings) => openings.slice(index, index + 1));
      return `| ${name} | ${spread(all.map(({ first }) => first))} | ${spread(all.map((one) => one.all))} | ${spread(all.map(({ service }) => service))} | ${longest(all.flatMap((one) => one.longTasks))} | ${all.length} |`;
    }),
  );
}
if (wants('scroll')) {
  say('scrolling');
  const rows: string[] = [];
  const ends: string[] = [];
  for (const { target, list, row, total } of [
    { target: at.list, list: testIds.incidents.list, row: testIds.incidents.row, total: INCIDENTS },
    { target: at.alerts, list: testIds.incident.alertList, row: testIds.incident.alertRow, total: ALERTS },
  ]) {
    const page = await context.newPage();
    await page.goto(`${stage.url}${target.path}`);
    await page.locator(target.all).first().waitFor();
    await pause(REST_MS);
    await page.getByTestId(list).hover();
    const seen = await longTasks(page, async () => {
      for (let step = 0; step < WHEEL_STEPS; step += 1) await page.mouse.wheel(0, WHEEL_PX);
    });
    await pause(REST_MS);
    rows.push(`| ${target.name} | ${frameCells(seen)} | ${await lastRow(page, list)} | ${await page.getByTestId(row).count()} |`);
    const from = performance.now();
    const toEnd = await longTasks(page, () => page.evaluate(`(${TO_END})(${JSON.stringify({ list, total, limitMs: END_LIMIT_MS })})`));
    const took = performance.now() - from;
    const reached = await lastRow(page, list);
    if (reached !== String(total)) faults.push(`${target.name}: the end of the list is row ${reached} instead of ${total}`);
    ends.push(`| ${target.name} | ${reached} | ${(took / 1000).toFixed(1)} | ${frameCells(toEnd)} | ${await page.getByTestId(row).count()} | ${await heapMiB(page)} |`);
    await page.close();
  }
  write(
    '### Scrolling', '', `${WHEEL_STEPS} turns of the wheel by ${WHEEL_PX} px, as fast as the browser takes them; pages of 200 rows are fetched on the way.`, '',
    '| list | between frames, median / p95 / longest ms | frames | tasks over 50 ms | row reached | rows drawn |', '|--|--|--|--|--|--|', ...rows, '',
    'Then the bar pulled to the bottom again and again, until the last row of all is in sight:', '',
    '| list | last row | s | between frames, median / p95 / longest ms | frames | tasks over 50 ms | rows drawn | heap of the page, MiB |', '|--|--|--|--|--|--|--|--|', ...ends,
  );
}
if (wants('live')) {
  say('live');
  const rows: string[] = [];
  let nth = ALERTS;
  for (const target of [at.now, at.list, at.overview, at.alerts, at.timeline]) {
    const page = await context.newPage();
    await page.goto(`${stage.url}${target.path}`);
    await page.locator(target.all).first().waitFor();
    await pause(REST_MS);
    const seen = await longTasks(page, async () => {
      for (let tick = 0; tick < LIVE_SECONDS * 4; tick += 1) {
        const batch = Array.from({ length: LIVE_PER_SECOND / 4 }, () => oneMore((nth += 1)));
        await Promise.all([postAlerts(stage, batch), pause(250)]);
      }
    });
    rows.push(`| ${target.name} | ${frameCells(seen)} |`);
    await page.close();
  }
  write(
    '### While alerts come', '', `${LIVE_PER_SECOND} new alerts a second join the large incident for ${LIVE_SECONDS} s while the page is open.`, '',
    '| page | between frames, median / p95 / longest ms | frames | tasks over 50 ms |', '|--|--|--|--|', ...rows,
  );
}
if (wants('services')) {
  say('graph');
  const [first, layout]: [number[], number[]] = [[], []];
  const rows: string[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const page = await context.newPage();
    await page.goto(`${stage.url}${APP}/services`);
    await page.getByTestId(testIds.services.row).first().waitFor();
    await pause(REST_MS);
    const opening = await page.evaluate<Opening>(`musterPressed(${JSON.stringify(`${APP}/services?tab=graph`)}, ${JSON.stringify({ first: '.react-flow__node', all: '.react-flow__node', text: '' })})`);
    first.push(opening.all);
    layout.push(await page.evaluate((name) => performance.getEntriesByName(name)[0]?.duration ?? 0, LAYOUTS));
    if (run === 0) {
      const nodes = (): Promise<number> => page.locator('.react-flow__node').count();
      rows.push(`| dragging, opened at the trouble (${await nodes()} services drawn) | ${frameCells(await longTasks(page, () => dragGraph(page)))} |`);
      rows.push(`| zooming with the wheel, from there | ${frameCells(await longTasks(page, () => zoom(page)))} |`);
      await page.getByRole('group', { name: 'Graph of services' }).focus();
      await page.keyboard.press('0');
      await pause(1_000);
      rows.push(`| dragging, all in sight (${await nodes()} drawn) | ${frameCells(await longTasks(page, () => dragGraph(page)))} |`);
      rows.push(`| zooming with the wheel, from there | ${frameCells(await longTasks(page, () => zoom(page)))} |`);
    }
    await page.close();
  }
  write(
    '### Graph of 500 services', '', `From the press on *Graph* to services drawn: ${spread(first)} ms (n = ${first.length}), of it the layout ${spread(layout)} ms.`, '',
    '| what | between frames, median / p95 / longest ms | frames | tasks over 50 ms |', '|--|--|--|--|', ...rows,
  );
}
if (wants('editor')) {
  say('editor');
  const target = await writeLongRunbook(stage, APP);
  const found: Opening[] = [];
  for (let run = 0; run < RUNS; run += 1) found.push(...(await openInApp(context, stage, [target])));
  await openCold(context, stage, target);
  const cold: Opening[] = [];
  for (let run = 0; run < RUNS; run += 1) cold.push(await openCold(context, stage, target));
  write(
    '### Editor of runbooks', '', '| page | text, median / p95 ms | text and form, median / p95 ms | slowest answer of the service, median / p95 ms | tasks over 50 ms, all openings | n |', '|--|--|--|--|--|--|',
    ...([['within the app', found], ['a new tab', cold]] as const).map(
      ([how, all]) => `| ${target.name}, ${how} | ${spread(all.map(({ first }) => first))} | ${spread(all.map((one) => one.all))} | ${spread(all.map(({ service }) => service))} | ${longest(all.flatMap((one) => one.longTasks))} | ${all.length} |`
    ),
  );
}

write(`Taken on ${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, Chromium ${browser.version()} (headless, no GPU, ${SIZE.width} × ${SIZE.height}), in ${Math.round((performance.now() - startedAt) / 1000)} s; load average of the machine in the last minute at the end ${(loadavg()[0] ?? 0).toFixed(1)}.`);
if (values.into !== undefined) await putBetween(values.into, 'pages', lines);
for (const fault of faults) process.stderr.write(`FAILED: ${fault}\n`);
if (faults.length > 0) process.exitCode = 1;
