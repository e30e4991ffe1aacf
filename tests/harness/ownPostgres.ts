/** A PostgreSQL of a test's own on a fixed port, to be stopped and started under whoever uses it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../backend/platform/db/embedded.ts';
import { chooseRunUser } from '../../backend/platform/db/postgresBinaries.ts';
import { findReachableBinaries } from '../../backend/platform/db/reachableBinaries.ts';
import { createLogger } from '../../backend/platform/logger.ts';
import { eventually } from './app.ts';
import { folderForData } from './folderForData.ts';
import { findTestPort } from './ports.ts';

export interface OwnPostgres {
  readonly connectionString: string;
  /** Brings it up, unless it runs; resolves when it takes connections. */
  start(): Promise<void>;
  /** Ends it as an operator would who is in a hurry: open transactions are broken off. */
  stop(): Promise<void>;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
}

/** Makes one, and starts it. */
export async function startOwnPostgres(): Promise<OwnPostgres> {
  const dir = await mkdtemp(join(await folderForData(), 'muster-own-pg-'));
  await chmod(dir, 0o711);
  const port = await findTestPort();
  // Made by the embedded one, which then gives way to a server on a port that stays.
  const made = await startEmbeddedPostgres({ dataDir: dir, logger: createLogger({ level: 'silent' }), settings: { fsync: 'off' } });
  const url = new URL(made.connectionString);
  url.port = String(port);
  await made.stop();
  const data = join(dir, 'postgres');
  const user = await chooseRunUser(data);
  const binaries = await findReachableBinaries(user);
  let server: ChildProcess | null = null;

  async function connects(): Promise<boolean> {
    const client = new pg.Client({ connectionString: url.href });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return true;
    } catch {
      // Not up yet.
      return false;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  const own: OwnPostgres = {
    connectionString: url.href,
    async start() {
      if (server !== null) return;
      const settings = { port: String(port), listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: '60', fsync: 'off', timezone: 'UTC' };
      server = spawn(binaries.postgres, ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])], {
        stdio: 'ignore', cwd: dir, env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC' },
        ...(user.uid === undefined || user.gid === undefined ? {} : { uid: user.uid, gid: user.gid }),
      });
      await eventually(connects, (up) => up);
    },
    async stop() {
      const running = server;
      server = null;
      if (running === null) return;
      const ended = new Promise<void>((resolve) => running.once('exit', () => resolve()));
      running.kill('SIGINT');
      await ended;
    },
    async remove() {
      await own.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
  await own.start();
  return own;
}
