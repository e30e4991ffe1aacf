import { infiniteQueryOptions, keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';
import type { AlertListQuery, AllAlertsQuery } from './queryTypes.ts';
import { firstPage, pageOf } from './useIncidents.ts';

const LOOSE_ROWS = 100;
/** While the live stream is away, what is shown still moves on this often. */
const SAFETY_REFETCH_MS = 30_000;

/** An answer that is younger was asked for with the page, and is not asked for again by what then shows it. */
const JUST_NOW_MS = 2_000;

function alertPages(number: number, query: AlertListQuery) {
  return infiniteQueryOptions({
    queryKey: queryKeys.incidentAlerts(number, query),
    queryFn: ({ pageParam, signal }) =>
      callApi('listIncidentAlerts', { params: { number }, query: { ...query, ...pageOf(pageParam) } }, { signal }),
    initialPageParam: firstPage(),
    getNextPageParam: (last) => last.nextCursor,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnMount: ({ state }) => (Date.now() - state.dataUpdatedAt < JUST_NOW_MS ? true : 'always'),
  });
}

/** Alerts of an incident, page by page as they are scrolled to. */
export function useIncidentAlerts(number: number, query: AlertListQuery) {
  return useInfiniteQuery({ ...alertPages(number, query), placeholderData: keepPreviousData });
}

/** Asks for the first page before there is something to show it in; what comes of it redraws nothing here. */
export function useIncidentAlertsAhead(number: number, query: AlertListQuery, { enabled }: { enabled: boolean }): void {
  useInfiniteQuery({ ...alertPages(number, query), enabled, notifyOnChangeProps: [] });
}

/** The alerts of an incident by service, for the overview. */
export function useIncidentLanes(number: number, { enabled = true }: { enabled?: boolean } = {}) {
  return useQuery({
    queryKey: queryKeys.incidentLanes(number),
    queryFn: ({ signal }) => callApi('getIncidentLanes', { params: { number } }, { signal }),
    refetchInterval: SAFETY_REFETCH_MS,
    enabled,
  });
}

/** The newest alerts of a filter, for lists that are never long. */
export function useAlertList(query: AllAlertsQuery) {
  return useQuery({
    queryKey: queryKeys.alertList(query),
    queryFn: ({ signal }) => callApi('listAlerts', { query }, { signal }),
    refetchInterval: SAFETY_REFETCH_MS,
  });
}

/** Alerts in no incident, page by page. */
export function useLooseAlerts(query: { readonly status: 'firing' | 'all'; readonly q?: string }) {
  const asked: AllAlertsQuery = { ...query, incident: 'none', limit: LOOSE_ROWS };
  return useInfiniteQuery({
    queryKey: queryKeys.looseAlerts(asked),
    queryFn: ({ pageParam, signal }) => callApi('listAlerts', { query: { ...asked, cursor: pageParam ?? undefined } }, { signal }),
    initialPageParam: firstPage(),
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: SAFETY_REFETCH_MS,
  });
}

export function useAlert(id: string) {
  return useQuery({
    queryKey: queryKeys.alert(id),
    queryFn: ({ signal }) => callApi('getAlert', { params: { id } }, { signal }),
    // a window begins without an event
    refetchInterval: SAFETY_REFETCH_MS,
  });
}

export function useAlertTrend(id: string) {
  return useQuery({
    queryKey: queryKeys.alertTrend(id),
    queryFn: ({ signal }) => callApi('getAlertTrend', { params: { id } }, { signal }),
  });
}
