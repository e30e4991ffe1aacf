/**
 * A simulated outage as Grafana would tell of it: connections of `payments-db` run out, a dozen services that need
 * it fail one after the other, and after two and a half minutes most of them recover. About 400 alerts over three
 * minutes, with unrelated noise, repeats, one late and one doubled message. Follows from the seed alone.
 */
import { createEpisodes } from './episodes.ts';
import { notify, type Notification, type WebhookBody } from './notifications.ts';

export const OUTAGE_SECONDS = 180;
export const DEFAULT_SEED = 20261124;

export interface OutageOptions {
  readonly seed: number;
  /** Epoch milliseconds at which the outage begins. */
  readonly startMs: number;
  /** Grafana's address, for the links of the alerts; no slash at the end. */
  readonly grafanaUrl: string;
}

/** One webhook call. */
export interface Delivery {
  /** Milliseconds from the start of the outage. */
  readonly atMs: number;
  readonly body: WebhookBody;
  /** `late`: overtaken by a newer message of its group. `duplicate`: sent twice, as two Grafana replicas may. */
  readonly oddity: 'late' | 'duplicate' | null;
}

export interface Outage {
  readonly deliveries: readonly Delivery[];
  /** How many different alert episodes there are. */
  readonly alerts: number;
}

const GROUP_WAIT_SECONDS = 2;
const GROUP_INTERVAL_SECONDS = 10;
const REPEAT_INTERVAL_SECONDS = 50;
const LATE_BY_SECONDS = 17;
const DUPLICATE_AFTER_SECONDS = 2;
/** The second message of this group comes after its third one. */
const LATE_GROUP = { alertname: 'LatencyP99High', grafana_folder: 'Checkout' };
/** The first message of this group comes twice. */
const DUPLICATE_GROUP = { alertname: 'DatabaseConnectionPoolExhausted', grafana_folder: 'Storage' };

function isOf(notification: Notification, group: { alertname: string; grafana_folder: string }): boolean {
  const { groupLabels } = notification.body;
  return groupLabels['alertname'] === group.alertname && groupLabels['grafana_folder'] === group.grafana_folder;
}

/** Makes the outage. */
export function createOutage(options: OutageOptions): Outage {
  const episodes = createEpisodes(options.seed);
  const notifications = notify({
    startMs: options.startMs, grafanaUrl: options.grafanaUrl, untilSeconds: OUTAGE_SECONDS,
    groupWaitSeconds: GROUP_WAIT_SECONDS, groupIntervalSeconds: GROUP_INTERVAL_SECONDS, repeatIntervalSeconds: REPEAT_INTERVAL_SECONDS,
  }, episodes);
  const late = notifications.filter((notification) => isOf(notification, LATE_GROUP))[1];
  const doubled = notifications.find((notification) => isOf(notification, DUPLICATE_GROUP));
  const deliveries = notifications.flatMap((notification): Delivery[] => {
    const atMs = notification.sendAt * 1000;
    const { body } = notification;
    if (notification === late) return [{ atMs: atMs + LATE_BY_SECONDS * 1000, body, oddity: 'late' }];
    if (notification !== doubled) return [{ atMs, body, oddity: null }];
    return [{ atMs, body, oddity: null }, { atMs: atMs + DUPLICATE_AFTER_SECONDS * 1000, body, oddity: 'duplicate' }];
  });
  return { deliveries: deliveries.sort((a, b) => a.atMs - b.atMs), alerts: episodes.length };
}
