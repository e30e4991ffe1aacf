import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CallOf, DrillId, DrillRunId, Drill, ResponseOf } from '#contract';
import { allPages, WHOLE_PAGE } from './allPages.ts';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';

/** What is reached in a drill is told as events of its incident, which its report follows at a distance. */
const FOLLOW_MS = 2_000;
const REPORTS_A_PAGE = 10;

export function useDrills() {
  return useQuery({
    queryKey: queryKeys.drills,
    queryFn: ({ signal }) => allPages((cursor) => callApi('listDrills', { query: { limit: WHOLE_PAGE, cursor } }, { signal })),
    refetchInterval: ({ state }) => (state.data?.some(({ lastRun }) => lastRun !== null && lastRun.state !== 'ended') === true ? FOLLOW_MS : false),
  });
}

/** Performances of a drill, the newest first. */
export function useDrillRuns(drill: DrillId) {
  return useInfiniteQuery({
    queryKey: queryKeys.drillRuns(drill),
    queryFn: ({ signal, pageParam }) => callApi('listDrillRuns', { query: { drill, limit: REPORTS_A_PAGE, ...(pageParam === '' ? {} : { cursor: pageParam }) } }, { signal }),
    initialPageParam: '',
    getNextPageParam: (last: ResponseOf<'listDrillRuns'>) => last.nextCursor,
  });
}

/** One performance with its report, followed while it goes on. */
export function useDrillRun(id: DrillRunId) {
  return useQuery({
    queryKey: queryKeys.drillRun(id),
    queryFn: ({ signal }) => callApi('getDrillRun', { params: { id } }, { signal }),
    refetchInterval: ({ state }) => (state.data?.state === 'ended' ? false : FOLLOW_MS),
  });
}

function useDrillChange<C, R>(change: (call: C) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: change, onSettled: () => client.invalidateQueries({ queryKey: queryKeys.drills }) });
}

/** Plans a drill, or replaces the one that was read. */
export function useSaveDrill() {
  return useDrillChange(({ known, body }: { known: Pick<Drill, 'id' | 'version'> | null; body: CallOf<'createDrill'>['body'] }) =>
    known === null ? callApi('createDrill', { body }) : callApi('putDrill', { params: { id: known.id }, body }, { ifMatch: known.version })
  );
}

export function useDeleteDrill() {
  return useDrillChange(({ id, version }: Pick<Drill, 'id' | 'version'>) => callApi('deleteDrill', { params: { id } }, { ifMatch: version }));
}

export function useStartDrill() {
  return useDrillChange((id: DrillId) => callApi('startDrill', { params: { id } }));
}

export function useStopDrillRun() {
  return useDrillChange(({ id, reason }: { id: DrillRunId; reason: string }) => callApi('stopDrillRun', { params: { id }, body: { reason } }));
}
