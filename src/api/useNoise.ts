import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { AlertScope, CallOf, NoiseScoreOrder } from '#contract';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';
import type { HeldBackQuery } from './queryTypes.ts';
import { firstPage } from './useIncidents.ts';

const PAGE_ROWS = 100;
/** Counts of hidden alerts move with time too, so they are asked for now and then. */
const COUNTS_REFETCH_MS = 60_000;

export function useHeldBack(query: HeldBackQuery) {
  return useInfiniteQuery({
    queryKey: queryKeys.heldBack(query),
    queryFn: ({ pageParam, signal }) => callApi('listHeldBack', { query: { ...query, limit: PAGE_ROWS, cursor: pageParam ?? undefined } }, { signal }),
    initialPageParam: firstPage(),
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData,
  });
}

export function useNoiseScores(days: number, order: NoiseScoreOrder) {
  return useInfiniteQuery({
    queryKey: queryKeys.noiseScores(days, order),
    queryFn: ({ pageParam, signal }) => callApi('listNoiseScores', { query: { days, order, limit: PAGE_ROWS, cursor: pageParam ?? undefined } }, { signal }),
    initialPageParam: firstPage(),
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData,
  });
}

export function useNoiseRules() {
  return useQuery({
    queryKey: queryKeys.noiseRules,
    queryFn: ({ signal }) => callApi('listNoiseRules', { query: { limit: 1000 } }, { signal }),
    refetchInterval: COUNTS_REFETCH_MS,
  });
}

/** What a scope would have matched. It is a question, though it is posted: kept like any other answer. */
export function useScopePreview(scope: AlertScope, enabled: boolean) {
  return useQuery({
    queryKey: [...queryKeys.noise, 'preview', scope],
    queryFn: ({ signal }) => callApi('previewNoiseScope', { body: { scope } }, { signal }),
    enabled,
    placeholderData: keepPreviousData,
    retry: false,
  });
}

function useRuleChange<C, R>(change: (call: C) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: change, onSettled: () => client.invalidateQueries({ queryKey: queryKeys.noiseRules }) });
}

export type NoiseRuleDraft = CallOf<'createNoiseRule'>['body'];

/** Adds a rule, or replaces the one that was read. */
export function useSaveNoiseRule() {
  return useRuleChange(({ known, body }: { known: { id: string; version: number } | null; body: NoiseRuleDraft }) =>
    known === null ? callApi('createNoiseRule', { body }) : callApi('editNoiseRule', { params: { id: known.id }, body }, { ifMatch: known.version })
  );
}

export function useDeleteNoiseRule() {
  return useRuleChange(({ id, version }: { id: string; version: number }) => callApi('deleteNoiseRule', { params: { id } }, { ifMatch: version }));
}
