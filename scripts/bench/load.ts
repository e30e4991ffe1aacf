/** What the load generator is told and what it tells. */
import { Worker } from 'node:worker_threads';
import type { Form, Kind } from './payloads.ts';

export interface Pace {
  /** Requests a second of each connection. */
  readonly perSecond: number;
  /** Connections send one after the other, at equal distances; else all at the same moment. */
  readonly inTurn: boolean;
}

export interface LoadJob {
  readonly port: number;
  readonly path: string;
  /** Header lines, each ended. */
  readonly headers: string;
  readonly connections: number;
  readonly ms: number;
  /** Ends earlier, after so many requests; null for no such end. */
  readonly requests: number | null;
  /** Null for as fast as it goes. */
  readonly pace: Pace | null;
  readonly form: Form;
  readonly kind: Kind;
  readonly size: number;
  readonly firstId: number;
  readonly firstRound: number;
}

export interface LoadResult {
  readonly requests: number;
  /** Answers that were no 2xx, and requests without an answer. */
  readonly errors: number;
  readonly seconds: number;
  /** Milliseconds of each answer, sorted. */
  readonly latencies: readonly number[];
  /** First id of each request that was acknowledged. */
  readonly acknowledged: readonly number[];
}

export interface LoadGenerator {
  run(job: LoadJob): Promise<LoadResult>;
  close(): Promise<void>;
}

/** Starts the thread. One job at a time. */
export function startLoadGenerator(): LoadGenerator {
  const worker = new Worker(new URL('./loadWorker.ts', import.meta.url));
  return {
    run: (job) => new Promise((resolve, reject) => {
      worker.once('error', reject);
      worker.once('message', (result: LoadResult) => {
        worker.off('error', reject);
        resolve(result);
      });
      worker.postMessage(job);
    }),
    async close() {
      await worker.terminate();
    },
  };
}

/** The value below which `share` of the sorted values lie. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The middle one. */
export function median(values: readonly number[]): number {
  return percentile([...values].sort((a, b) => a - b), 0.5);
}
