import { css, cx } from '@emotion/css';
import { Link } from 'react-router-dom';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import type { IncidentSummary, LifecycleCommand } from '#contract';
import { useIncident } from '../api/useIncident.ts';
import { useCan } from '../api/useMe.ts';
import { useNow } from '../hooks/useNow.ts';
import { formatAmount, formatShare } from '../model/amounts.ts';
import { causeText } from '../model/causes.ts';
import { formatDuration } from '../model/duration.ts';
import { paths } from '../paths.ts';
import { testIds } from '../testIds.ts';
import { EvidenceBar } from './Evidence.tsx';
import { AlertCounts, ServiceNames } from './IncidentFacts.tsx';
import { Instant } from './Instant.tsx';
import { DrillMark } from './DrillMark.tsx';
import { PrivateMark } from './PrivateMark.tsx';
import { SeverityBadge } from './SeverityBadge.tsx';
import type { RowFocus } from './VirtualList.tsx';

interface Props {
  candidate: IncidentSummary;
  busy: boolean;
  onCommand: (command: LifecycleCommand) => void;
  /** In a list of rows of one height: no frame of its own, and long words are cut. */
  inList?: boolean;
  /** Makes the title the one thing in the row that arrow keys reach. */
  focus?: RowFocus;
}

const CLOCK_MS = 10_000;
/** So soon it is rejected that somebody should look. */
const URGENT_MS = 3_600_000;

/** A group of alerts that waits for a yes or no: how sure, why, whom it may hurt, until when, and the two answers. */
export function CandidateRow({ candidate, busy, onCommand, inList = false, focus }: Props) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const details = useIncident(candidate.number);
  const declaration = details.data?.declaration;
  const why = declaration?.reason ?? details.data?.declarationReason ?? details.data?.groupingReason?.summary;
  const { confidence, probableCause, impact } = candidate;
  return (
    <div className={cx(styles.row, inList ? styles.inList : styles.framed)} data-testid={testIds.now.candidate}>
      <div className={styles.words}>
        <div className={cx(styles.line, inList && styles.oneLine)}>
          <SeverityBadge severity={candidate.severity} />
          {candidate.private && <PrivateMark />}
          {candidate.drill !== null && <DrillMark />}
          <Link to={paths.incident(candidate.number)} className={styles.title} {...focus}>
            {candidate.title}
          </Link>
        </div>
        <div className={styles.line}>
          <span className={styles.dim}>{candidate.key}</span>
          {confidence !== null && <span title="How sure it is that the alerts share one cause">{formatShare(confidence)} sure</span>}
          {probableCause !== null && <span>{causeText(probableCause)}</span>}
          <ServiceNames incident={candidate} />
          <AlertCounts incident={candidate} />
          {impact.users !== null && impact.users > 0 && <span>up to {formatAmount(impact.users)} users</span>}
          <span className={styles.dim}>
            Detected <Instant at={candidate.detectedAt} />
          </span>
          {candidate.expiresAt !== null && <Expiry at={candidate.expiresAt} />}
        </div>
        {why !== undefined && (
          <div className={cx(styles.why, inList && styles.oneLine)} title={why}>
            {declaration != null && <EvidenceBar contributions={declaration.contributions} />}
            <span>{why.charAt(0).toUpperCase() + why.slice(1)}</span>
          </div>
        )}
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
    </div>
  );
}

/** Nobody decides: then time does. */
function Expiry({ at }: { at: string }) {
  const styles = useStyles2(getStyles);
  const left = Date.parse(at) - useNow(CLOCK_MS);
  return <span className={left < URGENT_MS ? styles.expiry : styles.dim}>{left > 0 ? `Rejected by itself in ${formatDuration(left)}` : 'About to be rejected by itself'}</span>;
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1, 2), padding: theme.spacing(1.5, 2) }),
  framed: css({
    background: theme.colors.background.secondary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
  inList: css({ height: '100%', padding: theme.spacing(0.5, 2), overflow: 'hidden', borderBottom: `1px solid ${theme.colors.border.weak}` }),
  words: css({ flex: '1 1 260px', minWidth: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(0.5), overflowWrap: 'anywhere' }),
  line: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(0.5, 1.25) }),
  oneLine: css({ flexWrap: 'nowrap', overflow: 'hidden', whiteSpace: 'nowrap', '& > :last-child': { minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis' } }),
  title: css({ fontWeight: theme.typography.fontWeightMedium, '&:hover': { textDecoration: 'underline' } }),
  actions: css({ display: 'flex', gap: theme.spacing(1) }),
  dim: css({ color: theme.colors.text.secondary }),
  expiry: css({ color: theme.colors.warning.text }),
  why: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1), color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
});
