import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CallOf, ChannelId, DeliveryId, DeliveryState } from '#contract';
import { allPages, WHOLE_PAGE } from './allPages.ts';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';
import { firstPage } from './useIncidents.ts';

const HEALTH_MS = 10_000;

/** Channels with their health, which changes with every message. */
export function useChannels({ enabled = true }: { enabled?: boolean } = {}) {
  return useQuery({
    queryKey: [...queryKeys.channels, 'list'], enabled, refetchInterval: HEALTH_MS,
    queryFn: ({ signal }) => allPages((cursor) => callApi('listChannels', { query: { limit: WHOLE_PAGE, cursor } }, { signal })),
  });
}

export function useChannelKinds() {
  return useQuery({ queryKey: queryKeys.channelKinds, queryFn: async ({ signal }) => (await callApi('listChannelKinds', {}, { signal })).kinds, staleTime: Infinity });
}

/** One channel with its settings; not asked for while there is no id. */
export function useChannel(id: ChannelId | null) {
  return useQuery({
    queryKey: queryKeys.channel(id ?? ''), enabled: id !== null,
    queryFn: ({ signal }) => {
      if (id === null) throw new Error('no channel is chosen');
      return callApi('getChannel', { params: { id } }, { signal });
    },
  });
}

function useChannelChange<C, R>(change: (call: C) => Promise<R>) {
  const client = useQueryClient();
  // Secrets must not lie about in the cache of mutations.
  return useMutation({ mutationFn: change, gcTime: 0, onSettled: () => client.invalidateQueries({ queryKey: queryKeys.channels }) });
}

export function useCreateChannel() {
  return useChannelChange((body: CallOf<'createChannel'>['body']) => callApi('createChannel', { body }));
}

export function useEditChannel() {
  return useChannelChange(({ id, version, body }: { id: ChannelId; version: number; body: CallOf<'editChannel'>['body'] }) => callApi('editChannel', { params: { id }, body }, { ifMatch: version }));
}

export function useDeleteChannel() {
  return useChannelChange(({ id, version }: { id: ChannelId; version: number }) => callApi('deleteChannel', { params: { id } }, { ifMatch: version }));
}

export function useTestChannel() {
  return useChannelChange(({ id, address }: { id: ChannelId; address: string | null }) => callApi('testChannel', { params: { id }, body: { address } }));
}

export function useChains() {
  return useQuery({ queryKey: queryKeys.chains, queryFn: ({ signal }) => callApi('getChains', {}, { signal }) });
}

export function usePutChains() {
  return useChannelChange(({ version, body }: { version: number; body: CallOf<'putChains'>['body'] }) => callApi('putChains', { body }, { ifMatch: version }));
}

/** Who was told what, the newest first; of one incident, or of all. */
export function useDeliveries({ incident = null, state = null }: { incident?: number | null; state?: DeliveryState | null } = {}) {
  return useInfiniteQuery({
    queryKey: incident === null ? queryKeys.deliveryList({ state }) : [...queryKeys.incidentDeliveries(incident), state], refetchInterval: HEALTH_MS,
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: 50, cursor: pageParam ?? undefined, ...(state === null ? {} : { state }) };
      return incident === null ? callApi('listDeliveries', { query }, { signal }) : callApi('listIncidentDeliveries', { params: { number: incident }, query }, { signal });
    },
    initialPageParam: firstPage(),
    getNextPageParam: (last) => last.nextCursor,
  });
}

/** One delivery with every try. */
export function useDelivery(id: DeliveryId) {
  return useQuery({ queryKey: queryKeys.delivery(id), queryFn: ({ signal }) => callApi('getDelivery', { params: { id } }, { signal }) });
}

export function useRetryDelivery() {
  const client = useQueryClient();
  return useMutation({ mutationFn: (id: DeliveryId) => callApi('retryDelivery', { params: { id } }), onSettled: () => client.invalidateQueries({ queryKey: queryKeys.deliveries }) });
}

export function useRehearsals() {
  return useQuery({ queryKey: [...queryKeys.rehearsals, 'list'], queryFn: async ({ signal }) => (await callApi('listRehearsals', { query: { limit: 10 } }, { signal })).items, refetchInterval: HEALTH_MS });
}

export function useStartRehearsal() {
  const client = useQueryClient();
  return useMutation({ mutationFn: (people: boolean) => callApi('startRehearsal', { body: { people } }), onSettled: () => client.invalidateQueries({ queryKey: queryKeys.rehearsals }) });
}

const RUNNING_MS = 2_000;

/** How the last test of my addresses went; looked at often while it is under way. */
export function useMyRehearsal({ enabled = true }: { enabled?: boolean } = {}) {
  return useQuery({
    queryKey: queryKeys.myRehearsal, enabled, queryFn: async ({ signal }) => (await callApi('getMyRehearsal', {}, { signal })).rehearsal,
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? RUNNING_MS : false),
  });
}

/** Sends a test to every address of mine. */
export function useRehearseMine() {
  const client = useQueryClient();
  return useMutation({ mutationFn: () => callApi('rehearseMyContacts', {}), onSettled: () => client.invalidateQueries({ queryKey: queryKeys.myRehearsal }) });
}

export function useNotificationSettings({ enabled = true }: { enabled?: boolean } = {}) {
  return useQuery({ queryKey: queryKeys.notificationSettings, enabled, queryFn: ({ signal }) => callApi('getNotificationSettings', {}, { signal }) });
}

export function usePutNotificationSettings() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ version, body }: { version: number; body: CallOf<'putNotificationSettings'>['body'] }) => callApi('putNotificationSettings', { body }, { ifMatch: version }),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.notificationSettings }),
  });
}
