/**
 * Threads in which scripts of steps run, so that a script that loops holds nobody up. Each runs one script and is then ended, so that
 * no script finds what another one left; the next one is started ahead. What does not end in its time is ended from outside.
 */
import { Worker } from 'node:worker_threads';
import type { ScriptJob, ScriptNews } from './scriptWorker.ts';

export type ScriptEnd = Exclude<ScriptNews, { kind: 'line' }>;

export interface ScriptPool {
  /** Runs a script; `line` is told what it writes. Throws nothing but what the thread itself cannot help. */
  run(job: ScriptJob, signal: AbortSignal, line: (stream: 'out' | 'err', text: string) => void): Promise<ScriptEnd>;
  /** Ends the threads; scripts that run fail. */
  close(): Promise<void>;
}

/** Beyond the limit of the script, for its start and for what the sandbox cannot interrupt. */
const GRACE_MS = 2_000;
const MAX_THREADS = 2;
const HEAP_MB = 64;

function startThread(): Worker {
  const thread = new Worker(new URL('./scriptWorker.ts', import.meta.url), { env: {}, execArgv: [], stdin: false, resourceLimits: { maxOldGenerationSizeMb: HEAP_MB } });
  thread.unref();
  // Until it has a job, its end is of no interest.
  thread.on('error', () => {});
  return thread;
}

/** Makes a pool. Threads are started when they are needed. */
export function createScriptPool(): ScriptPool {
  const busy = new Set<Worker>();
  const waiting: (() => void)[] = [];
  let spare: Worker | null = null;
  let running = 0;
  let isClosed = false;

  function turn(): Promise<void> {
    if (running < MAX_THREADS) {
      running += 1;
      return Promise.resolve();
    }
    return new Promise((resolve) => waiting.push(resolve));
  }

  function runIn(thread: Worker, job: ScriptJob, signal: AbortSignal, line: (stream: 'out' | 'err', text: string) => void): Promise<ScriptEnd> {
    return new Promise((resolve) => {
      const late = setTimeout(() => resolve({ kind: 'failed', reason: 'time', message: 'ended from outside' }), job.timeMs + GRACE_MS);
      const stop = (): void => resolve({ kind: 'failed', reason: 'time', message: 'stopped' });
      signal.addEventListener('abort', stop, { once: true });
      thread.on('message', (news: ScriptNews) => {
        if (news.kind === 'line') {
          line(news.stream, news.text);
          return;
        }
        clearTimeout(late);
        signal.removeEventListener('abort', stop);
        resolve(news);
      });
      thread.on('error', (error: Error) => resolve({ kind: 'failed', reason: 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : 'error', message: error.message }));
      thread.on('exit', () => {
        clearTimeout(late);
        resolve({ kind: 'failed', reason: 'time', message: 'stopped' });
      });
      thread.postMessage(job);
    });
  }

  return {
    async run(job, signal, line) {
      await turn();
      try {
        if (isClosed || signal.aborted) return { kind: 'failed', reason: 'time', message: 'stopped' };
        const thread = spare ?? startThread();
        spare = null;
        busy.add(thread);
        thread.ref();
        try {
          return await runIn(thread, job, signal, line);
        } finally {
          busy.delete(thread);
          await thread.terminate();
        }
      } finally {
        const next = waiting.shift();
        if (next === undefined) running -= 1;
        else next();
        if (!isClosed) spare ??= startThread();
      }
    },
    async close() {
      isClosed = true;
      const threads = [...busy, ...(spare === null ? [] : [spare])];
      spare = null;
      await Promise.all(threads.map((thread) => thread.terminate()));
    },
  };
}
