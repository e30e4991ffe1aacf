/** CPU time of processes, from /proc (Linux). */
import { readdirSync, readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

interface Stat {
  readonly ppid: number;
  readonly ownTicks: number;
  /** Of children that have ended and were waited for. */
  readonly reapedTicks: number;
}

function readStat(pid: number): Stat | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    // It has ended between the listing and the reading.
    if (error instanceof Error) return null;
    throw error;
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ').map(Number);
  const [utime = 0, stime = 0, cutime = 0, cstime = 0] = fields.slice(11, 15);
  return { ppid: fields[1] ?? 0, ownTicks: utime + stime, reapedTicks: cutime + cstime };
}

/** Seconds of CPU used by a process, by its living children, and by those it has reaped. */
export function cpuSeconds(pid: number): number {
  const own = readStat(pid);
  if (own === null) return 0;
  let ticks = own.ownTicks + own.reapedTicks;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readStat(Number(name));
    if (stat !== null && stat.ppid === pid) ticks += stat.ownTicks;
  }
  return ticks / TICKS_PER_SECOND;
}

/** Resident memory of a process in MiB; with its children's proportional share when `withChildren`. */
export function memoryMiB(pid: number, withChildren: boolean): number {
  const pids = withChildren ? [pid, ...readdirSync('/proc').filter((name) => /^\d+$/.test(name) && readStat(Number(name))?.ppid === pid).map(Number)] : [pid];
  let kib = 0;
  for (const one of pids) {
    try {
      kib += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${one}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
    } catch (error) {
      // It has ended meanwhile.
      if (!(error instanceof Error)) throw error;
    }
  }
  return kib / 1024;
}
