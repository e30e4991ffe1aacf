/** `muster serve`: runs a replica until it is told to stop. */
import { startApp, type App } from '../app.ts';
import { systemClock } from '../platform/clock.ts';
import { openRuntime } from '../runtime.ts';

/** Starts, and resolves when SIGTERM or SIGINT has brought everything to an orderly end. */
export async function serve(env: NodeJS.ProcessEnv): Promise<void> {
  const runtime = await openRuntime(env);
  const { config, logger } = runtime;
  const stopped = new Promise<NodeJS.Signals>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  let app: App;
  try {
    app = await startApp({ config, clock: systemClock, logger, connectionString: runtime.connectionString });
  } catch (error) {
    await runtime.close();
    throw error;
  }
  const signal = await stopped;
  logger.info({ signal }, 'stopping: requests, batches and jobs at work are finished first');
  await app.close();
  await runtime.close();
}
