import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';

/** That there are private incidents, and who let themselves in. */
export function usePrivateIncidents() {
  return useQuery({
    queryKey: queryKeys.privateIncidents,
    queryFn: ({ signal }) => callApi('listPrivateIncidents', {}, { signal }),
  });
}

export function useEnterPrivateIncident() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ number, reason }: { number: number; reason: string }) => callApi('enterPrivateIncident', { params: { number }, body: { reason } }),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.privateIncidents }),
  });
}
