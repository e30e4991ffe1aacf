import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CallOf, IncidentComms, StatusUpdate, UpdateId } from '#contract';
import { allPages, WHOLE_PAGE } from './allPages.ts';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';

/** A time falls due without anybody doing anything; the live stream tells, and this is for when it is away. */
const SAFETY_REFETCH_MS = 30_000;

export type UpdateBody = CallOf<'createUpdate'>['body'];

/** Audiences, their templates and rules. */
export function useCommunication({ enabled = true }: { enabled?: boolean } = {}) {
  return useQuery({ queryKey: queryKeys.communication, queryFn: ({ signal }) => callApi('getCommunication', {}, { signal }), enabled });
}

export function usePutCommunication() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ version, body }: { version: number; body: CallOf<'putCommunication'>['body'] }) => callApi('putCommunication', { body }, { ifMatch: version }),
    onSuccess: (settings) => {
      client.setQueryData(queryKeys.communication, settings);
    },
    onSettled: () => Promise.all([client.invalidateQueries({ queryKey: queryKeys.communication }), client.invalidateQueries({ queryKey: queryKeys.comms })]),
  });
}

/** How many of the updates that were due came in time. */
export function useCadence(days: number) {
  return useQuery({ queryKey: queryKeys.cadence(days), queryFn: ({ signal }) => callApi('getCadence', { query: { days } }, { signal }) });
}

/** When the next updates are due, in all incidents; the first stands first. */
export function useUpdatesDue({ enabled }: { enabled: boolean }) {
  return useQuery({
    queryKey: queryKeys.updatesDue,
    queryFn: ({ signal }) => allPages((cursor) => callApi('listUpdatesDue', { query: { limit: WHOLE_PAGE, cursor } }, { signal })),
    refetchInterval: SAFETY_REFETCH_MS,
    enabled,
  });
}

/** What is due in an incident, and what an update would begin with. */
export function useIncidentComms(number: number, { enabled }: { enabled: boolean }) {
  return useQuery({ queryKey: queryKeys.incidentComms(number), queryFn: ({ signal }) => callApi('getIncidentComms', { params: { number } }, { signal }), refetchInterval: SAFETY_REFETCH_MS, enabled });
}

function useClockChange<C>(change: (call: C) => Promise<IncidentComms>, number: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => Promise.all([client.invalidateQueries({ queryKey: queryKeys.comms }), client.invalidateQueries({ queryKey: queryKeys.timeline(number) })]),
  });
}

/** Lets the clocks of updates stand still. */
export function usePauseUpdates(number: number) {
  return useClockChange((body: CallOf<'pauseUpdates'>['body']) => callApi('pauseUpdates', { params: { number }, body }), number);
}

/** Lets them run again. */
export function useResumeUpdates(number: number) {
  return useClockChange(() => callApi('resumeUpdates', { params: { number }, body: {} }), number);
}

/** Updates of an incident, the newest first. */
export function useIncidentUpdates(number: number, { enabled }: { enabled: boolean }) {
  return useQuery({
    queryKey: queryKeys.incidentUpdates(number),
    queryFn: ({ signal }) => allPages((cursor) => callApi('listIncidentUpdates', { params: { number }, query: { limit: WHOLE_PAGE, cursor } }, { signal })),
    enabled,
  });
}

/** How often it is asked whom an update reached: while something is under way, and afterwards. */
const LIVE_MS = 3_000;
const SETTLED_MS = 30_000;

/** Whom a published update reached: asked again every few seconds while something is under way. */
export function useUpdateDeliveries(id: UpdateId, { enabled }: { enabled: boolean }) {
  return useQuery({
    queryKey: queryKeys.updateDeliveries(id),
    queryFn: ({ signal }) => callApi('getUpdateDeliveries', { params: { id } }, { signal }),
    refetchInterval: ({ state: { data } }) => (data !== undefined && data.waiting === 0 && !data.spreading ? SETTLED_MS : LIVE_MS),
    enabled,
  });
}

/** An update as its audience would read it. */
export function useUpdatePreview(number: number, body: UpdateBody, { enabled }: { enabled: boolean }) {
  return useQuery({
    queryKey: queryKeys.updatePreview(number, body),
    queryFn: ({ signal }) => callApi('previewUpdate', { params: { number }, body }, { signal }),
    placeholderData: (before) => before,
    staleTime: 10_000,
    enabled,
  });
}

/** A change of one update. Also a refused one refreshes the lists: somebody else was faster. */
function useUpdateChange<C>(change: (call: C) => Promise<StatusUpdate>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: (update) =>
      Promise.all([
        client.invalidateQueries({ queryKey: queryKeys.comms }), ...(update === undefined ? [] : [client.invalidateQueries({ queryKey: queryKeys.timeline(update.incident) })]),
      ]),
  });
}

/** Writes an update, or changes a draft; `publish`: publishes it as well. */
export function useSaveUpdate() {
  return useUpdateChange(async ({ number, draft, body, publish }: { number: number; draft: StatusUpdate | null; body: UpdateBody; publish: boolean }) => {
    const { audience: _audience, corrects: _corrects, ...content } = body;
    const saved = draft === null
      ? await callApi('createUpdate', { params: { number }, body })
      : await callApi('editUpdate', { params: { id: draft.id }, body: content }, { ifMatch: draft.version });
    return publish ? callApi('publishUpdate', { params: { id: saved.id }, body: {} }, { ifMatch: saved.version }) : saved;
  });
}

const MOVES = { approve: 'approveUpdate', publish: 'publishUpdate', discard: 'discardUpdate' } as const;
export type UpdateMove = keyof typeof MOVES;

/** Approves, publishes or throws away what was seen. */
export function useMoveUpdate() {
  return useUpdateChange(({ update, move }: { update: StatusUpdate; move: UpdateMove }) => callApi(MOVES[move], { params: { id: update.id }, body: {} }, { ifMatch: update.version }));
}
