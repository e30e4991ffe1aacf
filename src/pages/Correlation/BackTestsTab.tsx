import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, EmptyState, Stack, TextLink, useStyles2 } from '@grafana/ui';
import { useSearchParams } from 'react-router-dom';
import type { BackTest, CorrelationState } from '#contract';
import { adviseOn } from '../../api/errorAdvice.ts';
import { isUnderWay, useBackTests, useStartBackTest } from '../../api/useCorrelation.ts';
import { useCan } from '../../api/useMe.ts';
import { Choice } from '../../components/Choice.tsx';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { BACK_TEST_LABELS, PERIOD_LABELS, periodUntil, PERIODS, type Period } from '../../model/backTests.ts';
import { paths } from '../../paths.ts';
import { BackTestView } from './BackTestView.tsx';

/** Try the draft on a past period, and what earlier trials said. */
export function BackTestsTab({ state }: { state: CorrelationState }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const tests = useBackTests();
  const start = useStartBackTest();
  const [period, setPeriod] = useState<Period>('day');
  const [search, setSearch] = useSearchParams();
  const chosen = search.get('test');
  const choose = (id: string): void => setSearch({ tab: 'back-tests', test: id }, { replace: true });

  return (
    <div className={styles.tab}>
      {can('startBackTest') && (
        <section className={styles.start} aria-label="New back-test">
          {state.draft === null ? (
            <span className={styles.dim}>
              There is no draft to try.{' '}
              <TextLink href={paths.correlation()} inline>
                Write one
              </TextLink>{' '}
              first.
            </span>
          ) : (
            <Stack gap={1} wrap="wrap" alignItems="center">
              <span>Try the draft on the</span>
              <Choice label="Period" options={PERIODS} labels={PERIOD_LABELS} value={period} onChange={setPeriod} />
              <Button
                icon="play"
                disabled={start.isPending}
                onClick={() => start.mutate(periodUntil(Date.now(), period), { onSuccess: ({ id }) => choose(id) })}
              >
                Start
              </Button>
              <span className={styles.dim}>Runs in the background. Nothing live changes.</span>
            </Stack>
          )}
          {start.error !== null && (
            <Alert severity="warning" title={adviseOn(start.error).title}>
              {adviseOn(start.error).advice}
            </Alert>
          )}
        </section>
      )}
      <QueryView query={tests} loading={<Skeleton rows={3} height={48} />}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          const open = chosen ?? items[0]?.id ?? null;
          if (open === null) {
            return (
              <EmptyState variant="not-found" message="No back-test yet">
                A back-test shows what a draft would have made of real alerts of the past.
              </EmptyState>
            );
          }
          return (
            <div className={styles.columns}>
              <nav className={styles.list} aria-label="Back-tests">
                {items.map((test) => (
                  <ListRow key={test.id} test={test} isOpen={test.id === open} onOpen={() => choose(test.id)} />
                ))}
                {tests.hasNextPage && (
                  <Button variant="secondary" size="sm" disabled={tests.isFetchingNextPage} onClick={() => void tests.fetchNextPage()}>
                    Load more
                  </Button>
                )}
              </nav>
              <div className={styles.main}>
                <BackTestView key={open} id={open} />
              </div>
            </div>
          );
        }}
      </QueryView>
    </div>
  );
}

function ListRow({ test, isOpen, onOpen }: { test: BackTest; isOpen: boolean; onOpen: () => void }) {
  const styles = useStyles2(getStyles);
  return (
    <button type="button" className={styles.row} aria-current={isOpen ? 'true' : undefined} onClick={onOpen}>
      <span>
        <Instant at={test.requestedAt} /> by {test.requestedBy.name}
      </span>
      <span className={styles.dim}>
        {BACK_TEST_LABELS[test.state]}
        {isUnderWay(test) ? '…' : ''}
      </span>
    </button>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tab: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(3) }),
  start: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  columns: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(3), alignItems: 'flex-start' }),
  list: css({ flex: '0 1 240px', minWidth: 200, display: 'flex', flexDirection: 'column', gap: theme.spacing(0.5) }),
  main: css({ flex: '1 1 480px', minWidth: 0 }),
  row: css({
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'flex-start',
    padding: theme.spacing(1, 1.5),
    border: 'none',
    borderRadius: theme.shape.radius.default,
    background: 'transparent',
    color: theme.colors.text.primary,
    textAlign: 'left',
    cursor: 'pointer',
    '&:hover': { background: theme.colors.action.hover },
    '&[aria-current="true"]': { background: theme.colors.action.selected },
  }),
  dim: css({ color: theme.colors.text.secondary }),
});
