import { useMemo, useRef, type ComponentProps } from 'react';
import { css } from '@emotion/css';
import { applyFieldOverrides, dateTime, FieldColorModeId, FieldType, getTimeZone, type DataFrame, type Field, type GrafanaTheme2, type TimeRange } from '@grafana/data';
import { LegendDisplayMode, TimeSeries, useStyles2, useTheme2, type VizLegendOptions } from '@grafana/ui';
import { useElementWidth } from '../hooks/useElementWidth.ts';

interface Props {
  /** Steady from one drawing to the next while nothing changes. */
  frame: DataFrame;
  fromMs: number;
  toMs: number;
  /** What a screen reader says instead of the drawing. */
  label: string;
  legend: readonly (readonly [name: string, color: string])[];
  height?: number;
}

/** Grafana's own has buttons, which a picture must not have. */
const NO_LEGEND: VizLegendOptions = { calcs: [], displayMode: LegendDisplayMode.Hidden, placement: 'bottom', showLegend: false };

/** Half of the longest label of the time axis, in pixels: the last one is written around its tick, and would be cut at the edge. */
const ROOM_AT_THE_RIGHT = 34;
const LAYOUT: NonNullable<ComponentProps<typeof TimeSeries>['renderers']> = [{ fieldMap: {}, indicesOnly: [], init: (builder) => builder.setPadding([null, ROOM_AT_THE_RIGHT, null, null]) }];

/** A column of numbers, drawn as `custom` says (Grafana's settings of a time series). */
export function numberField(name: string, values: readonly (number | null)[], color: string, custom: object): Field {
  return { name, type: FieldType.number, values: [...values], config: { color: { mode: FieldColorModeId.Fixed, fixedColor: color }, custom: { spanNulls: false, showPoints: 'never', ...custom } } };
}

/** The column of times, in epoch milliseconds. */
export function timeField(times: readonly number[]): Field {
  return { name: 'Time', type: FieldType.time, values: [...times], config: {} };
}

/** Values over time as Grafana draws them, as a picture with a legend. */
export function TimeChart({ frame, fromMs, toMs, label, legend, height = 220 }: Props) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const place = useRef<HTMLDivElement>(null);
  const width = useElementWidth(place);
  const timeZone = getTimeZone();
  const frames = useMemo(() => applyFieldOverrides({ data: [frame], fieldConfig: { defaults: {}, overrides: [] }, replaceVariables: (text) => text, theme, timeZone }), [frame, theme, timeZone]);
  const timeRange = useMemo<TimeRange>(() => {
    const [from, to] = [dateTime(fromMs), dateTime(toMs)];
    return { from, to, raw: { from, to } };
  }, [fromMs, toMs]);
  return (
    <div className={styles.chart}>
      <div ref={place} className={styles.frame} role="img" aria-label={label} style={{ height }}>
        {width > 0 && <TimeSeries frames={frames} width={width} height={height} timeRange={timeRange} timeZone={timeZone} legend={NO_LEGEND} renderers={LAYOUT} />}
      </div>
      <div className={styles.legend} aria-hidden>
        {legend.map(([name, color]) => (
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
  chart: css({ minWidth: 0, width: '100%' }),
  frame: css({ minWidth: 0, overflow: 'hidden' }),
  legend: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0, 2), fontSize: theme.typography.bodySmall.fontSize, color: theme.colors.text.secondary }),
  swatch: css({ display: 'inline-block', width: 14, height: 4, borderRadius: 2, marginRight: theme.spacing(0.5), verticalAlign: 'middle' }),
});
