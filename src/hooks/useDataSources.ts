import { useCallback, useMemo } from 'react';
import { getDataSourceSrv } from '@grafana/runtime';
import { textLanguageOf, type TextLanguage } from '../model/textQueries.ts';

export interface ListedDataSource {
  readonly uid: string;
  readonly name: string;
  /** Id of its plugin: `prometheus`, `loki`. */
  readonly type: string;
  /** Which language it is set to, where its plugin has several (InfluxDB); null: it says none. */
  readonly version: string | null;
}

/** Grafana asks for them itself: only these can be asked by its service account, without a browser. */
function listed(type: string | null): readonly ListedDataSource[] | null {
  try {
    return getDataSourceSrv().getList({ filter: ({ meta, type: is }) => meta.backend === true && meta.builtIn !== true && (type === null || is === type) }).map(({ uid, name, type: is, jsonData }) => ({ uid, name, type: is, version: 'version' in jsonData && typeof jsonData.version === 'string' ? jsonData.version : null }));
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

/** What a data source is asked in, by its UID; null: in no single text, or Grafana does not list it. */
export function useTextLanguages(): (uid: string) => TextLanguage | null {
  const sources = useDataSources(null);
  return useCallback(
    (uid) => {
      const source = sources?.find((one) => one.uid === uid);
      return source === undefined ? null : textLanguageOf(source);
    },
    [sources]
  );
}
