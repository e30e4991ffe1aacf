import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CallOf, Detector, DetectorBody, DetectorFinding, DetectorId, DetectorPreviewBody, DetectorState, FindingVerdict, ResponseOf } from '#contract';
import { allPages, WHOLE_PAGE } from './allPages.ts';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';

/** How far training is, and cost and health, are told by no event. */
const TRAINING_MS = 3_000;
const WATCHING_MS = 30_000;
const FINDINGS_A_PAGE = 20;

export function useDetectors() {
  return useQuery({
    queryKey: queryKeys.detectorList,
    queryFn: ({ signal }) => allPages((cursor) => callApi('listDetectors', { query: { limit: WHOLE_PAGE, cursor } }, { signal })),
    refetchInterval: ({ state }) => (state.data?.some(({ state: now }) => now === 'train') === true ? TRAINING_MS : WATCHING_MS),
  });
}

/** Findings, the newest first; of one detector or of all. */
export function useFindings(filter: { readonly detector?: DetectorId; readonly verdict: 'any' | 'none' | 'right' | 'wrong' }) {
  return useInfiniteQuery({
    queryKey: queryKeys.detectorFindings(filter),
    queryFn: ({ signal, pageParam }) => callApi('listDetectorFindings', { query: { ...filter, limit: FINDINGS_A_PAGE, ...(pageParam === '' ? {} : { cursor: pageParam }) } }, { signal }),
    initialPageParam: '',
    getNextPageParam: (last: ResponseOf<'listDetectorFindings'>) => last.nextCursor,
  });
}

export function useDetectorReport(id: DetectorId) {
  return useQuery({ queryKey: queryKeys.detectorReport(id), queryFn: ({ signal }) => callApi('getDetectorReport', { params: { id } }, { signal }) });
}

/** Values, band and findings of the past days. */
export function useDetectorChart(id: DetectorId, days: number) {
  return useQuery({ queryKey: queryKeys.detectorChart(id, days), queryFn: ({ signal }) => callApi('getDetectorChart', { params: { id }, query: { days } }, { signal }), placeholderData: keepPreviousData, retry: false });
}

/** How what is asked for would have done; null asks nothing. The former answer stays until the next one is there. */
export function useDetectorPreview(body: DetectorPreviewBody | null) {
  return useQuery({
    queryKey: queryKeys.detectorPreview(body),
    queryFn: ({ signal }) => callApi('previewDetector', { body: body ?? NOTHING }, { signal }),
    enabled: body !== null,
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: Infinity,
  });
}

const NOTHING: CallOf<'previewDetector'>['body'] = { query: { kind: 'alerts', by: 'rule' } };

function useDetectorChange<C, R>(change: (call: C) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: change, onSettled: () => client.invalidateQueries({ queryKey: queryKeys.detectors }) });
}

/** Makes a detector, or replaces the one that was read. */
export function useSaveDetector() {
  return useDetectorChange(({ known, body }: { known: Pick<Detector, 'id' | 'version'> | null; body: DetectorBody }) =>
    known === null ? callApi('createDetector', { body }) : callApi('putDetector', { params: { id: known.id }, body }, { ifMatch: known.version })
  );
}

export function useDeleteDetector() {
  return useDetectorChange(({ id, version }: Pick<Detector, 'id' | 'version'>) => callApi('deleteDetector', { params: { id } }, { ifMatch: version }));
}

export function useSetDetectorState() {
  return useDetectorChange(({ detector, state }: { detector: Pick<Detector, 'id' | 'version'>; state: DetectorState }) =>
    callApi('setDetectorState', { params: { id: detector.id }, body: { state } }, { ifMatch: detector.version })
  );
}

export function useJudgeFinding() {
  return useDetectorChange(({ id, verdict }: { id: DetectorFinding['id']; verdict: FindingVerdict | null }) => callApi('judgeFinding', { params: { id }, body: { verdict } }));
}
