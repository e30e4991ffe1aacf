/** `muster serve`: runs a replica until it is told to stop. */
import { startApp, type App } from '../app.ts';
import { systemClock } from '../platform/clock.ts';
import type { Config } from '../platform/config/config.ts';
import { localPluginTokenPath, withLocalPluginToken } from '../platform/config/localKeys.ts';
import { describeUnknownVariable } from '../platform/config/unknownVariables.ts';
import type { Logger } from '../platform/logger.ts';
import { openRuntime } from '../runtime.ts';
import { findUnknownVariables } from './configCheck.ts';

/** Shorter than the 30 s after which the usual supervisors kill. */
const STOP_LIMIT_MS = 28_000;

/** The configuration with an organisation, if one can be had; the log says what is left to do in Grafana. */
async function withOrganisation(given: Config, logger: Logger): Promise<Config> {
  const config = await withLocalPluginToken(given);
  if (config.grafana.orgs.length === 0) {
    logger.warn('no organisation is configured, so nobody can open the pages: set MUSTER_PLUGIN_TOKEN (openssl rand -base64 32) and put the same text into the plugin\'s settings in Grafana');
  } else if (given.grafana.orgs.length === 0) {
    logger.info({ file: localPluginTokenPath(config) }, 'no organisation is configured, so organisation 1 got a plugin token: put the text of this file into the plugin\'s settings in Grafana');
  }
  return config;
}

/** Starts, and resolves when SIGTERM or SIGINT has brought everything to an orderly end. */
export async function serve(env: NodeJS.ProcessEnv): Promise<void> {
  const runtime = await openRuntime(env);
  const { logger } = runtime;
  for (const unknown of await findUnknownVariables(env, runtime.config)) logger.warn(describeUnknownVariable(unknown));
  const stopped = new Promise<NodeJS.Signals>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  let app: App;
  try {
    app = await startApp({ config: await withOrganisation(runtime.config, logger), clock: systemClock, logger, connectionString: runtime.connectionString });
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
