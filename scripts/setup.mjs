/**
 * Makes a fresh checkout ready, then runs a script under Node 24: `node scripts/setup.mjs <script> [arguments]`.
 * Plain JavaScript for whichever Node (20.19 or newer) is on the machine; it needs nothing installed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = join(root, 'node_modules', '.bin');
const stamp = join(root, 'node_modules', '.muster-installed');
const PARENT_POLL_MS = 250;

/** What an installation was made from. */
function lockHash() {
  return createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex');
}

function isInstalled() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === lockHash();
}

function install() {
  process.stderr.write('Installing dependencies (about one to two minutes the first time) …\n');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const result = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (result.status !== 0) {
    process.stderr.write('npm ci failed; its output above says why. Muster needs a reachable npm registry for its first start.\n');
    process.exit(1);
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, lockHash());
}

/**
 * Ends the child when npm has gone. Told to end, npm ends its shell, and the shell tells nobody: without
 * this, `kill` of an npm process would leave all that it started behind.
 */
function watchNpm(child) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const watching = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watching);
    child.kill('SIGTERM');
  }, PARENT_POLL_MS);
  watching.unref();
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`Node ${process.versions.node} is too old: install Node 20.19 or newer (Muster brings Node 24 for itself).\n`);
  process.exit(1);
}
if (!isInstalled()) install();

const [script, ...rest] = process.argv.slice(2);
if (script !== undefined) {
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` };
  const child = spawn(join(bin, process.platform === 'win32' ? 'node.cmd' : 'node'), ['--disable-warning=ExperimentalWarning', join(root, script), ...rest], {
    cwd: root, stdio: 'inherit', env,
  });
  // The child decides what a signal means; this process only waits for it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  watchNpm(child);
  child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
}
