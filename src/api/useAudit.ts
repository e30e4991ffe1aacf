import { useInfiniteQuery } from '@tanstack/react-query';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';
import type { AuditQuery } from './queryTypes.ts';
import { firstPage } from './useIncidents.ts';

const PAGE_ROWS = 50;

/** What was done in this organisation, newest first. */
export function useAudit(query: AuditQuery) {
  return useInfiniteQuery({
    queryKey: [...queryKeys.audit, query],
    queryFn: ({ pageParam, signal }) => callApi('listAudit', { query: { ...query, limit: PAGE_ROWS, cursor: pageParam ?? undefined } }, { signal }),
    initialPageParam: firstPage(),
    getNextPageParam: (last) => last.nextCursor,
  });
}
