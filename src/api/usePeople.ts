import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CallOf, MyContacts, Team } from '#contract';
import { allPages, WHOLE_PAGE } from './allPages.ts';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';

/** How I am reached. */
export function useMyContacts({ enabled = true }: { enabled?: boolean } = {}) {
  return useQuery({ queryKey: queryKeys.myContacts, queryFn: ({ signal }) => callApi('getMyContacts', {}, { signal }), enabled });
}

/** A change of how I am reached; the answer is how it is then. */
function useContactChange<C>(change: (call: C) => Promise<MyContacts>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (contacts) => client.setQueryData(queryKeys.myContacts, contacts),
    onError: () => client.invalidateQueries({ queryKey: queryKeys.myContacts }),
  });
}

export function useAddContactPoint() {
  return useContactChange((body: CallOf<'addContactPoint'>['body']) => callApi('addContactPoint', { body }));
}

export function useSendContactCode() {
  return useContactChange((id: string) => callApi('sendContactCode', { params: { id } }));
}

export function useVerifyContactPoint() {
  return useContactChange(({ id, code }: { id: string; code: string }) => callApi('verifyContactPoint', { params: { id }, body: { code } }));
}

export function useRemoveContactPoint() {
  return useContactChange((id: string) => callApi('removeContactPoint', { params: { id } }));
}

export function usePutContactRules() {
  return useContactChange(({ version, body }: { version: number; body: CallOf<'putContactRules'>['body'] }) => callApi('putContactRules', { body }, { ifMatch: version }));
}

/** All teams. */
export function useTeams({ enabled = true }: { enabled?: boolean } = {}) {
  return useQuery({
    queryKey: queryKeys.teams,
    queryFn: ({ signal }) => allPages((cursor) => callApi('listTeams', { query: { limit: WHOLE_PAGE, cursor } }, { signal })),
    enabled,
  });
}

/** Teams of Grafana whose names hold the words. */
export function useGrafanaTeams(words: string, { enabled }: { enabled: boolean }) {
  return useQuery({ queryKey: queryKeys.grafanaTeams(words), queryFn: ({ signal }) => callApi('searchGrafanaTeams', { query: { q: words } }, { signal }), enabled });
}

function useTeamChange<C, A>(change: (call: C) => Promise<A>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: change, onSettled: () => client.invalidateQueries({ queryKey: queryKeys.teams }) });
}

/** Makes a team, or changes one of a version. */
export function useSaveTeam() {
  return useTeamChange(({ id, version, body }: { id: string; version: number | null; body: CallOf<'putTeam'>['body'] }): Promise<Team> =>
    version === null ? callApi('createTeam', { body: { id, ...body } }) : callApi('putTeam', { params: { team: id }, body }, { ifMatch: version })
  );
}

export function useDeleteTeam() {
  return useTeamChange(({ id, version }: { id: string; version: number }) => callApi('deleteTeam', { params: { team: id } }, { ifMatch: version }));
}

export function useSyncTeam() {
  return useTeamChange((id: string) => callApi('syncTeam', { params: { team: id } }));
}
