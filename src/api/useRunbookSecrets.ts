import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CallOf } from '#contract';
import { allPages, WHOLE_PAGE } from './allPages.ts';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';

/** Secrets of steps; their values never come. */
export function useRunbookSecrets({ enabled = true }: { enabled?: boolean } = {}) {
  return useQuery({
    queryKey: queryKeys.runbookSecrets,
    queryFn: ({ signal }) => allPages((cursor) => callApi('listRunbookSecrets', { query: { limit: WHOLE_PAGE, cursor } }, { signal })),
    enabled,
  });
}

/** Makes a secret (version null), or changes one. */
export function usePutRunbookSecret() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ name, version, body }: { name: string; version: number | null; body: CallOf<'putRunbookSecret'>['body'] }) =>
      callApi('putRunbookSecret', { params: { name }, body }, version === null ? {} : { ifMatch: version }),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.runbookSecrets }),
    // what was typed must not lie about in the cache of mutations
    gcTime: 0,
  });
}

export function useDeleteRunbookSecret() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ name, version }: { name: string; version: number }) => callApi('deleteRunbookSecret', { params: { name } }, { ifMatch: version }),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.runbookSecrets }),
  });
}
