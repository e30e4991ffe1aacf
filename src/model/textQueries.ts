/**
 * Queries of Grafana's data sources that are one text, as their own editors take it, and the JSON that Grafana's API takes of them
 * (`POST /api/ds/query`). The JSON is what is kept; a text is a look at it, so that going to and fro changes nothing.
 * Models: grafana/grafana, `pkg/promlib/models/query.go`, `pkg/tsdb/{loki,influxdb,graphite,mssql,mysql,grafana-postgresql-datasource}`.
 */

interface TextQuery {
  /** What its users call it. */
  readonly label: string;
  /** Where the text stands. */
  readonly key: string;
  /** What else a new query says. Left out by somebody, the data source takes the same, unless it is needed. */
  readonly beside: Readonly<Record<string, string | boolean>>;
  readonly needsBeside?: true;
  readonly placeholder: string;
  readonly hint: string;
}

const SQL_HINT = 'One column of times, named time, and one or more of numbers; a column of text tells series apart.';

export const TEXT_QUERIES = {
  promql: {
    label: 'PromQL', key: 'expr', beside: { range: true }, placeholder: 'sum by (service) (rate(http_requests_total[5m]))', hint: 'Every series that it gives is watched by itself.',
  },
  logql: {
    label: 'LogQL', key: 'expr', beside: { queryType: 'range' }, placeholder: 'sum by (service_name) (count_over_time({namespace="shop"} |= "error" [1m]))',
    hint: 'A metric query: one that gives numbers. For lines and their patterns take “Log patterns (Loki)” above.',
  },
  // without rawQuery the parts of the builder are asked for, and older releases refuse a query without resultFormat
  influxql: {
    label: 'InfluxQL', key: 'query', beside: { rawQuery: true, resultFormat: 'time_series' }, needsBeside: true,
    placeholder: 'SELECT mean("usage") FROM "cpu" WHERE $timeFilter GROUP BY time($__interval), "host"', hint: '$timeFilter keeps it to the time that is asked for, $__interval is the step.',
  },
  flux: {
    label: 'Flux', key: 'query', beside: {}, placeholder: 'from(bucket: "shop") |> range(start: v.timeRangeStart, stop: v.timeRangeStop) |> aggregateWindow(every: v.windowPeriod, fn: mean)',
    hint: 'v.timeRangeStart and v.timeRangeStop are the time that is asked for, v.windowPeriod is the step.',
  },
  influxSql: {
    label: 'SQL', key: 'rawSql', beside: { format: 'time_series' }, placeholder: 'SELECT $__dateBin(time) AS time, avg(usage) AS value FROM cpu WHERE $__timeFilter(time) GROUP BY 1 ORDER BY 1', hint: SQL_HINT,
  },
  graphite: { label: 'Graphite target', key: 'target', beside: {}, placeholder: "aliasByNode(summarize(stats.*.orders, '1min', 'sum'), 1)", hint: 'Every series that it gives is watched by itself.' },
  sql: {
    label: 'SQL', key: 'rawSql', beside: { format: 'time_series' }, placeholder: 'SELECT $__timeGroupAlias(created_at, $__interval), count(*) AS orders FROM orders WHERE $__timeFilter(created_at) GROUP BY $__timeGroup(created_at, $__interval) ORDER BY 1', hint: SQL_HINT,
  },
} as const satisfies Readonly<Record<string, TextQuery>>;
export type TextLanguage = keyof typeof TEXT_QUERIES;
export const TEXT_LANGUAGES = ['promql', 'logql', 'influxql', 'flux', 'influxSql', 'graphite', 'sql'] as const satisfies readonly TextLanguage[];

const OF_TYPE: Readonly<Record<string, TextLanguage>> = {
  prometheus: 'promql', 'grafana-amazonprometheus-datasource': 'promql', 'grafana-azureprometheus-datasource': 'promql', loki: 'logql', graphite: 'graphite',
  postgres: 'sql', 'grafana-postgresql-datasource': 'sql', mysql: 'sql', mssql: 'sql',
};

/** What a data source is asked in, by the id of its plugin and, where that has several languages, what it is set to; null: in no single text. */
export function textLanguageOf({ type, version }: { readonly type: string; readonly version: string | null }): TextLanguage | null {
  if (type === 'influxdb') return version === 'Flux' ? 'flux' : version === 'SQL' ? 'influxSql' : 'influxql';
  return Object.hasOwn(OF_TYPE, type) ? (OF_TYPE[type] ?? null) : null;
}

/** Text as an object of JSON; null while it is none. */
function objectOf(json: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : null;
  } catch {
    return null;
  }
}

function jsonOf(query: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(query, null, 2);
}

/** Whether an entry says no more than the text alone would. `refId` names the query in one request, and is set anew for each. */
function saysNothing({ beside }: TextQuery, [key, value]: readonly [string, unknown]): boolean {
  return key === 'refId' ? typeof value === 'string' : Object.hasOwn(beside, key) && beside[key] === value;
}

/** The text of a query; null where the query is or says something else as well. */
export function textOf(language: TextLanguage, json: string): string | null {
  const form: TextQuery = TEXT_QUERIES[language];
  const query = objectOf(json);
  const text = query?.[form.key];
  if (query === null || typeof text !== 'string') return null;
  const fits = Object.entries(query).every((entry) => entry[0] === form.key || saysNothing(form, entry));
  const isWhole = form.needsBeside !== true || Object.keys(form.beside).every((key) => Object.hasOwn(query, key));
  return fits && isWhole ? text : null;
}

/** A new query. */
function fromText(language: TextLanguage, text: string): string {
  const { key, beside } = TEXT_QUERIES[language];
  return jsonOf({ [key]: text, ...beside });
}

/** The query with another text; what it says beside stays where it was such a query. */
export function withText(language: TextLanguage, json: string, text: string): string {
  return textOf(language, json) === null ? fromText(language, text) : jsonOf({ ...objectOf(json), [TEXT_QUERIES[language].key]: text });
}

/** The query as a text all the same, without what a text cannot say. */
export function asText(language: TextLanguage, json: string): string {
  const text = objectOf(json)?.[TEXT_QUERIES[language].key];
  return textOf(language, json) === null ? fromText(language, typeof text === 'string' ? text : '') : json;
}

/** What a text cannot say of a query, by name; null where it is no JSON object, so that nothing of it could be kept. */
export function lostAsText(language: TextLanguage, json: string): readonly string[] | null {
  const form: TextQuery = TEXT_QUERIES[language];
  const query = objectOf(json);
  if (query === null) return json.trim() === '' ? [] : null;
  return Object.entries(query).filter((entry) => (entry[0] === form.key ? typeof entry[1] !== 'string' : !saysNothing(form, entry))).map(([key]) => key);
}

/** The query when another data source is chosen: its text goes along; a query that is no text stays the JSON it is. */
export function carriedTo(language: TextLanguage | null, json: string): { readonly language: TextLanguage | null; readonly query: string } {
  // what was not begun begins as a new one
  if (language === null || (textOf(language, json) ?? '') !== '') return { language, query: json };
  const text = json.trim() === '' ? '' : TEXT_LANGUAGES.map((other) => textOf(other, json)).find((found) => found !== null);
  return text === undefined ? { language: null, query: json } : { language, query: fromText(language, text) };
}
