import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CallOf, MaintenanceSchedule } from '#contract';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';

/** Windows begin and end by themselves, without an event. */
const PHASE_REFETCH_MS = 30_000;

export function useMaintenance() {
  return useQuery({
    queryKey: queryKeys.maintenance,
    queryFn: ({ signal }) => callApi('listMaintenance', { query: { limit: 1000 } }, { signal }),
    refetchInterval: PHASE_REFETCH_MS,
  });
}

export function useSchedulePreview(schedule: MaintenanceSchedule, enabled: boolean) {
  return useQuery({
    queryKey: [...queryKeys.maintenance, 'preview', schedule],
    queryFn: ({ signal }) => callApi('previewMaintenance', { body: { schedule } }, { signal }),
    enabled,
    placeholderData: keepPreviousData,
    retry: false,
  });
}

function useWindowChange<C, R>(change: (call: C) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: change, onSettled: () => client.invalidateQueries({ queryKey: queryKeys.maintenance }) });
}

/** Plans a window, or replaces the one that was read. */
export function useSaveMaintenance() {
  return useWindowChange(({ known, body }: { known: { id: string; version: number } | null; body: CallOf<'createMaintenance'>['body'] }) =>
    known === null ? callApi('createMaintenance', { body }) : callApi('editMaintenance', { params: { id: known.id }, body }, { ifMatch: known.version })
  );
}

export function useEndMaintenance() {
  return useWindowChange(({ id, version }: { id: string; version: number }) => callApi('endMaintenance', { params: { id } }, { ifMatch: version }));
}
