import { css } from '@emotion/css';
import { useSearchParams } from 'react-router-dom';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, EmptyState, useStyles2 } from '@grafana/ui';
import { useRunPages } from '../../api/useRuns.ts';
import { Choice } from '../../components/Choice.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { RunRow } from '../../components/runs/RunRow.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';

const STATES = ['open', 'ended', 'all'] as const;
const WORDS = { open: 'Open', ended: 'Ended', all: 'All' } as const;

/** What runs now, and what ran. */
export function RunsTab() {
  const styles = useStyles2(getStyles);
  const [search, setSearch] = useSearchParams();
  const state = STATES.find((known) => known === search.get('state')) ?? 'open';
  const runs = useRunPages({ state });
  return (
    <div className={styles.tab}>
      <div>
        <Choice label="Which runs" options={STATES} labels={WORDS} value={state} onChange={(value) => setSearch({ tab: 'runs', ...(value === 'open' ? {} : { state: value }) }, { replace: true })} />
      </div>
      <div>
        <QueryView query={runs} loading={<Skeleton rows={4} height={64} />}>
          {({ pages }) => {
            const items = pages.flatMap((page) => page.items);
            if (items.length === 0) {
              return (
                <EmptyState variant="not-found" message={state === 'open' ? 'Nothing runs' : 'No runs'}>
                  {state === 'open' ? 'Runs that have ended are under “Ended”.' : 'Nobody has run a runbook yet.'}
                </EmptyState>
              );
            }
            return (
              <ul className={styles.list} aria-label="Runs" aria-live="polite" aria-relevant="additions">
                {items.map((run) => (
                  <li key={run.id}>
                    <RunRow run={run} />
                  </li>
                ))}
                {runs.hasNextPage && (
                  <li>
                    <Button variant="secondary" disabled={runs.isFetchingNextPage} onClick={() => void runs.fetchNextPage()}>
                      Load more
                    </Button>
                  </li>
                )}
              </ul>
            );
          }}
        </QueryView>
      </div>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tab: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2) }),
  list: css({ listStyle: 'none', margin: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
});
