import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { CallOf } from '#contract';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';

/** What would become of a sample; null asks nothing. The former answer stays until the next one is there. */
export function useMappingPreview(body: CallOf<'previewSourceMapping'>['body'] | null) {
  return useQuery({
    queryKey: queryKeys.mappingPreview(body),
    queryFn: ({ signal }) => callApi('previewSourceMapping', { body: body ?? NOTHING }, { signal }),
    enabled: body !== null,
    placeholderData: keepPreviousData,
  });
}

const NOTHING: CallOf<'previewSourceMapping'>['body'] = {
  mapping: { alerts: '$', name: { const: '-' }, status: { otherwise: 'firing' }, labels: {}, identity: ['alertname'] },
  sample: '{}',
};

/** How the newest alerts of a source would regroup by these labels; without labels nothing is asked. */
export function useFingerprintPreview(source: string, labels: readonly string[]) {
  return useQuery({
    queryKey: queryKeys.fingerprintPreview(source, labels),
    queryFn: ({ signal }) => callApi('previewFingerprint', { params: { source }, body: { labels: [...labels] } }, { signal }),
    enabled: labels.length > 0,
    placeholderData: keepPreviousData,
  });
}
