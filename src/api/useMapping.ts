import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CallOf } from '#contract';
import { allPages, WHOLE_PAGE } from './allPages.ts';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';

export function useMapping() {
  return useQuery({
    queryKey: queryKeys.mapping,
    queryFn: ({ signal }) => callApi('getMapping', {}, { signal }),
  });
}

export function useUnmapped() {
  return useQuery({
    queryKey: queryKeys.unmapped,
    queryFn: ({ signal }) => allPages((cursor) => callApi('listUnmapped', { query: { limit: WHOLE_PAGE, cursor } }, { signal })),
  });
}

export function usePutMapping() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ version, body }: { version: number; body: CallOf<'putMapping'>['body'] }) =>
      callApi('putMapping', { body }, { ifMatch: version }),
    onSuccess: (document) => client.setQueryData(queryKeys.mapping, document),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: queryKeys.mapping }),
        client.invalidateQueries({ queryKey: queryKeys.unmapped }),
      ]),
  });
}
