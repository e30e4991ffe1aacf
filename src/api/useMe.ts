import { useQuery } from '@tanstack/react-query';
import type { OperationName } from '#contract';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';

export function useMe() {
  return useQuery({
    queryKey: queryKeys.me,
    queryFn: ({ signal }) => callApi('getMe', {}, { signal }),
    staleTime: 5 * 60_000,
  });
}

/** Whether the asker may call an operation. False until known, so that nothing is offered and then refused. */
export function useCan(): (operation: OperationName) => boolean {
  const me = useMe();
  return (operation) => me.data?.operations.includes(operation) ?? false;
}
