/** `muster serve`: runs a replica until it is told to stop. */
import { startApp, type App } from '../app.ts';
import { systemClock } from '../platform/clock.ts';
import { openRuntime } from '../runtime.ts';

/** Shorter than the 30 s after which the usual supervisors kill. */
const STOP_LIMIT_MS = 28_000;

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
  const limit = setTimeout(() => {
    logger.fatal(`not stopped after ${STOP_LIMIT_MS / 1000} s; what is left is cut off`);
    process.exit(1);
  }, STOP_LIMIT_MS);
  limit.unref();
  try {
    await app.close();
  } finally {
    await runtime.close();
  }
}
