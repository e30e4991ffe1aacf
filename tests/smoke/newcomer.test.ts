/** The promise: `npm run muster -- serve` with nothing set works, and leaves nothing behind when npm is told to end. */
import { spawn, type ChildProcess } from 'node:child_process';
import { hash } from 'node:crypto';
import { chmod, copyFile, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../harness/app.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
let dir: string;
let npm: ChildProcess | null = null;

/** A checkout as a newcomer has it: the real programs, an installation that is done, no data. */
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'muster-newcomer-'));
  // Started by root, the database runs as somebody else, who must be able to pass.
  await chmod(dir, 0o711);
  await mkdir(join(dir, 'scripts'));
  await mkdir(join(dir, 'node_modules'));
  await copyFile(join(ROOT, 'scripts/setup.mjs'), join(dir, 'scripts/setup.mjs'));
  await copyFile(join(ROOT, 'package.json'), join(dir, 'package.json'));
  await cp(join(ROOT, 'provisioning'), join(dir, 'provisioning'), { recursive: true });
  await writeFile(join(dir, 'package-lock.json'), '{}');
  await writeFile(join(dir, 'node_modules/.muster-installed'), hash('sha256', '{}', 'hex'));
  await symlink(join(ROOT, 'node_modules/.bin'), join(dir, 'node_modules/.bin'));
  await symlink(join(ROOT, 'backend'), join(dir, 'backend'));
});
afterEach(async () => {
  npm?.kill('SIGKILL');
  await rm(dir, { recursive: true, force: true });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // No such process.
    return false;
  }
}

/** Numbers that stand behind a name in the log. */
function numbersOf(log: string, name: string): number[] {
  return [...log.matchAll(new RegExp(`"${name}":"?(\\d+)`, 'g'))].map((match) => Number(match[1]));
}

test('starts with nothing set, says where the plugin\'s token lies, takes it, and ends whole when npm alone is killed', async () => {
  npm = spawn('npm', ['run', 'muster', '--', 'serve'], {
    // A port of its own, as 8080 may be taken on the machine of the test; else nothing.
    cwd: dir, env: { PATH: process.env['PATH'], HOME: dir, MUSTER_PORT: '0' }, stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [npm.stdout, npm.stderr]) stream?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const closed = new Promise<void>((resolve) => npm?.once('close', () => resolve()));
  await eventually(async () => log, (text) => text.includes('Muster serves') || text.includes('rror'));
  const url = /"url":"([^"]+)"/.exec(log)?.[1] ?? `no address in ${log}`;

  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  expect(log).toContain('.muster/plugin-token');
  const token = (await readFile(join(dir, '.muster/plugin-token'), 'utf8')).trim();
  expect(log).not.toContain(token);
  const answer = await fetch(`${url}/api/me`, { headers: { Authorization: `Bearer ${token}` } });
  expect(await answer.json()).toMatchObject({ extra: { reason: 'no_id_token' } });

  const [database] = numbersOf(log, 'pid');
  const [replica] = numbersOf(log, 'replica');
  if (database === undefined || replica === undefined) throw new Error(`no process ids in ${log}`);
  npm.kill('SIGTERM');
  await eventually(async () => [database, replica].filter(isAlive), (alive) => alive.length === 0);
  await closed;
  expect(log).toContain('embedded PostgreSQL stopped');
});
