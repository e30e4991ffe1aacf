import type { ReactNode } from 'react';
import { Alert, LoadingPlaceholder } from '@grafana/ui';
import type { ApiError } from '../api/apiError.ts';
import { adviseOn } from '../api/errorAdvice.ts';
import { testIds } from '../testIds.ts';
import { ErrorNotice } from './ErrorNotice.tsx';

interface QueryLike<T> {
  readonly data: T | undefined;
  readonly error: ApiError | null;
  readonly refetch: () => unknown;
}

interface Props<T> {
  query: QueryLike<T>;
  /** What stands there until the first answer; a plain placeholder unless told. */
  loading?: ReactNode;
  children: (data: T) => ReactNode;
}

/** Loading, error, or the data. Data that could not be refreshed stays, with a word that it is old. */
export function QueryView<T>({ query, loading, children }: Props<T>) {
  if (query.data !== undefined) {
    return (
      <>
        {query.error !== null && query.error.code !== 'cancelled' && (
          <Alert severity="warning" title={`Shown as last known: ${adviseOn(query.error).title.toLowerCase()}`} />
        )}
        {children(query.data)}
      </>
    );
  }
  if (query.error !== null) {
    return <ErrorNotice error={query.error} onRetry={() => void query.refetch()} />;
  }
  return <div data-testid={testIds.state.loading}>{loading ?? <LoadingPlaceholder text="Loading…" />}</div>;
}
