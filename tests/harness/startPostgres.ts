/** Once per test run: a real PostgreSQL in a temporary folder, and a migrated template database to clone. */
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { createDatabase } from '../../backend/platform/db/database.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../backend/platform/db/embedded.ts';
import { migrate } from '../../backend/platform/db/migrate.ts';
import { prepareJobQueue } from '../../backend/platform/jobs/worker.ts';
import { createLogger } from '../../backend/platform/logger.ts';
import { folderForData } from './folderForData.ts';
import tearDown from './stopPostgres.ts';

declare global {
  var musterTestPostgres: { server: EmbeddedPostgres; dir: string } | undefined;
}

const ENDED_BY_SIGNAL = 130;
/** Durability against a power cut is not tested, so tests need not wait for the disk. */
const TEST_SETTINGS = { fsync: 'off', full_page_writes: 'off', max_connections: '300', autovacuum: 'off', max_wal_size: '256MB' };

export default async function setUp(): Promise<void> {
  const logger = createLogger({ level: 'warn' });
  const dir = await mkdtemp(join(await folderForData(), 'muster-test-'));
  const server = await startEmbeddedPostgres({ dataDir: dir, logger, settings: TEST_SETTINGS });
  globalThis.musterTestPostgres = { server, dir };
  // The server outlives a killed run otherwise: it is a process group of its own.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void tearDown().finally(() => process.exit(ENDED_BY_SIGNAL)));
  }
  const admin = new pg.Client({ connectionString: server.connectionString });
  await admin.connect();
  await admin.query('create database muster_template');
  await admin.end();
  const template = new URL(server.connectionString);
  template.pathname = '/muster_template';
  await migrate({ connectionString: template.href, dir: 'backend/migrations', logger });
  const queue = createDatabase({ connectionString: template.href, maxConnections: 1, applicationName: 'muster-test', logger });
  await prepareJobQueue(queue);
  await queue.close();
  process.env['MUSTER_TEST_DATABASE_URL'] = server.connectionString;
}
