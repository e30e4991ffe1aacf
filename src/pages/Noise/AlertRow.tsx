import { css } from '@emotion/css';
import type { ReactNode } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { AlertSummary } from '#contract';
import { SeverityBadge } from '../../components/SeverityBadge.tsx';

interface Props {
  alert: Pick<AlertSummary, 'severity' | 'name' | 'service' | 'environment'>;
  onOpen: () => void;
  testId: string;
  /** What is said of it below its name. */
  children: ReactNode;
  /** On the right, or below where it is narrow. */
  times: ReactNode;
}

/** One alert in a list of this page: what it is, why it is here, since when. Its name opens it. */
export function AlertRow({ alert, onOpen, testId, children, times }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <li className={styles.row} data-testid={testId}>
      <div className={styles.badge}>
        <SeverityBadge severity={alert.severity} />
      </div>
      <div className={styles.words}>
        <div>
          <button type="button" className={styles.name} onClick={onOpen}>
            {alert.name}
          </button>
          {alert.service !== null && ` on ${alert.service}`}
          {alert.environment !== null && `, ${alert.environment}`}
        </div>
        {children}
      </div>
      <div className={styles.times}>{times}</div>
    </li>
  );
}

/** The list that such rows stand in, and the bar of filters above it. */
export const getAlertListStyles = (theme: GrafanaTheme2) => ({
  tab: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), alignItems: 'stretch' }),
  filters: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), alignItems: 'center' }),
  past: css({ display: 'inline-flex', alignItems: 'center', gap: theme.spacing(1), margin: theme.spacing(0, 1) }),
  list: css({ listStyle: 'none', margin: 0, width: '100%' }),
  more: css({ alignSelf: 'flex-start' }),
  dim: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
});

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1, 2), padding: theme.spacing(1, 0), borderBottom: `1px solid ${theme.colors.border.weak}` }),
  badge: css({ flex: '0 0 72px' }),
  words: css({ flex: '1 1 240px', minWidth: 0, overflowWrap: 'anywhere' }),
  name: css({
    padding: 0, border: 0, background: 'none', color: theme.colors.text.link, fontWeight: theme.typography.fontWeightMedium, textAlign: 'left',
    '&:hover': { textDecoration: 'underline' },
  }),
  times: css({ flex: '0 1 auto', textAlign: 'right', [theme.breakpoints.down('sm')]: { flex: '1 1 100%', textAlign: 'left', display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0, 1) } }),
});
