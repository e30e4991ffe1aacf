import { css } from '@emotion/css';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useSearchParams } from 'react-router-dom';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Checkbox, EmptyState, IconButton, useStyles2 } from '@grafana/ui';
import type { AlertId, AlertSummary, Incident } from '#contract';
import { useIncidentAlerts } from '../../api/useAlerts.ts';
import { useCan } from '../../api/useMe.ts';
import { AlertDrawer } from '../../components/AlertDrawer/index.ts';
import { Choice } from '../../components/Choice.tsx';
import { DeclareFromAlert } from '../../components/DeclareFromAlert.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { SearchInput } from '../../components/SearchInput.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { VirtualList } from '../../components/VirtualList.tsx';
import { ALERT_STATUSES, alertFilterFromUrl, alertFilterToQuery, type AlertFilter } from '../../model/alertFilter.ts';
import { prefillOf } from '../../model/declarePrefill.ts';
import { useElementWidth } from '../../hooks/useElementWidth.ts';
import { stateTone } from '../../model/states.ts';
import { testIds } from '../../testIds.ts';
import { AlertRow, alertRowHeightAt } from './AlertRow.tsx';
import { RegroupBar } from './RegroupBar.tsx';
import { RegroupingNotices } from './RegroupingNotices.tsx';

const STATUS_LABELS = { all: 'All', firing: 'Firing', resolved: 'Resolved' } as const satisfies Record<AlertFilter['status'], string>;

export function AlertsTab({ incident }: { incident: Incident }) {
  const styles = useStyles2(getStyles);
  const [search, setSearch] = useSearchParams();
  const filter = alertFilterFromUrl(search);
  const { status, words } = filter;
  const open = search.get('alert');
  const alerts = useIncidentAlerts(incident.number, alertFilterToQuery(filter));
  const rows = useMemo(() => alerts.data?.pages.flatMap(({ items }) => items) ?? [], [alerts.data]);
  const can = useCan();
  const [chosen, setChosen] = useState<ReadonlySet<AlertId>>(new Set());
  const [declaring, setDeclaring] = useState<AlertSummary | null>(null);
  const canChoose = can('putJudgement') || (can('moveAlerts') && stateTone(incident.state) !== 'over');
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

  function toggle(id: AlertId): void {
    const next = new Set(chosen);
    if (!next.delete(id)) {
      next.add(id);
    }
    setChosen(next);
  }

  return (
    <div ref={frame}>
      <RegroupingNotices incident={incident} />
      <div className={styles.bar}>
        <Choice
          label="Status"
          options={ALERT_STATUSES}
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
      {chosen.size > 0 && <RegroupBar incident={incident} chosen={[...chosen]} onDone={() => setChosen(new Set())} />}
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
              testId={testIds.incident.alertList}
              maxHeight="max(320px, calc(100vh - 340px))"
              keyOf={({ id }) => id}
              hasMore={alerts.hasNextPage}
              onNearEnd={loadMore}
              renderRow={(alert, focus) => (
                <div className={styles.row}>
                  {canChoose && (
                    <span className={styles.tick}>
                      <Checkbox aria-label={`Choose ${alert.name}`} value={chosen.has(alert.id)} onChange={() => toggle(alert.id)} />
                    </span>
                  )}
                  <AlertRow alert={alert} width={width} focus={focus} onOpen={() => setParam('alert', alert.id)} />
                  {can('declareIncident') && (
                    <IconButton name="fire" tooltip="Declare an incident with this alert" onClick={() => setDeclaring(alert)} />
                  )}
                </div>
              )}
            />
          )
        }
      </QueryView>
      {declaring !== null && <DeclareFromAlert prefill={prefillOf(declaring)} onClose={() => setDeclaring(null)} />}
      {open !== null && <AlertDrawer id={open} onClose={() => setParam('alert', null)} />}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1, 2), marginBottom: theme.spacing(1.5) }),
  search: css({ flex: '1 1 220px', maxWidth: 420, minWidth: 0 }),
  dim: css({ color: theme.colors.text.secondary }),
  row: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1), height: '100%', minWidth: 0, '& > button:not([aria-label])': { flex: 1, minWidth: 0 } }),
  tick: css({ paddingLeft: theme.spacing(1) }),
});
