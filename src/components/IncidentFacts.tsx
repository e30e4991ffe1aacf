import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, Tooltip, useStyles2 } from '@grafana/ui';
import type { IncidentSummary } from '#contract';

const SERVICES_SHOWN = 3;

/** The services an incident touches, the first ones by name. */
export function ServiceNames({ incident }: { incident: IncidentSummary }) {
  const styles = useStyles2(getStyles);
  const { services } = incident;
  if (services.length === 0) {
    return <span className={styles.dim}>No service named</span>;
  }
  const rest = services.slice(SERVICES_SHOWN);
  return (
    <span className={styles.services}>
      {services.slice(0, SERVICES_SHOWN).map((service) => (
        <span key={service} className={styles.service} title={service}>
          {service}
        </span>
      ))}
      {rest.length > 0 && (
        <Tooltip content={rest.join(', ')}>
          <span className={styles.dim}>+{rest.length} more</span>
        </Tooltip>
      )}
    </span>
  );
}

export function AlertCounts({ incident }: { incident: IncidentSummary }) {
  const styles = useStyles2(getStyles);
  const { alertsFiring, alertsTotal } = incident;
  return (
    <span className={styles.counts}>
      <Icon name="bell" size="sm" aria-hidden />
      {alertsTotal === 0 ? (
        <span className={styles.dim}>No alerts</span>
      ) : alertsFiring === 0 ? (
        <span>0 of {alertsTotal.toLocaleString()} firing</span>
      ) : (
        <span>
          <strong>{alertsFiring.toLocaleString()}</strong> of {alertsTotal.toLocaleString()} firing
        </span>
      )}
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  services: css({ display: 'inline-flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(0.5), minWidth: 0, maxWidth: '100%' }),
  service: css({
    padding: theme.spacing(0, 0.75),
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.canvas,
    border: `1px solid ${theme.colors.border.weak}`,
    fontSize: theme.typography.bodySmall.fontSize,
    maxWidth: 200,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
  }),
  counts: css({ display: 'inline-flex', alignItems: 'center', gap: theme.spacing(0.5), whiteSpace: 'nowrap' }),
  dim: css({ color: theme.colors.text.secondary, whiteSpace: 'nowrap' }),
});
