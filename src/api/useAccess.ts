import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CallOf, Role } from '#contract';
import { allPages, WHOLE_PAGE } from './allPages.ts';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';

export function useUsers({ enabled = true }: { enabled?: boolean } = {}) {
  return useQuery({
    queryKey: queryKeys.users,
    queryFn: ({ signal }) => allPages((cursor) => callApi('listUsers', { query: { limit: WHOLE_PAGE, cursor } }, { signal })),
    enabled,
  });
}

/** Names of the people that Muster has seen, for whoever may call or assign them. */
export function useNames({ enabled = true }: { enabled?: boolean } = {}) {
  return useQuery({
    queryKey: queryKeys.names,
    queryFn: ({ signal }) => allPages((cursor) => callApi('listPeople', { query: { limit: WHOLE_PAGE, cursor } }, { signal })),
    enabled,
  });
}

export function useSetUserRole() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ user, version, role }: { user: string; version: number; role: Role | null }) =>
      callApi('setUserRole', { params: { user }, body: { role } }, { ifMatch: version }),
    onSettled: () => Promise.all([client.invalidateQueries({ queryKey: queryKeys.users }), client.invalidateQueries({ queryKey: queryKeys.me })]),
  });
}

export function useApiTokens() {
  return useQuery({
    queryKey: queryKeys.apiTokens,
    queryFn: ({ signal }) => allPages((cursor) => callApi('listApiTokens', { query: { limit: WHOLE_PAGE, cursor } }, { signal })),
  });
}

export function useCreateApiToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: CallOf<'createApiToken'>['body']) => callApi('createApiToken', { body }),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.apiTokens }),
  });
}

export function useRevokeApiToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => callApi('revokeApiToken', { params: { id } }),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.apiTokens }),
  });
}
