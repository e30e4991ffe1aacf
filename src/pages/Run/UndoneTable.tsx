import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { Run } from '#contract';
import { StepStateBadge } from '../../components/runs/RunBadges.tsx';
import { undoneSteps } from '../../model/runSteps.ts';
import { testIds } from '../../testIds.ts';

/** What was taken back, and what could not be. */
export function UndoneTable({ run }: { run: Run }) {
  const styles = useStyles2(getStyles);
  const steps = undoneSteps(run);
  if (steps.length === 0) return null;
  return (
    <section aria-labelledby="muster-undone">
      <h3 id="muster-undone" className={styles.title}>
        Taken back
      </h3>
      <div className={styles.frame} tabIndex={0} role="region" aria-label="Taken back">
        <table className={styles.table} data-testid={testIds.run.undone}>
          <thead>
            <tr>
              <th scope="col">Step</th>
              <th scope="col">Outcome</th>
              <th scope="col">What its undo does</th>
            </tr>
          </thead>
          <tbody>
            {steps.map((step) => (
              <tr key={step.path}>
                <td>{step.name}</td>
                <td>
                  <StepStateBadge step={step} />
                </td>
                <td>
                  {step.undoText ?? ''}
                  {step.state === 'undo_failed' && step.error !== null && <div className={styles.error}>{step.error}</div>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  title: css({ ...theme.typography.h4, margin: theme.spacing(0, 0, 1) }),
  frame: css({ overflowX: 'auto' }),
  table: css({ width: '100%', '& th, & td': { padding: theme.spacing(0.75, 1.5, 0.75, 0), textAlign: 'left', verticalAlign: 'top', borderBottom: `1px solid ${theme.colors.border.weak}` } }),
  error: css({ color: theme.colors.error.text }),
});
