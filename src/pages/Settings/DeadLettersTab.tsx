import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Combobox, EmptyState, useStyles2 } from '@grafana/ui';
import { useSearchParams } from 'react-router-dom';
import { useDeadLetters } from '../../api/useDeadLetters.ts';
import { useSources } from '../../api/useSources.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { DeadLetterCard } from './DeadLetterCard.tsx';

const ALL = '';

export function DeadLettersTab() {
  const styles = useStyles2(getStyles);
  const [search, setSearch] = useSearchParams();
  const source = search.get('source') ?? ALL;
  const sources = useSources();
  const letters = useDeadLetters(source === ALL ? {} : { source });

  return (
    <div className={styles.tab}>
      <div className={styles.filter}>
        <Combobox
          aria-label="Source"
          options={[
            { value: ALL, label: 'All sources' },
            ...(sources.data?.map(({ id, name }) => ({ value: String(id), label: name })) ?? []),
          ]}
          value={source}
          onChange={({ value }) => setSearch({ tab: 'dead-letters', ...(value === ALL ? {} : { source: value }) }, { replace: true })}
        />
      </div>
      <QueryView query={letters} loading={<Skeleton rows={3} height={96} />}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          return items.length === 0 ? (
            <EmptyState variant="completed" message="Every payload could be read">
              What cannot be read is kept here, so that nothing is lost.
            </EmptyState>
          ) : (
            <>
              {items.map((letter) => (
                <DeadLetterCard key={letter.id} letter={letter} />
              ))}
              {letters.hasNextPage && (
                <Button variant="secondary" disabled={letters.isFetchingNextPage} onClick={() => void letters.fetchNextPage()}>
                  Load more
                </Button>
              )}
            </>
          );
        }}
      </QueryView>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tab: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2) }),
  filter: css({ maxWidth: 280 }),
});
