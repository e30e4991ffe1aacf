import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';
import type { IncidentSummary } from '#contract';
import { useNow } from '../hooks/useNow.ts';
import { runningTime } from '../model/clocks.ts';
import { formatDuration } from '../model/duration.ts';

/** How long an incident runs, ticking. Hidden from live regions: a clock that is read aloud each second helps nobody. */
export function RunningTime({ incident }: { incident: IncidentSummary }) {
  const styles = useStyles2(getStyles);
  const clock = runningTime(incident, useNow());
  return (
    <span
      className={styles.clock}
      role="timer"
      aria-live="off"
      title={clock.explanation}
      aria-label={`${clock.label} ${formatDuration(clock.milliseconds)}`}
    >
      <Icon name="clock-nine" size="sm" aria-hidden />
      {formatDuration(clock.milliseconds)}
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  clock: css({
    display: 'inline-flex',
    alignItems: 'center',
    gap: theme.spacing(0.5),
    fontVariantNumeric: 'tabular-nums',
    whiteSpace: 'nowrap',
  }),
});
