import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, IconButton, TextLink, useStyles2 } from '@grafana/ui';
import { incidentKey, type Drill } from '#contract';
import { Instant } from '../../components/Instant.tsx';
import { countOf } from '../../model/counts.ts';
import { outcomeText } from '../../model/drills.ts';
import { recurrenceText } from '../../model/schedule.ts';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { DrillReports } from './DrillReports.tsx';
import { DrillReportView } from './DrillReportView.tsx';
import { ScoreBadge } from './ScoreBadge.tsx';

interface Props {
  drill: Drill;
  onStart?: () => void;
  onStop?: () => void;
  onEdit?: () => void;
  onRemove?: () => void;
}

/** A drill: what it is, when it comes, how it went last. */
export function DrillCard({ drill, onStart, onStop, onEdit, onRemove }: Props) {
  const styles = useStyles2(getStyles);
  const [open, setOpen] = useState(false);
  const { lastRun } = drill;
  const going = lastRun !== null && lastRun.state !== 'ended';
  const services = [...new Set(drill.alerts.map(({ service }) => service))];
  return (
    <article className={styles.card} aria-label={drill.name} data-testid={testIds.runbooks.drill}>
      <div className={styles.line}>
        <h3 className={styles.title}>{drill.name}</h3>
        {lastRun !== null && <ScoreBadge run={lastRun} />}
        <span className={styles.actions}>
          {going ? (
            lastRun.state === 'running' && onStop !== undefined && (
              <Button size="sm" variant="destructive" fill="outline" icon="square-shape" onClick={onStop}>
                Stop
              </Button>
            )
          ) : (
            onStart !== undefined && (
              <Button size="sm" variant="secondary" icon="play" onClick={onStart}>
                Start
              </Button>
            )
          )}
          {onEdit !== undefined && <IconButton name="pen" size="lg" tooltip={`Edit ${drill.name}`} onClick={onEdit} />}
          {onRemove !== undefined && <IconButton name="trash-alt" size="lg" tooltip={`Remove ${drill.name}`} onClick={onRemove} />}
        </span>
      </div>
      {drill.description !== '' && <div>{drill.description}</div>}
      <div className={styles.dim}>
        {countOf(drill.alerts.length, 'alert')} of {services.join(', ')} · {countOf(drill.expects.length, 'stage')} expected ·{' '}
        {drill.schedule === null ? 'started by hand' : recurrenceText(drill.schedule.rule)}
        {drill.nextAt !== null && (
          <>
            , next <Instant at={drill.nextAt} as="clock" />
          </>
        )}
      </div>
      {lastRun === null ? (
        <div className={styles.dim}>Never performed.</div>
      ) : (
        <div className={styles.dim}>
          {outcomeText(lastRun)}, started <Instant at={lastRun.startedAt} /> by {lastRun.startedBy.name}
          {lastRun.incident !== null && (
            <>
              {' · '}
              <span className={styles.key}>
                <TextLink href={paths.incident(lastRun.incident)} inline>
                  {incidentKey(lastRun.incident)}
                </TextLink>
              </span>
            </>
          )}
        </div>
      )}
      {going && <DrillReportView id={lastRun.id} />}
      {lastRun !== null && (
        <div>
          <Button size="sm" fill="text" icon={open ? 'angle-down' : 'angle-right'} aria-expanded={open} onClick={() => setOpen(!open)}>
            Reports
          </Button>
          {open && <DrillReports drill={drill.id} />}
        </div>
      )}
    </article>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  card: css({
    display: 'flex', flexDirection: 'column', gap: theme.spacing(1), minWidth: 0, padding: theme.spacing(1.5, 2), background: theme.colors.background.secondary,
    border: `1px solid ${theme.colors.border.weak}`, borderRadius: theme.shape.radius.default,
  }),
  line: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1) }),
  title: css({ margin: 0, fontSize: theme.typography.h5.fontSize, overflowWrap: 'anywhere' }),
  actions: css({ marginLeft: 'auto', display: 'flex', alignItems: 'center', gap: theme.spacing(1) }),
  key: css({ whiteSpace: 'nowrap' }),
  dim: css({ color: theme.colors.text.secondary, overflowWrap: 'anywhere' }),
});
