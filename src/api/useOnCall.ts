import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CallOf, ScheduleBody } from '#contract';
import { allPages, WHOLE_PAGE } from './allPages.ts';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';

/** People take over by themselves, without an event. */
const TURN_REFETCH_MS = 30_000;

export function useOnCallNow({ enabled = true }: { enabled?: boolean } = {}) {
  return useQuery({
    queryKey: queryKeys.onCallNow,
    queryFn: ({ signal }) => allPages((cursor) => callApi('listOnCall', { query: { limit: WHOLE_PAGE, cursor } }, { signal })),
    refetchInterval: TURN_REFETCH_MS, enabled,
  });
}

export function useSchedules({ enabled = true }: { enabled?: boolean } = {}) {
  return useQuery({ queryKey: queryKeys.schedules, queryFn: ({ signal }) => allPages((cursor) => callApi('listSchedules', { query: { limit: WHOLE_PAGE, cursor } }, { signal })), enabled });
}

export function useShifts(id: string, from: string, to: string) {
  return useQuery({
    queryKey: queryKeys.shifts(id, from, to), queryFn: ({ signal }) => callApi('listShifts', { params: { id }, query: { from, to } }, { signal }), placeholderData: keepPreviousData,
  });
}

export function useShiftPreview(schedule: ScheduleBody, from: string, to: string, enabled: boolean) {
  return useQuery({
    queryKey: queryKeys.schedulePreview([schedule, from, to]), queryFn: ({ signal }) => callApi('previewShifts', { body: { schedule, from, to } }, { signal }),
    enabled, placeholderData: keepPreviousData, retry: false,
  });
}

export function useMyShifts() {
  return useQuery({ queryKey: queryKeys.myShifts, queryFn: ({ signal }) => callApi('listMyShifts', { query: { days: 60 } }, { signal }), refetchInterval: TURN_REFETCH_MS });
}

export function useMySwaps() {
  return useQuery({
    queryKey: queryKeys.swaps, queryFn: ({ signal }) => callApi('listSwaps', { query: { whose: 'mine', state: 'open', limit: 200 } }, { signal }),
  });
}

export function useHandOver(id: string) {
  return useQuery({ queryKey: queryKeys.handOver(id), queryFn: ({ signal }) => callApi('getHandOver', { params: { id } }, { signal }) });
}

export function useScheduleFeed(id: string) {
  return useQuery({ queryKey: queryKeys.scheduleFeed(id), queryFn: ({ signal }) => callApi('getScheduleFeed', { params: { id } }, { signal }) });
}

function useOnCallChange<C, R>(change: (call: C) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: change, onSettled: () => client.invalidateQueries({ queryKey: queryKeys.onCall }) });
}

/** Adds a schedule, or replaces the one that was read. */
export function useSaveSchedule() {
  return useOnCallChange(({ known, body }: { known: { id: string; version: number } | null; body: CallOf<'createSchedule'>['body'] }) =>
    known === null ? callApi('createSchedule', { body }) : callApi('putSchedule', { params: { id: known.id }, body }, { ifMatch: known.version })
  );
}

export function useDeleteSchedule() {
  return useOnCallChange(({ id, version }: { id: string; version: number }) => callApi('deleteSchedule', { params: { id } }, { ifMatch: version }));
}

export function useCreateOverride() {
  return useOnCallChange((call: CallOf<'createOverride'>) => callApi('createOverride', call));
}

export function useDeleteOverride() {
  return useOnCallChange((call: CallOf<'deleteOverride'>) => callApi('deleteOverride', call));
}

export function useRequestSwap() {
  return useOnCallChange((call: CallOf<'requestSwap'>) => callApi('requestSwap', call));
}

/** Accepts, declines or takes back a request as it was read. */
export function useAnswerSwap() {
  return useOnCallChange(({ how, id, version }: { how: 'acceptSwap' | 'declineSwap' | 'withdrawSwap'; id: string; version: number }) =>
    callApi(how, { params: { id }, body: {} }, { ifMatch: version })
  );
}

export function useWriteHandOver() {
  return useOnCallChange((call: CallOf<'writeHandOver'>) => callApi('writeHandOver', call));
}

export function useRenewFeed() {
  return useOnCallChange((id: string) => callApi('renewScheduleFeed', { params: { id } }));
}

export function useImportCalendar() {
  return useOnCallChange(({ id, version, body }: { id: string; version: number; body: CallOf<'importCalendar'>['body'] }) => callApi('importCalendar', { params: { id }, body }, { ifMatch: version }));
}

/** Schedules, and with them policies and the teams that these call. */
export function useImportOnCall() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: CallOf<'importOnCall'>['body']) => callApi('importOnCall', { body }),
    onSettled: () => Promise.all([queryKeys.onCall, queryKeys.policies, queryKeys.teams].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}
