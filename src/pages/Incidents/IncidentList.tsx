import { css } from '@emotion/css';
import { useCallback, useMemo, useRef } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, EmptyState, useStyles2 } from '@grafana/ui';
import { useIncidentPages, useReloadIncidentPages } from '../../api/useIncidents.ts';
import { CandidateRow } from '../../components/CandidateRow.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useCommandFlow } from '../../components/useCommandFlow.tsx';
import { VirtualList } from '../../components/VirtualList.tsx';
import { useElementWidth } from '../../hooks/useElementWidth.ts';
import { filterToQuery, isFiltered, type IncidentFilter } from '../../model/incidentFilter.ts';
import { testIds } from '../../testIds.ts';
import { candidateHeightAt, IncidentRow, rowHeightAt } from './IncidentRow.tsx';

interface Props {
  filter: IncidentFilter;
  onClear: () => void;
}

export function IncidentList({ filter, onClear }: Props) {
  const styles = useStyles2(getStyles);
  const query = filterToQuery(filter);
  const pages = useIncidentPages(query);
  const reload = useReloadIncidentPages();
  const flow = useCommandFlow();
  // those that wait for a decision are decided on where they are listed
  const isQueue = filter.phase === 'candidate';
  const frame = useRef<HTMLDivElement>(null);
  const width = useElementWidth(frame);
  const rows = useMemo(() => pages.data?.pages.flatMap(({ items }) => items) ?? [], [pages.data]);
  const { fetchNextPage, isFetchingNextPage } = pages;
  const loadMore = useCallback(() => {
    if (!isFetchingNextPage) {
      void fetchNextPage();
    }
  }, [fetchNextPage, isFetchingNextPage]);

  return (
    <div ref={frame}>
      <QueryView query={pages} loading={<Skeleton rows={8} height={40} />}>
        {(data) => {
          const total = data.pages.at(-1)?.total ?? 0;
          if (rows.length === 0) {
            return <NothingFound filter={filter} onClear={onClear} />;
          }
          return (
            <>
              <div className={styles.head}>
                <span aria-live="polite" data-testid={testIds.incidents.total}>
                  {total.toLocaleString()} {total === 1 ? 'incident' : 'incidents'}
                </span>
                {pages.isStale && !pages.isFetching && (
                  <Button size="sm" variant="secondary" icon="sync" onClick={() => void reload(query)}>
                    The list has changed. Show the latest
                  </Button>
                )}
              </div>
              <VirtualList
                items={rows}
                total={total}
                rowHeight={isQueue ? candidateHeightAt(width) : rowHeightAt(width)}
                label="Incidents"
                testId={testIds.incidents.list}
                maxHeight="max(320px, calc(100vh - 280px))"
                keyOf={({ number }) => number}
                hasMore={pages.hasNextPage}
                onNearEnd={loadMore}
                renderRow={(incident, focus) =>
                  isQueue ? (
                    <CandidateRow
                      inList
                      focus={focus}
                      candidate={incident}
                      busy={flow.busyNumber === incident.number}
                      onCommand={(command) => flow.startByName(incident.number, command)}
                    />
                  ) : (
                    <IncidentRow incident={incident} width={width} focus={focus} />
                  )
                }
              />
            </>
          );
        }}
      </QueryView>
      {flow.dialog}
    </div>
  );
}

function NothingFound({ filter, onClear }: Props) {
  if (isFiltered(filter)) {
    return (
      <EmptyState
        variant="not-found"
        message="No incident fits these filters"
        button={
          <Button variant="secondary" onClick={onClear}>
            Clear filters
          </Button>
        }
      />
    );
  }
  return filter.phase === 'open' || filter.phase === 'active' || filter.phase === 'candidate' ? (
    <EmptyState variant="completed" message="Nothing is open">
      Incidents that are over are under “Done”.
    </EmptyState>
  ) : (
    <EmptyState variant="completed" message="No incidents yet" />
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  head: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1, 2),
    minHeight: theme.spacing(4),
    marginBottom: theme.spacing(0.5),
    color: theme.colors.text.secondary,
  }),
});
