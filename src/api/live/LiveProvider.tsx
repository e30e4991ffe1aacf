import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';
import { config } from '@grafana/runtime';
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { BACKEND_URL } from '../../constants.ts';
import type { QueryKey } from '../queryKeys.ts';
import { QUERIES_OF_ALERTS, queriesTouchedBy } from './refreshPlan.ts';
import type { LiveState } from './liveStream.ts';
import { startSharedFeed } from './sharedFeed.ts';
import { createThrottledRefresh } from './throttledRefresh.ts';

const LiveContext = createContext<LiveState>('off');

/** At most two fetches a second of any query, however many events come in. */
const REFRESH_INTERVAL_MS = 500;

/** Lists scrolled further than this are not fetched anew under the reader's eyes; they say that they are old. */
const MOST_PAGES_REFRESHED = 2;

export function useLiveState(): LiveState {
  return useContext(LiveContext);
}

/** Keeps all queries below it fresh by the live stream of the service. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>('connecting');

  useEffect(() => {
    if (typeof EventSource === 'undefined') {
      setState('off');
      return;
    }
    const throttle = createThrottledRefresh({
      intervalMs: REFRESH_INTERVAL_MS,
      refresh: (key) => refreshQueries(client, key),
      isBusy: (key) => client.isFetching({ queryKey: key }) > 0,
      now: () => performance.now(),
    });
    const feed = startSharedFeed({
      scope: `muster-live:${config.bootData.user.orgId}:${config.bootData.user.id}`,
      open: (lastEventId) => new EventSource(eventsUrl(lastEventId)),
      onEvent: (event) => throttle.add(queriesTouchedBy(event)),
      onAlerts: () => throttle.add(QUERIES_OF_ALERTS),
      onState: setState,
      onGap: () => refreshQueries(client, []),
    });
    return () => {
      feed.stop();
      throttle.stop();
    };
  }, [client]);

  return <LiveContext.Provider value={state}>{children}</LiveContext.Provider>;
}

/** EventSource knows nothing of the path that Grafana may be served under. */
function eventsUrl(lastEventId: string | null): string {
  const url = `${config.appSubUrl}${BACKEND_URL}/events`;
  return lastEventId === null ? url : `${url}?lastEventId=${encodeURIComponent(lastEventId)}`;
}

function refreshQueries(client: QueryClient, queryKey: QueryKey): void {
  const longLists = new Set(
    client
      .getQueryCache()
      .findAll({ queryKey })
      .filter((query) => pageCount(query.state.data) > MOST_PAGES_REFRESHED)
      .map((query) => query.queryHash)
  );
  void client.invalidateQueries({ queryKey, refetchType: 'none' });
  void client.refetchQueries(
    { queryKey, type: 'active', predicate: (query) => !longLists.has(query.queryHash) },
    { cancelRefetch: false }
  );
}

function pageCount(data: unknown): number {
  return typeof data === 'object' && data !== null && 'pages' in data && Array.isArray(data.pages) ? data.pages.length : 1;
}
