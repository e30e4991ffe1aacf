/** The filter of an incident's alerts, as it stands in the address and as it is asked of the service. */
export const ALERT_STATUSES = ['all', 'firing', 'resolved'] as const;

export interface AlertFilter {
  readonly status: (typeof ALERT_STATUSES)[number];
  readonly words: string;
}

/** Reads the address; what it does not understand falls back to all alerts. */
export function alertFilterFromUrl(search: URLSearchParams): AlertFilter {
  return { status: ALERT_STATUSES.find((known) => known === search.get('status')) ?? 'all', words: search.get('q') ?? '' };
}

export function alertFilterToQuery({ status, words }: AlertFilter) {
  return { status, ...(words === '' ? {} : { q: words }) };
}
