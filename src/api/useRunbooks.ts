import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CallOf, Runbook } from '#contract';
import { allPages, WHOLE_PAGE } from './allPages.ts';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';

/** What the list of runbooks is narrowed to. */
export interface RunbookFilter {
  readonly q?: string;
  readonly state?: 'all' | 'draft' | 'live' | 'retired';
  readonly service?: string;
}

/** All runbooks that fit a filter. */
export function useRunbookList(filter: RunbookFilter = {}, { enabled = true }: { enabled?: boolean } = {}) {
  return useQuery({
    queryKey: [...queryKeys.runbooks, 'list', filter],
    queryFn: ({ signal }) => allPages((cursor) => callApi('listRunbooks', { query: { ...filter, limit: WHOLE_PAGE, cursor } }, { signal })),
    placeholderData: (before) => before,
    enabled,
  });
}

/** One runbook with its draft. */
export function useRunbook(id: string) {
  return useQuery({ queryKey: queryKeys.runbook(id), queryFn: ({ signal }) => callApi('getRunbook', { params: { id } }, { signal }) });
}

/** Reads a runbook as it is now, whatever is cached. */
export function useFreshRunbook() {
  const client = useQueryClient();
  return (id: string) => client.fetchQuery({ queryKey: queryKeys.runbook(id), queryFn: () => callApi('getRunbook', { params: { id } }), staleTime: 0 });
}

/** A change of one runbook; the answer is what it is from now on. */
function useRunbookChange<C>(change: (call: C) => Promise<Runbook>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (runbook) => {
      client.setQueryData(queryKeys.runbook(runbook.id), runbook);
      return client.invalidateQueries({ queryKey: [...queryKeys.runbooks, 'list'] });
    },
  });
}

export function useCreateRunbook() {
  return useRunbookChange((source: string) => callApi('createRunbook', { body: { source } }));
}

interface Versioned {
  readonly id: string;
  /** The ETag of the runbook. */
  readonly version: number;
}

export function usePutRunbookDraft() {
  return useRunbookChange(({ id, version, source }: Versioned & { source: string }) => callApi('putRunbookDraft', { params: { id }, body: { source } }, { ifMatch: version }));
}

export function useDiscardRunbookDraft() {
  return useRunbookChange(({ id, version }: Versioned) => callApi('discardRunbookDraft', { params: { id } }, { ifMatch: version }));
}

export function usePublishRunbook() {
  return useRunbookChange(({ id, version, note }: Versioned & { note: string }) => callApi('publishRunbook', { params: { id }, body: { note } }, { ifMatch: version }));
}

/** Takes a runbook out of use, or into it again. */
export function useRetireRunbook() {
  return useRunbookChange(({ id, version, reason, to }: Versioned & { reason: string; to: 'retireRunbook' | 'reinstateRunbook' }) =>
    callApi(to, { params: { id }, body: { reason } }, { ifMatch: version })
  );
}

export function useRestoreRunbookVersion() {
  return useRunbookChange(({ id, version, restore }: Versioned & { restore: number }) => callApi('restoreRunbookVersion', { params: { id, version: restore } }, { ifMatch: version }));
}

/** Published versions, the newest first. */
export function useRunbookVersions(id: string) {
  return useQuery({
    queryKey: [...queryKeys.runbook(id), 'versions'],
    queryFn: ({ signal }) => allPages((cursor) => callApi('listRunbookVersions', { params: { id }, query: { limit: WHOLE_PAGE, cursor } }, { signal })),
  });
}

/** The text of one version, which never changes. */
export function useRunbookVersion(id: string, version: number | null) {
  return useQuery({
    queryKey: [...queryKeys.runbook(id), 'version', version],
    queryFn: ({ signal }) => callApi('getRunbookVersion', { params: { id, version: version ?? 1 } }, { signal }),
    enabled: version !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** What is wrong with a text. What was said of the text before stays until the new answer. */
export function useRunbookCheck(source: string, { enabled }: { enabled: boolean }) {
  return useQuery({
    queryKey: ['runbookCheck', source],
    queryFn: ({ signal }) => callApi('checkRunbook', { body: { source } }, { signal }),
    placeholderData: (before) => before,
    enabled: enabled && source.trim() !== '',
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
}

export type DryRunBody = CallOf<'dryRunRunbook'>['body'];

/** What a run would do and send; nothing is sent. */
export function useDryRun(body: DryRunBody | null) {
  return useQuery({
    queryKey: ['runbookDryRun', body],
    queryFn: ({ signal }) => callApi('dryRunRunbook', { body: body ?? {} }, { signal }),
    placeholderData: (before) => before,
    enabled: body !== null,
    gcTime: 60_000,
  });
}

/** Makes a guided checklist of a Markdown procedure. */
export function useImportRunbook() {
  return useMutation({ mutationFn: (body: CallOf<'importRunbook'>['body']) => callApi('importRunbook', { body }) });
}

/** Coverage, success, time saved, what is stale. */
export function useRunbookStatistics() {
  return useQuery({ queryKey: [...queryKeys.runbooks, 'statistics'], queryFn: ({ signal }) => callApi('getRunbookStatistics', {}, { signal }) });
}

/** What the last preflight found, by runbook. */
export function usePreflight({ enabled }: { enabled: boolean }) {
  return useQuery({
    queryKey: [...queryKeys.runbooks, 'preflight'],
    queryFn: ({ signal }) => allPages((cursor) => callApi('listPreflight', { query: { limit: WHOLE_PAGE, cursor } }, { signal })),
    enabled,
  });
}

/** Checks now whether a runbook would work. */
export function useRunPreflight() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => callApi('runPreflight', { params: { id } }),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.runbooks }),
  });
}
