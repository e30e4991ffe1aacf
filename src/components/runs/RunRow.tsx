import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, TextLink, useStyles2 } from '@grafana/ui';
import { incidentKey, isEndedRun, type RunSummary } from '#contract';
import { between, formatDuration } from '../../model/duration.ts';
import { START_WORDS } from '../../model/runbooks.ts';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { rowStyle } from '../boxStyle.ts';
import { Instant } from '../Instant.tsx';
import { RunStateBadge } from './RunBadges.tsx';

/** One run in a list: what it is, how it stands, who started it. */
export function RunRow({ run, withIncident = true }: { run: RunSummary; withIncident?: boolean }) {
  const styles = useStyles2(getStyles);
  const length = between(run.startedAt, run.endedAt);
  return (
    <div className={styles.row} data-testid={testIds.run.row} data-state={run.state}>
      <div className={styles.words}>
        <div className={styles.title}>
          <TextLink href={paths.run(run.id)} inline color="primary">
            {run.title}
          </TextLink>
          {run.drill && <Badge color="purple" icon="vial" text="Drill" />}
        </div>
        <div className={styles.facts}>
          {withIncident && run.incident !== null && (
            <TextLink href={paths.incident(run.incident.number, 'runbooks')} inline>
              {`${incidentKey(run.incident.number)} ${run.incident.title}`}
            </TextLink>
          )}
          <span>
            {START_WORDS[run.start]}
            {run.startedBy.kind === 'user' && `, ${run.startedBy.name}`}
          </span>
          <Instant at={run.createdAt} />
          {length !== null && <span>took {formatDuration(length)}</span>}
          {!isEndedRun(run.state) && (
            <span>
              {run.stepsDone} of {run.stepsTotal} steps
            </span>
          )}
        </div>
        {run.error !== null && <div className={styles.error}>{run.error}</div>}
      </div>
      <RunStateBadge run={run} />
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css(rowStyle(theme)),
  words: css({ flex: '1 1 240px', minWidth: 0, overflowWrap: 'anywhere' }),
  title: css({ display: 'flex', gap: theme.spacing(1), alignItems: 'center', flexWrap: 'wrap' }),
  facts: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.25, 1.5), color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize, fontVariantNumeric: 'tabular-nums' }),
  error: css({ color: theme.colors.error.text }),
});
