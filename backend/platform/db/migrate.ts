/** Brings the database schema to the state of the migration files. */
import { readdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import type { Logger } from '../logger.ts';
import { queryableOf, type Queryable } from './database.ts';

const MIGRATIONS_TABLE = 'schema_migrations';
/** Only Muster's own starters take this lock; any fixed number will do. */
const MIGRATION_LOCK_ID = '7203512604718835';
const LOCK_POLL_MS = 100;
const LOCK_LIMIT_MS = 10 * 60_000;

export interface MigrateOptions {
  readonly connectionString: string;
  /** Folder of `<timestamp>_<intent>.sql` files with `-- Up Migration` and `-- Down Migration` parts. */
  readonly dir: string;
  readonly logger: Logger;
  readonly direction?: 'up' | 'down';
  /** How many to apply; all when going up, one when going down. */
  readonly count?: number;
}

/**
 * Applies every migration that the database lacks, all in one transaction, and gives their names.
 * Any number of processes may call this at once: one works, the others wait and find nothing to do.
 */
export async function migrate(options: MigrateOptions): Promise<readonly string[]> {
  const { logger, direction = 'up' } = options;
  const client = new pg.Client({ connectionString: options.connectionString, application_name: 'muster migrate' });
  // A broken connection also fails the running query, which is what the caller sees.
  client.on('error', (error) => logger.debug({ err: error }, 'migration connection broke'));
  await client.connect();
  try {
    if (!(await takeTurn(client, options.dir, direction))) return [];
    const applied = await runner({
      dbClient: client,
      dir: options.dir,
      migrationsTable: MIGRATIONS_TABLE,
      direction,
      ...(options.count === undefined ? {} : { count: options.count }),
      noLock: true,
      singleTransaction: true,
      logger: {
        debug: (message) => logger.trace(message),
        info: (message) => logger.debug(message),
        warn: (message) => logger.warn(message),
        error: (message) => logger.error(message),
      },
    });
    const names = applied.map((migration) => migration.name);
    if (names.length > 0) logger.info({ migrations: names, direction }, 'database schema migrated');
    return names;
  } finally {
    // Ending the session frees the lock, also after an error.
    await client.end();
  }
}

/**
 * True once it is this process's turn; false when another has meanwhile done all there was to do.
 * Polls instead of waiting inside PostgreSQL: a session that waits for the lock holds a snapshot, and
 * `create index concurrently` in a migration would wait for that snapshot for ever.
 */
async function takeTurn(client: pg.Client, dir: string, direction: 'up' | 'down'): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < LOCK_LIMIT_MS; waitedMs += LOCK_POLL_MS) {
    if (direction === 'up' && (await migrationsPending(queryableOf(client), dir)).length === 0) return false;
    const result = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1::bigint) as locked', [MIGRATION_LOCK_ID]);
    if (result.rows[0]?.locked === true) return true;
    await delay(LOCK_POLL_MS);
  }
  throw new Error(`another process has been migrating this database for ${LOCK_LIMIT_MS / 60_000} minutes; look for a stuck "muster migrate" session`);
}

/** Names of migrations in `dir` that the database lacks, in order; empty when it is up to date. */
export async function migrationsPending(db: Queryable, dir: string): Promise<readonly string[]> {
  const files = (await readdir(dir)).filter((name) => name.endsWith('.sql')).sort();
  const names = files.map((name) => name.slice(0, -'.sql'.length));
  const [table] = await db.query<{ present: boolean }>('select to_regclass($1::text) is not null as present', [MIGRATIONS_TABLE]);
  if (table?.present !== true) return names;
  const applied = await db.query<{ name: string }>(`select name from ${MIGRATIONS_TABLE}`);
  const known = new Set(applied.map((row) => row.name));
  return names.filter((name) => !known.has(name));
}
