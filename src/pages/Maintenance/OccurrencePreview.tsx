import { css } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { Alert, useStyles2 } from '@grafana/ui';
import { maintenanceSchedule, type MaintenanceSchedule } from '#contract';
import { adviseOn } from '../../api/errorAdvice.ts';
import { useSchedulePreview } from '../../api/useMaintenance.ts';
import { useCan } from '../../api/useMe.ts';
import { useDebounced } from '../../hooks/useDebounced.ts';
import { testIds } from '../../testIds.ts';

const SHOWN = 5;
const FORMAT = 'ddd D MMM YYYY HH:mm';

/** The next occurrences in the zone of the schedule, with a word on the nights in which clocks change. */
export function OccurrencePreview({ schedule }: { schedule: MaintenanceSchedule }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const rested = useDebounced(schedule);
  const isRecurring = rested.kind === 'recurring';
  const preview = useSchedulePreview(rested, isRecurring && can('previewMaintenance') && maintenanceSchedule.safeParse(rested).success);
  if (!isRecurring) {
    return null;
  }
  if (preview.error !== null) {
    return <Alert severity="warning" title={adviseOn(preview.error).title}>{adviseOn(preview.error).advice}</Alert>;
  }
  if (preview.data === undefined) {
    return null;
  }
  const shown = preview.data.occurrences.filter((occurrence, index) => index < SHOWN || occurrence.shifted !== null);
  return (
    <div className={styles.box} data-testid={testIds.maintenance.preview} aria-live="polite">
      <strong>Next times, in {rested.timeZone}</strong>
      <ul className={styles.list}>
        {shown.map(({ startsAt, endsAt, shifted }) => (
          <li key={startsAt}>
            {dateTimeFormat(startsAt, { format: FORMAT, timeZone: rested.timeZone })} to {dateTimeFormat(endsAt, { format: 'HH:mm', timeZone: rested.timeZone })}
            {shifted !== null && <span className={styles.shifted}> ({shifted})</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  box: css({ padding: theme.spacing(1.5), background: theme.colors.background.secondary, borderRadius: theme.shape.radius.default }),
  list: css({ listStyle: 'none', margin: 0 }),
  shifted: css({ color: theme.colors.warning.text }),
});
