/**
 * What Grafana's notifier makes of alerts: messages per group, each with all alerts of the group as they are at
 * that moment, so that the same alert is told of again and again. Pure.
 */
import type { Episode } from './episodes.ts';

/** A webhook body as Grafana sends it ("version": "1"). */
export interface WebhookBody {
  readonly receiver: string;
  readonly status: 'firing' | 'resolved';
  readonly state: 'alerting' | 'ok';
  readonly alerts: readonly WebhookAlert[];
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly commonLabels: Readonly<Record<string, string>>;
  readonly commonAnnotations: Readonly<Record<string, string>>;
  readonly externalURL: string;
  readonly appVersion: string;
  readonly version: '1';
  readonly groupKey: string;
  readonly truncatedAlerts: 0;
  readonly orgId: 1;
  readonly title: string;
  readonly message: string;
}

export interface WebhookAlert {
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
  readonly fingerprint: string;
  readonly silenceURL: string;
  readonly dashboardURL: string;
  readonly panelURL: string;
  readonly ruleUID: string;
  readonly values: Readonly<Record<string, number>>;
  readonly valueString: string;
  readonly orgId: 1;
}

/** One message and when it is sent, in seconds from the start. */
export interface Notification {
  readonly sendAt: number;
  readonly body: WebhookBody;
}

export interface NotifierSettings {
  /** Epoch milliseconds of second 0. */
  readonly startMs: number;
  /** No message is sent after this many seconds. */
  readonly untilSeconds: number;
  /** Grafana's address, no slash at the end. */
  readonly grafanaUrl: string;
  readonly groupWaitSeconds: number;
  readonly groupIntervalSeconds: number;
  readonly repeatIntervalSeconds: number;
}

const NOT_ENDED = '0001-01-01T00:00:00Z';
const RECEIVER = 'muster';
const APP_VERSION = '13.2.0';
const MAX_NAMED_ALERTS = 5;

function instant(settings: NotifierSettings, seconds: number): string {
  return new Date(settings.startMs + seconds * 1000).toISOString();
}

function hasEnded(episode: Episode, now: number): boolean {
  return episode.endsAt !== null && episode.endsAt <= now;
}

function toAlert(settings: NotifierSettings, episode: Episode, now: number): WebhookAlert {
  const { grafanaUrl } = settings;
  const ended = hasEnded(episode, now);
  const matchers = Object.entries(episode.labels).map(([name, value]) => `matcher=${encodeURIComponent(`${name}=${value}`)}`).join('&');
  return {
    status: ended ? 'resolved' : 'firing',
    labels: episode.labels,
    annotations: episode.annotations,
    startsAt: instant(settings, episode.firesAt),
    endsAt: ended && episode.endsAt !== null ? instant(settings, episode.endsAt) : NOT_ENDED,
    generatorURL: `${grafanaUrl}/alerting/grafana/${episode.ruleUid}/view?orgId=1`,
    fingerprint: episode.fingerprint,
    silenceURL: `${grafanaUrl}/alerting/silence/new?alertmanager=grafana&${matchers}&orgId=1`,
    dashboardURL: `${grafanaUrl}/d/demo?orgId=1`,
    panelURL: `${grafanaUrl}/d/demo?orgId=1&viewPanel=${episode.panel}`,
    ruleUID: episode.ruleUid,
    values: { A: episode.value, C: 1 },
    valueString: `[ var='A' labels={service=${episode.labels['service'] ?? ''}} value=${episode.value} ], [ var='C' labels={} value=1 ]`,
    orgId: 1,
  };
}

/** What all of the maps say alike. */
function commonOf(maps: readonly Readonly<Record<string, string>>[]): Record<string, string> {
  const [first = {}, ...others] = maps;
  return Object.fromEntries(Object.entries(first).filter(([name, value]) => others.every((other) => other[name] === value)));
}

function toBody(settings: NotifierSettings, episodes: readonly Episode[], now: number): WebhookBody {
  const alerts = episodes.map((episode) => toAlert(settings, episode, now));
  const firing = alerts.filter((alert) => alert.status === 'firing').length;
  const resolved = alerts.length - firing;
  const { alertname = '', grafana_folder: folder = '' } = episodes[0]?.labels ?? {};
  const counts = [...(firing > 0 ? [`FIRING:${firing}`] : []), ...(resolved > 0 ? [`RESOLVED:${resolved}`] : [])].join(', ');
  const named = alerts.slice(0, MAX_NAMED_ALERTS).map((alert) => `- ${alert.status}: ${alert.annotations['summary'] ?? alertname}`);
  return {
    receiver: RECEIVER,
    status: firing > 0 ? 'firing' : 'resolved',
    state: firing > 0 ? 'alerting' : 'ok',
    alerts,
    groupLabels: { alertname, grafana_folder: folder },
    commonLabels: commonOf(alerts.map((alert) => alert.labels)),
    commonAnnotations: commonOf(alerts.map((alert) => alert.annotations)),
    externalURL: `${settings.grafanaUrl}/`,
    appVersion: APP_VERSION,
    version: '1',
    groupKey: `{}/{__grafana_receiver__="${RECEIVER}"}:{alertname="${alertname}", grafana_folder="${folder}"}`,
    truncatedAlerts: 0,
    orgId: 1,
    title: `[${counts}] ${alertname} ${folder}`,
    message: named.join('\n'),
  };
}

/** A group flushes after its wait and then at every interval: when something changed, or when it is time to repeat. */
function notifyGroup(settings: NotifierSettings, group: readonly Episode[]): Notification[] {
  const sent: Notification[] = [];
  const told = new Set<Episode>();
  const toldEnd = new Set<Episode>();
  let lastSentAt = Number.NEGATIVE_INFINITY;
  const first = group[0]?.firesAt ?? 0;
  for (let now = first + settings.groupWaitSeconds; now <= settings.untilSeconds; now += settings.groupIntervalSeconds) {
    const active = group.filter((episode) => episode.firesAt <= now && !toldEnd.has(episode));
    const news = active.some((episode) => !told.has(episode)) || active.some((episode) => hasEnded(episode, now));
    // A group that began and ended between two flushes is never heard of, as in Grafana.
    const known = active.some((episode) => told.has(episode) || !hasEnded(episode, now));
    if (!known || (!news && now - lastSentAt < settings.repeatIntervalSeconds)) continue;
    sent.push({ sendAt: now, body: toBody(settings, active, now) });
    lastSentAt = now;
    for (const episode of active) {
      told.add(episode);
      if (hasEnded(episode, now)) toldEnd.add(episode);
    }
  }
  return sent;
}

/** All messages about `episodes`, grouped by alert name and folder, in the order of sending. */
export function notify(settings: NotifierSettings, episodes: readonly Episode[]): Notification[] {
  const groups = Map.groupBy(episodes, (episode) => `${episode.folder}/${episode.labels['alertname'] ?? ''}`);
  return [...groups.values()].flatMap((group) => notifyGroup(settings, group)).sort((a, b) => a.sendAt - b.sendAt);
}
