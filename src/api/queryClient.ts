import { QueryClient } from '@tanstack/react-query';
import { isPassing, type ApiError } from './apiError.ts';

declare module '@tanstack/react-query' {
  interface Register {
    defaultError: ApiError;
  }
}

const MOST_RETRIES = 2;

/** Answers are kept fresh by live events; the times here only matter while the stream is away. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: (failures, error) => isPassing(error) && failures < MOST_RETRIES,
        retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 5_000),
        staleTime: 15_000,
        // Grafana may be reachable in a network that the browser takes for offline
        networkMode: 'always',
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
}
