/** Which rows of the table belong to which window; long windows are put together into fewer rows. */
import type { MetricTable, TimeWindow } from './model.ts';
import { mean } from './statistics.ts';

/** A row, or several in a row put together, as indices of the table. */
type Bucket = readonly number[];

export interface Rows {
  readonly normal: readonly Bucket[];
  /** The last rows before the anomalous window, as far as they follow each other without a gap. */
  readonly before: readonly Bucket[];
  readonly anomalous: readonly Bucket[];
  /** Consecutive normal buckets that together are compared with the anomalous window. */
  readonly stretch: number;
}

/** More rows than these are put together: noise goes, and a second a row is as good as a minute. */
const MOST_ANOMALOUS = 12;
/** Fewer normal rows than these say too little about what is rare. */
const LEAST_NORMAL = 60;
const BEFORE_ROWS = 10;
/** So many usual distances between rows make a gap. */
const GAP_STEPS = 3;

function buckets(indices: readonly number[], size: number): Bucket[] {
  return Array.from({ length: Math.ceil(indices.length / size) }, (_, place) => indices.slice(place * size, (place + 1) * size));
}

/** Rows just before, the last ones first looked at. */
function rowsBefore(timesMs: readonly number[], fromMs: number, stepMs: number, most: number): number[] {
  const found: number[] = [];
  let next = fromMs;
  for (let index = timesMs.length - 1; index >= 0 && found.length < most; index -= 1) {
    const at = timesMs[index] ?? Number.NaN;
    if (at >= fromMs) continue;
    if (next - at > GAP_STEPS * stepMs) break;
    found.unshift(index);
    next = at;
  }
  return found;
}

/** Splits the table's rows. A window without rows gives an empty list. */
export function splitRows(table: MetricTable, normal: TimeWindow, anomalous: TimeWindow, leadRows: number): Rows {
  const within = (window: TimeWindow): number[] => table.timesMs.flatMap((at, index) => (at >= window.fromMs && at <= window.toMs ? [index] : []));
  const noticed = within(anomalous);
  const steps = table.timesMs.slice(1).map((at, index) => at - (table.timesMs[index] ?? at)).filter((step) => step > 0).sort((a, b) => a - b);
  const isNoticed = new Set(noticed);
  const good = within(normal).filter((index) => !isNoticed.has(index));
  const size = Math.max(1, Math.min(Math.ceil(noticed.length / MOST_ANOMALOUS), Math.floor(good.length / LEAST_NORMAL)));
  const earlier = rowsBefore(table.timesMs, anomalous.fromMs, steps[Math.floor(steps.length / 2)] ?? 0, (BEFORE_ROWS + leadRows) * size);
  const lead = leadRows === 0 ? [] : earlier.slice(-leadRows * size);
  const bad = [...lead, ...noticed];
  const normalBuckets = buckets(good.filter((index) => !lead.includes(index)), size);
  const anomalousBuckets = buckets(bad, size);
  return {
    normal: normalBuckets,
    before: buckets(earlier.slice(0, earlier.length - lead.length), size),
    anomalous: anomalousBuckets,
    stretch: Math.max(1, Math.min(anomalousBuckets.length, Math.floor(normalBuckets.length / 10))),
  };
}

/** A column's values over buckets: means of what was measured, `NaN` where nothing was. */
export function valuesOver(values: readonly number[], over: readonly Bucket[]): number[] {
  return over.map((bucket) => {
    const measured = bucket.map((index) => values[index] ?? Number.NaN).filter((value) => !Number.isNaN(value));
    return measured.length === 0 ? Number.NaN : mean(measured);
  });
}
