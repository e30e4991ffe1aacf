import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';
import type { DeadLetterQuery } from './queryTypes.ts';
import { firstPage } from './useIncidents.ts';

const PAGE_ROWS = 50;

export function useDeadLetters(query: DeadLetterQuery) {
  return useInfiniteQuery({
    queryKey: [...queryKeys.deadLetters, query],
    queryFn: ({ pageParam, signal }) =>
      callApi('listDeadLetters', { query: { ...query, limit: PAGE_ROWS, cursor: pageParam ?? undefined } }, { signal }),
    initialPageParam: firstPage(),
    getNextPageParam: (last) => last.nextCursor,
  });
}

function useDeadLetterChange<R>(change: (id: string) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: queryKeys.deadLetters }),
        client.invalidateQueries({ queryKey: queryKeys.sources }),
      ]),
  });
}

export function useReplayDeadLetter() {
  return useDeadLetterChange((id) => callApi('replayDeadLetter', { params: { id } }));
}

export function useDiscardDeadLetter() {
  return useDeadLetterChange((id) => callApi('discardDeadLetter', { params: { id } }));
}
