import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { callApi } from './callApi.ts';
import { queryKeys } from './queryKeys.ts';

/** War rooms of an incident, and over which channels more could be opened. */
export function useWarRooms(number: number, { enabled }: { enabled: boolean }) {
  return useQuery({ queryKey: queryKeys.warRooms(number), queryFn: ({ signal }) => callApi('listWarRooms', { params: { number } }, { signal }), enabled });
}

/** Opens one, over the first channel that can. */
export function useOpenWarRoom() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ number }: { number: number }) => callApi('openWarRoom', { params: { number }, body: {} }),
    onSettled: (_room, _error, { number }) => Promise.all([client.invalidateQueries({ queryKey: queryKeys.warRooms(number) }), client.invalidateQueries({ queryKey: queryKeys.timeline(number) })]),
  });
}
