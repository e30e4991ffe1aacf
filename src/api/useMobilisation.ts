import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CallOf } from '#contract';
import { allPages, WHOLE_PAGE } from './allPages.ts';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';

/** Steps fall due without anybody doing anything; the live stream tells, and this is for when it is away. */
const SAFETY_REFETCH_MS = 15_000;

/** Who was called for an incident, and who answered. */
export function useMobilisation(number: number, { enabled }: { enabled: boolean }) {
  return useQuery({
    queryKey: queryKeys.mobilisation(number),
    queryFn: ({ signal }) => callApi('getMobilisation', { params: { number } }, { signal }),
    refetchInterval: SAFETY_REFETCH_MS,
    enabled,
  });
}

/** Pages that wait for the reader's own answer. */
export function useMyPages({ enabled }: { enabled: boolean }) {
  return useQuery({ queryKey: queryKeys.myPages, queryFn: ({ signal }) => callApi('listMyPages', {}, { signal }), refetchInterval: SAFETY_REFETCH_MS, enabled });
}

export function useIncidentRoles(number: number, { enabled }: { enabled: boolean }) {
  return useQuery({ queryKey: queryKeys.incidentRoles(number), queryFn: ({ signal }) => callApi('getIncidentRoles', { params: { number } }, { signal }), enabled });
}

/** How long things may take, by severity. */
export function useClockRules() {
  return useQuery({ queryKey: queryKeys.clockRules, queryFn: ({ signal }) => callApi('getClockRules', {}, { signal }) });
}

export function usePutClockRules() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ version, body }: { version: number; body: CallOf<'putClockRules'>['body'] }) => callApi('putClockRules', { body }, { ifMatch: version }),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.clockRules }),
  });
}

export function useIncidentClocks(number: number, { enabled }: { enabled: boolean }) {
  return useQuery({
    queryKey: queryKeys.incidentClocks(number),
    queryFn: ({ signal }) => callApi('getIncidentClocks', { params: { number } }, { signal }),
    refetchInterval: SAFETY_REFETCH_MS,
    enabled,
  });
}

/** All escalation policies. */
export function usePolicies({ enabled = true }: { enabled?: boolean } = {}) {
  return useQuery({
    queryKey: queryKeys.policies,
    queryFn: ({ signal }) => allPages((cursor) => callApi('listPolicies', { query: { limit: WHOLE_PAGE, cursor } }, { signal })),
    enabled,
  });
}

function useBoardChange<C>(number: number, change: (call: C) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => Promise.all([queryKeys.mobilisation(number), queryKeys.incident(number), queryKeys.timeline(number), queryKeys.myPages].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}

export function useStartEscalation(number: number) {
  return useBoardChange(number, (body: CallOf<'startEscalation'>['body']) => callApi('startEscalation', { params: { number }, body }));
}

export function usePagePerson(number: number) {
  return useBoardChange(number, (body: CallOf<'pagePerson'>['body']) => callApi('pagePerson', { params: { number }, body }));
}

export function useStopEscalation(number: number) {
  return useBoardChange(number, (id: string) => callApi('stopEscalation', { params: { id }, body: {} }));
}

export function useAnswerPage(number: number) {
  return useBoardChange(number, ({ id, answer }: { id: string; answer: CallOf<'answerPage'>['body']['answer'] }) => callApi('answerPage', { params: { id }, body: { answer } }));
}

export function useAssignRole(number: number) {
  return useBoardChange(number, ({ role, user }: { role: string; user: string | null }) => callApi('assignRole', { params: { number, role }, body: { user } }));
}

export function useOfferRole(number: number) {
  return useBoardChange(number, (body: CallOf<'offerRole'>['body']) => callApi('offerRole', { params: { number }, body }));
}

export function useAnswerRoleOffer(number: number) {
  return useBoardChange(number, ({ id, answer }: { id: string; answer: 'accept' | 'decline' }) => callApi('answerRoleOffer', { params: { id }, body: { answer } }));
}

/** Makes a policy, or changes one of a version. */
export function useSavePolicy() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, version, body }: { id: string; version: number | null; body: CallOf<'putPolicy'>['body'] }) =>
      version === null ? callApi('createPolicy', { body: { id, ...body } }) : callApi('putPolicy', { params: { policy: id }, body }, { ifMatch: version }),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.policies }),
  });
}

export function useDeletePolicy() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, version }: { id: string; version: number }) => callApi('deletePolicy', { params: { policy: id } }, { ifMatch: version }),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.policies }),
  });
}
