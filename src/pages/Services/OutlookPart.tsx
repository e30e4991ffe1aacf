import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { adviseOn } from '../../api/errorAdvice.ts';
import { WHOLE_PAGE } from '../../api/allPages.ts';
import { usePredictions } from '../../api/usePredictions.ts';
import { useForecasts } from '../../api/useForecasts.ts';
import { useCan } from '../../api/useMe.ts';
import { InShadow } from '../../components/InShadow.tsx';
import { ForecastView } from '../../components/ForecastView.tsx';
import { PredictionView } from '../../components/PredictionView.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { soonestFirst } from '../../model/forecasts.ts';

const SHOWN = 5;

/** Whether a service is likely to break soon, when its limits will be crossed, and what became of what was said before. */
export function OutlookPart({ service }: { service: string }) {
  const styles = useStyles2(getStyles);
  const predictions = usePredictions({ service, state: 'all', limit: SHOWN });
  const can = useCan();
  const ahead = useForecasts({ service, state: 'open', limit: WHOLE_PAGE }, { enabled: can('listForecasts') });
  const ended = useForecasts({ service, state: 'ended', limit: SHOWN }, { enabled: can('listForecasts') });
  const expected = soonestFirst(ahead.data?.items ?? []);
  return (
    <QueryView query={predictions}>
      {({ items, shadow }) => (
        <div className={styles.stack}>
          {[...expected.slice(0, SHOWN), ...(ended.data?.items ?? [])].map((forecast) => <ForecastView key={forecast.id} forecast={forecast} withService={false} />)}
          {expected.length > SHOWN && <span className={styles.dim}>{`${expected.length - SHOWN} later ones are not shown; their detectors show them.`}</span>}
          {ahead.data === undefined && ahead.error !== null && <span className={styles.dim}>When limits will be crossed is not known: {adviseOn(ahead.error).title.toLowerCase()}</span>}
          {ahead.data?.shadow === true && <InShadow what="Forecast of limits" />}
          {shadow && <InShadow what="Prediction" />}
          {!shadow && !items.some(({ state }) => state === 'open') && <span className={styles.dim}>Nothing points to a serious incident within 45 minutes.</span>}
          {items.map((prediction) => (
            <PredictionView key={prediction.id} prediction={prediction} withService={false} />
          ))}
        </div>
      )}
    </QueryView>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  stack: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  dim: css({ color: theme.colors.text.secondary }),
});
