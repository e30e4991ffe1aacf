import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, TextLink, useStyles2 } from '@grafana/ui';
import type { IncidentSummary, LifecycleCommand } from '#contract';
import { useIncident } from '../../api/useIncident.ts';
import { useCan } from '../../api/useMe.ts';
import { AlertCounts, ServiceNames } from '../../components/IncidentFacts.tsx';
import { Instant } from '../../components/Instant.tsx';
import { SeverityBadge } from '../../components/SeverityBadge.tsx';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';

interface Props {
  candidate: IncidentSummary;
  busy: boolean;
  onCommand: (command: LifecycleCommand) => void;
}

export function CandidateRow({ candidate, busy, onCommand }: Props) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const details = useIncident(candidate.number);
  const why = details.data?.declarationReason ?? details.data?.groupingReason?.summary;
  return (
    <li className={styles.row} data-testid={testIds.now.candidate}>
      <div className={styles.words}>
        <div className={styles.line}>
          <SeverityBadge severity={candidate.severity} />
          <TextLink href={paths.incident(candidate.number)} color="primary" inline={false} weight="medium">
            {candidate.title}
          </TextLink>
        </div>
        <div className={styles.line}>
          <span className={styles.dim}>{candidate.key}</span>
          <ServiceNames incident={candidate} />
          <AlertCounts incident={candidate} />
          <span className={styles.dim}>
            Detected <Instant at={candidate.detectedAt} />
          </span>
        </div>
        {why !== undefined && <div className={styles.why}>Why: {why}</div>}
      </div>
      <div className={styles.actions}>
        {can('promoteIncident') && (
          <Button size="sm" disabled={busy} onClick={() => onCommand('promote')}>
            Promote
          </Button>
        )}
        {can('rejectIncident') && (
          <Button size="sm" variant="secondary" fill="outline" disabled={busy} onClick={() => onCommand('reject')}>
            Reject
          </Button>
        )}
      </div>
    </li>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1, 2),
    padding: theme.spacing(1.5, 2),
    background: theme.colors.background.secondary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
  words: css({ flex: '1 1 280px', minWidth: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(0.5), overflowWrap: 'anywhere' }),
  line: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(0.5, 1) }),
  actions: css({ display: 'flex', gap: theme.spacing(1) }),
  dim: css({ color: theme.colors.text.secondary }),
  why: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
});
