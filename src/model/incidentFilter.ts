/** The filter of the incident list, as it stands in the address and as it is asked of the service. */
import { INCIDENT_SORTS, incidentPhase, SEVERITIES, type IncidentPhase, type Severity } from '#contract';
import { isSeverity } from './severities.ts';

export type IncidentSort = (typeof INCIDENT_SORTS)[number];

export interface IncidentFilter {
  readonly phase: IncidentPhase;
  readonly severities: readonly Severity[];
  readonly service: string;
  readonly words: string;
  readonly sort: IncidentSort;
  /** Only those that not everybody sees. */
  readonly onlyPrivate: boolean;
  /** Drills instead of what is real. */
  readonly onlyDrills: boolean;
}

export const NO_FILTER: IncidentFilter = { phase: 'open', severities: [], service: '', words: '', sort: 'newest', onlyPrivate: false, onlyDrills: false };

export const PHASE_LABELS: Readonly<Record<IncidentPhase, string>> = {
  open: 'Open',
  candidate: 'Candidates',
  active: 'Active',
  done: 'Done',
  all: 'All',
};

export const SORT_LABELS: Readonly<Record<IncidentSort, string>> = {
  newest: 'Newest first',
  oldest: 'Oldest first',
  severity: 'Worst first',
  last_alert: 'Latest alert first',
  alerts: 'Most alerts first',
};

/** Reads the address; what it does not understand falls back to the default. */
export function filterFromUrl(search: URLSearchParams): IncidentFilter {
  const phase = incidentPhase.safeParse(search.get('phase'));
  const named = (search.get('severity') ?? '').split(',').filter(isSeverity);
  return {
    phase: phase.success ? phase.data : NO_FILTER.phase,
    severities: SEVERITIES.filter((severity) => named.includes(severity)),
    service: search.get('service') ?? '',
    words: search.get('q') ?? '',
    sort: INCIDENT_SORTS.find((sort) => sort === search.get('sort')) ?? NO_FILTER.sort,
    onlyPrivate: search.get('private') === 'true',
    onlyDrills: search.get('drills') === 'true',
  };
}

/** Writes the address; defaults are left out, so that a plain list has a plain address. */
export function filterToUrl(filter: IncidentFilter): Record<string, string> {
  return {
    ...(filter.phase === NO_FILTER.phase ? {} : { phase: filter.phase }),
    ...(filter.severities.length === 0 ? {} : { severity: filter.severities.join(',') }),
    ...(filter.service === '' ? {} : { service: filter.service }),
    ...(filter.words === '' ? {} : { q: filter.words }),
    ...(filter.sort === NO_FILTER.sort ? {} : { sort: filter.sort }),
    ...(filter.onlyPrivate ? { private: 'true' } : {}),
    ...(filter.onlyDrills ? { drills: 'true' } : {}),
  };
}

export function filterToQuery(filter: IncidentFilter) {
  return {
    phase: filter.phase,
    sort: filter.sort,
    ...(filter.severities.length === 0 ? {} : { severity: filter.severities.join(',') }),
    ...(filter.service.trim() === '' ? {} : { service: filter.service.trim() }),
    ...(filter.words.trim() === '' ? {} : { q: filter.words.trim() }),
    ...(filter.onlyPrivate ? { visibility: 'private' as const } : {}),
    ...(filter.onlyDrills ? { drills: 'only' as const } : {}),
  };
}

export function isFiltered(filter: IncidentFilter): boolean {
  return filter.severities.length > 0 || filter.service !== '' || filter.words !== '' || filter.onlyPrivate || filter.onlyDrills;
}
