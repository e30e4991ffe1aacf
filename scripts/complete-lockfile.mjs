/**
 * Completes package-lock.json after an install from a registry that lacks packages for other platforms.
 *
 * npm leaves an optional dependency that it cannot find out of the lock file, and then `npm ci` fails because
 * the very same name is "missing from lock file". This adds an entry (version, os, cpu, libc, read from the
 * name) for each of them. On this platform the entries are skipped; on another one npm installs them, but
 * without an integrity hash, until the lock file is made anew against a full registry.
 *
 *   node scripts/complete-lockfile.mjs           adds what is missing
 *   node scripts/complete-lockfile.mjs --check   changes nothing, exit code 1 if anything is missing
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const LOCK_FILE = new URL('../package-lock.json', import.meta.url);

const OPERATING_SYSTEMS = {
  aix: 'aix',
  android: 'android',
  darwin: 'darwin',
  freebsd: 'freebsd',
  linux: 'linux',
  netbsd: 'netbsd',
  openbsd: 'openbsd',
  openharmony: 'openharmony',
  sunos: 'sunos',
  win32: 'win32',
  windows: 'win32',
};
const PROCESSORS = new Set([
  'arm',
  'arm64',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'ppc64le',
  'riscv64',
  's390x',
  'wasm32',
  'x64',
]);
const C_LIBRARIES = { gnu: 'glibc', gnueabihf: 'glibc', glibc: 'glibc', musl: 'musl', musleabihf: 'musl' };

/** Reads os, cpu and libc from a package name such as `@swc/core-linux-arm64-musl`. */
export function platformOf(name) {
  const words = name.split(/[-/]/);
  const os = words.flatMap((word) => OPERATING_SYSTEMS[word] ?? []);
  const cpu = words.filter((word) => PROCESSORS.has(word));
  const libc = words.flatMap((word) => C_LIBRARIES[word] ?? []);
  return {
    ...(os.length > 0 && { os }),
    ...(cpu.length > 0 && { cpu }),
    // npm reads libc on Linux only
    ...(libc.length > 0 && os.includes('linux') && { libc }),
  };
}

/** The lock file keys under which Node would look for `name` when asked by the package at `location`, nearest first. */
function lookupKeys(location, name) {
  const keys = [];
  for (let at = location; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    keys.push(`${at}/node_modules/${name}`);
  }
  return [...keys, `node_modules/${name}`];
}

/** Adds the missing optional entries to a parsed lock file and returns their keys. */
export function completeLock(lock) {
  const added = [];
  for (const [location, entry] of Object.entries({ ...lock.packages })) {
    for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
      const keys = lookupKeys(location, name);
      const version = range.replace(/^[\^~=v]+/, '');
      const present = keys.find((key) => lock.packages[key] !== undefined);
      if (present !== undefined) continue;
      const platform = platformOf(name);
      if (Object.keys(platform).length === 0) {
        throw new Error(
          `${name} (optional dependency of ${location}) is not in package-lock.json and its name tells no platform: ` +
            'install it, or teach platformOf() how to read the name.'
        );
      }
      lock.packages[`node_modules/${name}`] = {
        version,
        ...(entry.dev && { dev: true }),
        optional: true,
        ...platform,
      };
      added.push(`node_modules/${name}`);
    }
  }
  // npm keeps the keys sorted, the root ('') first
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
  return added;
}

/** Registry addresses must not be in the lock file: they would send every user to the registry of whoever made it. */
function assertNoAddresses(lock) {
  const offenders = Object.entries(lock.packages).filter(([, entry]) => /^https?:/.test(entry.resolved ?? ''));
  if (offenders.length > 0) {
    throw new Error(
      `package-lock.json has ${offenders.length} "resolved" addresses (first: ${offenders[0][0]}). ` +
        'Set omit-lockfile-registry-resolved=true in .npmrc and install again.'
    );
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const lock = JSON.parse(readFileSync(LOCK_FILE, 'utf8'));
  const added = completeLock(lock);
  assertNoAddresses(lock);
  const check = process.argv.includes('--check');
  if (added.length > 0 && !check) {
    writeFileSync(LOCK_FILE, `${JSON.stringify(lock, null, 2)}\n`);
  }
  const verb = check ? 'missing' : 'added';
  process.stdout.write(`package-lock.json: ${added.length} entries ${verb}\n`);
  for (const key of added) process.stdout.write(`  ${key}\n`);
  if (check && added.length > 0) process.exitCode = 1;
}
