import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { folderForData } from '../../../tests/harness/folderForData.ts';
import { createLogger } from '../logger.ts';
import { startEmbeddedPostgres } from './embedded.ts';
import { isReachable } from './postgresBinaries.ts';
import { isProcessAlive } from './processIdentity.ts';

const logger = createLogger({ level: 'silent' });
let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(await folderForData(), 'muster-embedded-'));
});
afterEach(async () => {
  await rm(dataDir, { recursive: true, force: true });
});

async function ask(connectionString: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** A process of its own that starts the server, tells its process id and then waits to be killed. */
async function startInOtherProcess(identity: { uid?: number; gid?: number } = {}): Promise<{ serverPid: number; kill: () => Promise<void> }> {
  const script = `
    import { startEmbeddedPostgres } from '${new URL('./embedded.ts', import.meta.url).href}';
    import { createLogger } from '${new URL('../logger.ts', import.meta.url).href}';
    const server = await startEmbeddedPostgres({ dataDir: process.argv[1], logger: createLogger({ level: 'silent' }) });
    console.log(server.serverPid);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, dataDir], { stdio: ['ignore', 'pipe', 'inherit'], ...identity });
  const [line] = await once(child.stdout, 'data');
  return {
    serverPid: Number(String(line)),
    async kill() {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

test('keeps its data between two starts on the same folder and stops in between', async () => {
  const first = await startEmbeddedPostgres({ dataDir, logger });
  await ask(first.connectionString, 'create table kept as select 42 as answer');
  await first.stop();
  expect(await isProcessAlive(first.serverPid)).toBe(false);

  const second = await startEmbeddedPostgres({ dataDir, logger });
  expect(second.startedHere).toBe(true);
  expect(await ask(second.connectionString, 'select answer from kept')).toEqual([{ answer: 42 }]);
  await second.stop();
});

test('shares one server between several starts at once, and the last to stop stops it', async () => {
  const all = await Promise.all(Array.from({ length: 4 }, () => startEmbeddedPostgres({ dataDir, logger })));
  expect(new Set(all.map((each) => each.serverPid)).size).toBe(1);
  expect(all.filter((each) => each.startedHere)).toHaveLength(1);
  const [last, ...others] = all.toSorted((a, b) => Number(a.startedHere) - Number(b.startedHere));
  if (last === undefined) throw new Error('nothing started');
  await Promise.all(others.map((each) => each.stop()));
  expect(await ask(last.connectionString, 'select 1 as one')).toEqual([{ one: 1 }]);
  await last.stop();
  await last.stop();
  expect(await isProcessAlive(last.serverPid)).toBe(false);
});

test('takes over the server of a killed process and stops it in the end', async () => {
  const other = await startInOtherProcess();
  await other.kill();
  expect(await isProcessAlive(other.serverPid)).toBe(true);

  const taken = await startEmbeddedPostgres({ dataDir, logger });
  expect(taken.serverPid).toBe(other.serverPid);
  expect(taken.startedHere).toBe(false);
  await taken.stop();
  expect(await isProcessAlive(other.serverPid)).toBe(false);
});

test('runs for a normal user, and root takes the server over with its owner', async () => {
  // When the tests themselves run as a normal user, all of them show it.
  if (process.getuid?.() !== 0) return;
  const NOBODY = 65534;
  // The other user's process runs this checkout's Node, which it cannot when root keeps the checkout to itself.
  if (!(await isReachable(process.execPath, { name: 'nobody', uid: NOBODY, gid: NOBODY }))) return;
  await chown(dataDir, NOBODY, NOBODY);
  const other = await startInOtherProcess({ uid: NOBODY, gid: NOBODY });
  await other.kill();
  const taken = await startEmbeddedPostgres({ dataDir, logger });
  expect(taken.serverPid).toBe(other.serverPid);
  await taken.stop();
  const again = await startEmbeddedPostgres({ dataDir, logger });
  expect(await ask(again.connectionString, 'select 1 as one')).toEqual([{ one: 1 }]);
  await again.stop();
  expect((await stat(join(dataDir, 'postgres'))).uid).toBe(NOBODY);
});

test('does not stop the server of another living process', async () => {
  const other = await startInOtherProcess();
  const joined = await startEmbeddedPostgres({ dataDir, logger });
  await joined.stop();
  expect(await isProcessAlive(other.serverPid)).toBe(true);

  await other.kill();
  const taken = await startEmbeddedPostgres({ dataDir, logger });
  await taken.stop();
  expect(await isProcessAlive(other.serverPid)).toBe(false);
});

test('recovers after the server itself was killed, though its process id now belongs to another program', async () => {
  const first = await startEmbeddedPostgres({ dataDir, logger });
  await ask(first.connectionString, 'create table kept as select 42 as answer');
  const pidFile = join(dataDir, 'postgres', 'postmaster.pid');
  const text = await readFile(pidFile, 'utf8');
  await first.stop();
  await writeFile(pidFile, text.replace(/^\d+/, String(process.pid)));

  const second = await startEmbeddedPostgres({ dataDir, logger });
  expect(await ask(second.connectionString, 'select answer from kept')).toEqual([{ answer: 42 }]);
  await second.stop();
});

test('listens on the loopback address only, in UTF-8 and UTC, and keeps the password to its owner', async () => {
  const server = await startEmbeddedPostgres({ dataDir, logger, settings: { work_mem: '5MB' } });
  const rows = await ask(server.connectionString, `select current_setting('listen_addresses') as listen, current_setting('server_encoding') as encoding,
    current_setting('timezone') as timezone, current_setting('work_mem') as work_mem, current_setting('unix_socket_directories') as sockets`);
  expect(rows).toEqual([{ listen: '127.0.0.1', encoding: 'UTF8', timezone: 'UTC', work_mem: '5MB', sockets: '' }]);
  expect((await stat(join(dataDir, 'postgres-password'))).mode & 0o777).toBe(0o600);
  const wrong = new URL(server.connectionString);
  wrong.password = 'wrong';
  await expect(ask(wrong.href, 'select 1')).rejects.toThrow(/password authentication failed/);
  await server.stop();
});

test('names what PostgreSQL said when it cannot start', async () => {
  await expect(startEmbeddedPostgres({ dataDir, logger, settings: { shared_buffers: 'much' } })).rejects.toThrow(/did not start.*invalid value for parameter "shared_buffers"/s);
});
