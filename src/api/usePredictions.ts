import { useQuery } from '@tanstack/react-query';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';
import type { PredictionListQuery } from './queryTypes.ts';

/** What is open ends by itself with its time. */
const LOOK_AGAIN_MS = 60_000;

/** Services that are likely to break soon, or what became of it. */
export function usePredictions(query: PredictionListQuery, { enabled = true }: { enabled?: boolean } = {}) {
  return useQuery({
    queryKey: queryKeys.predictionList(query),
    queryFn: ({ signal }) => callApi('listPredictions', { query }, { signal }),
    refetchInterval: LOOK_AGAIN_MS,
    enabled,
  });
}
