/** What the alert of a finding says. */
import type { DetectorBody, DetectorId, Labels } from '#contract';
import type { Episode } from '../episodes.ts';
import type { AlertTexts, StoredFinding } from './findingStore.ts';

/** A number as people read it: at most six digits. */
export function shownNumber(value: number): string {
  return Number(value.toPrecision(6)).toString();
}

function seriesWords(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return pairs.length === 0 ? '' : ` of ${pairs.join(', ')}`;
}

function expectedWords({ value, expected }: Pick<Episode, 'value' | 'expected'>): string {
  if (expected === null) return `is ${shownNumber(value)}`;
  const range = `${shownNumber(expected.low)} to ${shownNumber(expected.high)}`;
  if (value > expected.high) return `is ${shownNumber(value)}, above the usual ${range}`;
  if (value < expected.low) return `is ${shownNumber(value)}, below the usual ${range}`;
  return `is ${shownNumber(value)}, within the usual ${range}, and moves as it never did`;
}

/** Labels and texts of the alert: those of the series, over them the detector's own. `pageUrl` leads to the finding. */
export function alertTextsOf(definition: DetectorBody, labels: Labels, episode: Episode, pageUrl: string | null): AlertTexts {
  const links = definition.links.map(({ title, url }) => `${title}: ${url}`).join('\n');
  const runbook = definition.links.find(({ title }) => /runbook/i.test(title));
  const dashboard = definition.links.find(({ title }) => /dashboard/i.test(title));
  return {
    labels: {
      ...labels, ...definition.labels, alertname: definition.name, detector: definition.name, severity: definition.severity,
      ...(definition.service === null ? {} : { service: definition.service }),
    },
    annotations: {
      summary: `${definition.name}: the value${seriesWords(labels)} ${expectedWords(episode)}`,
      description: [definition.description, `Found by a detector, ${Math.round(episode.score * 100)} % sure.`, links].filter((part) => part !== '').join('\n'),
      ...(runbook === undefined ? {} : { runbook_url: runbook.url }),
      ...(dashboard === undefined ? {} : { dashboard_url: dashboard.url }),
    },
    generatorURL: pageUrl,
  };
}

/** The same for each episode of a series. */
export function fingerprintOf(detector: DetectorId, seriesKey: string): string {
  return `detector-${detector}-${seriesKey}`;
}

/** The alert as intake takes it. */
export function incomingAlertOf({ detector, seriesKey, startsAt, endsAt, alert, value, expected }: StoredFinding): object {
  return {
    status: endsAt === null ? 'firing' : 'resolved', fingerprint: fingerprintOf(detector, seriesKey), labels: alert.labels, annotations: alert.annotations,
    startsAt: startsAt.toISOString(), ...(endsAt === null ? {} : { endsAt: endsAt.toISOString() }),
    values: { value, ...(expected === null ? {} : { expected: expected.mid, low: expected.low, high: expected.high }) },
    ...(alert.generatorURL === null ? {} : { generatorURL: alert.generatorURL }),
    ...(alert.annotations['dashboard_url'] === undefined ? {} : { dashboardURL: alert.annotations['dashboard_url'] }),
  };
}
