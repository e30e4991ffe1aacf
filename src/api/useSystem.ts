import { useQuery } from '@tanstack/react-query';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';

const STATUS_REFETCH_MS = 10_000;

export function useSystemStatus({ enabled = true }: { enabled?: boolean } = {}) {
  return useQuery({
    queryKey: queryKeys.status,
    queryFn: ({ signal }) => callApi('getStatus', {}, { signal }),
    refetchInterval: STATUS_REFETCH_MS,
    enabled,
  });
}

/** Asked for on purpose, never by itself: the check sends real requests. */
export function useConnectionCheck() {
  return useQuery({
    queryKey: queryKeys.connection,
    queryFn: ({ signal }) => callApi('checkConnection', {}, { signal }),
    retry: false,
    staleTime: 0,
    refetchOnWindowFocus: false,
  });
}
