import { useMemo } from 'react';
import { getDataSourceSrv } from '@grafana/runtime';

export interface ListedDataSource {
  readonly uid: string;
  readonly name: string;
  /** Id of its plugin: `prometheus`, `loki`. */
  readonly type: string;
}

/** Grafana asks for them itself: only these can be asked by its service account, without a browser. */
function listed(type: string | null): readonly ListedDataSource[] | null {
  try {
    return getDataSourceSrv().getList({ filter: ({ meta, type: is }) => meta.backend === true && meta.builtIn !== true && (type === null || is === type) }).map(({ uid, name, type: is }) => ({ uid, name, type: is }));
  } catch {
    return null;
  }
}

/**
 * Data sources of Grafana that the user sees and that can be asked through its API, of one type or of all. Grafana's page knows them, so
 * nothing is asked; a service account is mostly not allowed to list them, though it may query them. Null: Grafana does not say.
 */
export function useDataSources(type: string | null): readonly ListedDataSource[] | null {
  return useMemo(() => listed(type), [type]);
}
