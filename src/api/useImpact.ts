import { useQuery } from '@tanstack/react-query';
import { allPages, WHOLE_PAGE } from './allPages.ts';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';

/** What fails, and what may fail next, as a graph. */
export function useBlastRadius(number: number, { enabled = true }: { enabled?: boolean } = {}) {
  return useQuery({
    queryKey: queryKeys.blastRadius(number),
    queryFn: ({ signal }) => callApi('getBlastRadius', { params: { number } }, { signal }),
    enabled,
  });
}

/** Deploys and other changes near an incident. */
export function useIncidentChanges(number: number, { enabled = true }: { enabled?: boolean } = {}) {
  return useQuery({
    queryKey: queryKeys.incidentChanges(number),
    queryFn: ({ signal }) => allPages((cursor) => callApi('listIncidentChanges', { params: { number }, query: { limit: WHOLE_PAGE, cursor } }, { signal })),
    enabled,
  });
}
