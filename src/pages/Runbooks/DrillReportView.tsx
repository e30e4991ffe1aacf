import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Icon, TextLink, useStyles2, type IconName } from '@grafana/ui';
import { incidentKey, type DrillRun, type DrillRunId, type DrillStageResult } from '#contract';
import { useDrillRun } from '../../api/useDrills.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { formatDuration } from '../../model/duration.ts';
import { STAGE_LABELS, STAGE_STATE_LABELS } from '../../model/drills.ts';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';

const ICONS: Readonly<Record<DrillStageResult['state'], IconName>> = { waiting: 'hourglass', reached: 'check-circle', late: 'clock-nine', missed: 'times-circle' };

/** The report of a performance; as long as it goes on, what was reached so far. */
export function DrillReportView({ id }: { id: DrillRunId }) {
  return (
    <QueryView query={useDrillRun(id)} loading={<Skeleton rows={4} height={24} />}>
      {(run) => <Report run={run} />}
    </QueryView>
  );
}

function Report({ run }: { run: DrillRun }) {
  const styles = useStyles2(getStyles);
  const { stages, failures, stale, reasons, runs, incidents } = run.report;
  return (
    <div className={styles.report} data-testid={testIds.runbooks.drillReport}>
      {run.sendError !== null && (
        <Alert severity="warning" title="Its alerts could not be sent">
          {run.sendError}. It is tried again; if it stays so, check http.publicUrl and the source “muster-drills”.
        </Alert>
      )}
      <table className={styles.table}>
        <caption className={styles.dim}>
          {run.alertsSent} of {run.alertsTotal} alerts sent{run.reason === null ? '' : ` · stopped: ${run.reason}`}
        </caption>
        <thead>
          <tr>
            <th scope="col">Stage</th>
            <th scope="col">After</th>
            <th scope="col">Expected within</th>
            <th scope="col">Result</th>
          </tr>
        </thead>
        <tbody aria-live="polite">
          {stages.map(({ stage, state, afterSeconds, withinSeconds }) => (
            <tr key={stage}>
              <th scope="row">{STAGE_LABELS[stage]}</th>
              <td>{afterSeconds === null ? '–' : formatDuration(afterSeconds * 1000)}</td>
              <td>{formatDuration(withinSeconds * 1000)}</td>
              <td className={styles[state]}>
                <Icon name={ICONS[state]} size="sm" aria-hidden /> {STAGE_STATE_LABELS[state]}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Lines title="Why not more points" lines={reasons.map((text) => ({ key: text, text }))} />
      <Lines title="Steps that failed" lines={failures.map(({ run: id, title, step, error }) => ({ key: `${id} ${step}`, text: `“${title}”, step “${step}”: ${error}`, href: paths.run(id) }))} />
      <Lines title="Runbooks that cannot be relied on" lines={stale.map(({ runbook, title, why }) => ({ key: runbook, text: `“${title}” ${why}`, href: paths.runbook(runbook) }))} />
      <Lines title="Runs" lines={runs.map(({ id, title, state }) => ({ key: id, text: `“${title}”: ${state.replace('_', ' ')}`, href: paths.run(id) }))} />
      {incidents.length > 1 && <Lines title="Incidents" lines={incidents.map((number) => ({ key: String(number), text: incidentKey(number), href: paths.incident(number) }))} />}
    </div>
  );
}

function Lines({ title, lines }: { title: string; lines: readonly { readonly key: string; readonly text: string; readonly href?: string }[] }) {
  const styles = useStyles2(getStyles);
  if (lines.length === 0) {
    return null;
  }
  return (
    <div>
      <h4 className={styles.heading}>{title}</h4>
      <ul className={styles.lines}>
        {lines.map(({ key, text, href }) => (
          <li key={key}>
            {href === undefined ? text : (
              <TextLink href={href} inline>
                {text}
              </TextLink>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  report: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1), minWidth: 0, overflowX: 'auto', padding: theme.spacing(1, 0) }),
  table: css({
    maxWidth: 720,
    '& caption': { captionSide: 'top', textAlign: 'left' },
    '& th, & td': { padding: theme.spacing(0.5, 1), textAlign: 'left', borderBottom: `1px solid ${theme.colors.border.weak}`, fontWeight: theme.typography.fontWeightRegular },
    '& thead th': { color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize },
  }),
  dim: css({ color: theme.colors.text.secondary }),
  waiting: css({ color: theme.colors.text.secondary }),
  reached: css({ color: theme.colors.success.text }),
  late: css({ color: theme.colors.warning.text }),
  missed: css({ color: theme.colors.error.text }),
  heading: css({ margin: 0, fontSize: theme.typography.body.fontSize, fontWeight: theme.typography.fontWeightMedium }),
  lines: css({ margin: theme.spacing(0, 0, 0, 2.5), overflowWrap: 'anywhere' }),
});
