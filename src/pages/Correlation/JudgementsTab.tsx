import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, EmptyState, TextLink, useStyles2 } from '@grafana/ui';
import { incidentKey, type Judgement } from '#contract';
import { useJudgements } from '../../api/useJudgements.ts';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { sentenceOfJudgement } from '../../model/judgements.ts';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';

/** What people said of past incidents; back-tests are measured against it. */
export function JudgementsTab() {
  const styles = useStyles2(getStyles);
  const judgements = useJudgements();
  return (
    <div className={styles.tab}>
      <p className={styles.dim}>Back-tests are measured against what people said of past incidents. To judge one, open it and choose “Was this one incident?”.</p>
      <QueryView query={judgements} loading={<Skeleton rows={3} height={48} />}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          return items.length === 0 ? (
            <EmptyState variant="not-found" message="Nobody has judged an incident yet">
              A handful of judged incidents is enough to see whether a draft does better.
            </EmptyState>
          ) : (
            <>
              <ul className={styles.list}>
                {items.map((judgement) => (
                  <JudgementRow key={judgement.incident} judgement={judgement} />
                ))}
              </ul>
              {judgements.hasNextPage && (
                <Button variant="secondary" disabled={judgements.isFetchingNextPage} onClick={() => void judgements.fetchNextPage()}>
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

function JudgementRow({ judgement: { incident, judgement, judgedAt, judgedBy } }: { judgement: Judgement }) {
  const styles = useStyles2(getStyles);
  return (
    <li className={styles.row} data-testid={testIds.correlation.judgement}>
      <TextLink href={paths.incident(incident)} inline>
        {incidentKey(incident)}
      </TextLink>
      <span className={styles.words}>{sentenceOfJudgement(judgement)}</span>
      <span className={styles.dim}>
        {judgedBy.name}, <Instant at={judgedAt} />
      </span>
    </li>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tab: css({ display: 'flex', flexDirection: 'column', alignItems: 'stretch', gap: theme.spacing(2) }),
  list: css({ listStyle: 'none', margin: 0 }),
  row: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5, 2), padding: theme.spacing(1, 0), borderBottom: `1px solid ${theme.colors.border.weak}` }),
  words: css({ flex: '1 1 260px', minWidth: 0, overflowWrap: 'anywhere' }),
  dim: css({ color: theme.colors.text.secondary, margin: 0 }),
});
