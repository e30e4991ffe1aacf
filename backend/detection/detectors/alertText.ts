/** What the alert of a finding says. */
import type { DetectorBody, DetectorId, DetectorQuery, Labels, LogPattern, OrgId } from '#contract';
import type { Episode } from '../episodes.ts';
import type { TimeRange } from '../../platform/exploreUrl.ts';
import { narrowed } from '../logs/narrow.ts';
import type { FoundPattern } from '../logs/patternWatch.ts';
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

/** Gives the address of Explore with the lines of a query, for a time. */
export type ExploreUrl = (orgId: OrgId, datasource: string, expr: string, range: TimeRange) => string;

/** What is shown around the first lines. */
const AROUND_MS = 15 * 60_000;
const SHOWN_TEMPLATE = 300;
/** Labels by which lines name their service. */
const SERVICE_LABELS: ReadonlySet<string> = new Set(['service', 'service_name', 'app', 'app_kubernetes_io_name']);

function cut(text: string): string {
  return text.length > SHOWN_TEMPLATE ? `${text.slice(0, SHOWN_TEMPLATE).toWellFormed()}…` : text;
}

/** What a finding says of its pattern. The link to its lines leads through Grafana, so there is none where a Loki is asked directly. */
export function patternOf(orgId: OrgId, query: DetectorQuery, startsAtMs: number, { kind, template, example, lines, firstAtMs, lastAtMs }: FoundPattern['pattern'], exploreUrl: ExploreUrl): LogPattern {
  const from = query.kind === 'loki' && 'datasource' in query.from ? query.from.datasource : null;
  return {
    kind, template: cut(template), example, lines, firstAt: new Date(firstAtMs).toISOString(), lastAt: new Date(lastAtMs).toISOString(),
    explore: from === null || query.kind !== 'loki' ? null : exploreUrl(orgId, from, narrowed(query.expr, template, example), { fromMs: startsAtMs - AROUND_MS, toMs: lastAtMs + AROUND_MS }),
  };
}

function patternWords({ kind, template }: LogPattern, { value, expected }: Episode, labels: Labels, { stepSeconds }: DetectorBody): string {
  const where = seriesWords(labels);
  return kind === 'new' ? `new log pattern${where}: ${template}` : `log pattern${where} came ${shownNumber(value)} times in ${stepSeconds} s, usually ${shownNumber(Math.ceil(expected?.high ?? 0))} at most: ${template}`;
}

function patternLabels(definition: DetectorBody, labels: Labels, key: string): Labels {
  const service = Object.entries(labels).find(([name]) => SERVICE_LABELS.has(name))?.[1];
  return { log_pattern: key, ...(definition.service === null && service !== undefined ? { service } : {}) };
}

/** Labels and texts of the alert: those of the series, over them the detector's own. `pageUrl` leads to the finding, `key` names the series or pattern. */
export function alertTextsOf(definition: DetectorBody, labels: Labels, episode: Episode, pattern: LogPattern | null, key: string, pageUrl: string | null): AlertTexts {
  const links = definition.links.map(({ title, url }) => `${title}: ${url}`).join('\n');
  const runbook = definition.links.find(({ title }) => /runbook/i.test(title));
  const dashboard = definition.links.find(({ title }) => /dashboard/i.test(title));
  return {
    labels: {
      ...labels, ...(pattern === null ? {} : patternLabels(definition, labels, key)), ...definition.labels, alertname: definition.name, detector: definition.name, severity: definition.severity,
      ...(definition.service === null ? {} : { service: definition.service }),
    },
    annotations: {
      summary: `${definition.name}: ${pattern === null ? `the value${seriesWords(labels)} ${expectedWords(episode)}` : patternWords(pattern, episode, labels, definition)}`,
      description: [definition.description, ...(pattern === null ? [] : [`For example: ${pattern.example}`]), `Found by a detector, ${Math.round(episode.score * 100)} % sure.`, links].filter((part) => part !== '').join('\n'),
      ...(runbook === undefined ? {} : { runbook_url: runbook.url }),
      ...(dashboard === undefined ? {} : { dashboard_url: dashboard.url }),
      ...(pattern === null || pattern.explore === null ? {} : { explore_url: pattern.explore }),
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
