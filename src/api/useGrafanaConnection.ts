import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CallOf } from '#contract';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';

export function useGrafanaConnection() {
  return useQuery({
    queryKey: queryKeys.grafanaConnection,
    queryFn: ({ signal }) => callApi('getGrafanaConnection', {}, { signal }),
  });
}

export function usePutGrafanaConnection() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ version, body }: { version: number; body: CallOf<'putGrafanaConnection'>['body'] }) =>
      callApi('putGrafanaConnection', { body }, { ifMatch: version }),
    onSuccess: (connection) => client.setQueryData(queryKeys.grafanaConnection, connection),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.grafanaConnection }),
  });
}

export function useTestGrafanaConnection() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => callApi('testGrafanaConnection', {}),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.grafanaConnection }),
  });
}
