import { useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { COMMAND_OPERATIONS, type CallOf, type Incident, type LifecycleCommand } from '#contract';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';

const SAFETY_REFETCH_MS = 30_000;

function incidentQuery(number: number) {
  return {
    queryKey: queryKeys.incident(number),
    queryFn: ({ signal }: { signal: AbortSignal }) => callApi('getIncident', { params: { number } }, { signal }),
  };
}

export function useIncident(number: number) {
  return useQuery({ ...incidentQuery(number), refetchInterval: SAFETY_REFETCH_MS });
}

/** Fetches an incident as it is now, whatever is cached. */
export function useFreshIncident() {
  const client = useQueryClient();
  return (number: number) => client.fetchQuery({ ...incidentQuery(number), staleTime: 0 });
}

export interface CommandCall {
  readonly number: number;
  readonly command: LifecycleCommand;
  readonly reason?: string;
}

/**
 * Carries out a lifecycle command. No version is sent along: the service refuses a command that does not fit the
 * present state, and an edited title must not hold up an acknowledgement.
 */
export function useIncidentCommand() {
  return useIncidentChange(({ number, command, reason }: CommandCall) =>
    callApi(COMMAND_OPERATIONS[command], { params: { number }, body: reason === undefined ? {} : { reason } })
  );
}

interface Versioned {
  readonly number: number;
  readonly version: number;
}

export function useSetSeverity() {
  return useIncidentChange(({ number, version, body }: Versioned & { body: CallOf<'setIncidentSeverity'>['body'] }) =>
    callApi('setIncidentSeverity', { params: { number }, body }, { ifMatch: version })
  );
}

export function useAssignCommander() {
  return useIncidentChange(({ number, version, commander }: Versioned & { commander: string | null }) =>
    callApi('assignCommander', { params: { number }, body: { commander } }, { ifMatch: version })
  );
}

export function useEditIncident() {
  return useIncidentChange(({ number, version, body }: Versioned & { body: CallOf<'editIncident'>['body'] }) =>
    callApi('editIncident', { params: { number }, body }, { ifMatch: version })
  );
}

export function useMakePrivate() {
  return useIncidentChange(({ number, version, body }: Versioned & { body: CallOf<'makeIncidentPrivate'>['body'] }) =>
    callApi('makeIncidentPrivate', { params: { number }, body }, { ifMatch: version })
  );
}

export function useMakeOpen() {
  return useIncidentChange(({ number, version, reason }: Versioned & { reason: string }) =>
    callApi('makeIncidentOpen', { params: { number }, body: { reason } }, { ifMatch: version })
  );
}

export function useSetMembers() {
  return useIncidentChange(({ number, version, body }: Versioned & { body: CallOf<'setIncidentMembers'>['body'] }) =>
    callApi('setIncidentMembers', { params: { number }, body }, { ifMatch: version })
  );
}

export function useMergeIncident() {
  return useIncidentChange(({ number, into, reason }: { number: number; into: number; reason?: string }) =>
    callApi('mergeIncident', { params: { number }, body: reason === undefined ? { into } : { into, reason } })
  );
}

export function useSplitIncident() {
  return useIncidentChange(({ number, body }: { number: number; body: CallOf<'splitIncident'>['body'] }) => callApi('splitIncident', { params: { number }, body }));
}

export function useMoveAlerts() {
  return useIncidentChange(({ number, body }: { number: number; body: CallOf<'moveAlerts'>['body'] }) => callApi('moveAlerts', { params: { number }, body }));
}

/** `number` is the incident from whose page it is undone. */
export function useUndoRegrouping() {
  const client = useQueryClient();
  return useIncidentChange(async ({ id, number }: { number: number; id: string }) => {
    const incident = await callApi('undoRegrouping', { params: { id }, body: {} });
    await client.invalidateQueries({ queryKey: queryKeys.regroupings(number) });
    return incident;
  });
}

export function useSetFields() {
  return useIncidentChange(({ number, version, body }: Versioned & { body: CallOf<'setIncidentFields'>['body'] }) =>
    callApi('setIncidentFields', { params: { number }, body }, { ifMatch: version })
  );
}

export function useRegroupings(number: number, enabled: boolean) {
  return useQuery({
    enabled,
    queryKey: queryKeys.regroupings(number),
    queryFn: ({ signal }) => callApi('listRegroupings', { params: { number } }, { signal }),
  });
}

/** A change of one incident. Also a refused one refreshes the pages: somebody else was faster, and they show with what. */
function useIncidentChange<C extends { readonly number: number }>(change: (call: C) => Promise<Incident>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (incident) => {
      client.setQueryData(queryKeys.incident(incident.number), incident);
    },
    onSettled: (_incident, _error, { number }) => refreshIncident(client, number),
  });
}

async function refreshIncident(client: QueryClient, number: number): Promise<void> {
  await Promise.all([
    client.invalidateQueries({ queryKey: queryKeys.incident(number) }),
    client.invalidateQueries({ queryKey: queryKeys.timeline(number) }),
    client.invalidateQueries({ queryKey: queryKeys.incidentLists }),
  ]);
}
