/** What every command of the program needs: configuration, a log, a database that runs. */
import { loadConfig, type Config } from './platform/config/config.ts';
import { withLocalSecretKeys } from './platform/config/localKeys.ts';
import { startEmbeddedPostgres } from './platform/db/embedded.ts';
import { createLogger, type Logger } from './platform/logger.ts';

export interface Runtime {
  readonly config: Config;
  readonly logger: Logger;
  readonly connectionString: string;
  /** Stops the embedded database, if it was started for this. */
  close(): Promise<void>;
}

/** Loads the configuration and makes sure of a database: the configured one, else the embedded one. */
export async function openRuntime(env: NodeJS.ProcessEnv): Promise<Runtime> {
  const config = await withLocalSecretKeys(loadConfig(env));
  const logger = createLogger({ level: config.log.level });
  if (config.database.url !== null) {
    return { config, logger, connectionString: config.database.url.reveal(), close: () => Promise.resolve() };
  }
  const embedded = await startEmbeddedPostgres({ dataDir: `${config.database.dataDir}/postgres`, logger });
  return { config, logger, connectionString: embedded.connectionString, close: () => embedded.stop() };
}
