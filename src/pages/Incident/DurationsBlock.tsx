import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { TextLink, useStyles2 } from '@grafana/ui';
import type { IncidentTimes } from '#contract';
import { useNow } from '../../hooks/useNow.ts';
import { formatDuration } from '../../model/duration.ts';
import { MEASURE_LABELS, MEASURE_MEANINGS, timeAt } from '../../model/incidentTimes.ts';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';

/** How long each stage took; time under planned work is said and left out. */
export function DurationsBlock({ times }: { times: IncidentTimes }) {
  const styles = useStyles2(getStyles);
  const now = useNow();
  const { impossible, underMaintenance, windows } = times;
  // Of what has not come yet, the next step and the end say enough.
  const measures = times.measures.filter(({ measure, to }) => to !== null || (measure !== 'identify' && measure !== 'mitigate'));
  return (
    <div className={styles.stack} data-testid={testIds.incident.durations}>
      <dl className={styles.list}>
        {measures.map((time) => {
          const { wallMs, maintenanceMs, countedMs } = timeAt(time, times, now);
          return (
            <div key={time.measure} className={styles.row} title={MEASURE_MEANINGS[time.measure]}>
              <dt className={styles.label}>{MEASURE_LABELS[time.measure]}</dt>
              <dd className={styles.value}>
                {formatDuration(countedMs)}
                {time.to === null && <span className={styles.dim}> so far</span>}
                {maintenanceMs > 0 && (
                  <div className={styles.dim}>
                    {formatDuration(wallMs)} less {formatDuration(maintenanceMs)} of planned work
                  </div>
                )}
              </dd>
            </div>
          );
        })}
      </dl>
      {impossible.length > 0 && (
        <div className={styles.warning}>
          Ends before it begins, so it has no length: {impossible.map((measure) => MEASURE_LABELS[measure].toLowerCase()).join(', ')}. Check the key times below.
        </div>
      )}
      {windows.length > 0 && (
        <div className={styles.dim}>
          {underMaintenance.length > 0 ? 'Planned work is left out: ' : 'Planned work meant only some of its alerts at any time, so nothing is left out: '}
          {windows.map(({ id, name }, index) => (
            <span key={id}>
              {index > 0 && ', '}
              <TextLink href={paths.plannedWork('windows', id)} inline variant="bodySmall">
                {name}
              </TextLink>
            </span>
          ))}
          .
        </div>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  stack: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  list: css({ margin: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(0.5) }),
  row: css({ display: 'flex', justifyContent: 'space-between', gap: theme.spacing(2) }),
  label: css({ color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightRegular }),
  value: css({ margin: 0, textAlign: 'right', fontVariantNumeric: 'tabular-nums' }),
  dim: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  warning: css({ color: theme.colors.warning.text }),
});
