import { useMemo, useRef } from 'react';
import { css } from '@emotion/css';
import { applyFieldOverrides, dateTime, FieldColorModeId, FieldType, getTimeZone, type DataFrame, type Field, type GrafanaTheme2, type TimeRange } from '@grafana/data';
import { LegendDisplayMode, TimeSeries, useStyles2, useTheme2, type VizLegendOptions } from '@grafana/ui';
import { useElementWidth } from '../hooks/useElementWidth.ts';

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

/** Grafana's own has buttons, which a picture must not have. */
const NO_LEGEND: VizLegendOptions = { calcs: [], displayMode: LegendDisplayMode.Hidden, placement: 'bottom', showLegend: false };

const LOWER_EDGE = 'Usual, lower edge';

function fieldOf(name: string, values: readonly (number | null)[], color: string, custom: object): Field {
  return { name, type: FieldType.number, values: [...values], config: { color: { mode: FieldColorModeId.Fixed, fixedColor: color }, custom: { spanNulls: false, showPoints: 'never', ...custom } } };
}

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
      { name: 'Time', type: FieldType.time, values: [...times], config: {} },
      fieldOf('Usual', high, band, { lineWidth: 0, fillOpacity: 30, fillBelowTo: LOWER_EDGE }),
      fieldOf(LOWER_EDGE, low, band, { lineWidth: 0, fillOpacity: 0, hideFrom: { legend: true, tooltip: false, viz: false } }),
      fieldOf('Value', values, value, { lineWidth: 1, fillOpacity: 0 }),
      fieldOf('Found', unusual, found, { drawStyle: 'points', showPoints: 'always', pointSize: 7, lineWidth: 0, fillOpacity: 0 }),
    ],
  };
}

/** Values with the band in which they usually lie, and what was found, as Grafana draws time series. */
export function SeriesChart({ series, fromMs, toMs, label, height = 220 }: Props) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const colors = colorsOf(theme);
  const frame = useRef<HTMLDivElement>(null);
  const width = useElementWidth(frame);
  const timeZone = getTimeZone();
  const frames = useMemo(
    () => applyFieldOverrides({ data: [frameOf(series, theme)], fieldConfig: { defaults: {}, overrides: [] }, replaceVariables: (text) => text, theme, timeZone }),
    [series, theme, timeZone]
  );
  const timeRange = useMemo<TimeRange>(() => {
    const [from, to] = [dateTime(fromMs), dateTime(toMs)];
    return { from, to, raw: { from, to } };
  }, [fromMs, toMs]);
  return (
    <div className={styles.chart}>
      <div ref={frame} className={styles.frame} role="img" aria-label={label} style={{ height }}>
        {width > 0 && <TimeSeries frames={frames} width={width} height={height} timeRange={timeRange} timeZone={timeZone} legend={NO_LEGEND} />}
      </div>
      <div className={styles.legend} aria-hidden>
        {([['Value', colors.value], ['Usual', colors.band], ['Found', colors.found]] as const).map(([name, color]) => (
          <span key={name}>
            <span className={styles.swatch} style={{ background: color }} />
            {name}
          </span>
        ))}
      </div>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  chart: css({ minWidth: 0 }),
  frame: css({ minWidth: 0, overflow: 'hidden' }),
  legend: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0, 2), fontSize: theme.typography.bodySmall.fontSize, color: theme.colors.text.secondary }),
  swatch: css({ display: 'inline-block', width: 14, height: 4, borderRadius: 2, marginRight: theme.spacing(0.5), verticalAlign: 'middle' }),
});
