/** What the pages of detectors reckon with: the form as it is typed, and figures in words. */
import { DEFAULT_ALARMS_A_WEEK, detectorBody, detectorPreviewBody, forecastPreviewBody, type Detector, type DetectorBody, type DetectorCalendar, type DetectorFinding, type DetectorHealth, type DetectorPrecision, type DetectorPreviewBody, type DetectorState, type DetectorViews, type ForecastPreviewBody } from '#contract';
import { countOf } from './counts.ts';
import { formatShare } from './amounts.ts';
import { TEXT_QUERIES, textOf, type TextLanguage } from './textQueries.ts';

export const STATE_WORDS: Readonly<Record<DetectorState, string>> = { train: 'Learning', shadow: 'Shadow', active: 'Alerting' };
/** What a state means to people. */
export function stateMeaning(state: DetectorState, kind: QueryKind): string {
  switch (state) {
    case 'train': return `It learns from the past ${pastWords(kind)}, and then watches in shadow`;
    case 'shadow': return 'It notes what it would have alerted, and alerts nobody';
    case 'active': return 'What it finds becomes an alert';
  }
}
/** How much of the past a detector learns from, and is looked back on. */
export function pastWords(kind: QueryKind): string {
  return kind === 'loki' ? 'week' : 'four weeks';
}
export const HEALTH_WORDS: Readonly<Record<DetectorHealth['status'], string>> = { ok: 'Sees its values', training: 'Learns', failing: 'Cannot ask', silent: 'Gets no values', late: 'Not looked at' };

export type QueryKind = DetectorBody['query']['kind'];
export const QUERY_KINDS = ['prometheus', 'grafana', 'alerts', 'loki'] as const satisfies readonly QueryKind[];
export const QUERY_KIND_WORDS: Readonly<Record<QueryKind, string>> = { prometheus: 'Prometheus', grafana: 'Grafana data source', alerts: 'Alerts in Muster', loki: 'Log patterns (Loki)' };
export const COUNTED_BY = ['rule', 'service', 'source'] as const;
export const COUNTED_BY_WORDS: Readonly<Record<(typeof COUNTED_BY)[number], string>> = { rule: 'By alert rule', service: 'By service', source: 'By source' };
export const LOKI_FROM = ['datasource', 'url'] as const;
export const LOKI_FROM_WORDS: Readonly<Record<(typeof LOKI_FROM)[number], string>> = { datasource: 'Through Grafana', url: 'At its address' };
export const DIRECTIONS = ['both', 'above', 'below'] as const;
export const DIRECTION_WORDS: Readonly<Record<DetectorBody['direction'], string>> = { both: 'Either way', above: 'Too high', below: 'Too low' };

/** The form: of each kind of query, what was typed. */
export interface DetectorDraft {
  readonly name: string;
  readonly description: string;
  readonly kind: QueryKind;
  readonly url: string;
  readonly expr: string;
  readonly datasource: string;
  /** JSON. */
  readonly query: string;
  /** The query is typed as this; null: as JSON. */
  readonly language: TextLanguage | null;
  readonly by: (typeof COUNTED_BY)[number];
  readonly lokiFrom: (typeof LOKI_FROM)[number];
  readonly logExpr: string;
  /** Label of the streams; empty: none. */
  readonly logBy: string;
  readonly stepSeconds: number | undefined;
  readonly direction: DetectorBody['direction'];
  readonly alarmsAWeek: number | undefined;
  /** Undefined: none. */
  readonly limit: number | undefined;
  readonly limitSide: 'above' | 'below';
  readonly timeZone: string;
  /** Days, apart by spaces, commas or lines. */
  readonly holidays: string;
  /** Address of an iCalendar; empty: none. */
  readonly holidayCalendar: string;
  readonly service: string;
  readonly severity: DetectorBody['severity'];
  /** `name=value`, one a line. */
  readonly labels: string;
  /** `Title https://…`, one a line. */
  readonly links: string;
}

export const NEW_DETECTOR: DetectorDraft = {
  name: '', description: '', kind: 'prometheus', url: '', expr: '', datasource: '', query: '{\n  "expr": ""\n}', language: null, by: 'rule', lokiFrom: 'datasource', logExpr: '', logBy: '', stepSeconds: 60, direction: 'both', alarmsAWeek: DEFAULT_ALARMS_A_WEEK, limit: undefined, limitSide: 'above', timeZone: 'UTC', holidays: '', holidayCalendar: '', service: '', severity: 'sev3', labels: '', links: '',
};

/** How a query that is there is typed: as text where it is exactly that, else as the JSON it is. */
function typedAs(language: TextLanguage | null, query: string): Pick<DetectorDraft, 'language' | 'query'> {
  return { query, language: language !== null && textOf(language, query) !== null ? language : null };
}

/** The form of a detector that is there. `languageOf` says what a data source is asked in. */
export function draftOf({ name, description, query, stepSeconds, direction, alarmsAWeek, threshold, timeZone, holidays, holidayCalendar, service, severity, labels, links }: Detector, languageOf: (datasource: string) => TextLanguage | null): DetectorDraft {
  return {
    ...NEW_DETECTOR, name, description, stepSeconds, direction, alarmsAWeek, timeZone, holidays: holidays.join('\n'), holidayCalendar: holidayCalendar ?? '', severity, service: service ?? '', kind: query.kind,
    ...(query.kind === 'prometheus' ? { url: query.url, expr: query.expr } : {}),
    ...(query.kind === 'grafana' ? { datasource: query.datasource, ...typedAs(languageOf(query.datasource), JSON.stringify(query.query, null, 2)) } : {}),
    ...(query.kind === 'alerts' ? { by: query.by } : {}),
    ...(threshold === null ? {} : { limit: threshold.value, limitSide: threshold.side }),
    ...(query.kind === 'loki' ? { logExpr: query.expr, logBy: query.by ?? '', ...('url' in query.from ? { lokiFrom: 'url', url: query.from.url } : { lokiFrom: 'datasource', datasource: query.from.datasource }) } : {}),
    labels: Object.entries(labels).map(([label, value]) => `${label}=${value}`).join('\n'), links: links.map(({ title, url }) => `${title} ${url}`).join('\n'),
  };
}

function linesOf(text: string): string[] {
  return text.split('\n').map((line) => line.trim()).filter((line) => line !== '');
}

/** Text as JSON; undefined while it is none. */
function jsonOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

function queryOf(draft: DetectorDraft): unknown {
  switch (draft.kind) {
    case 'prometheus': return { kind: 'prometheus', url: draft.url, expr: draft.expr };
    case 'alerts': return { kind: 'alerts', by: draft.by };
    case 'loki': return { kind: 'loki', from: draft.lokiFrom === 'url' ? { url: draft.url } : { datasource: draft.datasource }, expr: draft.logExpr, by: draft.logBy.trim() === '' ? null : draft.logBy };
    case 'grafana': {
      const isBlank = draft.language !== null && textOf(draft.language, draft.query)?.trim() === '';
      return { kind: 'grafana', datasource: draft.datasource, query: isBlank ? undefined : jsonOf(draft.query) };
    }
  }
}

/** Days as they are typed. */
function daysOf(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter((day) => day !== ''))];
}

function watchingOf(draft: DetectorDraft): object {
  const { stepSeconds, direction, alarmsAWeek } = draft;
  // What was emptied is missing, and does not silently become the default.
  const watching = { query: queryOf(draft), stepSeconds: stepSeconds ?? Number.NaN, alarmsAWeek: alarmsAWeek ?? Number.NaN };
  // Patterns of logs take no more than that; what was typed for another kind stays in the form.
  if (draft.kind === 'loki') return watching;
  return { ...watching, direction, timeZone: draft.timeZone, holidays: daysOf(draft.holidays), holidayCalendar: draft.holidayCalendar.trim() === '' ? null : draft.holidayCalendar };
}

function thresholdOf({ kind, limit, limitSide }: DetectorDraft): object | null {
  return limit === undefined || kind === 'loki' ? null : { value: limit, side: limitSide };
}

/** What would be looked ahead at; null while the query is not whole, or there is no limit. */
export function forecastPreviewOf(draft: DetectorDraft): ForecastPreviewBody | null {
  const parsed = forecastPreviewBody.safeParse({ query: queryOf(draft), stepSeconds: draft.stepSeconds ?? Number.NaN, threshold: thresholdOf(draft) });
  return parsed.success ? parsed.data : null;
}

/** What is wrong with the calendar that stands in the form: the first word that is no day; null where nothing is. */
export function wrongDayOf({ holidays }: DetectorDraft): string | null {
  return daysOf(holidays).find((day) => !detectorBody.shape.holidays.safeParse([day]).success) ?? null;
}

/** True where an address of a calendar stands in the form that cannot be one. */
export function isWrongCalendar({ holidayCalendar }: DetectorDraft): boolean {
  return holidayCalendar.trim() !== '' && !detectorBody.shape.holidayCalendar.safeParse(holidayCalendar).success;
}

/** `Holidays of calendar.example.com: 12 days, the next on 2026-12-25`; of one that was never read, only where from. */
export function calendarText(address: string, { readAt, days, next }: DetectorCalendar): string {
  const host = URL.parse(address)?.host ?? address;
  if (readAt === null) return `Holidays of ${host}: not read yet`;
  return `Holidays of ${host}: ${countOf(days, 'day')}${next === null ? ', none to come' : `, the next on ${next}`}`;
}

/** What would be saved, whatever it is worth; a line that says nothing makes its whole field no value. */
function typedOf(draft: DetectorDraft): object {
  const labels = linesOf(draft.labels).map((line) => line.split(/=(.*)/s));
  const links = linesOf(draft.links).map((line) => /^(.*?)\s*(https?:\/\/\S+)$/i.exec(line));
  return {
    ...watchingOf(draft), threshold: thresholdOf(draft), name: draft.name, description: draft.description, service: draft.service.trim() === '' ? null : draft.service, severity: draft.severity,
    labels: labels.some(([, value]) => value === undefined) ? null : Object.fromEntries(labels.map(([label = '', value = '']) => [label.trim(), value.trim()])),
    links: links.includes(null) ? null : links.flatMap((link) => (link === null ? [] : [{ title: link[1] === '' ? 'Link' : link[1], url: link[2] }])),
  };
}

/** What would be saved; null while something is missing or wrong. */
export function bodyOf(draft: DetectorDraft): DetectorBody | null {
  const parsed = detectorBody.safeParse(typedOf(draft));
  return parsed.success ? parsed.data : null;
}

const FIELDS: Readonly<Record<string, string>> = {
  name: 'Name', stepSeconds: 'Step', alarmsAWeek: 'False alarms a week', timeZone: 'Time zone', holidays: 'Holidays', holidayCalendar: 'Calendar of holidays', threshold: 'Limit', service: 'Service', labels: 'Labels', links: 'Links', description: 'What it is for',
};

/** What the form calls the field of a query of a data source of Grafana. */
export function queryLabelOf(language: TextLanguage | null): string {
  return language === null ? 'Query as JSON' : TEXT_QUERIES[language].label;
}

/** What the form calls the field of a fault. */
function fieldOf({ kind, lokiFrom, language }: DetectorDraft, [first = '', second = '']: readonly PropertyKey[]): string {
  const asked: Readonly<Record<string, string>> = {
    url: 'Address', expr: kind === 'loki' ? 'LogQL' : 'PromQL', datasource: 'Data source', from: lokiFrom === 'url' ? 'Address' : 'Data source', by: 'Label that tells patterns apart', query: queryLabelOf(language),
  };
  return FIELDS[String(first)] ?? asked[String(second)] ?? queryLabelOf(language);
}

/** Fields that are missing or wrong, in the order in which they are asked; none: it can be saved. */
export function wantingOf(draft: DetectorDraft): string[] {
  const parsed = detectorBody.safeParse(typedOf(draft));
  return parsed.success ? [] : [...new Set(parsed.error.issues.map(({ path }) => fieldOf(draft, path)))];
}

/** What would be looked back on; null while the query is not whole. */
export function previewOf(draft: DetectorDraft): DetectorPreviewBody | null {
  const parsed = detectorPreviewBody.safeParse({ ...watchingOf(draft), days: 28 });
  return parsed.success ? parsed.data : null;
}

/** `9 of 12 right (75 %)`. */
export function precisionText({ right, wrong, unjudged, value }: DetectorPrecision): string {
  const open = unjudged === 0 ? '' : `, ${unjudged} not judged`;
  return value === null ? (unjudged === 0 ? 'Nothing found yet' : `${countOf(unjudged, 'finding')}, none judged`) : `${right} of ${right + wrong} right (${formatShare(value)})${open}`;
}

/** A figure of which one decimal matters while it is small: `0.3`, `1`, `12`. */
export function rateText(rate: number): string {
  return String(Number(rate.toFixed(rate >= 10 ? 0 : 1)));
}

/** `180 ms`, `2.4 s`. */
function millisecondsText(milliseconds: number): string {
  return milliseconds >= 1_000 ? `${(milliseconds / 1_000).toFixed(1)} s` : `${Math.round(milliseconds)} ms`;
}

/** How long a look took. */
export function tookText({ queryMs, computeMs }: Pick<Detector['cost'], 'queryMs' | 'computeMs'>): string {
  return `${millisecondsText(queryMs)} to query, ${millisecondsText(computeMs)} to compute`;
}

/** What one look costs. */
export function costText({ series, cost, query }: Pick<Detector, 'series' | 'cost' | 'query'>): string {
  return `${query.kind === 'loki' ? countOf(series, 'pattern') : `${series} series`} · ${tookText(cost)} · ${Math.ceil(cost.stateBytes / 1024)} kB kept`;
}

/** The labels of a series in one line. */
export function seriesText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return pairs.length === 0 ? 'The one series' : pairs.join(', ');
}

/** Whose pattern it is; empty where patterns are not told apart. */
export function placeText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels).map(([name, value]) => `${name}=${value}`).join(', ');
}

/** A number as people read it: at most four digits. */
export function valueText(value: number): string {
  return Number(value.toPrecision(4)).toLocaleString();
}

/** `403, usual 82 to 120`; `96, within the usual 82 to 120, but moves as it never did`. */
export function foundText({ value, expected, pattern }: Pick<DetectorFinding, 'value' | 'expected' | 'pattern'>): string {
  if (pattern !== null) return pattern.kind === 'new' ? 'New pattern' : `${valueText(value)} lines in a step, usual ${valueText(Math.ceil(expected?.high ?? 0))} at most`;
  if (expected === null) return valueText(value);
  const range = `usual ${valueText(expected.low)} to ${valueText(expected.high)}`;
  return value >= expected.low && value <= expected.high ? `${valueText(value)}, within the ${range}, but moves as it never did` : `${valueText(value)}, ${range}`;
}

const VIEW_WORDS: Readonly<Record<keyof DetectorViews, string>> = {
  point: 'the value by itself', sustained: 'how long it has been off', level: 'its level against the long run', shape: 'a shape never seen', drift: 'a drift off its usual hours',
};
const AGREED = 0.5;

/** Which views spoke for it, the strongest first. */
export function viewsText(views: DetectorViews): string {
  const entries = (['point', 'sustained', 'level', 'shape', 'drift'] as const).map((view) => ({ view, size: views[view] })).sort((a, b) => b.size - a.size);
  const most = entries[0]?.size ?? 0;
  return entries.filter(({ size }, place) => size > 0 && (place < 2 || size >= AGREED * most)).map(({ view }) => VIEW_WORDS[view]).join('; ');
}
