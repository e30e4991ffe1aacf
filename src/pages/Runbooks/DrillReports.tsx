import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import type { DrillId, DrillRunId } from '#contract';
import { useDrillRuns } from '../../api/useDrills.ts';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { outcomeText } from '../../model/drills.ts';
import { DrillReportView } from './DrillReportView.tsx';
import { ScoreBadge } from './ScoreBadge.tsx';

/** Performances of a drill, each with its report to be opened. */
export function DrillReports({ drill }: { drill: DrillId }) {
  const styles = useStyles2(getStyles);
  const runs = useDrillRuns(drill);
  const [open, setOpen] = useState<DrillRunId | null>(null);
  return (
    <QueryView query={runs} loading={<Skeleton rows={2} height={32} />}>
      {({ pages }) => (
        <ul className={styles.list} aria-label="Reports">
          {pages.flatMap(({ items }) => items).map((run) => (
            <li key={run.id}>
              <div className={styles.line}>
                <Button size="sm" fill="text" icon={open === run.id ? 'angle-down' : 'angle-right'} aria-expanded={open === run.id} onClick={() => setOpen(open === run.id ? null : run.id)}>
                  {outcomeText(run)}
                </Button>
                <ScoreBadge run={run} />
                <span className={styles.dim}>
                  <Instant at={run.startedAt} as="clock" /> by {run.startedBy.name}
                </span>
              </div>
              {open === run.id && <DrillReportView id={run.id} />}
            </li>
          ))}
          {runs.hasNextPage && (
            <li>
              <Button size="sm" variant="secondary" disabled={runs.isFetchingNextPage} onClick={() => void runs.fetchNextPage()}>
                Load more
              </Button>
            </li>
          )}
        </ul>
      )}
    </QueryView>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(0.5) }),
  line: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1) }),
  dim: css({ color: theme.colors.text.secondary }),
});
