import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';
import type { ServiceHealth } from '#contract';
import { HEALTH_LABELS, HEALTH_MEANINGS } from '../model/services.ts';
import { HEALTH_ICONS, healthColors } from './healthColors.ts';

/** How a service is, by icon, text and colour together. */
export function HealthBadge({ health }: { health: ServiceHealth }) {
  const styles = useStyles2(getStyles, health);
  return (
    <span className={styles.badge} title={HEALTH_MEANINGS[health]}>
      <Icon key={health} name={HEALTH_ICONS[health]} size="sm" aria-hidden />
      {HEALTH_LABELS[health]}
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2, health: ServiceHealth) => ({
  badge: css({
    display: 'inline-flex',
    alignItems: 'center',
    gap: theme.spacing(0.5),
    color: healthColors(theme, health).text,
    fontSize: theme.typography.bodySmall.fontSize,
    whiteSpace: 'nowrap',
  }),
});
