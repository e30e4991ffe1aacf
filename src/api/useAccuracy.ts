import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CallOf } from '#contract';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';

/** How often Muster's helpers were right over some weeks. */
export function useAccuracy(weeks: number) {
  return useQuery({ queryKey: queryKeys.accuracy(weeks), queryFn: ({ signal }) => callApi('getAccuracy', { query: { weeks } }, { signal }) });
}

/** Puts a helper to shadow, or back. */
export function usePutHelperMode() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ version, body }: { version: number; body: CallOf<'putHelperMode'>['body'] }) => callApi('putHelperMode', { body }, { ifMatch: version }),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.accuracies }),
  });
}
