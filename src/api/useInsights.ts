import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { AddHypothesisBody, CallOf, JudgeCauseBody, JudgeRecommendationBody } from '#contract';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';

/** A memory that is made for the first time is asked again so soon. */
const PREPARING_MS = 2_000;
/** Past incidents change seldom; what is shown may be this old. */
const FRESH_MS = 60_000;

/** Past incidents like one, and what ended them. */
export function useSimilarIncidents(number: number, { enabled = true }: { enabled?: boolean } = {}) {
  return useQuery({
    queryKey: queryKeys.similarIncidents(number),
    queryFn: ({ signal }) => callApi('getSimilarIncidents', { params: { number } }, { signal }),
    refetchInterval: ({ state }) => (state.data?.state === 'preparing' ? PREPARING_MS : false),
    staleTime: ({ state }) => (state.data?.state === 'preparing' ? 0 : FRESH_MS),
    enabled,
  });
}

/** What the leading alerts of an incident usually mean. */
export function useAlertMeanings(number: number) {
  return useQuery({
    queryKey: queryKeys.alertMeanings(number),
    queryFn: ({ signal }) => callApi('getAlertMeanings', { params: { number } }, { signal }),
    refetchInterval: ({ state }) => (state.data?.state === 'preparing' ? PREPARING_MS : false),
    staleTime: ({ state }) => (state.data?.state === 'preparing' ? 0 : FRESH_MS),
  });
}

/** Metrics of an incident that goes on are asked about once a minute. */
const CAUSES_MS = 30_000;

/** What may have caused an incident, and what people found out of it. */
export function useCauses(number: number, { goesOn }: { goesOn: boolean }) {
  return useQuery({
    queryKey: queryKeys.causes(number),
    queryFn: ({ signal }) => callApi('getCauses', { params: { number } }, { signal }),
    refetchInterval: ({ state }) => (state.data?.metrics.state === 'preparing' ? PREPARING_MS : goesOn && state.data?.metrics.at !== null ? CAUSES_MS : false),
  });
}

/** An incident in short. What it is made of changes with almost every event: it is made anew now and then, not with each. */
export function useSummary(number: number, { enabled = true }: { enabled?: boolean } = {}) {
  return useQuery({
    queryKey: queryKeys.summary(number),
    queryFn: ({ signal }) => callApi('getSummary', { params: { number } }, { signal }),
    refetchInterval: FRESH_MS,
    enabled,
  });
}

/** Writes what an update to an audience could say. */
export function useWriteDraft(number: number) {
  return useMutation({ mutationFn: (body: CallOf<'writeDraft'>['body']) => callApi('writeDraft', { params: { number }, body }) });
}

/** What was changed before an incident began, the most suspicious first. */
export function useChangesBefore(number: number, { enabled = true }: { enabled?: boolean } = {}) {
  return useQuery({
    queryKey: queryKeys.changesBefore(number),
    queryFn: ({ signal }) => callApi('getChangesBefore', { params: { number } }, { signal }),
    enabled,
  });
}

function useBoardChange<C extends { readonly number: number }, R>(change: (call: C) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: change, onSettled: (_result, _error, { number }) => client.invalidateQueries({ queryKey: queryKeys.causes(number) }) });
}

/** Puts a hypothesis on the board. */
export function useAddHypothesis() {
  return useBoardChange(({ number, body }: { number: number; body: AddHypothesisBody }) => callApi('addHypothesis', { params: { number }, body }));
}

/** Confirms or refutes a suspected cause, or leaves it open again. */
export function useJudgeCause() {
  return useBoardChange(({ number, version, body }: { number: number; version: number; body: JudgeCauseBody }) => callApi('judgeCause', { params: { number }, body }, { ifMatch: version }));
}

/** Runbooks that are likely to end an incident, the likeliest first. */
export function useRecommendations(number: number) {
  return useQuery({
    queryKey: queryKeys.recommendations(number),
    queryFn: ({ signal }) => callApi('getRecommendations', { params: { number } }, { signal }),
    refetchInterval: ({ state }) => (state.data?.state === 'preparing' ? PREPARING_MS : false),
  });
}

/** Rejects a suggested runbook for an incident, or takes that back. */
export function useJudgeRecommendation() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ number, body }: { number: number; body: JudgeRecommendationBody }) => callApi('judgeRecommendation', { params: { number }, body }),
    onSuccess: (found, { number }) => client.setQueryData(queryKeys.recommendations(number), found),
    onSettled: (_result, _error, { number }) => Promise.all([queryKeys.suggestions, queryKeys.timeline(number)].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}
