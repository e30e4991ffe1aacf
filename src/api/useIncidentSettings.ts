import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { DeclarePolicy, IncidentTypes, SeverityPolicy } from '#contract';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';

export function useDeclarePolicy() {
  return useQuery({
    queryKey: queryKeys.incidentSetting('declarePolicy'),
    queryFn: ({ signal }) => callApi('getDeclarePolicy', {}, { signal }),
  });
}

export function useSeverityPolicy() {
  return useQuery({
    queryKey: queryKeys.incidentSetting('severity'),
    queryFn: ({ signal }) => callApi('getSeverityPolicy', {}, { signal }),
  });
}

export function useIncidentTypes() {
  return useQuery({
    queryKey: queryKeys.incidentSetting('types'),
    queryFn: ({ signal }) => callApi('getIncidentTypes', {}, { signal }),
  });
}

function usePut<Body, Answer>(name: string, put: (body: Body, version: number) => Promise<Answer>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ version, body }: { version: number; body: Body }) => put(body, version),
    onSuccess: (document) => client.setQueryData(queryKeys.incidentSetting(name), document),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.incidentSettings }),
  });
}

export function usePutDeclarePolicy() {
  return usePut('declarePolicy', (body: DeclarePolicy, ifMatch) => callApi('putDeclarePolicy', { body }, { ifMatch }));
}

export function usePutSeverityPolicy() {
  return usePut('severity', (body: SeverityPolicy, ifMatch) => callApi('putSeverityPolicy', { body }, { ifMatch }));
}

export function usePutIncidentTypes() {
  return usePut('types', (body: IncidentTypes, ifMatch) => callApi('putIncidentTypes', { body }, { ifMatch }));
}

