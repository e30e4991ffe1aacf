import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CallOf } from '#contract';
import { allPages, WHOLE_PAGE } from './allPages.ts';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';

/** Deliveries leave no event of their own, so "last received" is asked for. */
const RECEIVED_REFETCH_MS = 15_000;

export function useSources({ enabled = true }: { enabled?: boolean } = {}) {
  return useQuery({
    queryKey: queryKeys.sources,
    queryFn: ({ signal }) => allPages((cursor) => callApi('listSources', { query: { limit: WHOLE_PAGE, cursor } }, { signal })),
    refetchInterval: RECEIVED_REFETCH_MS,
    enabled,
  });
}

function useSourceChange<C, R>(change: (call: C) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.sources }),
  });
}

export function useCreateSource() {
  return useSourceChange((body: CallOf<'createSource'>['body']) => callApi('createSource', { body }));
}

export function useEditSource() {
  return useSourceChange(
    ({ source, version, body }: { source: string; version: number; body: CallOf<'editSource'>['body'] }) =>
      callApi('editSource', { params: { source }, body }, { ifMatch: version })
  );
}

export function useDeleteSource() {
  return useSourceChange(({ source, version }: { source: string; version: number }) => callApi('deleteSource', { params: { source } }, { ifMatch: version }));
}

export function useIssueSourceToken() {
  return useSourceChange((source: string) => callApi('issueSourceToken', { params: { source } }));
}

export function useRevokeSourceToken() {
  return useSourceChange(({ source, version, id }: { source: string; version: number; id: string }) =>
    callApi('revokeSourceToken', { params: { source, id } }, { ifMatch: version })
  );
}

export function useSendTestAlert() {
  return useSourceChange((source: string) => callApi('sendTestAlert', { params: { source } }));
}

export function useReconcileSource() {
  return useSourceChange((source: string) => callApi('reconcileSource', { params: { source } }));
}
