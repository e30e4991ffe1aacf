import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { isEndedRun, type CallOf, type Run, type StepOutput } from '#contract';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';
import { firstPage } from './useIncidents.ts';

/** The live stream tells of each step; this is for when it is away. */
const SAFETY_REFETCH_MS = 10_000;
const PAGE_ROWS = 50;
const OUTPUT_POLL_MS = 1_500;

export interface RunFilter {
  readonly runbook?: string;
  readonly incident?: number;
  readonly state?: 'all' | 'open' | 'ended';
  readonly service?: string;
}

/** Runs, the newest first, page by page. */
export function useRunPages(filter: RunFilter) {
  return useInfiniteQuery({
    queryKey: [...queryKeys.runs, 'pages', filter],
    queryFn: ({ pageParam, signal }) => callApi('listRuns', { query: { ...filter, limit: PAGE_ROWS, cursor: pageParam ?? undefined } }, { signal }),
    initialPageParam: firstPage(),
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: (before) => before,
    refetchInterval: 30_000,
  });
}

/** The newest runs of an incident. */
export function useIncidentRuns(number: number, { enabled }: { enabled: boolean }) {
  return useQuery({
    queryKey: queryKeys.incidentRuns(number),
    queryFn: ({ signal }) => callApi('listRuns', { query: { incident: number, limit: 200 } }, { signal }),
    refetchInterval: SAFETY_REFETCH_MS,
    enabled,
  });
}

/** One run with its steps, read anew as long as it goes on. */
export function useRun(id: string) {
  return useQuery({
    queryKey: queryKeys.run(id),
    queryFn: ({ signal }) => callApi('getRun', { params: { id } }, { signal }),
    refetchInterval: ({ state }) => (state.data !== undefined && isEndedRun(state.data.state) ? false : SAFETY_REFETCH_MS),
  });
}

export interface StartCall {
  readonly runbook: string;
  readonly body: CallOf<'startRun'>['body'];
}

export function useStartRun() {
  return useRunChange(({ runbook, body }: StartCall) => callApi('startRun', { params: { id: runbook }, body }));
}

/** A change of one run. Also a refused one refreshes what is seen: somebody else was faster. */
function useRunChange<C>(change: (call: C) => Promise<Run>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (run) => client.setQueryData(queryKeys.run(run.id), run),
    onSettled: () => Promise.all([queryKeys.runs, queryKeys.suggestions, queryKeys.predictionLists, queryKeys.forecastLists].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}

/** Approve, reject, or say that it is done. */
export function useAnswerStep() {
  return useRunChange(({ run, body }: { run: string; body: CallOf<'answerStep'>['body'] }) => callApi('answerStep', { params: { id: run }, body }));
}

/** What is done to a whole run. */
export type RunAction =
  | { readonly name: 'pause' | 'resume' | 'undo'; readonly reason: string }
  | { readonly name: 'cancel'; readonly reason: string; readonly undo: boolean }
  | { readonly name: 'retry' | 'skip'; readonly reason: string; readonly step: string };

export function useRunAction() {
  return useRunChange(({ run, action }: { run: string; action: RunAction }) => {
    const params = { id: run };
    switch (action.name) {
      case 'pause':
        return callApi('pauseRun', { params, body: { reason: action.reason } });
      case 'resume':
        return callApi('resumeRun', { params, body: { reason: action.reason } });
      case 'undo':
        return callApi('undoRun', { params, body: { reason: action.reason } });
      case 'cancel':
        return callApi('cancelRun', { params, body: { reason: action.reason, undo: action.undo } });
      case 'retry':
        return callApi('retryStep', { params, body: { step: action.step, reason: action.reason } });
      case 'skip':
        return callApi('skipStep', { params, body: { step: action.step, reason: action.reason } });
    }
  });
}

interface OutputOf {
  readonly run: string;
  readonly step: string;
  /** Left out: the last one. */
  readonly attempt?: number;
  /** Whether more is to come. */
  readonly live: boolean;
}

/** What a step wrote so far. Asks only for what it does not have yet, for as long as the step runs. */
export function useStepOutput({ run, step, attempt, live }: OutputOf) {
  const client = useQueryClient();
  const queryKey = [...queryKeys.run(run), 'output', step, attempt ?? 'last'];
  return useQuery({
    queryKey,
    queryFn: async ({ signal }): Promise<StepOutput> => {
      let known = client.getQueryData<StepOutput>(queryKey);
      for (;;) {
        const after = known?.lastSeq ?? 0;
        const more = await callApi('getStepOutput', { params: { id: run }, query: { step, after, ...(attempt === undefined ? {} : { attempt }) } }, { signal });
        // a new attempt begins anew
        if (known !== undefined && more.attempt !== known.attempt) {
          known = undefined;
          if (after > 0) continue;
        }
        known = { ...more, chunks: [...(known?.chunks ?? []), ...more.chunks] };
        if (more.chunks.length === 0 || more.lastSeq <= after) return known;
      }
    },
    refetchInterval: live ? OUTPUT_POLL_MS : false,
  });
}
