import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { TextLink, useStyles2 } from '@grafana/ui';
import { isEndedRun } from '#contract';
import { useWholeRun } from '../../hooks/useWholeRun.ts';
import { currentSteps, openQuestions } from '../../model/runSteps.ts';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { boxStyle } from '../boxStyle.ts';
import { QueryView } from '../QueryView.tsx';
import { Skeleton } from '../Skeleton.tsx';
import { QuestionCard } from './QuestionCard.tsx';
import { RunStateBadge, StepStateBadge } from './RunBadges.tsx';

/** A run where one is at the moment: how far it is, what it asks, what went wrong. */
export function RunCard({ id }: { id: string }) {
  const styles = useStyles2(getStyles);
  const query = useWholeRun(id);
  return (
    <QueryView query={query} loading={<Skeleton rows={1} height={96} />}>
      {(run) => (
        <div className={styles.card} data-testid={testIds.run.card} data-state={run.state}>
          <div className={styles.line}>
            <TextLink href={paths.run(run.id)} inline color="primary">
              {run.title}
            </TextLink>
            <RunStateBadge run={run} />
          </div>
          <progress className={styles.bar} max={Math.max(1, run.stepsTotal)} value={run.stepsDone} aria-label={`Progress of ${run.title}`} />
          <div className={styles.dim}>
            {run.stepsDone} of {run.stepsTotal} steps
          </div>
          {!isEndedRun(run.state) && (
            <ul className={styles.list} aria-label={`What ${run.title} does now`} aria-live="polite">
              {currentSteps(run)
                .filter(({ question }) => question === null)
                .map((step) => (
                  <li key={step.path} className={styles.line}>
                    <span>{step.text === '' ? step.name : `${step.name}: ${step.text}`}</span>
                    <StepStateBadge step={step} />
                  </li>
                ))}
            </ul>
          )}
          {run.error !== null && <div className={styles.error}>{run.error}</div>}
          {openQuestions(run).map((step) => step.question !== null && <QuestionCard key={step.path} run={run} step={step} question={step.question} />)}
        </div>
      )}
    </QueryView>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  card: css({ ...boxStyle(theme), flexDirection: 'column', overflowWrap: 'anywhere' }),
  line: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5, 1), justifyContent: 'space-between', alignItems: 'center' }),
  // browsers draw the rest of it white in dark themes, too
  bar: css({
    width: '100%', height: 6, appearance: 'none', border: 'none', borderRadius: theme.shape.radius.default, overflow: 'hidden', background: theme.colors.border.medium,
    '&::-webkit-progress-bar': { background: theme.colors.border.medium }, '&::-webkit-progress-value': { background: theme.colors.primary.main }, '&::-moz-progress-bar': { background: theme.colors.primary.main },
  }),
  list: css({ listStyle: 'none', margin: 0 }),
  dim: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  error: css({ color: theme.colors.error.text }),
});
