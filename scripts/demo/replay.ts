/** Sends an outage as real webhooks at its own pace; what was made well meanwhile is told as resolved. */
import { setTimeout as delay } from 'node:timers/promises';
import type { WebhookAlert, WebhookBody } from './notifications.ts';
import type { Delivery } from './outage.ts';

export interface ReplayOptions {
  readonly deliveries: readonly Delivery[];
  readonly webhookUrl: string;
  readonly token: string;
  /** 1: real time. 30: thirty times as fast. */
  readonly speed: number;
  readonly signal: AbortSignal;
  /** Whether a service was made well since it broke: its alerts are resolved from then on. */
  readonly isHealed: (service: string) => boolean;
}

export interface Replay {
  sent: number;
  failed: number;
  /** Why the last one failed. */
  fault: string | null;
  /** Tells at once of alerts whose service was made well. */
  tellHealed(): Promise<void>;
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

/** The body with the alerts of healed services resolved. */
function healed(body: WebhookBody, isHealed: ReplayOptions['isHealed']): WebhookBody {
  const heal = (alert: WebhookAlert): WebhookAlert => (
    alert.status === 'firing' && isHealed(alert.labels['service'] ?? '') ? { ...alert, status: 'resolved', endsAt: new Date(Math.max(Date.now(), Date.parse(alert.startsAt))).toISOString() } : alert);
  const alerts = body.alerts.map(heal);
  const isFiring = alerts.some((alert) => alert.status === 'firing');
  return { ...body, alerts, status: isFiring ? 'firing' : 'resolved', state: isFiring ? 'alerting' : 'ok' };
}

/** Begins to send. */
export function startReplay(options: ReplayOptions): Replay {
  /** The last message of each group. */
  const told = new Map<string, WebhookBody>();

  async function send(given: WebhookBody): Promise<void> {
    const body = healed(given, options.isHealed);
    told.set(body.groupKey, body);
    const fault = await post(options, JSON.stringify(body));
    replay.sent += 1;
    if (fault === null) return;
    replay.failed += 1;
    replay.fault = fault;
  }

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
      running.push(send(delivery.body));
    }
    await Promise.all(running);
  }
  const replay: Replay = {
    sent: 0, failed: 0, fault: null, done: Promise.resolve().then(run),
    async tellHealed() {
      const changed = [...told.values()].filter((body) => body.alerts.some((alert) => alert.status === 'firing' && options.isHealed(alert.labels['service'] ?? '')));
      await Promise.all(changed.map(send));
    },
  };
  return replay;
}
