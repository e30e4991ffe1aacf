/** Series of detectors, each with its own step, as one table on common times. Pure. */
import type { Labels } from '#contract';
import type { WatchedSeries } from '../../../detection/index.ts';
import type { MetricColumn, MetricTable, TimeWindow } from '../../../diagnosis/index.ts';

/** Enough to know what is usual, and few enough to be reckoned in a moment. */
const MOST_ROWS = 1_000;
/** A finer step is not needed to say what came first. */
export const LEAST_STEP_MS = 30_000;

export interface Column extends MetricColumn {
  readonly of: WatchedSeries;
}

/** Names of a series that tell it apart from others of its detector: what its service does not say already. */
function told(labels: Labels, service: string): string {
  const pairs = Object.entries(labels).filter(([, value]) => value !== service).map(([name, value]) => `${name}=${value}`);
  return pairs.length === 0 ? '' : ` (${pairs.join(', ')})`;
}

/** Words of a query, which tell what it measures. */
export function wordsOf({ query }: Pick<WatchedSeries, 'query'>): string {
  switch (query.kind) {
    case 'prometheus': return query.expr;
    case 'grafana': return Object.values(query.query).filter((value) => typeof value === 'string').join(' ');
    case 'alerts': return '';
    case 'loki': return query.expr;
  }
}

const BAD = { above: 1, below: -1, both: 0 } as const;

/** A value stands until the next one is due. */
function valuesAt({ samples, stepMs }: WatchedSeries, timesMs: readonly number[]): number[] {
  let next = 0;
  return timesMs.map((atMs) => {
    while (next < samples.length && (samples[next]?.atMs ?? Number.POSITIVE_INFINITY) <= atMs) next += 1;
    const last = samples[next - 1];
    return last !== undefined && atMs - last.atMs < stepMs ? last.value : Number.NaN;
  });
}

/** The table, from normal to the end of the window, as finely as the finest series; null when no series holds a value. */
export function tableOf(series: readonly WatchedSeries[], window: TimeWindow): { readonly table: MetricTable; readonly columns: readonly Column[] } | null {
  const newest = Math.max(...series.map(({ samples }) => samples.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY));
  if (!Number.isFinite(newest)) return null;
  const stepMs = Math.max(LEAST_STEP_MS, Math.min(...series.map((each) => each.stepMs)));
  const toMs = Math.floor(Math.min(newest, window.toMs) / stepMs) * stepMs;
  const rows = Math.min(MOST_ROWS, Math.floor((toMs - window.fromMs) / stepMs) + 1);
  const timesMs = Array.from({ length: rows }, (_, row) => toMs - (rows - 1 - row) * stepMs);
  const columns = series.map((of): Column => ({
    of, node: of.service, metric: `${of.name}${told(of.labels, of.service)}`, values: valuesAt(of, timesMs), watched: { bad: BAD[of.direction], words: wordsOf(of) },
  }));
  return { table: { timesMs, columns }, columns };
}
