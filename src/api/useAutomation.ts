import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CallOf, ResponseOf } from '#contract';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';
import { firstPage } from './useIncidents.ts';

/** What automation may do, and whether it is frozen. */
export function useAutomation({ enabled = true }: { enabled?: boolean } = {}) {
  return useQuery({ queryKey: queryKeys.automation, queryFn: ({ signal }) => callApi('getAutomation', {}, { signal }), refetchInterval: 30_000, enabled });
}

function useAutomationChange<C>(change: (call: C) => Promise<ResponseOf<'getAutomation'>>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (settings) => {
      client.setQueryData(queryKeys.automation, settings);
    },
    onSettled: () => Promise.all([client.invalidateQueries({ queryKey: queryKeys.automation }), client.invalidateQueries({ queryKey: queryKeys.suggestions })]),
  });
}

/** Lets nothing start by itself, or lets it go on. */
export function useFreeze() {
  return useAutomationChange(({ freeze, reason }: { freeze: boolean; reason: string }) => callApi(freeze ? 'freezeAutomation' : 'unfreezeAutomation', { body: { reason } }));
}

export function usePutAutomation() {
  return useAutomationChange(({ version, body }: { version: number; body: CallOf<'putAutomation'>['body'] }) => callApi('putAutomation', { body }, { ifMatch: version }));
}

/** What triggers did, the newest first. */
export function useTriggerRecords() {
  return useInfiniteQuery({
    queryKey: [...queryKeys.automation, 'records'],
    queryFn: ({ pageParam, signal }) => callApi('listTriggerRecords', { query: { limit: 50, cursor: pageParam ?? undefined } }, { signal }),
    initialPageParam: firstPage(),
    getNextPageParam: (last) => last.nextCursor,
  });
}

/** Runbooks that fit an incident, the best first. */
export function useSuggestions(number: number, { enabled }: { enabled: boolean }) {
  return useQuery({
    queryKey: [...queryKeys.suggestions, number],
    queryFn: ({ signal }) => callApi('listSuggestions', { params: { number }, query: { limit: 100 } }, { signal }),
    enabled,
  });
}
