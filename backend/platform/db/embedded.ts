/**
 * A real PostgreSQL of our own, for a start with nothing installed.
 *
 * The server is a process group of its own and writes to a log file, so it outlives a killed parent. The next
 * start finds it by `postmaster.pid` and goes on with it. Every instance that uses it is written down in a
 * file; the last living one to stop also stops the server, whoever started it. So two processes may share a
 * data folder, an orphan is taken over, and nobody's database goes away under them.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, chown, mkdir, open, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from '../logger.ts';
import { sqlState } from './database.ts';
import { register, unregister } from './embeddedUsers.ts';
import { readIfPresent, withFileLock } from './fileLock.ts';
import { assertReachable, chooseRunUser, type PostgresBinaries, type RunUser } from './postgresBinaries.ts';
import { isProcessAlive, processName } from './processIdentity.ts';
import { findReachableBinaries } from './reachableBinaries.ts';

const DATABASE = 'muster';
const USER = 'muster';
const POLL_MS = 20;
const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 30_000;
const LOCK_LIMIT_MS = 120_000;
const START_ATTEMPTS = 3;
const LOG_TAIL_BYTES = 2000;

const DEFAULT_SETTINGS: Readonly<Record<string, string>> = {
  shared_buffers: '128MB',
  max_connections: '100',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  // Muster's statements are short; compiling them costs more than it saves.
  jit: 'off',
};

export interface EmbeddedPostgresOptions {
  /** Kept between starts. Made when missing. */
  readonly dataDir: string;
  readonly logger: Logger;
  /** PostgreSQL settings over the modest defaults; used when this call starts the server. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface EmbeddedPostgres {
  /** Leads to the database `muster`; holds the password. */
  readonly connectionString: string;
  /** Process id of the server. */
  readonly serverPid: number;
  /** False when a server that was already running is used. */
  readonly startedHere: boolean;
  /** Stops the server unless another living instance uses it. Calling twice does no harm. */
  stop(): Promise<void>;
}

interface Layout {
  readonly root: string;
  readonly data: string;
  readonly log: string;
  readonly password: string;
  readonly users: string;
  readonly lock: string;
}

interface RunningServer {
  readonly pid: number;
  readonly port: number;
  readonly status: string;
}

/** Starts PostgreSQL on `dataDir`, or joins the one that runs there, and makes sure of the database `muster`. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const root = resolve(options.dataDir);
  const layout: Layout = {
    root,
    data: join(root, 'postgres'),
    log: join(root, 'postgres.log'),
    password: join(root, 'postgres-password'),
    users: join(root, 'postgres-users.json'),
    lock: join(root, 'postgres.lock'),
  };
  await mkdir(root, { recursive: true, mode: 0o700 });
  const instance = randomUUID();

  const { server, startedHere, password } = await withFileLock(layout.lock, LOCK_LIMIT_MS, async () => {
    const secret = await readOrMakePassword(layout.password);
    const joined = await findRunning(layout);
    const running = joined ?? (await start(layout, secret, options));
    await ensureDatabase(running.port, secret);
    await register(layout.users, instance);
    return { server: running, startedHere: joined === null, password: secret };
  });
  options.logger.info({ pid: server.pid, port: server.port, dataDir: root, startedHere }, 'embedded PostgreSQL is ready');

  let stopping: Promise<void> | undefined;
  return {
    connectionString: connectionString(server.port, password, DATABASE),
    serverPid: server.pid,
    startedHere,
    stop() {
      stopping ??= withFileLock(layout.lock, LOCK_LIMIT_MS, async () => {
        if ((await unregister(layout.users, instance)) > 0) {
          options.logger.debug('embedded PostgreSQL goes on: another process uses it');
          return;
        }
        await stopServer(layout, server.pid);
        options.logger.info('embedded PostgreSQL stopped');
      });
      return stopping;
    },
  };
}

function connectionString(port: number, password: string, database: string): string {
  return `postgresql://${USER}:${password}@127.0.0.1:${port}/${database}`;
}

async function readOrMakePassword(path: string): Promise<string> {
  const present = await readIfPresent(path);
  if (present !== null && present.trim() !== '') return present.trim();
  const password = randomBytes(24).toString('hex');
  await writeFile(path, `${password}\n`, { mode: 0o600 });
  return password;
}

/** Line 1 is the process id, line 4 the port, line 8 the state. */
async function readPidFile(layout: Layout): Promise<RunningServer | null> {
  const text = await readIfPresent(join(layout.data, 'postmaster.pid'));
  if (text === null) return null;
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return null;
  return { pid, port: Number(lines[3] ?? 0), status: (lines[7] ?? '').trim() };
}

/** The server that runs on this folder, once it is ready; null when there is none (any more). */
async function findRunning(layout: Layout): Promise<RunningServer | null> {
  for (let waitedMs = 0; waitedMs < START_LIMIT_MS; waitedMs += POLL_MS) {
    const server = await readPidFile(layout);
    if (server === null) return null;
    if (!(await isServer(server.pid))) {
      // Left by a crash. PostgreSQL itself would refuse to start if another program now has that process id.
      await unlink(join(layout.data, 'postmaster.pid'));
      return null;
    }
    if (server.status === 'ready') return server;
    await delay(POLL_MS);
  }
  throw new Error(`a PostgreSQL server on ${layout.data} neither starts nor stops; see ${layout.log}`);
}

async function isServer(pid: number): Promise<boolean> {
  if (!(await isProcessAlive(pid))) return false;
  const name = await processName(pid);
  return name === '' || name.includes('postgres');
}

async function start(layout: Layout, password: string, options: EmbeddedPostgresOptions): Promise<RunningServer> {
  const user = await chooseRunUser(layout.data);
  const binaries = await findReachableBinaries(user);
  if (user.uid !== undefined) await chmod(layout.root, 0o711);
  await assertReachable(layout.data, user, 'set MUSTER_DATA_DIR to a folder it can reach, for example below /var/lib, or set DATABASE_URL');
  if ((await readIfPresent(join(layout.data, 'PG_VERSION'))) === null) await initialise(layout, password, binaries, user);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await launch(layout, await freePort(), binaries, user, options);
    } catch (error) {
      // Somebody else may have taken the port in the meantime.
      if (attempt === START_ATTEMPTS) throw error;
      options.logger.debug({ err: error, attempt }, 'embedded PostgreSQL is started again');
    }
  }
}

/** Makes the data folder aside and moves it into place, so that a half-made one is never taken for whole. */
async function initialise(layout: Layout, password: string, binaries: PostgresBinaries, user: RunUser): Promise<void> {
  const fresh = `${layout.data}.new`;
  const passwordFile = join(layout.root, `postgres-init-${randomUUID()}`);
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { mode: 0o700 });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  try {
    if (user.uid !== undefined && user.gid !== undefined) {
      await chown(fresh, user.uid, user.gid);
      await chown(passwordFile, user.uid, user.gid);
    }
    await runToEnd(binaries.initdb, [
      `--pgdata=${fresh}`, `--username=${USER}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8',
      // Sorting that is the same on every machine, whatever locales it has.
      '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8',
    ], layout, user);
    await rm(layout.data, { recursive: true, force: true });
    await rename(fresh, layout.data);
  } finally {
    await unlink(passwordFile);
  }
}

/** Nothing of our own environment, where secrets may lie, goes to PostgreSQL. */
function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC', ...(process.env['SystemRoot'] === undefined ? {} : { SystemRoot: process.env['SystemRoot'] }) };
}

interface LoggedProcess {
  readonly child: ChildProcess;
  /** How it ended: null for success. */
  readonly ended: Promise<string | null>;
}

async function spawnLogged(program: string, args: readonly string[], layout: Layout, user: RunUser): Promise<LoggedProcess> {
  const log = await open(layout.log, 'a', 0o600);
  try {
    const child = spawn(program, args, {
      cwd: layout.root,
      env: serverEnvironment(),
      // A process group of its own: Ctrl-C in a terminal must reach Muster, which then stops the server last.
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      ...(user.uid === undefined || user.gid === undefined ? {} : { uid: user.uid, gid: user.gid }),
    });
    // Listened to before anything is awaited: a process that fails at once would otherwise end unheard.
    const ended = new Promise<string | null>((done) => {
      child.once('error', (error) => done(error.message));
      child.once('exit', (code, signal) => done(code === 0 ? null : `exit code ${code ?? signal}`));
    });
    return { child, ended };
  } finally {
    await log.close();
  }
}

async function runToEnd(program: string, args: readonly string[], layout: Layout, user: RunUser): Promise<void> {
  const failure = await (await spawnLogged(program, args, layout, user)).ended;
  if (failure !== null) throw new Error(`${program} failed (${failure}): ${await logTail(layout)}`);
}

async function launch(
  layout: Layout, port: number, binaries: PostgresBinaries, user: RunUser, options: EmbeddedPostgresOptions,
): Promise<RunningServer> {
  if ((await readIfPresent(layout.log)) !== null) await rename(layout.log, `${layout.log}.old`);
  const settings = { ...DEFAULT_SETTINGS, ...options.settings, listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: '' };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const { child, ended } = await spawnLogged(binaries.postgres, ['-D', layout.data, ...flags], layout, user);
  const outcome: { ending: string | null } = { ending: null };
  void ended.then((failure) => {
    outcome.ending = failure ?? 'it ended at once';
  });
  child.unref();
  for (let waitedMs = 0; waitedMs < START_LIMIT_MS; waitedMs += POLL_MS) {
    await delay(POLL_MS);
    if (outcome.ending !== null) throw new Error(`PostgreSQL did not start (${outcome.ending}): ${await logTail(layout)}`);
    const server = await readPidFile(layout);
    if (server !== null && server.pid === child.pid && server.status === 'ready') return server;
  }
  child.kill('SIGQUIT');
  throw new Error(`PostgreSQL was not ready after ${START_LIMIT_MS / 1000} s: ${await logTail(layout)}`);
}

async function logTail(layout: Layout): Promise<string> {
  return ((await readIfPresent(layout.log)) ?? '').slice(-LOG_TAIL_BYTES).trim();
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address === null || typeof address === 'string') fail(new Error('no port could be had on 127.0.0.1'));
        else done(address.port);
      });
    });
  });
}

async function ensureDatabase(port: number, password: string): Promise<void> {
  if (await canConnect(connectionString(port, password, DATABASE))) return;
  const client = new pg.Client({ connectionString: connectionString(port, password, 'postgres') });
  await client.connect();
  try {
    await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}

async function canConnect(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (sqlState(error) === '3D000') return false; // invalid_catalog_name: the database is not there yet
    throw error;
  } finally {
    await client.end();
  }
}

/** A fast shutdown: open transactions are rolled back. If that hangs, an immediate one, which recovers at the next start. */
async function stopServer(layout: Layout, pid: number): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    if (!(await isServer(pid))) return;
    process.kill(pid, signal);
    for (let waitedMs = 0; waitedMs < STOP_LIMIT_MS; waitedMs += POLL_MS) {
      if (!(await isServer(pid))) return;
      await delay(POLL_MS);
    }
  }
  throw new Error(`PostgreSQL (process ${pid}) does not stop; see ${layout.log}`);
}
