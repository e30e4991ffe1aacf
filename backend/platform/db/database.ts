/** Connections to PostgreSQL. SQL stands in the modules' stores; here is only how it is run. */
import pg from 'pg';
import type { Logger } from '../logger.ts';

/** Something that runs one statement: the pool, or the connection of a transaction. */
export interface Queryable {
  /** Runs one statement and gives its rows. */
  query<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Runs a statement that is prepared once per connection under `name`. */
  prepared<Row extends pg.QueryResultRow>(name: string, text: string, values: readonly unknown[]): Promise<Row[]>;
}

/** A transaction's connection. Only `Database.transaction` makes one. */
export interface Transaction extends Queryable {
  readonly isTransaction: true;
}

export interface Database extends Queryable {
  readonly pool: pg.Pool;
  readonly connectionString: string;
  /**
   * Runs `work` in one transaction. Serialisation failures and deadlocks are tried again, up to
   * three times, so `work` must have no effect outside the database.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const RETRYABLE_SQLSTATES = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
]);
const MAX_ATTEMPTS = 4;

/** The five-character SQLSTATE of a database error, or null for any other error. */
export function sqlState(error: unknown): string | null {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.length === 5) {
    return error.code;
  }
  return null;
}

export function isRetryableDatabaseError(error: unknown): boolean {
  const state = sqlState(error);
  return state !== null && RETRYABLE_SQLSTATES.has(state);
}

/** Wraps a connection in the small interface that stores use. */
export function queryableOf(client: Pick<pg.ClientBase, 'query'> | pg.Pool): Queryable {
  return {
    async query<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]> {
      const result = await client.query<Row>({ text, values: values === undefined ? [] : [...values] });
      return result.rows;
    },
    async prepared<Row extends pg.QueryResultRow>(name: string, text: string, values: readonly unknown[]): Promise<Row[]> {
      const result = await client.query<Row>({ name, text, values: [...values] });
      return result.rows;
    },
  };
}

export interface DatabaseOptions {
  readonly connectionString: string;
  readonly maxConnections: number;
  readonly applicationName: string;
  readonly logger: Logger;
}

/** Opens a pool. Connections are made when needed; a broken idle one is logged and replaced. */
export function createDatabase(options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: options.connectionString,
    max: options.maxConnections,
    application_name: options.applicationName,
    idleTimeoutMillis: 0,
    keepAlive: true,
  });
  // Only its words: such an error carries the whole client with it.
  pool.on('error', (error) => options.logger.warn({ reason: error.message }, 'an idle database connection broke and is replaced'));
  pool.on('connect', (client) => {
    // While a transaction holds it and no statement runs, nobody else hears of its end, and that would end the process.
    client.on('error', (error) => options.logger.debug({ err: error }, 'a database connection broke; its next statement fails'));
  });

  async function runOnce<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('begin');
      const result = await work({ ...queryableOf(client), isTransaction: true });
      await client.query('commit');
      return result;
    } catch (error) {
      try {
        await client.query('rollback');
      } catch (rollbackError) {
        broken = rollbackError instanceof Error ? rollbackError : new Error(String(rollbackError));
      }
      throw error;
    } finally {
      client.release(broken);
    }
  }

  return {
    ...queryableOf(pool),
    pool,
    connectionString: options.connectionString,
    async transaction(work) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await runOnce(work);
        } catch (error) {
          if (attempt >= MAX_ATTEMPTS || !isRetryableDatabaseError(error)) throw error;
          options.logger.debug({ err: error, attempt }, 'transaction is tried again');
        }
      }
    },
    close: () => pool.end(),
  };
}
