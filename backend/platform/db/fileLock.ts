/** A lock between processes of one machine, by a file. A lock whose holder died is taken over. */
import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { hasCode } from '../systemError.ts';
import { identifyProcess, isSameProcessAlive, processIdentity } from './processIdentity.ts';

const POLL_MS = 25;

/**
 * Runs `work` while holding the lock file at `path`; waits for another living holder up to `limitMs`.
 * The same process asking twice waits too.
 */
export async function withFileLock<T>(path: string, limitMs: number, work: () => Promise<T>): Promise<T> {
  await takeLock(path, limitMs);
  try {
    return await work();
  } finally {
    await unlink(path);
  }
}

async function takeLock(path: string, limitMs: number): Promise<void> {
  const claim = `${path}.${randomUUID()}`;
  await writeFile(claim, JSON.stringify(await identifyProcess(process.pid)), { mode: 0o600 });
  try {
    for (let waitedMs = 0; ; waitedMs += POLL_MS) {
      // A link appears at once with its content, so that nobody ever reads a half-written lock.
      if (await tryLink(claim, path)) return;
      if (await isAbandoned(path)) {
        await removeAbandoned(path);
        continue;
      }
      if (waitedMs >= limitMs) throw new Error(`${path} is held by another process; if none is running, delete it`);
      await delay(POLL_MS);
    }
  } finally {
    await unlink(claim);
  }
}

async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  const text = await readIfPresent(path);
  if (text === null) return false;
  const holder = processIdentity.safeParse(parseJson(text));
  return !holder.success || !(await isSameProcessAlive(holder.data));
}

/**
 * Of several that find the lock abandoned, one moves it away. Another may by then have made a new lock
 * and that one is moved instead: its content then names a living process and it is put back.
 */
async function removeAbandoned(path: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  if (await isAbandoned(aside)) {
    await unlink(aside);
    return;
  }
  await tryLink(aside, path);
  await unlink(aside);
}

/** The text of a file, or null when there is no such file. */
export async function readIfPresent(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Whatever is not JSON was not written by a living holder.
    return null;
  }
}
