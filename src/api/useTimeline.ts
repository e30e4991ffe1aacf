import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';
import type { TimelineQuery } from './queryTypes.ts';
import { firstPage } from './useIncidents.ts';

const PAGE_ROWS = 50;

export function useTimeline(number: number, query: TimelineQuery) {
  return useInfiniteQuery({
    queryKey: queryKeys.timeline(number, query),
    queryFn: ({ pageParam, signal }) =>
      callApi(
        'listTimeline',
        { params: { number }, query: { ...query, limit: PAGE_ROWS, cursor: pageParam ?? undefined } },
        { signal }
      ),
    initialPageParam: firstPage(),
    getNextPageParam: (last) => last.nextCursor,
  });
}

export function useAddNote(number: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (text: string) => callApi('addNote', { params: { number }, body: { text } }),
    onSuccess: () => client.invalidateQueries({ queryKey: queryKeys.timeline(number) }),
  });
}

export function useReviseNote(number: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ position, version, text }: { position: string; version: number; text: string }) =>
      callApi('reviseNote', { params: { number, position }, body: { text } }, { ifMatch: version }),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.timeline(number) }),
  });
}
