import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { ForecastCoverage as Coverage } from '#contract';
import { coverageText } from '../../model/forecasts.ts';
import { testIds } from '../../testIds.ts';

/** How often limits were crossed in the time that was said at first. */
export function ForecastCoverage({ coverage }: { coverage: Coverage }) {
  const styles = useStyles2(getStyles);
  const { judged, sooner, later } = coverage;
  return (
    <section className={styles.block} aria-label="Forecasts of limits" data-testid={testIds.accuracy.forecasts}>
      <h2 className={styles.title}>Forecasts of limits</h2>
      <p className={styles.dim}>
        {judged === 0 ? 'Nothing is known yet. It is known by itself once a limit was crossed, or the time that was said for it is over.' : `${coverageText(coverage)}, ${sooner} sooner, ${later} later or not at all.`}
      </p>
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  block: css({ padding: theme.spacing(2), border: `1px solid ${theme.colors.border.weak}`, borderRadius: theme.shape.radius.default, minWidth: 0 }),
  title: css({ ...theme.typography.h4, margin: theme.spacing(0, 0, 1) }),
  dim: css({ color: theme.colors.text.secondary, margin: 0 }),
});
