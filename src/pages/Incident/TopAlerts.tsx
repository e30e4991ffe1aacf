import { css } from '@emotion/css';
import { Link } from 'react-router-dom';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { useIncidentLanes } from '../../api/useAlerts.ts';
import { AlertStatusText } from '../../components/AlertStatusText.tsx';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { SeverityBadge } from '../../components/SeverityBadge.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { topAlerts } from '../../model/topAlerts.ts';
import { paths } from '../../paths.ts';

const ALERTS_SHOWN = 8;

export function TopAlerts({ number }: { number: number }) {
  const styles = useStyles2(getStyles);
  const lanes = useIncidentLanes(number);
  return (
    <QueryView query={lanes} loading={<Skeleton rows={4} height={28} />}>
      {(data) => (
        <ul className={styles.list}>
          {topAlerts(data, ALERTS_SHOWN).map((alert) => (
            <li key={alert.id} className={styles.row}>
              <SeverityBadge severity={alert.severity} />
              <AlertStatusText status={alert.status} />
              <Link className={styles.name} to={`${paths.incident(number, 'alerts')}&alert=${encodeURIComponent(alert.id)}`}>
                {alert.summary === '' ? alert.name : alert.summary}
              </Link>
              <span className={styles.dim}>
                <Instant at={alert.startsAt} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </QueryView>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: 0 }),
  row: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(0.5, 1),
    padding: theme.spacing(0.75, 0),
    borderBottom: `1px solid ${theme.colors.border.weak}`,
    '&:last-child': { borderBottom: 'none' },
  }),
  name: css({ flex: '1 1 200px', minWidth: 0, overflowWrap: 'anywhere', '&:hover': { textDecoration: 'underline' } }),
  dim: css({ color: theme.colors.text.secondary, whiteSpace: 'nowrap' }),
});
