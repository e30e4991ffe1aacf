import { useQuery } from '@tanstack/react-query';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';

/** A memory that is made for the first time is asked again so soon. */
const PREPARING_MS = 2_000;
/** Past incidents change seldom; what is shown may be this old. */
const FRESH_MS = 60_000;

/** Past incidents like one, and what ended them. */
export function useSimilarIncidents(number: number, { enabled = true }: { enabled?: boolean } = {}) {
  return useQuery({
    queryKey: queryKeys.similarIncidents(number),
    queryFn: ({ signal }) => callApi('getSimilarIncidents', { params: { number } }, { signal }),
    refetchInterval: ({ state }) => (state.data?.state === 'preparing' ? PREPARING_MS : false),
    staleTime: ({ state }) => (state.data?.state === 'preparing' ? 0 : FRESH_MS),
    enabled,
  });
}
