import type { PanelProps } from '@grafana/data';
import { incidentPhase, type IncidentPhase, type Severity } from '#contract';
import type { IncidentListQuery } from '../../api/queryTypes.ts';
import { isSeverity } from '../../model/severities.ts';

export interface IncidentListOptions {
  readonly phase: IncidentPhase;
  /** Absent until one is chosen. */
  readonly severities?: readonly Severity[];
  /** May hold dashboard variables. */
  readonly service: string;
  readonly limit: number;
}

export const DEFAULT_OPTIONS: IncidentListOptions = { phase: 'open', service: '', limit: 20 };

const MOST_ROWS = 100;

/** What to ask for. Stored options may be from an older version of the panel, so nothing is taken on trust. */
export function queryOf(options: Partial<IncidentListOptions>, replaceVariables: PanelProps['replaceVariables']): IncidentListQuery {
  const phase = incidentPhase.safeParse(options.phase);
  const severities = (options.severities ?? []).filter(isSeverity);
  const service = replaceVariables(options.service ?? '', undefined, 'csv').trim();
  const limit = Math.trunc(options.limit ?? DEFAULT_OPTIONS.limit);
  return {
    phase: phase.success ? phase.data : DEFAULT_OPTIONS.phase,
    sort: 'severity',
    limit: Math.min(Math.max(Number.isFinite(limit) ? limit : DEFAULT_OPTIONS.limit, 1), MOST_ROWS),
    ...(severities.length === 0 ? {} : { severity: severities.join(',') }),
    // "All" of a variable asks for every service
    ...(service === '' || service === '$__all' || service === 'All' ? {} : { service }),
  };
}
