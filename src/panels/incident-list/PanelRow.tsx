import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { TextLink, useStyles2 } from '@grafana/ui';
import type { IncidentSummary } from '#contract';
import { AlertCounts } from '../../components/IncidentFacts.tsx';
import { DrillMark } from '../../components/DrillMark.tsx';
import { PrivateMark } from '../../components/PrivateMark.tsx';
import { RunningTime } from '../../components/RunningTime.tsx';
import { SeverityBadge } from '../../components/SeverityBadge.tsx';
import { StateBadge } from '../../components/StateBadge.tsx';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';

/** Widths in pixels from which a row has room for more. */
const ROOM_FOR_STATE = 360;
const ROOM_FOR_TIME = 520;
const ROOM_FOR_ALL = 760;

export function PanelRow({ incident, width }: { incident: IncidentSummary; width: number }) {
  const styles = useStyles2(getStyles);
  return (
    <li className={styles.row} data-testid={testIds.panel.row}>
      <SeverityBadge severity={incident.severity} />
      {width >= ROOM_FOR_STATE && <StateBadge state={incident.state} />}
      <span className={styles.title} title={`${incident.key} ${incident.title}`}>
        {incident.private && <PrivateMark />}
        {incident.drill !== null && <DrillMark />}
        <TextLink href={paths.incident(incident.number)} color="primary" inline>
          {incident.title}
        </TextLink>
      </span>
      {width >= ROOM_FOR_ALL && (
        <>
          <span className={styles.dim}>{incident.commander?.name ?? 'No commander'}</span>
          <AlertCounts incident={incident} />
        </>
      )}
      {width >= ROOM_FOR_TIME && <RunningTime incident={incident} />}
    </li>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    minHeight: 32,
    padding: theme.spacing(0.25, 0),
    borderBottom: `1px solid ${theme.colors.border.weak}`,
  }),
  title: css({
    flex: 1,
    minWidth: 0,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    '& a': { textDecoration: 'none', '&:hover': { textDecoration: 'underline' } },
  }),
  dim: css({ color: theme.colors.text.secondary, whiteSpace: 'nowrap', overflow: 'hidden', textOverflow: 'ellipsis' }),
});
