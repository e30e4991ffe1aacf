import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';
import type { TrialDifference, TrialIncident } from '#contract';
import { boxStyle } from '../../components/boxStyle.ts';
import { Instant } from '../../components/Instant.tsx';
import { SeverityBadge } from '../../components/SeverityBadge.tsx';
import { differenceTitle } from '../../model/backTests.ts';
import { testIds } from '../../testIds.ts';

/** What the draft would have put together otherwise: in force on the left, draft on the right. */
export function DifferenceView({ difference }: { difference: TrialDifference }) {
  const styles = useStyles2(getStyles);
  const { before, after } = sidesOf(difference);
  return (
    <section className={styles.card} aria-label={differenceTitle(difference)} data-testid={testIds.correlation.difference}>
      <div className={styles.title}>
        {differenceTitle(difference)} · {difference.alerts} {difference.alerts === 1 ? 'alert' : 'alerts'}
      </div>
      <div className={styles.sides}>
        <Side name="In force" incidents={before} />
        <Icon name="arrow-right" aria-hidden className={styles.arrow} />
        <Side name="Draft" incidents={after} />
      </div>
    </section>
  );
}

function sidesOf(difference: TrialDifference): { before: readonly TrialIncident[]; after: readonly TrialIncident[] } {
  switch (difference.kind) {
    case 'merged':
      return { before: difference.before, after: [difference.after] };
    case 'split':
      return { before: [difference.before], after: difference.after };
    case 'new':
      return { before: [], after: [difference.after] };
    case 'gone':
      return { before: [difference.before], after: [] };
  }
}

function Side({ name, incidents }: { name: string; incidents: readonly TrialIncident[] }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.side} role="group" aria-label={name}>
      {incidents.length === 0 && <span className={styles.dim}>No incident</span>}
      {incidents.map((incident, index) => (
        <div key={index} className={styles.incident}>
          <SeverityBadge severity={incident.severity} /> <span className={styles.name}>{incident.title}</span>
          <div className={styles.dim}>
            {incident.alerts} {incident.alerts === 1 ? 'alert' : 'alerts'} since <Instant at={incident.firstAlertAt} as="clock" />,{' '}
            {incident.declaredAt === null ? (
              'not declared'
            ) : (
              <>
                declared <Instant at={incident.declaredAt} as="clock" />
              </>
            )}
          </div>
        </div>
      ))}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  card: css({ ...boxStyle(theme), flexDirection: 'column' }),
  title: css({ fontWeight: theme.typography.fontWeightMedium }),
  sides: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(2), alignItems: 'center' }),
  arrow: css({ color: theme.colors.text.secondary }),
  side: css({ flex: '1 1 240px', minWidth: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  incident: css({ overflowWrap: 'anywhere' }),
  name: css({ fontWeight: theme.typography.fontWeightMedium }),
  dim: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
});
