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

const LEGEND: VizLegendOptions = { calcs: [], displayMode: LegendDisplayMode.List, placement: 'bottom', showLegend: true };

const LOWER_EDGE = 'Usual, lower edge';

function fieldOf(name: string, values: readonly (number | null)[], color: string, custom: object): Field {
  return { name, type: FieldType.number, values: [...values], config: { color: { mode: FieldColorModeId.Fixed, fixedColor: color }, custom: { spanNulls: false, showPoints: 'never', ...custom } } };
}

function frameOf({ times, values, low, high, marked }: ChartedSeries, theme: GrafanaTheme2): DataFrame {
  const isMarked = (atMs: number): boolean => marked.some(({ fromMs, toMs }) => atMs >= fromMs && atMs <= toMs);
  const unusual = values.map((value, place) => (isMarked(times[place] ?? 0) ? value : null));
  const band = theme.visualization.getColorByName('semi-dark-green');
  return {
    length: times.length,
    fields: [
      { name: 'Time', type: FieldType.time, values: [...times], config: {} },
      fieldOf('Usual', high, band, { lineWidth: 0, fillOpacity: 30, fillBelowTo: LOWER_EDGE }),
      fieldOf(LOWER_EDGE, low, band, { lineWidth: 0, fillOpacity: 0, hideFrom: { legend: true, tooltip: false, viz: false } }),
      fieldOf('Value', values, theme.colors.primary.text, { lineWidth: 1, fillOpacity: 0 }),
      fieldOf('Found', unusual, theme.colors.error.text, { drawStyle: 'points', showPoints: 'always', pointSize: 7, lineWidth: 0, fillOpacity: 0 }),
    ],
  };
}

/** Values with the band in which they usually lie, and what was found, as Grafana draws time series. */
export function SeriesChart({ series, fromMs, toMs, label, height = 220 }: Props) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
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
    <div ref={frame} className={styles.frame} role="img" aria-label={label} style={{ height }}>
      {width > 0 && <TimeSeries frames={frames} width={width} height={height} timeRange={timeRange} timeZone={timeZone} legend={LEGEND} />}
    </div>
  );
}

const getStyles = () => ({ frame: css({ minWidth: 0, overflow: 'hidden' }) });
