import { useMemo } from 'react';
import type { DataFrame, GrafanaTheme2 } from '@grafana/data';
import { useTheme2 } from '@grafana/ui';
import { numberField, TimeChart, timeField } from './TimeChart.tsx';

export interface ChartedSeries {
  /** Epoch milliseconds; the arrays belong together. */
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
  /** Spans that were found unusual, in epoch milliseconds. */
  readonly marked: readonly { readonly fromMs: number; readonly toMs: number }[];
}

interface Props {
  series: ChartedSeries;
  fromMs: number;
  toMs: number;
  /** What a screen reader says instead of the drawing. */
  label: string;
  height?: number;
}

const LOWER_EDGE = 'Usual, lower edge';

function colorsOf(theme: GrafanaTheme2): { readonly value: string; readonly band: string; readonly found: string } {
  return { value: theme.colors.primary.text, band: theme.visualization.getColorByName('semi-dark-green'), found: theme.colors.error.text };
}

function frameOf({ times, values, low, high, marked }: ChartedSeries, theme: GrafanaTheme2): DataFrame {
  const isMarked = (atMs: number): boolean => marked.some(({ fromMs, toMs }) => atMs >= fromMs && atMs <= toMs);
  const unusual = values.map((value, place) => (isMarked(times[place] ?? 0) ? value : null));
  const { band, value, found } = colorsOf(theme);
  return {
    length: times.length,
    fields: [
      timeField(times),
      numberField('Usual', high, band, { lineWidth: 0, fillOpacity: 30, fillBelowTo: LOWER_EDGE }),
      numberField(LOWER_EDGE, low, band, { lineWidth: 0, fillOpacity: 0, hideFrom: { legend: true, tooltip: false, viz: false } }),
      numberField('Value', values, value, { lineWidth: 1, fillOpacity: 0 }),
      numberField('Found', unusual, found, { drawStyle: 'points', showPoints: 'always', pointSize: 7, lineWidth: 0, fillOpacity: 0 }),
    ],
  };
}

/** Values with the band in which they usually lie, and what was found, as Grafana draws time series. */
export function SeriesChart({ series, ...shown }: Props) {
  const theme = useTheme2();
  const { value, band, found } = colorsOf(theme);
  const frame = useMemo(() => frameOf(series, theme), [series, theme]);
  return <TimeChart {...shown} frame={frame} legend={[['Value', value], ['Usual', band], ['Found', found]]} />;
}
