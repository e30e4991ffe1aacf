/**
 * How much of the machine is really there: two threads run a fixed loop. Shared machines lose a
 * core for minutes without saying so, so every slice is judged by the probes around it.
 */
import { Worker } from 'node:worker_threads';

const LOOP = `
const { parentPort } = require('node:worker_threads');
parentPort.on('message', (ms) => {
  const end = performance.now() + ms;
  let rounds = 0, x = 1;
  while (performance.now() < end) { for (let i = 0; i < 20000; i++) x = (x * 1103515245 + 12345) % 2147483648; rounds++; }
  parentPort.postMessage({ rounds, x });
});`;
const PROBE_MS = 100;

export interface Probe {
  /** Loops of both threads together in a tenth of a second. */
  measure(): Promise<number>;
  close(): Promise<void>;
}

/** Starts the two threads. */
export function startProbe(): Probe {
  const workers = [new Worker(LOOP, { eval: true }), new Worker(LOOP, { eval: true })];
  return {
    async measure() {
      const rounds = await Promise.all(workers.map((worker) => new Promise<number>((resolve) => {
        worker.once('message', (answer: { rounds: number }) => resolve(answer.rounds));
        worker.postMessage(PROBE_MS);
      })));
      return rounds.reduce((sum, part) => sum + part, 0);
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
