import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CallOf } from '#contract';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';
import type { IncidentListQuery } from './queryTypes.ts';

/** While the live stream is away, lists still move on this often. */
const SAFETY_REFETCH_MS = 30_000;
/** The first page is what is looked at, so it is small; the later ones are scrolled through. */
const FIRST_PAGE_ROWS = 100;
const PAGE_ROWS = 200;

/** The first rows of a filter, for lists that are never long. */
export function useIncidentList(query: IncidentListQuery) {
  return useQuery({
    queryKey: [...queryKeys.incidentLists, 'first', query],
    queryFn: ({ signal }) => callApi('listIncidents', { query }, { signal }),
    refetchInterval: SAFETY_REFETCH_MS,
  });
}

/** All rows of a filter, page by page as they are scrolled to. Stale means: changed since it was loaded. */
export function useIncidentPages(query: IncidentListQuery) {
  return useInfiniteQuery({
    queryKey: queryKeys.incidentList(query),
    queryFn: ({ pageParam, signal }) =>
      callApi('listIncidents', { query: { ...query, ...pageOf(pageParam) } }, { signal }),
    initialPageParam: firstPage(),
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnMount: 'always',
  });
}

/** Forgets what was scrolled to and begins again at the top. */
export function useReloadIncidentPages() {
  const client = useQueryClient();
  return (query: IncidentListQuery) => client.resetQueries({ queryKey: queryKeys.incidentList(query) });
}

/** The cursor of the first page: none. Typed so that later cursors fit as well. */
export function firstPage(): string | null {
  return null;
}

/** What to ask of a long list, page by page. */
export function pageOf(cursor: string | null): { readonly limit: number; readonly cursor?: string } {
  return cursor === null ? { limit: FIRST_PAGE_ROWS } : { limit: PAGE_ROWS, cursor };
}

export function useIncidentCounts() {
  return useQuery({
    queryKey: queryKeys.incidentCounts,
    queryFn: ({ signal }) => callApi('countIncidents', {}, { signal }),
    refetchInterval: SAFETY_REFETCH_MS,
  });
}

export function useDeclareIncident() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: CallOf<'declareIncident'>['body']) => callApi('declareIncident', { body }),
    onSuccess: (incident) => {
      client.setQueryData(queryKeys.incident(incident.number), incident);
      return client.invalidateQueries({ queryKey: queryKeys.incidentLists });
    },
  });
}
