import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CallOf } from '#contract';
import { allPages, WHOLE_PAGE } from './allPages.ts';
import { callApi } from './callApi.ts';
import { queryKeys, type QueryKey } from './queryKeys.ts';

/** Tables come with their rows, which may be many. */
const TABLES_AT_A_TIME = 20;

export function useEnrichmentTables() {
  return useQuery({
    queryKey: queryKeys.enrichmentTables,
    queryFn: ({ signal }) => allPages((cursor) => callApi('listEnrichmentTables', { query: { limit: TABLES_AT_A_TIME, cursor } }, { signal })),
  });
}

export function useExtractionRules() {
  return useQuery({
    queryKey: queryKeys.extractionRules,
    queryFn: ({ signal }) => allPages((cursor) => callApi('listExtractionRules', { query: { limit: WHOLE_PAGE, cursor } }, { signal })),
  });
}

function useChange<C, R>(change: (call: C) => Promise<R>, touched: QueryKey) {
  const client = useQueryClient();
  return useMutation({ mutationFn: change, onSettled: () => client.invalidateQueries({ queryKey: touched }) });
}

/** Adds a table, or replaces the version that was seen. */
export function useSaveTable() {
  return useChange(
    ({ version, body: { id, ...body } }: { version: number | null; body: CallOf<'createEnrichmentTable'>['body'] }) =>
      version === null
        ? callApi('createEnrichmentTable', { body: { id, ...body } })
        : callApi('putEnrichmentTable', { params: { id }, body }, { ifMatch: version }),
    queryKeys.enrichmentTables
  );
}

/** Removes the version that was seen. */
export function useDeleteTable() {
  return useChange(({ id, version }: { id: string; version: number }) => callApi('deleteEnrichmentTable', { params: { id } }, { ifMatch: version }), queryKeys.enrichmentTables);
}

/** Adds a rule, or replaces the version that was seen. */
export function useSaveRule() {
  return useChange(
    ({ version, body: { id, ...body } }: { version: number | null; body: CallOf<'createExtractionRule'>['body'] }) =>
      version === null
        ? callApi('createExtractionRule', { body: { id, ...body } })
        : callApi('putExtractionRule', { params: { id }, body }, { ifMatch: version }),
    queryKeys.extractionRules
  );
}

/** Removes the version that was seen. */
export function useDeleteRule() {
  return useChange(({ id, version }: { id: string; version: number }) => callApi('deleteExtractionRule', { params: { id } }, { ifMatch: version }), queryKeys.extractionRules);
}

export function useTryDerivation() {
  return useMutation({ mutationFn: (body: CallOf<'tryDerivation'>['body']) => callApi('tryDerivation', { body }) });
}
