import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';
import type { AlertSummary } from '#contract';

export function AlertStatusText({ status }: { status: AlertSummary['status'] }) {
  const styles = useStyles2(getStyles);
  return status === 'firing' ? (
    <span className={styles.firing}>
      <Icon name="bell" size="sm" aria-hidden /> Firing
    </span>
  ) : (
    <span className={styles.resolved}>
      <Icon name="check" size="sm" aria-hidden /> Resolved
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  firing: css({ display: 'inline-flex', alignItems: 'center', gap: theme.spacing(0.5), color: theme.colors.error.text }),
  resolved: css({ display: 'inline-flex', alignItems: 'center', gap: theme.spacing(0.5), color: theme.colors.success.text }),
});
