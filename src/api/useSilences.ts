import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CallOf } from '#contract';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';
import { firstPage } from './useIncidents.ts';

const PAGE_ROWS = 100;
const EXPIRY_REFETCH_MS = 30_000;

export function useSilences(state: 'current' | 'expired') {
  return useInfiniteQuery({
    queryKey: [...queryKeys.silences, state],
    queryFn: ({ pageParam, signal }) => callApi('listSilences', { query: { state, limit: PAGE_ROWS, cursor: pageParam ?? undefined } }, { signal }),
    initialPageParam: firstPage(),
    getNextPageParam: (last) => last.nextCursor,
    refetchInterval: EXPIRY_REFETCH_MS,
  });
}

export function useSilenceSync() {
  return useQuery({ queryKey: queryKeys.silenceSync, queryFn: ({ signal }) => callApi('getSilenceSync', {}, { signal }), refetchInterval: EXPIRY_REFETCH_MS });
}

function useSilenceChange<C, R>(change: (call: C) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: change, onSettled: () => client.invalidateQueries({ queryKey: queryKeys.silences }) });
}

/** Sets a silence, or replaces the one that was read. */
export function useSaveSilence() {
  return useSilenceChange(({ known, body }: { known: { id: string; version: number } | null; body: CallOf<'createSilence'>['body'] }) =>
    known === null ? callApi('createSilence', { body }) : callApi('editSilence', { params: { id: known.id }, body }, { ifMatch: known.version })
  );
}

export function useExpireSilence() {
  return useSilenceChange(({ id, version }: { id: string; version: number }) => callApi('expireSilence', { params: { id } }, { ifMatch: version }));
}

export function useSyncSilences() {
  return useSilenceChange(() => callApi('syncSilences', {}));
}
