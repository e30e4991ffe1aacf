import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CallOf } from '#contract';
import { allPages, WHOLE_PAGE } from './allPages.ts';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';

/** Agents, and what their allow-lists permit. */
export function useAgents({ enabled = true }: { readonly enabled?: boolean } = {}) {
  return useQuery({
    enabled,
    queryKey: queryKeys.agents,
    queryFn: ({ signal }) => allPages((cursor) => callApi('listAgents', { query: { limit: WHOLE_PAGE, cursor } }, { signal })),
  });
}

/** Adds one; the answer holds its token, the only time. */
export function useCreateAgent() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: CallOf<'createAgent'>['body']) => callApi('createAgent', { body }),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.agents }),
    // a token must not lie about in the cache of mutations
    gcTime: 0,
  });
}

/** Gives one another token; the old one ends, and one that was revoked is let in again. */
export function useRotateAgentToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => callApi('rotateAgentToken', { params: { name } }),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.agents }),
    gcTime: 0,
  });
}

export function useRevokeAgent() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => callApi('revokeAgent', { params: { name } }),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.agents }),
  });
}
