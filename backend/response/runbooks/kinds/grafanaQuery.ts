/** Step kind `grafanaQuery`: asks a data source through Grafana, and brings each series down to one value. */
import { z } from 'zod';
import { parseDuration, type OrgId, type WithOf } from '#contract';
import type { KindHandler } from './kind.ts';
import { excerpt } from './output.ts';
import { failed, failureOf, mayRecover } from './outcome.ts';
import type { EffectPorts } from './ports.ts';
import { judge, type Reading } from './verdict.ts';

type QueryWith = WithOf<'grafanaQuery'>;

const PATH = '/api/ds/query';
const MAX_SERIES = 1_000;
const MAX_POINTS = 1_000;
const field = z.looseObject({ name: z.string().default(''), type: z.string().optional(), labels: z.record(z.string(), z.string()).nullish() });
const frame = z.object({ schema: z.object({ fields: z.array(field).default([]) }).optional(), data: z.object({ values: z.array(z.array(z.unknown())).default([]) }).nullish() });
const answer = z.object({ results: z.record(z.string(), z.object({ status: z.number().optional(), error: z.string().optional(), frames: z.array(frame).nullish() })) });

function bodyOf(filled: QueryWith, from: number, to: number): object {
  return {
    from: String(from), to: String(to),
    queries: [{ maxDataPoints: MAX_POINTS, intervalMs: Math.max(1_000, Math.floor((to - from) / MAX_POINTS)), ...filled.query, refId: 'A', datasource: { uid: filled.datasource } }],
  };
}

/** One value of many; null when there is none. */
function reduced(values: readonly number[], how: QueryWith['reduce']): number | null {
  if (how === 'count') return values.length;
  if (values.length === 0) return null;
  const sum = (): number => values.reduce((total, value) => total + value, 0);
  switch (how) {
    case 'last': return values.at(-1) ?? null;
    case 'sum': return sum();
    case 'mean': return sum() / values.length;
    case 'min': return values.reduce((least, value) => Math.min(least, value));
    case 'max': return values.reduce((most, value) => Math.max(most, value));
  }
}

/** Each column of numbers is a series. */
function readingsOf(frames: readonly z.infer<typeof frame>[], how: QueryWith['reduce']): Reading[] {
  return frames.flatMap(({ schema, data }) => (schema?.fields ?? []).flatMap((column, index) => {
    if (column.type !== 'number') return [];
    const values = (data?.values[index] ?? []).filter((value): value is number => typeof value === 'number');
    return [{ labels: column.labels ?? {}, value: reduced(values, how) }];
  }));
}

/** Ends when the signal fires, though the call itself cannot be broken off. */
function untilStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> {
  if (signal.aborted) return Promise.resolve(null);
  return Promise.race([work, new Promise<null>((resolve) => signal.addEventListener('abort', () => resolve(null), { once: true }))]);
}

/** How many series a query gives at a moment; for checks before a run. Throws what is wrong. */
export async function countGrafanaSeries(grafana: EffectPorts['grafana'], orgId: OrgId, query: Pick<QueryWith, 'datasource' | 'query' | 'range'>, at: Date, signal: AbortSignal): Promise<number> {
  const range = parseDuration(query.range) ?? 0;
  const given = await untilStopped(grafana.call(orgId, { method: 'POST', path: PATH, body: bodyOf({ ...query, reduce: 'last' }, at.getTime() - range, at.getTime()) }), signal);
  const result = given === null ? undefined : answer.parse(given).results['A'];
  if (result === undefined) throw new Error('Grafana gave no answer in time');
  if (result.error !== undefined) throw new Error(result.error);
  return readingsOf(result.frames ?? [], 'last').length;
}

/** The kind, over the connection to Grafana. */
export function createGrafanaQueryKind({ grafana }: Pick<EffectPorts, 'grafana'>): KindHandler<'grafanaQuery'> {
  return {
    kind: 'grafanaQuery', effect: 'none',
    describe: (filled) => `Asks the data source ${filled.datasource} for the last ${filled.range}`,
    requests: (filled) => [{ to: `Grafana ${PATH}`, method: 'POST', headers: {}, body: JSON.stringify({ queries: [{ ...filled.query, refId: 'A', datasource: { uid: filled.datasource } }], from: `now-${filled.range}`, to: 'now' }) }],
    example: ({ fail }) => ({ value: 1, verdict: fail === undefined ? 'none' : 'ok', series: [{ labels: {}, value: 1 }] }),
    async run(call, signal, out) {
      const filled = call.with;
      const range = parseDuration(filled.range);
      if (range === null || range <= 0) return failed(`"${filled.range}" is no range of time`);
      const to = call.now.getTime();
      try {
        const given = await untilStopped(grafana.call(call.orgId, { method: 'POST', path: PATH, body: bodyOf(filled, to - range, to) }), signal);
        if (given === null) return failed('Grafana gave no answer in time', true);
        const said = answer.safeParse(given);
        const result = said.success ? said.data.results['A'] : undefined;
        if (result === undefined) return failed("Grafana's answer holds no result of the query");
        if (result.error !== undefined) return failed(`the data source answered ${result.status ?? 'a fault'}: ${excerpt(call.mask(result.error))}`, mayRecover(result.status ?? 400));
        const readings = readingsOf(result.frames ?? [], filled.reduce);
        if (readings.length === 0) {
          if (filled.fail !== undefined) return failed('the query gives no values, so that nothing can be compared', true);
          return { kind: 'done', output: { value: null, verdict: 'none', series: [] }, text: 'no values' };
        }
        if (readings.length > MAX_SERIES) return failed(`the query gives ${readings.length} series; ${MAX_SERIES} at most, aggregate them`);
        for (const { labels, value } of readings.slice(0, 20)) out.write('out', `${JSON.stringify(labels)} ${String(value)}\n`);
        const verdict = judge(readings, filled.fail);
        return verdict.ok ? { kind: 'done', output: verdict.output, text: verdict.text } : failed(call.mask(verdict.error), true);
      } catch (error) {
        return failureOf(error);
      }
    },
  };
}
