import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, TextLink, useStyles2 } from '@grafana/ui';
import type { ImpactSummary, IncidentSummary, LifecycleCommand, Severity } from '#contract';
import { useCan } from '../../api/useMe.ts';
import { CommanderControl } from '../../components/CommanderControl.tsx';
import { AlertCounts, ServiceNames } from '../../components/IncidentFacts.tsx';
import { Instant } from '../../components/Instant.tsx';
import { DrillMark } from '../../components/DrillMark.tsx';
import { PrivateMark } from '../../components/PrivateMark.tsx';
import { RunningTime } from '../../components/RunningTime.tsx';
import { SeverityBadge } from '../../components/SeverityBadge.tsx';
import { severityColors } from '../../components/severityColors.ts';
import { StateBadge } from '../../components/StateBadge.tsx';
import { NextUpdate } from '../../components/UpdateDue.tsx';
import { formatAmount } from '../../model/amounts.ts';
import { causeSentence } from '../../model/causes.ts';
import { COMMAND_LABELS, operationOf, usualCommand } from '../../model/commands.ts';
import { nextStep } from '../../model/states.ts';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';

interface Props {
  incident: IncidentSummary;
  busy: boolean;
  onCommand: (command: LifecycleCommand) => void;
}

export function IncidentCard({ incident, busy, onCommand }: Props) {
  const styles = useStyles2(getStyles, incident.severity);
  const can = useCan();
  const hurt = whomItHurts(incident.impact);
  const command = usualCommand(incident.state, incident.severity);
  return (
    <article className={styles.card} aria-label={`${incident.key} ${incident.title}`} data-testid={testIds.now.card}>
      <div className={styles.line}>
        <SeverityBadge severity={incident.severity} />
        <StateBadge state={incident.state} />
        <span className={styles.end}>
          <RunningTime incident={incident} />
        </span>
      </div>
      <h3 className={styles.title}>
        {incident.private && <PrivateMark />}
        {incident.drill !== null && <DrillMark />}
        <TextLink href={paths.incident(incident.number)} color="primary" inline={false} variant="h5" weight="medium">
          {incident.title}
        </TextLink>
      </h3>
      <div className={styles.next}>
        {incident.key} · {nextStep(incident)}
      </div>
      {(incident.probableCause !== null || hurt !== '') && (
        <div>
          {incident.probableCause !== null && `${causeSentence(incident.probableCause)} `}
          {hurt !== '' && `Hurts ${hurt}.`}
        </div>
      )}
      <ServiceNames incident={incident} />
      <div className={styles.line}>
        <AlertCounts incident={incident} />
        <span className={styles.dim}>
          Last change <Instant at={incident.updatedAt} />
        </span>
      </div>
      <NextUpdate incident={incident.number} />
      <div className={styles.foot}>
        <CommanderControl incident={incident} />
        {command !== null && can(operationOf(command)) && (
          <Button
            size="sm"
            className={styles.end}
            variant={command === 'acknowledge' ? 'primary' : 'secondary'}
            disabled={busy}
            onClick={() => onCommand(command)}
            data-testid={testIds.incident.primaryAction}
          >
            {COMMAND_LABELS[command]}
          </Button>
        )}
      </div>
    </article>
  );
}

const BUSINESS_SHOWN = 2;

/** `payment-processing, online-shop and up to 60,000 users`; empty when nobody knows. */
function whomItHurts({ businessServices, users }: ImpactSummary): string {
  const more = businessServices.length - BUSINESS_SHOWN;
  const names = [...businessServices.slice(0, BUSINESS_SHOWN), ...(more > 0 ? [`${more} more`] : [])].join(', ');
  const people = users === null || users === 0 ? '' : `up to ${formatAmount(users)} users`;
  return names === '' || people === '' ? names + people : `${names} and ${people}`;
}

const getStyles = (theme: GrafanaTheme2, severity: Severity) => ({
  card: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1),
    minWidth: 0,
    padding: theme.spacing(1.5, 2),
    background: theme.colors.background.secondary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderLeft: `4px solid ${severityColors(theme, severity).main}`,
    borderRadius: theme.shape.radius.default,
  }),
  line: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(0.5, 1) }),
  end: css({ marginLeft: 'auto' }),
  title: css({ margin: 0, overflowWrap: 'anywhere' }),
  next: css({ color: theme.colors.text.secondary }),
  dim: css({ color: theme.colors.text.secondary }),
  foot: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1),
    marginTop: 'auto',
    paddingTop: theme.spacing(1),
    borderTop: `1px solid ${theme.colors.border.weak}`,
  }),
});
