import { useQuery } from '@tanstack/react-query';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';

/** How often Muster's helpers were right over some weeks. */
export function useAccuracy(weeks: number) {
  return useQuery({ queryKey: queryKeys.accuracy(weeks), queryFn: ({ signal }) => callApi('getAccuracy', { query: { weeks } }, { signal }) });
}
