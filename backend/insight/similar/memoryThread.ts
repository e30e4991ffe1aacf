/** The memory of an organisation in a thread of its own: started, asked, ended. */
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { IncidentDocument, IncidentQuery, SimilarIncident } from '../../memory/index.ts';

export interface MemoryThread {
  /** The incidents that it holds. */
  readonly numbers: readonly number[];
  ask(query: IncidentQuery, limit: number): Promise<readonly SimilarIncident[]>;
  close(): Promise<void>;
}

interface Found {
  readonly id: number;
  readonly found: readonly SimilarIncident[];
}

const PROGRAM = fileURLToPath(new URL('./memoryWorker.ts', import.meta.url));

/** Starts it; resolves when it can be asked. Rejects when it cannot be made. */
export function startMemoryThread(documents: readonly IncidentDocument[]): Promise<MemoryThread> {
  const worker = new Worker(PROGRAM, { workerData: { documents }, execArgv: ['--disable-warning=ExperimentalWarning'] });
  worker.unref();
  const waiting = new Map<number, { readonly resolve: (found: readonly SimilarIncident[]) => void; readonly reject: (error: Error) => void }>();
  let asked = 0;
  let ended = false;
  const thread: MemoryThread = {
    numbers: documents.map(({ id }) => Number(id)),
    ask(query, limit) {
      if (ended) return Promise.reject(new Error('the memory has ended'));
      asked += 1;
      const id = asked;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        worker.postMessage({ id, query, limit });
      });
    },
    async close() {
      await worker.terminate();
    },
  };
  return new Promise((resolve, reject) => {
    function end(error: Error): void {
      ended = true;
      reject(error);
      for (const each of waiting.values()) each.reject(error);
      waiting.clear();
    }
    worker.on('message', (message: 'ready' | Found) => {
      if (message === 'ready') {
        resolve(thread);
        return;
      }
      waiting.get(message.id)?.resolve(message.found);
      waiting.delete(message.id);
    });
    worker.on('error', (error) => end(error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', () => end(new Error('the memory has ended')));
  });
}
