import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { Incident } from '#contract';
import { useNow } from '../../hooks/useNow.ts';
import { runningTime } from '../../model/clocks.ts';
import { formatDuration } from '../../model/duration.ts';

const SERVICES_SHOWN = 40;

export function ImpactBlock({ incident }: { incident: Incident }) {
  const styles = useStyles2(getStyles);
  const { services, primaryService } = incident;
  return (
    <div className={styles.stack}>
      <div>
        <Lasted incident={incident} />, {incident.alertsFiring.toLocaleString()} of {incident.alertsTotal.toLocaleString()} alerts firing
      </div>
      <div>
        {services.length === 0
          ? 'No alert names a service.'
          : `${services.length.toLocaleString()} ${services.length === 1 ? 'service' : 'services'}:`}
      </div>
      {services.length > 0 && (
        <ul className={styles.services}>
          {services.slice(0, SERVICES_SHOWN).map((service) => (
            <li key={service} className={styles.service}>
              {service}
              {service === primaryService && <span className={styles.dim}> (first)</span>}
            </li>
          ))}
          {services.length > SERVICES_SHOWN && <li className={styles.dim}>and {services.length - SERVICES_SHOWN} more</li>}
        </ul>
      )}
    </div>
  );
}

function Lasted({ incident }: { incident: Incident }) {
  const clock = runningTime(incident, useNow());
  return (
    <strong>
      {clock.ticking ? 'Running' : 'Lasted'} {formatDuration(clock.milliseconds)}
    </strong>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  stack: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  services: css({ listStyle: 'none', margin: 0, display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5), maxHeight: 200, overflow: 'auto' }),
  service: css({
    padding: theme.spacing(0.25, 0.75),
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.secondary,
    overflowWrap: 'anywhere',
  }),
  dim: css({ color: theme.colors.text.secondary }),
});
