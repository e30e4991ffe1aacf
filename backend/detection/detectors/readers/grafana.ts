/** Values of a data source, asked through Grafana as the service account: `POST /api/ds/query`; each column of numbers beside one of times is a series. */
import { z } from 'zod';
import type { Labels } from '#contract';
import { GrafanaCallError, type GrafanaApi } from '../../../sources/index.ts';
import { excerpt, QueryFault, refuseTooMany, type ReadSeries, type SeriesReader, type Span } from './reader.ts';

const field = z.looseObject({ name: z.string().default(''), type: z.string().optional(), labels: z.record(z.string(), z.string()).nullish() });
const frame = z.object({
  schema: z.looseObject({ name: z.string().optional(), fields: z.array(field).default([]) }).optional(),
  data: z.object({ values: z.array(z.array(z.unknown())).default([]) }).nullish(),
});
const answer = z.object({ results: z.record(z.string(), z.object({ status: z.number().optional(), error: z.string().optional(), frames: z.array(frame).nullish() })) });
type Frame = z.infer<typeof frame>;

const REF = 'A';
/** A bucket that is grouped by time is whole one step after its name; then as long again as a scrape takes. */
const SETTLE_MS = 15_000;

/** The query with what a data source needs to give one value a step; what the query says itself wins. */
function bodyOf(datasource: string, query: Readonly<Record<string, unknown>>, { fromMs, toMs, stepMs }: Span): object {
  return {
    from: String(fromMs - stepMs), to: String(toMs),
    queries: [{ intervalMs: stepMs, maxDataPoints: Math.floor((toMs - fromMs) / stepMs) + 2, interval: `${stepMs / 1000}s`, range: true, instant: false, ...query, refId: REF, datasource: { uid: datasource } }],
  };
}

/** Columns without labels of their own are told apart by their names. */
function labelsOf(column: z.infer<typeof field>, columns: number, name: string | undefined): Labels {
  const own = column.labels ?? {};
  return Object.keys(own).length > 0 || (columns <= 1 && name === undefined) ? own : { ...own, field: columns > 1 ? column.name : (name ?? column.name) };
}

/** Times need not lie on the grid: what lies after the instant before belongs to the span. */
function seriesOf({ schema, data }: Frame, frames: number, { fromMs, toMs, stepMs }: Span): ReadSeries[] {
  const fields = schema?.fields ?? [];
  const times = data?.values[fields.findIndex(({ type }) => type === 'time')];
  if (times === undefined) return [];
  const numbers = fields.filter(({ type }) => type === 'number').length;
  return fields.flatMap((column, index) => {
    if (column.type !== 'number') return [];
    const values = data?.values[index] ?? [];
    const samples = times.flatMap((atMs, place) => {
      const value = values[place];
      return typeof atMs === 'number' && typeof value === 'number' && atMs > fromMs - stepMs && atMs <= toMs ? [{ atMs, value }] : [];
    });
    return [{ labels: labelsOf(column, numbers, frames > 1 ? schema?.name : undefined), samples: samples.sort((a, b) => a.atMs - b.atMs) }];
  });
}

/** The reader, over the connection to Grafana. */
export function createGrafanaReader({ grafana }: { readonly grafana: GrafanaApi }): SeriesReader<'grafana'> {
  return {
    settleMs: (stepMs) => stepMs + SETTLE_MS,
    async read(orgId, { datasource, query }, span) {
      let given: unknown;
      try {
        given = await grafana.call(orgId, { method: 'POST', path: '/api/ds/query', body: bodyOf(datasource, query, span) });
      } catch (error) {
        if (error instanceof GrafanaCallError) throw new QueryFault(error.message);
        throw error;
      }
      const said = answer.safeParse(given);
      const result = said.success ? said.data.results[REF] : undefined;
      if (result === undefined) throw new QueryFault("Grafana's answer holds no result of the query");
      if (result.error !== undefined) throw new QueryFault(`the data source answered ${result.status ?? 'a fault'}: ${excerpt(result.error)}`);
      const frames = result.frames ?? [];
      const series = frames.flatMap((one) => seriesOf(one, frames.length, span));
      if (series.length === 0 && frames.some(({ schema }) => (schema?.fields ?? []).length > 0)) throw new QueryFault('the answer holds no column of times beside one of numbers: ask for a time series');
      refuseTooMany(series.length);
      return series;
    },
  };
}
