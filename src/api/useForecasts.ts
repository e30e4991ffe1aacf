import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { CallOf, ForecastId, ForecastPreviewBody } from '#contract';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';
import type { ForecastListQuery } from './queryTypes.ts';

/** They are looked at every ten minutes. */
const LOOK_AGAIN_MS = 60_000;

/** Limits that will be crossed, or what became of it. */
export function useForecasts(query: ForecastListQuery, { enabled = true }: { enabled?: boolean } = {}) {
  return useQuery({ queryKey: queryKeys.forecastList(query), queryFn: ({ signal }) => callApi('listForecasts', { query }, { signal }), refetchInterval: LOOK_AGAIN_MS, enabled });
}

/** What a forecast is made of. */
export function useForecastChart(id: ForecastId) {
  return useQuery({ queryKey: queryKeys.forecastChart(id), queryFn: ({ signal }) => callApi('getForecastChart', { params: { id } }, { signal }), retry: false });
}

const NOTHING: CallOf<'previewForecast'>['body'] = { query: { kind: 'alerts', by: 'rule' }, threshold: { value: 0, side: 'above' } };

/** When what is asked for would cross a limit; null asks nothing. The former answer stays until the next one is there. */
export function useForecastPreview(body: ForecastPreviewBody | null) {
  return useQuery({
    queryKey: queryKeys.forecastPreview(body), queryFn: ({ signal }) => callApi('previewForecast', { body: body ?? NOTHING }, { signal }), enabled: body !== null, placeholderData: keepPreviousData, retry: false,
    staleTime: LOOK_AGAIN_MS,
  });
}
