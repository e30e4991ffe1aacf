/**
 * Spreads refreshes over time. A storm sends hundreds of events a second; each query is fetched at once for the
 * first of them and then at most once an interval. A query still under way is not cut short, or a slow service
 * would never get to answer; it is fetched again afterwards, because the event may be newer than its answer.
 */
import type { QueryKey } from '../queryKeys.ts';

export interface ThrottledRefreshDeps {
  readonly intervalMs: number;
  readonly refresh: (key: QueryKey) => void;
  readonly isBusy: (key: QueryKey) => boolean;
  readonly now: () => number;
}

export function createThrottledRefresh({ intervalMs, refresh, isBusy, now }: ThrottledRefreshDeps) {
  const pending = new Map<string, QueryKey>();
  const refreshedAt = new Map<string, number>();
  let timer: ReturnType<typeof setTimeout> | null = null;

  function flush(): void {
    timer = null;
    const time = now();
    for (const [name, at] of refreshedAt) {
      if (time - at >= intervalMs) {
        refreshedAt.delete(name);
      }
    }
    for (const [name, key] of pending) {
      if (!refreshedAt.has(name) && !isBusy(key)) {
        pending.delete(name);
        refreshedAt.set(name, time);
        refresh(key);
      }
    }
    arm();
  }

  function arm(): void {
    if (timer === null && (pending.size > 0 || refreshedAt.size > 0)) {
      timer = setTimeout(flush, intervalMs);
    }
  }

  return {
    add(keys: readonly QueryKey[]): void {
      const time = now();
      for (const key of keys) {
        const name = JSON.stringify(key);
        if (pending.has(name)) {
          continue;
        }
        const last = refreshedAt.get(name);
        if ((last === undefined || time - last >= intervalMs) && !isBusy(key)) {
          refreshedAt.set(name, time);
          refresh(key);
        } else {
          pending.set(name, key);
        }
      }
      arm();
    },
    stop(): void {
      if (timer !== null) {
        clearTimeout(timer);
        timer = null;
      }
      pending.clear();
      refreshedAt.clear();
    },
  };
}
