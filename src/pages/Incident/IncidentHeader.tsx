import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, TextLink, Tooltip, useStyles2 } from '@grafana/ui';
import { incidentKey, type Incident } from '#contract';
import { CommanderControl } from '../../components/CommanderControl.tsx';
import { DrillMark } from '../../components/DrillMark.tsx';
import { AlertCounts } from '../../components/IncidentFacts.tsx';
import { SeverityBadge } from '../../components/SeverityBadge.tsx';
import { StateBadge } from '../../components/StateBadge.tsx';
import { NextUpdate } from '../../components/UpdateDue.tsx';
import { useNow } from '../../hooks/useNow.ts';
import { clocksOf } from '../../model/clocks.ts';
import { formatDuration } from '../../model/duration.ts';
import { nextStep } from '../../model/states.ts';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { IncidentActions } from './IncidentActions.tsx';
import { IncidentOrigins } from './IncidentOrigins.tsx';
import { PrivacyNotice } from './PrivacyNotice.tsx';

/** How bad, since when, who leads, what next, and the one thing to press. */
export function IncidentHeader({ incident }: { incident: Incident }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.header} data-testid={testIds.incident.header}>
      {incident.mergedInto !== null && (
        <Alert severity="info" title={`${incident.key} goes on in ${incidentKey(incident.mergedInto)}`}>
          <TextLink href={paths.incident(incident.mergedInto)} inline>
            {`Open ${incidentKey(incident.mergedInto)}`}
          </TextLink>
        </Alert>
      )}
      <PrivacyNotice incident={incident} />
      {incident.drill !== null && (
        <Alert severity="info" title="This is a drill: nothing is wrong">
          Its alerts are simulated, steps of runbooks send nothing outside, and it counts in no figure. Act as you would in earnest.{' '}
          <TextLink href={paths.runbooks('drills')} inline>
            Drills
          </TextLink>
        </Alert>
      )}
      <div className={styles.line}>
        <SeverityBadge severity={incident.severity} testId={testIds.incident.severity} />
        <span aria-live="polite" className={styles.state}>
          <StateBadge state={incident.state} testId={testIds.incident.state} />
        </span>
        {incident.drill !== null && <DrillMark />}
        {incident.state !== 'candidate' && <CommanderControl incident={incident} canChoose />}
        <AlertCounts incident={incident} />
        <span className={styles.actions}>
          <IncidentActions incident={incident} />
        </span>
      </div>
      <div className={styles.line}>
        <span className={styles.next}>{nextStep(incident)}</span>
        <Clocks incident={incident} />
        <NextUpdate incident={incident.number} />
      </div>
      <IncidentOrigins incident={incident} />
    </div>
  );
}

function Clocks({ incident }: { incident: Incident }) {
  const styles = useStyles2(getStyles);
  const clocks = clocksOf(incident, useNow());
  return (
    <div role="timer" aria-live="off">
      <dl className={styles.clocks}>
        {clocks.map(({ label, milliseconds, explanation }) => (
          <Tooltip key={label} content={explanation}>
            <div className={styles.clock}>
              <dt className={styles.label}>{label}</dt>
              <dd className={styles.time}>{formatDuration(milliseconds)}</dd>
            </div>
          </Tooltip>
        ))}
      </dl>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  header: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1), color: theme.colors.text.primary, minWidth: 0 }),
  line: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1, 2), minWidth: 0 }),
  state: css({ display: 'inline-flex' }),
  actions: css({ marginLeft: 'auto' }),
  next: css({ color: theme.colors.text.secondary }),
  clocks: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5, 3), margin: 0 }),
  clock: css({ display: 'flex', alignItems: 'baseline', gap: theme.spacing(0.75) }),
  label: css({ color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightRegular, fontSize: theme.typography.bodySmall.fontSize }),
  time: css({ margin: 0, fontVariantNumeric: 'tabular-nums', fontWeight: theme.typography.fontWeightMedium, whiteSpace: 'nowrap' }),
});
