/** `muster agent`: runs an agent until it is told to stop. */
import { startAgent } from '../agent/agent.ts';
import { readAgentConfig, readAgentToken } from '../agent/config.ts';
import { systemClock } from '../platform/clock.ts';
import { createLogger } from '../platform/logger.ts';
import { VERSION } from '../version.ts';

/** Starts, and resolves when SIGTERM or SIGINT has brought it to an end. */
export async function runAgent(options: { readonly config: string }, env: NodeJS.ProcessEnv): Promise<void> {
  const config = readAgentConfig(options.config);
  const token = readAgentToken(config, env);
  const stopped = new Promise<NodeJS.Signals>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  const logger = createLogger({ level: 'info' });
  // The timers of the clock keep nothing alive; the agent lives until it is told to stop.
  const alive = setInterval(() => undefined, 60_000);
  const agent = await startAgent({ config, token, clock: systemClock, logger, random: Math.random, version: VERSION, env });
  const signal = await stopped;
  logger.info({ signal }, 'stopping: what runs is ended and told of');
  await agent.close();
  clearInterval(alive);
}
