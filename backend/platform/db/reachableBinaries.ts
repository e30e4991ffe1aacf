/**
 * PostgreSQL programs that the user may run which PostgreSQL runs as. Root may keep its checkout in a folder closed to others (a home,
 * what `mktemp -d` makes); then they are copied once to where everybody can read them.
 */
import { randomUUID } from 'node:crypto';
import { chmod, cp, lstat, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { hasCode } from '../systemError.ts';
import { findPostgresBinaries, isReachable, type PostgresBinaries, type RunUser } from './postgresBinaries.ts';

const packageFacts = z.object({ name: z.string(), version: z.string() });
const COPIES = '/var/tmp';

/** Our own, and written by nobody else: what runs from it is what we put there. */
async function isOwn(folder: string): Promise<boolean> {
  try {
    const info = await lstat(folder);
    return info.isDirectory() && info.uid === process.getuid?.() && (info.mode & 0o022) === 0;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}

/** Copies the package's programs aside and moves them into place, so that a half-made copy is never taken for whole. */
async function copyTo(native: string, copy: string): Promise<void> {
  const fresh = `${copy}.${randomUUID()}`;
  await mkdir(fresh, { mode: 0o700 });
  try {
    await cp(native, fresh, { recursive: true, verbatimSymlinks: true });
    await chmod(fresh, 0o755);
    await rename(fresh, copy);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    // Another start may have been quicker; its copy is as good.
    if (!(await isOwn(copy))) throw new Error(`PostgreSQL's programs cannot be copied to ${copy}: make room there, remove what is in the way, or set DATABASE_URL`, { cause: error });
  }
}

/**
 * The programs where `user` can run them: where they lie, or a copy in `copies` when that is closed to it. One copy for each
 * version serves all checkouts.
 */
export async function findReachableBinaries(user: RunUser, binaries?: PostgresBinaries, copies: string = COPIES): Promise<PostgresBinaries> {
  const found = binaries ?? (await findPostgresBinaries());
  if (await isReachable(found.postgres, user)) return found;
  const native = dirname(dirname(found.postgres));
  const { name, version } = packageFacts.parse(JSON.parse(await readFile(join(dirname(native), 'package.json'), 'utf8')));
  const copy = join(copies, `muster-postgres-${name.split('/').at(-1) ?? ''}-${version}`);
  if (!(await isOwn(copy))) await copyTo(native, copy);
  return { postgres: join(copy, relative(native, found.postgres)), initdb: join(copy, relative(native, found.initdb)) };
}
