import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, useStyles2 } from '@grafana/ui';
import { useCan } from '../../api/useMe.ts';
import { WHOLE_PAGE } from '../../api/allPages.ts';
import { adviseOn } from '../../api/errorAdvice.ts';
import { useForecasts } from '../../api/useForecasts.ts';
import { usePredictions } from '../../api/usePredictions.ts';
import { boxStyle } from '../../components/boxStyle.ts';
import { ForecastView } from '../../components/ForecastView.tsx';
import { InShadow } from '../../components/InShadow.tsx';
import { PredictionView } from '../../components/PredictionView.tsx';
import { soonestFirst } from '../../model/forecasts.ts';
import { testIds } from '../../testIds.ts';
import { Section } from './Section.tsx';

const SHOWN = 10;

/** Services that are likely to have a serious incident within the hour, and limits that will be crossed; nothing while there are none. */
export function MayBreak() {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const predictions = usePredictions({ state: 'open', limit: SHOWN }, { enabled: can('listPredictions') });
  const forecasts = useForecasts({ state: 'open', limit: WHOLE_PAGE }, { enabled: can('listForecasts') });
  const fault = [predictions, forecasts].find(({ data, error }) => data === undefined && error !== null)?.error ?? null;
  // All of them, for the one that comes first is not the one that was said last.
  const expected = soonestFirst(forecasts.data?.items ?? []);
  const soonest = expected.slice(0, SHOWN);
  const likely = predictions.data?.items ?? [];
  const shaded = [...(predictions.data?.shadow === true ? ['Prediction'] : []), ...(forecasts.data?.shadow === true ? ['Forecast of limits'] : [])];
  const isMore = predictions.data?.nextCursor != null || expected.length > SHOWN;
  return (
    <>
      {fault !== null && <Alert severity="warning" title={`What may break soon is not known: ${adviseOn(fault).title.toLowerCase()}`} />}
      {soonest.length + likely.length + shaded.length > 0 && (
        <Section title="May break soon" testId={testIds.now.mayBreak}>
          <ul className={styles.list}>
            {likely.map((prediction) => (
              <li key={prediction.id} className={styles.row}>
                <PredictionView prediction={prediction} />
              </li>
            ))}
            {soonest.map((forecast) => (
              <li key={`forecast ${forecast.id}`} className={styles.row}>
                <ForecastView forecast={forecast} />
              </li>
            ))}
          </ul>
          {shaded.map((what) => <InShadow key={what} what={what} />)}
          {isMore && <span className={styles.dim}>There are more; each service shows its own.</span>}
        </Section>
      )}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: 0, display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 320px), 1fr))', gap: theme.spacing(1) }),
  row: css({ ...boxStyle(theme), background: theme.colors.background.secondary, minWidth: 0 }),
  dim: css({ color: theme.colors.text.secondary }),
});
