/** A fresh, migrated database for a test, on the real PostgreSQL of the test run. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { createDatabase, type Database } from '../../backend/platform/db/database.ts';
import { createLogger } from '../../backend/platform/logger.ts';

export interface TestDatabase {
  readonly db: Database;
  readonly connectionString: string;
  /** Closes the pool and drops the database, whoever is still connected. */
  drop(): Promise<void>;
}

async function asAdmin(work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl().href });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function serverUrl(): URL {
  const url = process.env['MUSTER_TEST_DATABASE_URL'];
  if (url === undefined) throw new Error('no test database: run through `npm test`, which starts one');
  return new URL(url);
}

/** Clones the migrated template; `empty` gives a database without tables instead. */
export async function createTestDatabase(options: { empty?: boolean; maxConnections?: number } = {}): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await asAdmin(async (client) => {
    // Copied as files: block by block through the log is the dearer way where nothing is waited for.
    await client.query(`create database ${name} strategy file_copy${options.empty === true ? '' : ' template muster_template'}`);
  });
  const url = serverUrl();
  url.pathname = `/${name}`;
  const db = createDatabase({
    connectionString: url.href,
    maxConnections: options.maxConnections ?? 10,
    applicationName: 'muster-test',
    logger: createLogger({ level: 'silent' }),
  });
  return {
    db,
    connectionString: url.href,
    async drop() {
      await db.close();
      await asAdmin(async (client) => {
        await client.query(`drop database ${name} with (force)`);
      });
    },
  };
}
