/** `npm run demo`: Muster with a simulated outage, on a machine that has nothing but Node. */
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { orgId } from '../../backend/contract/index.ts';
import { defaultDataFolder } from './dataFolder.ts';
import { demoChanges } from './catalogue.ts';
import { agentToken, countIncidents, gravestIncidents, openAs, systemState } from './api.ts';
import { printGuide, printMessages, printOutcome } from './guide.ts';
import { DEMO_CHANGES, DEMO_SOURCE, resetInstallation } from './installation.ts';
import { createOutage, DEFAULT_SEED, OUTAGE_SECONDS } from './outage.ts';
import { openShopTimes } from './metrics/shopTimes.ts';
import { startReplay } from './replay.ts';
import { startStack, type Stack } from './stack.ts';
import { startSampleShop, type SampleShop } from './sampleShop.ts';
import { DEMO_AGENT, DEMO_HOST, startDemoAgent } from './demoAgent.ts';
import { LOGINS } from './mobilisation.ts';
import { ORIGIN, SHOP } from './shop.ts';
import { createTerminal, type Terminal } from './terminal.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const FAST_SECONDS = 6;
/** A new demo begins so long before it is started: an outage that is told fast lies after it. */
const BEGUN_BEFORE_MS = 6 * 60_000;
const PROGRESS_MS = 10_000;
const SHOWN_INCIDENTS = 15;

const optionsSchema = z.object({
  port: z.number().optional(), data: z.string(), seed: z.number(), fast: z.boolean(), replay: z.boolean(), once: z.boolean(), reset: z.boolean(),
});
type Options = z.output<typeof optionsSchema>;

function toWholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('Not a whole number.');
  return value;
}

function toPort(text: string): number {
  const value = toWholeNumber(text);
  if (value < 1 || value > 65_535) throw new InvalidArgumentError('A port lies between 1 and 65535.');
  return value;
}

function parseOptions(dataFolder: string): Options {
  const command = new Command('npm run demo --')
    .description('Starts Muster with a simulated outage of about 400 alerts over three minutes.')
    .option('--fast', 'send the outage within a few seconds', false)
    .option('--once', 'send the outage, print what came of it, and stop', false)
    .option('--no-replay', 'send nothing: look at the data of earlier runs')
    .option('--reset', 'begin with an empty database', false)
    .option('--port <number>', 'port of the page (default: 3000 or the next free one)', toPort)
    .option('--data <folder>', 'where data is kept', dataFolder)
    .option('--seed <number>', 'another number gives other values and times', toWholeNumber, DEFAULT_SEED)
    .parse();
  return optionsSchema.parse(command.opts());
}

function numbered(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

async function printProgress(terminal: Terminal, stack: Stack, seconds: number, sent: number, of: number): Promise<void> {
  const [counts, state] = await Promise.all([countIncidents(stack.host.url), systemState(stack.host.url)]);
  const clock = `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
  terminal.line(`  ${clock}  ${String(sent).padStart(3)} of ${of} webhooks sent, ${String(state.alertsFiring).padStart(3)} alerts firing → ${numbered(counts.active, 'incident')}, ${numbered(counts.candidates, 'candidate')}`);
}

/** Tells of the changes before the outage, as a pipeline would. */
async function sendChanges(stack: Stack, startMs: number): Promise<void> {
  const response = await fetch(`${stack.app.url}/webhooks/change/${DEMO_CHANGES}`, {
    method: 'POST', headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${stack.installation.changeToken}` }, body: JSON.stringify(demoChanges(startMs)),
  });
  if (!response.ok) throw new Error(`the simulated changes were not taken: ${response.status} ${await response.text()}`);
}

/** Sends the outage and says how it goes. Throws when a webhook was not taken. */
async function runOutage(terminal: Terminal, stack: Stack, shop: SampleShop, startMs: number, onRestarts: (listen: () => void) => void, options: Options, signal: AbortSignal): Promise<void> {
  const speed = options.fast ? OUTAGE_SECONDS / FAST_SECONDS : 1;
  await sendChanges(stack, startMs);
  for (const { name } of SHOP) shop.break(name);
  const outage = createOutage({ seed: options.seed, startMs, grafanaUrl: stack.host.url });
  const { length } = outage.deliveries;
  terminal.line(`Sending the simulated outage: ${outage.alerts} alerts in ${length} webhooks over ${options.fast ? FAST_SECONDS : OUTAGE_SECONDS} seconds.`);
  const replay = startReplay({
    deliveries: outage.deliveries, webhookUrl: `${stack.app.url}/webhooks/grafana/${DEMO_SOURCE}`, token: stack.installation.webhookToken, speed, signal,
    isHealed: (service) => SHOP.some(({ name }) => name === service) && !shop.isBroken(service),
  });
  onRestarts(() => void replay.tellHealed());
  let done = false;
  const ended = replay.done.finally(() => (done = true));
  const startedAt = performance.now();
  while (!done) {
    await Promise.race([ended, delay(PROGRESS_MS, undefined, { ref: false })]);
    if (signal.aborted) break;
    await printProgress(terminal, stack, Math.min(OUTAGE_SECONDS, ((performance.now() - startedAt) / 1000) * speed), replay.sent, length);
  }
  await ended;
  if (signal.aborted) return;
  if (replay.failed > 0) throw new Error(`${replay.failed} of ${length} webhooks were not taken; the last one: ${replay.fault ?? 'unknown'}`);
  await stack.app.correlator?.drain(orgId.parse(1));
  terminal.line('The outage is told; most of it has recovered, the rest goes on firing.');
  printOutcome(terminal, await gravestIncidents(stack.host.url, SHOWN_INCIDENTS));
  printMessages(terminal, stack.inbox);
}

async function main(options: Options): Promise<void> {
  const terminal = createTerminal(process.stdout);
  const dataDir = resolve(ROOT, options.data);
  const stopping = new AbortController();
  const stops: { name: string; stop: () => Promise<void> }[] = [];
  let stopped: (() => void) | undefined;
  const stopAsked = new Promise<void>((done) => (stopped = done));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // One Ctrl-C may arrive twice: from the terminal and from npm.
      if (!stopping.signal.aborted) terminal.line('\nStopping …');
      stopping.abort();
      stopped?.();
    });
  }
  try {
    terminal.line('Muster demo');
    if (options.reset) await terminal.step(`Clearing ${options.data}`, () => resetInstallation(dataDir));
    const startedMs = Date.now();
    const times = await openShopTimes(join(dataDir, 'demo', 'story.json'), startedMs - BEGUN_BEFORE_MS);
    // Sent faster than it happened, it must have happened before: alerts do not begin in the future.
    const happenedMs = startedMs - OUTAGE_SECONDS * 1000;
    if (options.replay && options.fast) await times.begin(happenedMs);
    const stack = await startStack({
      root: ROOT, dataDir, port: options.port ?? null, times, terminal, signal: stopping.signal,
      onStarted: (name, stop) => void stops.unshift({ name, stop }),
    });
    for (const login of LOGINS) await openAs(stack.host.url, login);
    let restarted = (): void => undefined;
    const shop = await startSampleShop({
      origin: ORIGIN,
      onRestart(name) {
        terminal.line(`The agent restarted ${name}.`);
        if (name === ORIGIN) void times.heal(Date.now());
        restarted();
      },
      onRoom(name) {
        terminal.line(`The agent made room on the volume of ${name}.`);
        void times.makeRoom(Date.now());
      },
    });
    stops.unshift({ name: 'the sample services', stop: () => shop.close() });
    const stopAgent = await terminal.step('Starting an agent, which may restart the services of the shop and make room on a volume', async () => startDemoAgent({
      service: stack.app.url, token: await agentToken(stack.host.url, DEMO_AGENT, { host: DEMO_HOST }), shop: shop.url, dir: join(dataDir, 'demo', 'agent'), onLog: (line) => stack.log(line),
    }));
    stops.unshift({ name: 'the agent', stop: stopAgent });
    printGuide(terminal, { url: stack.host.url, dataDir: options.data, statusPageUrl: `http://127.0.0.1:${stack.app.statusPagePort ?? 0}/`, inboxUrl: stack.inbox.url });
    if (options.replay) {
      const startMs = options.fast ? happenedMs : Date.now();
      if (!options.fast) await times.begin(startMs);
      await runOutage(terminal, stack, shop, startMs, (listen) => (restarted = listen), options, stopping.signal);
    }
    if (!options.once) await stopAsked;
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
  } finally {
    for (const { name, stop } of stops) {
      try {
        await stop();
      } catch (error) {
        process.exitCode = 1;
        process.stderr.write(`${name} did not stop cleanly: ${error instanceof Error ? error.message : String(error)}\n`);
      }
    }
  }
  terminal.line('Stopped; nothing is left running.');
}

const options = parseOptions(await defaultDataFolder(ROOT));
try {
  await main(options);
} catch (error) {
  process.exitCode = 1;
  process.stderr.write(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}\nThe service's log is ${resolve(ROOT, options.data, 'demo/muster.log')}, if it came that far.\n`);
}
