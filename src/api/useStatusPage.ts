import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CallOf } from '#contract';
import { allPages, WHOLE_PAGE } from './allPages.ts';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';

const part = (name: string) => [...queryKeys.statusPage, name];

/** What the status page shows, and to whom. */
export function useStatusPage() {
  return useQuery({ queryKey: part('settings'), queryFn: ({ signal }) => callApi('getStatusPage', {}, { signal }) });
}

/** The page as its readers see it. */
export function useStatusPagePreview() {
  return useQuery({ queryKey: part('preview'), queryFn: ({ signal }) => callApi('previewStatusPage', {}, { signal }), refetchInterval: 60_000 });
}

/** Links that open a private page. */
export function useStatusPageLinks({ enabled }: { enabled: boolean }) {
  return useQuery({ queryKey: part('links'), queryFn: ({ signal }) => allPages((cursor) => callApi('listStatusPageLinks', { query: { limit: WHOLE_PAGE, cursor } }, { signal })), enabled });
}

/** Maintenance on the page, the latest first. */
export function useStatusMaintenance() {
  return useQuery({ queryKey: part('maintenance'), queryFn: ({ signal }) => allPages((cursor) => callApi('listStatusMaintenance', { query: { limit: WHOLE_PAGE, cursor } }, { signal })) });
}

/** The copy at Statuspage.io. */
export function usePageSync({ enabled }: { enabled: boolean }) {
  return useQuery({ queryKey: part('sync'), queryFn: ({ signal }) => callApi('getPageSync', {}, { signal }), refetchInterval: 15_000, enabled });
}

function usePageChange<C, R>(change: (call: C) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: change, onSettled: () => client.invalidateQueries({ queryKey: queryKeys.statusPage }) });
}

export function usePutStatusPage() {
  return usePageChange(({ version, body }: { version: number; body: CallOf<'putStatusPage'>['body'] }) => callApi('putStatusPage', { body }, { ifMatch: version }));
}

export function useCreatePageLink() {
  return usePageChange((name: string) => callApi('createStatusPageLink', { body: { name } }));
}

export function useRevokePageLink() {
  return usePageChange((id: string) => callApi('revokeStatusPageLink', { params: { id } }));
}

/** Announces maintenance, or changes what is announced. */
export function useSaveMaintenance() {
  return usePageChange(({ known, body }: { known: { id: string; version: number } | null; body: CallOf<'createStatusMaintenance'>['body'] }) =>
    known === null ? callApi('createStatusMaintenance', { body }) : callApi('editStatusMaintenance', { params: { id: known.id }, body }, { ifMatch: known.version })
  );
}

export function useDeleteMaintenance() {
  return usePageChange((id: string) => callApi('deleteStatusMaintenance', { params: { id } }));
}

export function usePutPageSync() {
  return usePageChange(({ version, body }: { version: number; body: CallOf<'putPageSync'>['body'] }) => callApi('putPageSync', { body }, { ifMatch: version }));
}

export function useRetryPageSync() {
  return usePageChange((_now: null) => callApi('retryPageSync', { body: {} }));
}

/** Of which incidents the reader is told. */
export function useMySubscription() {
  return useQuery({ queryKey: [...queryKeys.subscriptions, 'mine'], queryFn: ({ signal }) => callApi('getMySubscription', {}, { signal }) });
}

/** Who is told of incidents. */
export function useSubscribers({ enabled }: { enabled: boolean }) {
  return useQuery({ queryKey: [...queryKeys.subscriptions, 'all'], queryFn: ({ signal }) => callApi('listSubscribers', { query: { limit: 200 } }, { signal }), enabled });
}

function useSubscriptionChange<C, R>(change: (call: C) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: change, onSettled: () => client.invalidateQueries({ queryKey: queryKeys.subscriptions }) });
}

export function usePutMySubscription() {
  return useSubscriptionChange(({ version, body }: { version: number; body: CallOf<'putMySubscription'>['body'] }) => callApi('putMySubscription', { body }, { ifMatch: version }));
}

export function useRemoveSubscriber() {
  return useSubscriptionChange((id: string) => callApi('removeSubscriber', { params: { id } }));
}
