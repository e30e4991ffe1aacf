import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { allPages, WHOLE_PAGE } from './allPages.ts';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';

/** That there are private incidents, and who let themselves in. */
export function usePrivateIncidents() {
  return useQuery({
    queryKey: queryKeys.privateIncidents,
    queryFn: ({ signal }) => allPages((cursor) => callApi('listPrivateIncidents', { query: { limit: WHOLE_PAGE, cursor } }, { signal })),
  });
}

export function useEnterPrivateIncident() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ number, reason }: { number: number; reason: string }) => callApi('enterPrivateIncident', { params: { number }, body: { reason } }),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.privateIncidents }),
  });
}
