/** Starts a program as the leader of a group of processes of its own, so that all that it starts ends with it. */
import { spawn } from 'node:child_process';
import type { Clock } from '../platform/clock.ts';
import { hasCode } from '../platform/systemError.ts';
import type { Invocation } from './allowList.ts';

const TERM_GRACE_MS = 5_000;

export interface Ended {
  /** Null when it was ended by a signal, or could not be started. */
  readonly exitCode: number | null;
  readonly error: string | null;
}

export interface RunningGroup {
  readonly pid: number | null;
  readonly done: Promise<Ended>;
  /** Asks the whole group to end, and ends what is left of it after a grace time. */
  stop(): void;
}

/** Sends a signal to a group; one that is gone already is none. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error;
  }
}

/** Starts it. Its environment is what the invocation says, and PATH; nothing of the agent's own, and no input. */
export function startGroup(clock: Clock, invocation: Invocation, onOutput: (stream: 'out' | 'err', text: string) => void): RunningGroup {
  const child = spawn(invocation.program, [...invocation.argv], {
    detached: true, shell: false, stdio: ['ignore', 'pipe', 'pipe'], cwd: invocation.cwd, env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', ...invocation.env },
  });
  const { pid = null } = child;
  for (const [stream, pipe] of [['out', child.stdout], ['err', child.stderr]] as const) {
    pipe.setEncoding('utf8');
    pipe.on('data', (text: string) => onOutput(stream, text));
  }
  const done = new Promise<Ended>((resolve) => {
    child.on('error', (error) => resolve({ exitCode: null, error: `${invocation.program} could not be started: ${error.message}` }));
    // What it leaves behind keeps the pipes open; it ends with its leader.
    child.on('exit', () => {
      if (pid !== null) signalGroup(pid, 'SIGKILL');
    });
    child.on('close', (code, signal) => resolve({ exitCode: code, error: signal === null ? null : `ended by ${signal}` }));
  });
  return {
    pid, done,
    stop() {
      if (pid === null) return;
      signalGroup(pid, 'SIGTERM');
      const limit = clock.after(TERM_GRACE_MS, () => signalGroup(pid, 'SIGKILL'));
      done.then(() => limit.stop(), () => limit.stop());
    },
  };
}
