/**
 * Who correlates which organisation: a session advisory lock each, held on one dedicated
 * connection. All of the correlator's writing goes over that same connection, so a process that
 * lost the lock (because the connection died) cannot write any more: no stale writer is possible.
 * When a process is killed its connection closes and PostgreSQL frees the locks at once; when a
 * whole machine vanishes, TCP keep-alive ends the connection after about six seconds.
 */
import pg from 'pg';
import type { OrgId } from '#contract';
import { queryableOf, type Queryable, type Transaction } from '../platform/db/database.ts';
import type { Logger } from '../platform/logger.ts';

const LOCK_CLASS = 1297303893;
/** A server that is on its way down or up may take a connection and never answer. */
const CONNECT_LIMIT_MS = 10_000;
const SESSION_SETTINGS = `
  set tcp_keepalives_idle = 2; set tcp_keepalives_interval = 1; set tcp_keepalives_count = 4;
  set idle_in_transaction_session_timeout = '5s'; set statement_timeout = '30s'`;

export interface LeaderConnection extends Queryable {
  /** Takes the lock of an organisation if it is free. */
  tryLead(orgId: OrgId): Promise<boolean>;
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** True once the connection is gone, and every lock with it. */
  readonly lost: boolean;
  close(): Promise<void>;
}

/** Opens the connection. `onLost` is called once when it dies unasked. */
export async function openLeaderConnection(connectionString: string, logger: Logger, onLost: () => void): Promise<LeaderConnection> {
  const client = new pg.Client({ connectionString, application_name: 'muster-correlator', keepAlive: true, connectionTimeoutMillis: CONNECT_LIMIT_MS });
  let lost = false;
  let closing = false;
  let opened = false;
  function lose(error?: Error): void {
    if (lost) return;
    lost = true;
    // Lost before it was opened: the failure to open it tells so.
    if (closing || !opened) return;
    logger.warn({ err: error }, 'connection of the correlator broke; another replica may take over');
    onLost();
  }
  client.on('error', lose);
  client.on('end', () => lose());
  try {
    await client.connect();
    await client.query(SESSION_SETTINGS);
  } catch (error) {
    client.end().catch((endError: unknown) => logger.debug({ err: endError }, 'a failed connection could not be ended'));
    throw error;
  }
  opened = true;
  const queryable = queryableOf(client);
  return {
    ...queryable,
    get lost() {
      return lost;
    },
    async tryLead(orgId) {
      const rows = await queryable.query<{ taken: boolean }>('select pg_try_advisory_lock($1::integer, $2::integer) as taken', [LOCK_CLASS, orgId]);
      return rows[0]?.taken === true;
    },
    async transaction(work) {
      await client.query('begin');
      try {
        const result = await work({ ...queryable, isTransaction: true });
        await client.query('commit');
        return result;
      } catch (error) {
        if (!lost) {
          try {
            await client.query('rollback');
          } catch (rollbackError) {
            logger.warn({ err: rollbackError }, 'rollback failed; the connection is given up');
            lose(rollbackError instanceof Error ? rollbackError : undefined);
            closing = true;
            // Not waited for: whoever waits in turn for the connection would wait along.
            client.end().catch((endError: unknown) => logger.debug({ err: endError }, 'a broken connection could not be ended'));
          }
        }
        throw error;
      }
    },
    async close() {
      closing = true;
      if (!lost) await client.end();
    },
  };
}
