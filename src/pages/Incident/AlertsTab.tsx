import { css } from '@emotion/css';
import { useCallback, useMemo, useRef } from 'react';
import { useSearchParams } from 'react-router-dom';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, EmptyState, useStyles2 } from '@grafana/ui';
import type { Incident } from '#contract';
import { useIncidentAlerts } from '../../api/useAlerts.ts';
import { Choice } from '../../components/Choice.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { SearchInput } from '../../components/SearchInput.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { VirtualList } from '../../components/VirtualList.tsx';
import { useElementWidth } from '../../hooks/useElementWidth.ts';
import { AlertDrawer } from './AlertDrawer.tsx';
import { AlertRow, alertRowHeightAt } from './AlertRow.tsx';

const STATUSES = ['all', 'firing', 'resolved'] as const;
const STATUS_LABELS = { all: 'All', firing: 'Firing', resolved: 'Resolved' } as const satisfies Record<(typeof STATUSES)[number], string>;

export function AlertsTab({ incident }: { incident: Incident }) {
  const styles = useStyles2(getStyles);
  const [search, setSearch] = useSearchParams();
  const status = STATUSES.find((known) => known === search.get('status')) ?? 'all';
  const words = search.get('q') ?? '';
  const open = search.get('alert');
  const alerts = useIncidentAlerts(incident.number, { status, ...(words === '' ? {} : { q: words }) });
  const rows = useMemo(() => alerts.data?.pages.flatMap(({ items }) => items) ?? [], [alerts.data]);
  const frame = useRef<HTMLDivElement>(null);
  const width = useElementWidth(frame);

  const setParam = useCallback(
    (name: string, value: string | null) =>
      setSearch(
        (present) => {
          if (value === null || value === '') {
            present.delete(name);
          } else {
            present.set(name, value);
          }
          return present;
        },
        { replace: true }
      ),
    [setSearch]
  );
  const searchWords = useCallback((text: string) => setParam('q', text), [setParam]);
  const { fetchNextPage, isFetchingNextPage, refetch } = alerts;
  const loadMore = useCallback(() => {
    if (!isFetchingNextPage) {
      void fetchNextPage();
    }
  }, [fetchNextPage, isFetchingNextPage]);

  return (
    <div ref={frame}>
      <div className={styles.bar}>
        <Choice
          label="Status"
          options={STATUSES}
          labels={STATUS_LABELS}
          value={status}
          onChange={(value) => setParam('status', value === 'all' ? null : value)}
        />
        <div className={styles.search}>
          <SearchInput value={words} onChange={searchWords} placeholder="Search name, summary or labels" />
        </div>
        {alerts.data !== undefined && (
          <span className={styles.dim} aria-live="polite">
            {(alerts.data.pages.at(-1)?.total ?? 0).toLocaleString()} alerts
          </span>
        )}
        {alerts.isStale && !alerts.isFetching && (
          <Button size="sm" variant="secondary" icon="sync" onClick={() => void refetch()}>
            Alerts have changed. Refresh
          </Button>
        )}
      </div>
      <QueryView query={alerts} loading={<Skeleton rows={8} height={40} />}>
        {({ pages }) =>
          rows.length === 0 ? (
            <EmptyState
              variant={words === '' && status === 'all' ? 'completed' : 'not-found'}
              message={words === '' && status === 'all' ? 'No alerts belong to this incident' : 'No alert fits'}
            />
          ) : (
            <VirtualList
              items={rows}
              total={pages.at(-1)?.total ?? rows.length}
              rowHeight={alertRowHeightAt(width)}
              label="Alerts"
              maxHeight="max(320px, calc(100vh - 340px))"
              keyOf={({ id }) => id}
              hasMore={alerts.hasNextPage}
              onNearEnd={loadMore}
              renderRow={(alert, focus) => (
                <AlertRow alert={alert} width={width} focus={focus} onOpen={() => setParam('alert', alert.id)} />
              )}
            />
          )
        }
      </QueryView>
      {open !== null && <AlertDrawer id={open} onClose={() => setParam('alert', null)} />}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1, 2), marginBottom: theme.spacing(1.5) }),
  search: css({ flex: '1 1 220px', maxWidth: 420, minWidth: 0 }),
  dim: css({ color: theme.colors.text.secondary }),
});
