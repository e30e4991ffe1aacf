/** The agent: asks the service for orders, carries them out, and tells how they ended, also after a crash and when the service is away. */
import { toldOf } from './allowList.ts';
import type { AgentConfig } from './config.ts';
import { openJournal, type Journal } from './journal.ts';
import { openCluster, type Cluster } from './kubernetes.ts';
import { endLeftovers } from './leftovers.ts';
import { carryOut } from './orderWork.ts';
import { createServiceClient, ServiceError, type ServiceClient } from './serviceClient.ts';
import type { AgentOrder, OrderEnd } from '#contract';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';

export interface AgentOptions {
  readonly config: AgentConfig;
  readonly token: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** From 0 to 1; varies pauses. */
  readonly random: () => number;
  readonly version: string;
  readonly env: NodeJS.ProcessEnv;
}

export interface RunningAgent {
  /** Ends what runs, tells of it if it can, and stops. */
  close(): Promise<void>;
}

const POLL_SECONDS = 25;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
const REFUSED_PAUSE_MS = 60_000;
const LAST_WORDS_MS = 10_000;

/** What an earlier life of the agent left running is ended; whether it took effect is for the service to decide. */
async function interruptLeftovers(journal: Journal, clock: Clock, logger: Logger): Promise<void> {
  for (const { id, handed, mark, process: leader } of journal.state().running) {
    const isOver = await endLeftovers(clock, mark, leader);
    logger.warn({ order: id, isOver }, 'an order was interrupted by the end of the agent');
    journal.ended(id, { handed, outcome: 'interrupted', exitCode: null, error: 'the agent ended meanwhile', tail: '', result: null });
  }
}

/** Starts it. It connects by itself, and goes on trying. */
export async function startAgent(options: AgentOptions): Promise<RunningAgent> {
  const { config, clock, logger, random } = options;
  const journal = openJournal(config.stateDir);
  await interruptLeftovers(journal, clock, logger);
  const client: ServiceClient = createServiceClient(config.service, options.token);
  const cluster: Cluster | null = config.kubernetes === undefined ? null
    : openCluster({ server: config.kubernetes.server, tokenFile: config.kubernetes.tokenFile, caFile: config.kubernetes.caFile }, options.env);
  const stopping = new AbortController();
  const working = new Set<Promise<void>>();
  let heartbeatMs = 5_000;

  /** Waits; ends early when the agent stops. */
  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = clock.after(ms, end);
      function end(): void {
        timer.stop();
        stopping.signal.removeEventListener('abort', end);
        resolve();
      }
      stopping.signal.addEventListener('abort', end);
      if (stopping.signal.aborted) end();
    });
  }

  /** Tries until it is done, the pauses growing; null when the agent stops before that. */
  async function persist<T>(what: string, attempt: () => Promise<T>): Promise<T | null> {
    for (let failures = 0; ; failures += 1) {
      try {
        return await attempt();
      } catch (error) {
        if (stopping.signal.aborted) return null;
        const isPassing = error instanceof ServiceError && error.isPassing;
        logger.warn({ reason: error instanceof Error ? error.message : String(error) }, `${what} did not succeed; it is tried again`);
        const grown = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(10, failures));
        await pause((isPassing ? grown : REFUSED_PAUSE_MS) * (0.5 + random() / 2));
        if (stopping.signal.aborted) return null;
      }
    }
  }

  async function tellEnd(id: string, end: OrderEnd): Promise<void> {
    if ((await persist('telling how an order ended', () => client.end(id, end))) !== null) journal.forget(id);
  }

  async function work(order: AgentOrder): Promise<void> {
    const end = await carryOut({ config, clock, logger, journal, client, cluster, heartbeatMs }, order, stopping.signal);
    if (end === null) {
      journal.forget(order.id);
      return;
    }
    journal.ended(order.id, end);
    await tellEnd(order.id, end);
  }

  function begin(order: AgentOrder): void {
    const task = work(order).catch((error: unknown) => logger.error({ err: error, order: order.id }, 'an order was dropped')).finally(() => working.delete(task));
    working.add(task);
  }

  async function live(): Promise<void> {
    const told = toldOf(options.version, config.commands, config.kubernetes?.allow ?? []);
    const welcome = await persist('connecting', () => client.hello(told, stopping.signal));
    if (welcome === null) return;
    heartbeatMs = welcome.heartbeatSeconds * 1000;
    logger.info({ name: welcome.name, service: config.service }, 'the agent is connected');
    await Promise.all(journal.state().ends.map(({ id, end }) => tellEnd(id, end)));
    while (!stopping.signal.aborted) {
      if (working.size >= config.atOnce) {
        await Promise.race([...working, pause(LONGEST_PAUSE_MS)]);
        continue;
      }
      const order = await persist('asking for orders', () => client.poll(POLL_SECONDS, stopping.signal));
      if (order !== null) begin(order);
    }
  }

  const living = live();
  return {
    async close() {
      stopping.abort();
      await Promise.race([Promise.allSettled([living, ...working]), new Promise((resolve) => void clock.after(LAST_WORDS_MS, () => resolve(undefined)))]);
      // Those that ended by the stop: told once more, and kept in the journal where that fails.
      await Promise.allSettled(journal.state().ends.map(async ({ id, end }) => {
        await client.end(id, end);
        journal.forget(id);
      }));
      await cluster?.close();
    },
  };
}
