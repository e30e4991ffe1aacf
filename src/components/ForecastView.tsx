import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, Button, Icon, TextLink, useStyles2, type BadgeColor } from '@grafana/ui';
import type { BreachForecast, ForecastState } from '#contract';
import { useForecastChart } from '../api/useForecasts.ts';
import { useNow } from '../hooks/useNow.ts';
import { valueText } from '../model/detectors.ts';
import { breachText, FORECAST_STATE_WORDS, forecastName, isStale, limitText, outlookText } from '../model/forecasts.ts';
import { paths } from '../paths.ts';
import { testIds } from '../testIds.ts';
import { ForecastChart } from './ForecastChart.tsx';
import { Instant } from './Instant.tsx';
import { QueryView } from './QueryView.tsx';
import { AttachedRunbooks } from './runs/AttachedRunbooks.tsx';
import { Skeleton } from './Skeleton.tsx';

const STATE_COLORS: Readonly<Record<ForecastState, BadgeColor>> = { open: 'orange', eased: 'green', sooner: 'red', inside: 'red', later: 'green' };
const TICK_MS = 30_000;

/** A limit that will be crossed: when, how sure that is, what came; the chart of it one click away. */
export function ForecastView({ forecast, withService = true }: { forecast: BreachForecast; withService?: boolean }) {
  const styles = useStyles2(getStyles);
  const nowMs = useNow(TICK_MS);
  const [showsChart, setShowsChart] = useState(false);
  const { id, detector, service, state, threshold, value, expected, said, since, updatedAt, crossedAt } = forecast;
  const name = forecastName(forecast);
  return (
    <div className={styles.item} data-testid={testIds.forecast}>
      <div className={styles.line}>
        <TextLink href={paths.detector(detector)} inline={false}>
          {name}
        </TextLink>
        {withService && service !== null && (
          <TextLink href={`${paths.services()}?service=${encodeURIComponent(service)}`} inline={false} color="secondary">
            {service}
          </TextLink>
        )}
        {state !== 'open' && <Badge text={FORECAST_STATE_WORDS[state]} color={STATE_COLORS[state]} />}
      </div>
      {state === 'open' ? (
        <strong>
          {limitText(threshold)} {breachText(expected, nowMs)}
        </strong>
      ) : (
        <span className={styles.dim}>
          Was to be {limitText(threshold)} between <Instant at={said.earliest} as="clock" /> and {said.latest === null ? 'later than could be seen' : <Instant at={said.latest} as="clock" />}
          {crossedAt !== null && (
            <>
              ; crossed <Instant at={crossedAt} as="clock" />
            </>
          )}
        </span>
      )}
      <div className={styles.dim}>
        {state === 'open' && `${valueText(value)} ${isStale(forecast, nowMs) ? 'then' : 'now'}; `}said <Instant at={since} />
      </div>
      {isStale(forecast, nowMs) && (
        <div className={styles.dim}>
          <Icon name="exclamation-triangle" size="sm" aria-hidden /> It gave no values since <Instant at={updatedAt} as="clock" />: this may not hold any more.
        </div>
      )}
      {(state === 'open' || state === 'eased') && (
        <Button size="sm" fill="text" variant="secondary" icon={showsChart ? 'angle-down' : 'angle-right'} aria-expanded={showsChart} aria-label={`Why ${name} will cross its limit`} onClick={() => setShowsChart(!showsChart)}>
          Why
        </Button>
      )}
      {showsChart && <Chart id={id} name={name} nowMs={nowMs} />}
      <AttachedRunbooks runbooks={forecast.runbooks} about={name} isOpen={state === 'open'} />
    </div>
  );
}

function Chart({ id, name, nowMs }: { id: BreachForecast['id']; name: string; nowMs: number }) {
  const chart = useForecastChart(id);
  return (
    <QueryView query={chart} loading={<Skeleton rows={1} height={220} />}>
      {(data) => <ForecastChart series={data} threshold={data.threshold} label={`${name}: its values and what is expected, ${outlookText(data, data.threshold, nowMs)}`} />}
    </QueryView>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  item: css({ display: 'flex', flexDirection: 'column', alignItems: 'flex-start', gap: theme.spacing(0.25), minWidth: 0, width: '100%', overflowWrap: 'anywhere' }),
  line: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(0.5, 1), minWidth: 0 }),
  dim: css({ color: theme.colors.text.secondary }),
});
