import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CallOf } from '#contract';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';

/** The model that may reword drafts, what was asked of it today, and what became of drafts. */
export function useModelSettings() {
  return useQuery({ queryKey: queryKeys.modelSettings, queryFn: ({ signal }) => callApi('getModelSettings', {}, { signal }) });
}

export function usePutModelSettings() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ version, body }: { version: number; body: CallOf<'putModelSettings'>['body'] }) => callApi('putModelSettings', { body }, { ifMatch: version }),
    onSuccess: (settings) => client.setQueryData(queryKeys.modelSettings, settings),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.modelSettings }),
  });
}

/** Asks the model for a sentence. */
export function useTestModel() {
  const client = useQueryClient();
  return useMutation({ mutationFn: () => callApi('testModel', { body: {} }), onSettled: () => client.invalidateQueries({ queryKey: queryKeys.modelSettings }) });
}

/** What a model would be sent. It is read once: what is sent afterwards is what was looked at, or nothing. */
export function usePreviewDraft(number: number) {
  return useMutation({ mutationFn: (body: CallOf<'previewDraft'>['body']) => callApi('previewDraft', { params: { number }, body }) });
}

/** Says what became of a draft. */
export function useNoteDraftOutcome() {
  return useMutation({ mutationFn: (body: CallOf<'noteDraftOutcome'>['body']) => callApi('noteDraftOutcome', { body }) });
}
