import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { JudgementBody } from '#contract';
import { allPages, WHOLE_PAGE } from './allPages.ts';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';
import { firstPage } from './useIncidents.ts';

const PAGE_ROWS = 50;
/** So many alerts a part of a judgement may name. */
export const MOST_JUDGED_ALERTS = 10_000;

/** What somebody said of the grouping of an incident, null when nobody has, and its version. */
export function useJudgement(number: number, { enabled = true }: { enabled?: boolean } = {}) {
  return useQuery({
    queryKey: queryKeys.judgement(number),
    queryFn: ({ signal }) => callApi('getJudgement', { params: { number } }, { signal }),
    enabled,
  });
}

/** All judgements, page by page, the newest incident first. */
export function useJudgements({ enabled = true }: { enabled?: boolean } = {}) {
  return useInfiniteQuery({
    queryKey: [...queryKeys.judgements, 'pages'],
    queryFn: ({ pageParam, signal }) => callApi('listJudgements', { query: { limit: PAGE_ROWS, cursor: pageParam ?? undefined } }, { signal }),
    initialPageParam: firstPage(),
    getNextPageParam: (last) => last.nextCursor,
    enabled,
  });
}

/** All alerts of an incident, to say of each where it belongs. */
export function useAlertsToJudge(number: number, { enabled }: { enabled: boolean }) {
  return useQuery({
    queryKey: [...queryKeys.judgement(number), 'alerts'],
    queryFn: ({ signal }) => allPages((cursor) => callApi('listIncidentAlerts', { params: { number }, query: { limit: WHOLE_PAGE, cursor } }, { signal })),
    staleTime: Number.POSITIVE_INFINITY,
    enabled,
  });
}

function useJudgementChange<C extends { readonly number: number }, R>(change: (call: C) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: change, onSettled: () => client.invalidateQueries({ queryKey: queryKeys.judgements }) });
}

/** Says, or says anew, whether an incident was rightly one. */
export function useJudge() {
  return useJudgementChange(({ number, version, body }: { number: number; version: number; body: JudgementBody }) =>
    callApi('putJudgement', { params: { number }, body }, { ifMatch: version })
  );
}

/** Takes a judgement back. */
export function useTakeJudgementBack() {
  return useJudgementChange(({ number, version }: { number: number; version: number }) => callApi('deleteJudgement', { params: { number } }, { ifMatch: version }));
}
