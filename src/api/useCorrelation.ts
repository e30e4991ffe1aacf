import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { BackTest, CorrelationSettings, CorrelationState } from '#contract';
import type { ApiError } from './apiError.ts';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';
import { firstPage } from './useIncidents.ts';

const PAGE_ROWS = 50;
/** How often a running back-test is asked how far it is. */
const PROGRESS_MS = 1_000;

export function useCorrelation() {
  return useQuery({
    queryKey: queryKeys.correlation,
    queryFn: ({ signal }) => callApi('getCorrelation', {}, { signal }),
  });
}

/** A write that answers with the whole state, on the version that was seen. */
function useStateChange<V extends { version: number }>(change: (variables: V) => Promise<CorrelationState>) {
  const client = useQueryClient();
  return useMutation<CorrelationState, ApiError, V>({
    mutationFn: change,
    onSuccess: (state) => client.setQueryData(queryKeys.correlation, state),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.correlation }),
  });
}

export function usePutDraft() {
  return useStateChange(({ version, settings }: { version: number; settings: CorrelationSettings }) =>
    callApi('putCorrelationDraft', { body: settings }, { ifMatch: version })
  );
}

export function useDiscardDraft() {
  return useStateChange(({ version }: { version: number }) => callApi('discardCorrelationDraft', {}, { ifMatch: version }));
}

export function useActivateDraft() {
  return useStateChange(({ version, note }: { version: number; note: string }) =>
    callApi('activateCorrelationDraft', { body: { note } }, { ifMatch: version })
  );
}

export function useRevertCorrelation() {
  return useStateChange(({ version, to, note }: { version: number; to: number; note: string }) =>
    callApi('revertCorrelation', { params: { version: to }, body: { note } }, { ifMatch: version })
  );
}

export function useCorrelationVersions() {
  return useInfiniteQuery({
    queryKey: [...queryKeys.correlation, 'versions'],
    queryFn: ({ pageParam, signal }) => callApi('listCorrelationVersions', { query: { limit: PAGE_ROWS, cursor: pageParam ?? undefined } }, { signal }),
    initialPageParam: firstPage(),
    getNextPageParam: (last) => last.nextCursor,
  });
}

export function useBackTests() {
  return useInfiniteQuery({
    queryKey: [...queryKeys.backTests, 'list'],
    queryFn: ({ pageParam, signal }) => callApi('listBackTests', { query: { limit: PAGE_ROWS, cursor: pageParam ?? undefined } }, { signal }),
    initialPageParam: firstPage(),
    getNextPageParam: (last) => last.nextCursor,
  });
}

export function isUnderWay(test: Pick<BackTest, 'state'>): boolean {
  return test.state === 'queued' || test.state === 'running';
}

export function useBackTest(id: string) {
  return useQuery({
    queryKey: queryKeys.backTest(id),
    queryFn: ({ signal }) => callApi('getBackTest', { params: { id } }, { signal }),
    refetchInterval: ({ state }) => (state.data === undefined || isUnderWay(state.data) ? PROGRESS_MS : false),
  });
}

function useBackTestChange<V>(change: (variables: V) => Promise<BackTest>) {
  const client = useQueryClient();
  return useMutation<BackTest, ApiError, V>({
    mutationFn: change,
    onSuccess: (test) => client.setQueryData(queryKeys.backTest(test.id), test),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.backTests }),
  });
}

export function useStartBackTest() {
  return useBackTestChange((body: { from: string; to: string }) => callApi('startBackTest', { body }));
}

export function useCancelBackTest() {
  return useBackTestChange((id: string) => callApi('cancelBackTest', { params: { id } }));
}
