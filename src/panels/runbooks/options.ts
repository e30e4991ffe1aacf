import type { CallOf } from '#contract';
import { dateTime, type PanelProps, type TypedVariableModel } from '@grafana/data';

export interface RunbooksPanelOptions {
  /** Name of the dashboard variable that says which service is looked at. */
  readonly variable: string;
  /** Whether runbooks that are for any service are shown as well. */
  readonly general: boolean;
}

export const DEFAULT_OPTIONS: RunbooksPanelOptions = { variable: 'service', general: true };

/** The services that the dashboard's variable selects; none when it selects all, or is not there. */
export function servicesOf(options: Partial<RunbooksPanelOptions>, replaceVariables: PanelProps['replaceVariables']): readonly string[] {
  const name = (options.variable ?? DEFAULT_OPTIONS.variable).trim().replace(/^\$\{?|\}$/g, '');
  if (name === '') return [];
  const asked = `\${${name}:json}`;
  const said = replaceVariables(asked);
  if (said === asked) return [];
  const values = listOf(said);
  return values.some((value) => value === '$__all' || value === 'All') ? [] : values.filter((value) => value !== '');
}

/** A variable as JSON: text, or a list of it. What is no JSON is taken as it is. */
function listOf(said: string): string[] {
  try {
    const parsed: unknown = JSON.parse(said);
    if (Array.isArray(parsed)) return parsed.map(String);
    return [String(parsed)];
  } catch {
    return [said];
  }
}

type PanelBody = NonNullable<CallOf<'startRun'>['body']>['panel'];

/** What the dashboard shows, as a run takes it. */
export function panelBody({ timeRange, variables, dashboard }: { timeRange: PanelProps['timeRange']; variables: readonly TypedVariableModel[]; dashboard: string | undefined }): PanelBody {
  const values: Record<string, string | string[]> = {};
  for (const variable of variables) {
    if (!('current' in variable) || variable.name.startsWith('__')) continue;
    const { current } = variable;
    if (current === null || typeof current !== 'object' || !('value' in current)) continue;
    const { value } = current;
    if (typeof value === 'string') values[variable.name] = value;
    else if (Array.isArray(value)) values[variable.name] = value.map(String);
  }
  return {
    from: dateTime(timeRange.from).toISOString(),
    to: dateTime(timeRange.to).toISOString(),
    ...(dashboard === undefined ? {} : { dashboard }),
    variables: values,
  };
}
