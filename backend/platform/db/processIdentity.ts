/** Tells whether a process that was written down earlier is still the same one: process ids are given out again. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { hasCode } from '../systemError.ts';

const run = promisify(execFile);

/** A process id with the mark of its start, so that a later process with the same id is told apart. */
export const processIdentity = z.object({ pid: z.number().int().positive(), startedAt: z.string() });
export type ProcessIdentity = z.infer<typeof processIdentity>;

/** Whether some process has this id. A process of another user counts; a dead one not yet reaped does not. */
export async function isProcessAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // It is there, but belongs to another user.
    if (!hasCode(error, 'EPERM')) return false;
  }
  return (await linuxStat(pid))?.state !== 'Z';
}

/** The identity of the process with this id, or null when there is none. */
export async function identifyProcess(pid: number): Promise<ProcessIdentity | null> {
  if (!(await isProcessAlive(pid))) return null;
  return { pid, startedAt: await startMark(pid) };
}

/** Whether the process written down as `identity` still lives. */
export async function isSameProcessAlive(identity: ProcessIdentity): Promise<boolean> {
  const current = await identifyProcess(identity.pid);
  return current !== null && current.startedAt === identity.startedAt;
}

/** The program name of a process as far as the system tells it; empty when it does not. */
export async function processName(pid: number): Promise<string> {
  if (process.platform === 'win32') return '';
  try {
    if (process.platform === 'linux') return (await readFile(`/proc/${pid}/comm`, 'utf8')).trim();
    return (await run('ps', ['-o', 'comm=', '-p', String(pid)])).stdout.trim();
  } catch {
    // It ended in between.
    return '';
  }
}

async function startMark(pid: number): Promise<string> {
  if (process.platform === 'linux') return (await linuxStat(pid))?.startTicks ?? '';
  if (process.platform === 'win32') return '';
  try {
    return (await run('ps', ['-o', 'lstart=', '-p', String(pid)])).stdout.trim();
  } catch {
    // It ended in between.
    return '';
  }
}

/** Field 3 (state) and field 22 (start in clock ticks since boot) of `/proc/<pid>/stat`. */
async function linuxStat(pid: number): Promise<{ state: string; startTicks: string } | null> {
  if (process.platform !== 'linux') return null;
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The program name (field 2) may hold spaces and brackets; what follows the last bracket is regular.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', startTicks: fields[19] ?? '' };
  } catch {
    // No such process.
    return null;
  }
}
