/** Runs one of the project's tools and waits for it. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

export interface RunResult {
  readonly code: number;
  /** Standard output and error as they came; empty unless captured. */
  readonly output: string;
}

const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const ENDED_BY_SIGNAL = 130;

/**
 * Runs a program of node_modules/.bin, or Node itself, in the project's folder. With `capture` its output is also kept.
 * A signal that ends this process goes to the program, which is waited for: nothing is left running.
 */
export function runTool(command: string, args: readonly string[], options: { capture?: boolean; env?: Record<string, string> } = {}): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: ROOT, env: { ...process.env, ...options.env }, stdio: options.capture === true ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    });
    const chunks: Buffer[] = [];
    const keep = (target: NodeJS.WriteStream) => (chunk: Buffer): void => {
      chunks.push(chunk);
      target.write(chunk);
    };
    child.stdout?.on('data', keep(process.stdout));
    child.stderr?.on('data', keep(process.stderr));
    let told = false;
    const forward = (signal: NodeJS.Signals): void => {
      told = true;
      child.kill(signal);
    };
    for (const signal of ENDING_SIGNALS) process.on(signal, forward);
    child.on('error', reject);
    child.on('close', (code) => {
      for (const each of ENDING_SIGNALS) process.off(each, forward);
      if (told) process.exit(code ?? ENDED_BY_SIGNAL);
      resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString('utf8') });
    });
  });
}
