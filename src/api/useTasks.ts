import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CallOf, Task } from '#contract';
import { allPages, WHOLE_PAGE } from './allPages.ts';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';
import { firstPage } from './useIncidents.ts';

const PAGE_ROWS = 10;
/** A task falls due without anybody doing anything; the live stream tells, and this is for when it is away. */
const SAFETY_REFETCH_MS = 30_000;

/** All tasks of an incident, the open ones first. */
export function useIncidentTasks(number: number, { enabled }: { enabled: boolean }) {
  return useQuery({
    queryKey: queryKeys.incidentTasks(number),
    queryFn: ({ signal }) => allPages((cursor) => callApi('listIncidentTasks', { params: { number }, query: { limit: WHOLE_PAGE, cursor } }, { signal })),
    refetchInterval: SAFETY_REFETCH_MS,
    enabled,
  });
}

/** Open tasks of all incidents, page by page: mine, or what is overdue, whose ever it is. */
export function useTaskList(which: 'mine' | 'overdue', { enabled }: { enabled: boolean }) {
  return useInfiniteQuery({
    queryKey: queryKeys.taskList(which),
    queryFn: ({ pageParam, signal }) =>
      callApi('listTasks', { query: { ...(which === 'mine' ? { owner: 'me' } : { due: 'overdue' }), limit: PAGE_ROWS, cursor: pageParam ?? undefined } }, { signal }),
    initialPageParam: firstPage(),
    getNextPageParam: (last) => last.nextCursor,
    refetchInterval: SAFETY_REFETCH_MS,
    enabled,
  });
}

/** A change of one task. Also a refused one refreshes the lists: somebody else was faster. */
function useTaskChange<C>(change: (call: C) => Promise<Task>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: (task) =>
      Promise.all([
        client.invalidateQueries({ queryKey: queryKeys.tasks }),
        ...(task === undefined ? [] : [client.invalidateQueries({ queryKey: queryKeys.timeline(task.incident.number) })]),
      ]),
  });
}

/** Adds a task to an incident. */
export function useCreateTask() {
  return useTaskChange(({ number, body }: { number: number; body: CallOf<'createTask'>['body'] }) => callApi('createTask', { params: { number }, body }));
}

/** Changes an open task. */
export function useEditTask() {
  return useTaskChange(({ id, version, body }: { id: string; version: number; body: CallOf<'editTask'>['body'] }) =>
    callApi('editTask', { params: { id }, body }, { ifMatch: version })
  );
}

const MOVES = { complete: 'completeTask', cancel: 'cancelTask', reopen: 'reopenTask' } as const;
export type TaskMove = keyof typeof MOVES;

/** Says that a task is done, is not needed, or is open again. */
export function useMoveTask() {
  return useTaskChange(({ id, move }: { id: string; move: TaskMove }) => callApi(MOVES[move], { params: { id }, body: {} }));
}
