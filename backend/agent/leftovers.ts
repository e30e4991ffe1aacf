/**
 * Ends what an earlier life of the agent left running. The leader of a group often dies with the agent (nobody reads what it writes),
 * and what it started lives on; so each order's processes carry a mark in their environment, by which they are found one by one.
 */
import { readdir, readFile } from 'node:fs/promises';
import type { Clock } from '../platform/clock.ts';
import { isProcessAlive, isSameProcessAlive, type ProcessIdentity } from '../platform/db/processIdentity.ts';
import { hasCode } from '../platform/systemError.ts';
import { signalGroup } from './processGroup.ts';

/** Variable that carries the mark. A command may use it as the key of its own effects: each handing over has another. */
export const MARK_VARIABLE = 'MUSTER_ORDER';
const ROUNDS = 50;
const PAUSE_MS = 100;

async function isMarked(pid: number, mark: string): Promise<boolean> {
  try {
    return (await readFile(`/proc/${pid}/environ`, 'latin1')).split('\0').includes(`${MARK_VARIABLE}=${mark}`) && (await isProcessAlive(pid));
  } catch {
    // It ended meanwhile, or is another user's, and then it is none of ours.
    return false;
  }
}

/** Processes that carry the mark; none where the system does not show environments. */
async function findMarked(mark: string): Promise<number[]> {
  const names = await readdir('/proc').catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const marked = await Promise.all(pids.map((pid) => isMarked(pid, mark)));
  return pids.filter((_pid, index) => marked[index]);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error;
  }
}

/** Kills them, and waits until none is left. False when some could not be ended in time. */
export async function endLeftovers(clock: Clock, mark: string, leader: ProcessIdentity | null): Promise<boolean> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const leads = leader !== null && (await isSameProcessAlive(leader));
    if (leads) signalGroup(leader.pid, 'SIGKILL');
    const marked = await findMarked(mark);
    marked.forEach(kill);
    if (!leads && marked.length === 0) return true;
    await new Promise<void>((resolve) => void clock.after(PAUSE_MS, resolve));
  }
  return false;
}
