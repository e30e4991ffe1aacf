import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { LearnedKind, LearningStatus } from '#contract';
import type { ApiError } from './apiError.ts';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';
import { firstPage } from './useIncidents.ts';

const PAGE_ROWS = 50;

export function useLearningStatus() {
  return useQuery({ queryKey: [...queryKeys.learned, 'status'], queryFn: ({ signal }) => callApi('getLearning', {}, { signal }) });
}

export interface LearnedFilter {
  readonly kind: LearnedKind;
  readonly state: 'learned' | 'ignored';
  readonly search: string;
}

export function useLearned({ kind, state, search }: LearnedFilter) {
  return useInfiniteQuery({
    queryKey: [...queryKeys.learned, 'list', kind, state, search],
    queryFn: ({ pageParam, signal }) =>
      callApi('listLearned', { query: { kind, state, ...(search === '' ? {} : { search }), limit: PAGE_ROWS, cursor: pageParam ?? undefined } }, { signal }),
    initialPageParam: firstPage(),
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData,
  });
}

function useLearningChange<V, R>(change: (variables: V) => Promise<R>) {
  const client = useQueryClient();
  return useMutation<R, ApiError, V>({ mutationFn: change, onSettled: () => client.invalidateQueries({ queryKey: queryKeys.learned }) });
}

export function useLearnNow() {
  return useLearningChange<undefined, LearningStatus>(() => callApi('learnNow', {}));
}

/** What can be said of something learned. */
export type Verdict = 'forget' | 'ignore';

export function useSayOfLearned() {
  return useLearningChange(async ({ id, verdict, reason }: { id: string; verdict: Verdict; reason: string }): Promise<void> => {
    await callApi(verdict === 'forget' ? 'forgetLearned' : 'ignoreLearned', { params: { id }, body: { reason } });
  });
}

export function useAllowLearned() {
  return useLearningChange((id: string) => callApi('allowLearned', { params: { id } }));
}
