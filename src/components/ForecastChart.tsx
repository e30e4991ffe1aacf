import { useMemo } from 'react';
import type { DataFrame, GrafanaTheme2 } from '@grafana/data';
import { useTheme2 } from '@grafana/ui';
import type { DetectorThreshold, ForecastSeries } from '#contract';
import { numberField, TimeChart, timeField } from './TimeChart.tsx';

interface Props {
  series: ForecastSeries;
  threshold: DetectorThreshold;
  /** What a screen reader says instead of the drawing. */
  label: string;
}

const LOWER_EDGE = 'Expected, lower edge';

function colorsOf(theme: GrafanaTheme2): { readonly value: string; readonly band: string; readonly limit: string } {
  return { value: theme.colors.primary.text, band: theme.visualization.getColorByName('semi-dark-orange'), limit: theme.colors.error.text };
}

function frameOf({ times, values, ahead }: ForecastSeries, { value: limit }: DetectorThreshold, theme: GrafanaTheme2): DataFrame {
  const { value, band, limit: red } = colorsOf(theme);
  const all = [...times, ...ahead.times];
  const later = (given: readonly number[]): (number | null)[] => [...times.map(() => null), ...given];
  return {
    length: all.length,
    fields: [
      timeField(all),
      numberField('Expected with 80 %', later(ahead.high), band, { lineWidth: 0, fillOpacity: 30, fillBelowTo: LOWER_EDGE }),
      numberField(LOWER_EDGE, later(ahead.low), band, { lineWidth: 0, fillOpacity: 0 }),
      numberField('Expected', later(ahead.middle), band, { lineWidth: 1, lineStyle: { fill: 'dash', dash: [6, 4] }, fillOpacity: 0 }),
      numberField('Value', [...values, ...ahead.times.map(() => null)], value, { lineWidth: 1, fillOpacity: 0 }),
      numberField('Limit', all.map(() => limit), red, { lineWidth: 1, fillOpacity: 0 }),
    ],
  };
}

/** What was, what is expected, and the limit: for a limit above, the highest value until each time; for one below, the lowest. */
export function ForecastChart({ series, threshold, label }: Props) {
  const theme = useTheme2();
  const { value, band, limit } = colorsOf(theme);
  const frame = useMemo(() => frameOf(series, threshold, theme), [series, threshold, theme]);
  const [fromMs, toMs] = [series.times[0] ?? 0, series.ahead.times.at(-1) ?? series.times.at(-1) ?? 0];
  return <TimeChart frame={frame} fromMs={fromMs} toMs={toMs} label={label} legend={[['Value', value], [`${threshold.side === 'above' ? 'Highest' : 'Lowest'} until then, 80 %`, band], ['Limit', limit]]} />;
}
