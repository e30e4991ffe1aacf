/** What a dashboard shows, as its address says: `from`, `to`, `var-<name>`. Nothing else remembers it, as in Grafana. */
import { dateTime, LoadingState, rangeUtil, VariableHide, type CustomVariableModel, type TimeRange } from '@grafana/data';

export const DASHBOARD = { uid: 'demo', title: 'Demo dashboard', path: '/d/demo' } as const;

const ALL = '$__all';
const DEFAULT_RANGE = { from: 'now-6h', to: 'now' } as const;

/** A variable with a list of values, "All", and values of one's own. */
export interface DashboardVariable {
  readonly name: string;
  readonly label: string;
  readonly values: readonly string[];
}

/** Services of the sample shop; any other can be typed. */
export const VARIABLES: readonly DashboardVariable[] = [
  { name: 'service', label: 'Service', values: ['checkout', 'payments', 'payments-db', 'orders', 'cart', 'storefront'] },
];

/** What is selected: values, or `$__all`. "All" unless the address names one. */
export function selectedOf({ name }: DashboardVariable, search: URLSearchParams): string[] {
  const said = search.getAll(`var-${name}`).filter((value) => value !== '');
  return said.length === 0 || said.includes(ALL) || said.includes('All') ? [ALL] : said;
}

/** The values behind what is selected: "All" stands for each of the list. */
function valuesOf(variable: DashboardVariable, search: URLSearchParams): readonly string[] {
  const selected = selectedOf(variable, search);
  return selected[0] === ALL ? variable.values : selected;
}

/** The time range; relative where the address has one (`now-1h`), else instants (milliseconds or ISO 8601). */
export function timeRangeOf(search: URLSearchParams): TimeRange {
  return rangeUtil.convertRawToRange({ from: timeOf(search.get('from'), DEFAULT_RANGE.from), to: timeOf(search.get('to'), DEFAULT_RANGE.to) });
}

function timeOf(said: string | null, otherwise: string) {
  if (said === null || said === '') return otherwise;
  if (said.startsWith('now')) return said;
  const instant = dateTime(/^\d+$/.test(said) ? Number(said) : said);
  return instant.isValid() ? instant : otherwise;
}

/** The time range as the address has it. */
export function rangeParams({ raw }: TimeRange): { from: string; to: string } {
  const text = (time: TimeRange['raw']['from']): string => (typeof time === 'string' ? time : String(time.valueOf()));
  return { from: text(raw.from), to: text(raw.to) };
}

/** Variables as `getTemplateSrv().getVariables()` gives them. */
export function variableModels(search: URLSearchParams): CustomVariableModel[] {
  return VARIABLES.map((variable, index) => {
    const selected = selectedOf(variable, search);
    const value = selected.length === 1 ? (selected[0] ?? ALL) : selected;
    return {
      type: 'custom', id: variable.name, name: variable.name, label: variable.label, index, multi: true, includeAll: true, allowCustomValue: true,
      current: { selected: true, value, text: value === ALL ? 'All' : value },
      options: [ALL, ...variable.values].map((option) => ({ selected: selected.includes(option), value: option, text: option === ALL ? 'All' : option })),
      query: variable.values.join(','), rootStateKey: DASHBOARD.uid, global: false, hide: VariableHide.dontHide, skipUrlSync: false, state: LoadingState.Done, error: null, description: null,
    };
  });
}

/** Grafana's own pattern: `$name`, `[[name:format]]`, `${name.field:format}`. */
const REFERENCE = /\$(\w+)|\[\[(\w+?)(?::(\w+))?\]\]|\$\{(\w+)(?:\.([^:^}]+))?(?::([^}]+))?\}/g;

/** Fills in a text; what the dashboard does not know stays as it is. */
export function interpolate(text: string, search: URLSearchParams, format?: string): string {
  return text.replace(REFERENCE, (reference, plain?: string, square?: string, squareFormat?: string, braced?: string, field?: string, bracedFormat?: string) => {
    const name = plain ?? square ?? braced ?? '';
    const wanted = squareFormat ?? bracedFormat ?? format ?? 'glob';
    const range = timeRangeOf(search);
    if (name === '__from') return String(range.from.valueOf());
    if (name === '__to') return String(range.to.valueOf());
    if (name === '__dashboard') return field === 'uid' ? DASHBOARD.uid : DASHBOARD.title;
    const variable = VARIABLES.find((known) => known.name === name);
    return variable === undefined ? reference : formatted(name, valuesOf(variable, search), wanted);
  });
}

function formatted(name: string, values: readonly string[], format: string): string {
  switch (format) {
    case 'json': return JSON.stringify(values.length === 1 ? values[0] : values);
    case 'csv':
    case 'raw': return values.join(',');
    case 'pipe': return values.join('|');
    case 'queryparam': return values.map((value) => `var-${name}=${encodeURIComponent(value)}`).join('&');
    case 'text': return values.join(' + ');
    default: return values.length === 1 ? (values[0] ?? '') : `{${values.join(',')}}`;
  }
}
