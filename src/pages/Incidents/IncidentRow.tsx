import { css, cx } from '@emotion/css';
import { Link } from 'react-router-dom';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { IncidentSummary } from '#contract';
import { AlertCounts } from '../../components/IncidentFacts.tsx';
import { Instant } from '../../components/Instant.tsx';
import { DrillMark } from '../../components/DrillMark.tsx';
import { PrivateMark } from '../../components/PrivateMark.tsx';
import { RunningTime } from '../../components/RunningTime.tsx';
import { SeverityBadge } from '../../components/SeverityBadge.tsx';
import { StateBadge } from '../../components/StateBadge.tsx';
import type { RowFocus } from '../../components/VirtualList.tsx';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';

const NARROW = 700;
/** From here on there is room for who leads and when it changed. */
const WIDE = 1300;
const ROW_HEIGHT = 44;
const CARD_HEIGHT = 112;

export function rowHeightAt(width: number): number {
  return width > 0 && width < NARROW ? CARD_HEIGHT : ROW_HEIGHT;
}

/** A candidate takes more room: it brings its reason and two buttons. */
export function candidateHeightAt(width: number): number {
  return width > 0 && width < NARROW ? 236 : 96;
}

interface Props {
  incident: IncidentSummary;
  width: number;
  focus: RowFocus;
}

/** One incident: a line where there is room, a small card where there is not. */
export function IncidentRow({ incident, width, focus }: Props) {
  const styles = useStyles2(getStyles);
  const narrow = rowHeightAt(width) === CARD_HEIGHT;
  const wide = width >= WIDE;
  const services = incident.services.join(', ');
  return (
    <Link
      to={paths.incident(incident.number)}
      className={cx(styles.row, narrow ? styles.card : wide ? styles.wideLine : styles.line)}
      data-testid={testIds.incidents.row}
      {...focus}
    >
      <span className={styles.badges}>
        <SeverityBadge severity={incident.severity} />
        <StateBadge state={incident.state} />
        {narrow && (
          <span className={styles.end}>
            <RunningTime incident={incident} />
          </span>
        )}
      </span>
      <span className={styles.key}>{incident.key}</span>
      <span className={styles.title} title={incident.title}>
        {incident.private && <PrivateMark />}
        {incident.drill !== null && (
          <>
            <DrillMark />{' '}
          </>
        )}
        {incident.title}
      </span>
      <span className={styles.dim} title={services}>
        {services}
      </span>
      {!narrow && (
        <>
          {wide && <span className={styles.dim}>{incident.commander?.name ?? 'No commander'}</span>}
          <AlertCounts incident={incident} />
          <RunningTime incident={incident} />
          {wide && (
            <span className={styles.dim}>
              <Instant at={incident.updatedAt} />
            </span>
          )}
        </>
      )}
    </Link>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({
    height: '100%',
    padding: theme.spacing(0, 1.5),
    borderBottom: `1px solid ${theme.colors.border.weak}`,
    color: theme.colors.text.primary,
    '&:hover': { background: theme.colors.action.hover },
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.border}`, outlineOffset: -2 },
  }),
  line: css({
    display: 'grid',
    gridTemplateColumns: '170px 60px minmax(0, 5fr) minmax(0, 3fr) 140px 104px',
    alignItems: 'center',
    gap: theme.spacing(1),
    whiteSpace: 'nowrap',
  }),
  wideLine: css({
    display: 'grid',
    gridTemplateColumns: '190px 76px minmax(0, 3fr) minmax(0, 1.5fr) minmax(0, 1fr) 160px 116px 90px',
    alignItems: 'center',
    gap: theme.spacing(1.5),
    whiteSpace: 'nowrap',
  }),
  card: css({
    display: 'grid',
    gridTemplateColumns: 'auto minmax(0, 1fr)',
    gridTemplateRows: 'auto 1fr auto',
    gap: theme.spacing(0.5, 1),
    paddingTop: theme.spacing(1),
    paddingBottom: theme.spacing(1),
    // badges and services take the whole width; number and title share the line between
    '& > :first-child, & > :last-child': { gridColumn: '1 / -1', whiteSpace: 'nowrap' },
  }),
  badges: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(0.75), minWidth: 0 }),
  end: css({ marginLeft: 'auto' }),
  key: css({ color: theme.colors.text.secondary, fontVariantNumeric: 'tabular-nums' }),
  title: css({ fontWeight: theme.typography.fontWeightMedium, overflow: 'hidden', textOverflow: 'ellipsis' }),
  dim: css({ color: theme.colors.text.secondary, overflow: 'hidden', textOverflow: 'ellipsis' }),
});
