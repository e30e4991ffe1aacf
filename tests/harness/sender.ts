/** Senders that behave as Alertmanager does: they repeat on broken connections and on 5xx, not on 4xx. */
import { setTimeout as delay } from 'node:timers/promises';

export interface SenderOptions {
  readonly token: string;
  readonly source: string;
  readonly kind?: string;
  /** Where replicas listen at this moment; the next one is tried after a failure. */
  readonly urls: () => readonly string[];
  /** Senders at work at once. */
  readonly concurrency: number;
  readonly limitMs?: number;
}

export interface Delivery {
  /** Names its alerts, for the record. */
  readonly fingerprints: readonly string[];
  readonly body: object;
}

export interface Report {
  /** Fingerprints of alerts that were answered with 2xx. */
  readonly acknowledged: Set<string>;
  /** How many deliveries of each status were seen; 0 stands for a broken connection. */
  readonly statuses: Map<number, number>;
  /** `Retry-After` of answers with 503. */
  readonly retryAfter: Set<string>;
}

/** A pause before a repeat, as every sender makes one. */
const BACKOFF_MS = 100;
const LIMIT_MS = 120_000;

/** Makes a record; it can be read while deliveries are under way. */
export function newReport(): Report {
  return { acknowledged: new Set(), statuses: new Map(), retryAfter: new Set() };
}

function count(report: Report, status: number): void {
  report.statuses.set(status, (report.statuses.get(status) ?? 0) + 1);
}

async function attempt(options: SenderOptions, url: string, delivery: Delivery, report: Report): Promise<boolean> {
  try {
    const response = await fetch(`${url}/webhooks/${options.kind ?? 'grafana'}/${options.source}`, {
      method: 'POST', headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${options.token}` },
      body: JSON.stringify(delivery.body), signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    count(report, response.status);
    const retryAfter = response.headers.get('retry-after');
    if (response.status === 503 && retryAfter !== null) report.retryAfter.add(retryAfter);
    if (response.status >= 400 && response.status < 500) throw new Error(`refused for good: ${response.status} ${text}`);
    if (!response.ok) return false;
    for (const fingerprint of delivery.fingerprints) report.acknowledged.add(fingerprint);
    return true;
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('refused for good')) throw error;
    count(report, 0);
    return false;
  }
}

/** Delivers everything, in order within each sender, until each delivery is acknowledged. */
export async function sendAll(options: SenderOptions, deliveries: readonly Delivery[], report: Report = newReport()): Promise<Report> {
  const endMs = performance.now() + (options.limitMs ?? LIMIT_MS);
  let next = 0;
  async function sender(place: number): Promise<void> {
    for (let turn = place; ; ) {
      const delivery = deliveries[next];
      next += 1;
      if (delivery === undefined) return;
      for (;;) {
        const urls = options.urls();
        const url = urls[turn % Math.max(1, urls.length)];
        if (url !== undefined && (await attempt(options, url, delivery, report))) break;
        if (performance.now() > endMs) throw new Error(`not delivered in time: ${delivery.fingerprints.join(', ')}`);
        turn += 1;
        await delay(BACKOFF_MS);
      }
    }
  }
  await Promise.all(Array.from({ length: options.concurrency }, (_, place) => sender(place)));
  return report;
}

/** Cuts a list into parts of `size`. */
export function inParts<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, part) => items.slice(part * size, (part + 1) * size));
}
