import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';
import type { Detector } from '#contract';
import { useForecasts } from '../../api/useForecasts.ts';
import { ForecastView } from '../../components/ForecastView.tsx';
import { InShadow } from '../../components/InShadow.tsx';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { limitText } from '../../model/forecasts.ts';

const SHOWN = 10;

/** When the series of a detector will cross its limit, and what came of what was said before; also in shadow. */
export function ForecastsOfDetector({ detector }: { detector: Detector }) {
  const styles = useStyles2(getStyles);
  const forecasts = useForecasts({ detector: detector.id, state: 'all', limit: SHOWN }, { enabled: detector.threshold !== null });
  if (detector.threshold === null) return null;
  const limit = limitText(detector.threshold);
  const quiet = (lookedAt: string | null, health: Detector['health']['status']): string =>
    lookedAt === null ? 'Its series are looked ahead at within a few minutes.' : health === 'silent' ? 'It gets no values, so nothing can be expected of them.' : `No series is expected to be ${limit} as far as can be seen.`;
  return (
    <section aria-label={`Forecasts of ${detector.name}`}>
      <h4 className={styles.title}>Forecasts: {limit}</h4>
      <QueryView query={forecasts}>
        {({ items, look, shadow }) => (
          <div className={styles.stack}>
            {look?.error != null && (
              <span className={styles.failing}>
                <Icon name="exclamation-triangle" size="sm" aria-hidden /> Cannot look ahead{look.at !== null && <>, last tried <Instant at={look.at} /></>}: {look.error}
              </span>
            )}
            {look?.error == null && !items.some(({ state }) => state === 'open') && (
              <span className={styles.dim}>{quiet(look?.at ?? null, detector.health.status)}</span>
            )}
            {items.map((forecast) => (
              <ForecastView key={forecast.id} forecast={forecast} />
            ))}
            {shadow && <InShadow what="Forecast of limits">{' '}Here alone they are shown.</InShadow>}
            {detector.state !== 'active' && <span className={styles.dim}>Shown here alone until the detector alerts.</span>}
          </div>
        )}
      </QueryView>
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  title: css({ fontSize: theme.typography.h5.fontSize, marginBottom: theme.spacing(1) }),
  stack: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  dim: css({ color: theme.colors.text.secondary }),
  failing: css({ color: theme.colors.error.text, overflowWrap: 'anywhere' }),
});
