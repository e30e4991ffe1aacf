/** Sends an outage as real webhooks at its own pace. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Delivery } from './outage.ts';

export interface ReplayOptions {
  readonly deliveries: readonly Delivery[];
  readonly webhookUrl: string;
  readonly token: string;
  /** 1: real time. 30: thirty times as fast. */
  readonly speed: number;
  readonly signal: AbortSignal;
}

export interface Replay {
  sent: number;
  failed: number;
  /** Why the last one failed. */
  fault: string | null;
  /** Resolves when the last delivery is answered, or the replay was aborted. */
  readonly done: Promise<void>;
}

const ATTEMPTS = 5;
const RETRY_MS = 500;
const LIMIT_MS = 30_000;

/** Sends one body as Grafana does; repeats it where a repeat may help. Gives what went wrong at last, or null. */
async function post(options: ReplayOptions, body: string): Promise<string | null> {
  let fault = '';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    if (options.signal.aborted) return 'stopped';
    try {
      const response = await fetch(options.webhookUrl, {
        method: 'POST', body, signal: AbortSignal.timeout(LIMIT_MS),
        headers: { 'Content-Type': 'application/json', 'User-Agent': 'Grafana (simulated)', Authorization: `Bearer ${options.token}` },
      });
      const text = await response.text();
      if (response.ok) return null;
      fault = `${response.status} ${text.slice(0, 300)}`;
      if (response.status < 500) return fault;
    } catch (error) {
      fault = error instanceof Error ? error.message : String(error);
    }
    await delay(RETRY_MS * attempt);
  }
  return fault;
}

/** Begins to send. */
export function startReplay(options: ReplayOptions): Replay {
  async function run(): Promise<void> {
    const startedAt = performance.now();
    const running: Promise<void>[] = [];
    for (const delivery of options.deliveries) {
      const waitMs = delivery.atMs / options.speed - (performance.now() - startedAt);
      if (waitMs > 0) {
        try {
          await delay(waitMs, undefined, { signal: options.signal });
        } catch (error) {
          // Stopped while waiting; anything else is a fault.
          if (!options.signal.aborted) throw error;
        }
      }
      if (options.signal.aborted) break;
      running.push(post(options, JSON.stringify(delivery.body)).then((fault) => {
        replay.sent += 1;
        if (fault === null) return;
        replay.failed += 1;
        replay.fault = fault;
      }));
    }
    await Promise.all(running);
  }
  const replay: Replay = { sent: 0, failed: 0, fault: null, done: Promise.resolve().then(run) };
  return replay;
}
