/** Values of a Prometheus, or of what speaks its API: `POST /api/v1/query_range` (prometheus.io, HTTP API, range queries). */
import { z } from 'zod';
import { OutboundError } from '../../../platform/outbound/outboundError.ts';
import { parsed } from '../../../platform/outbound/readAnswer.ts';
import type { OutboundClient } from '../../../platform/outbound/client.ts';
import { excerpt, QueryFault, refuseTooMany, type ReadSeries, type SeriesReader, type Span } from './reader.ts';

const point = z.tuple([z.number(), z.string()]);
const answer = z.discriminatedUnion('status', [
  z.object({ status: z.literal('success'), data: z.object({ resultType: z.literal('matrix'), result: z.array(z.object({ metric: z.record(z.string(), z.string()), values: z.array(point).default([]) })) }) }),
  z.object({ status: z.literal('error'), errorType: z.string().default(''), error: z.string().default('') }),
]);
type Answer = z.infer<typeof answer>;

/** Scrapes of the newest instant are in by then. */
const SETTLE_MS = 15_000;

function parametersOf(expr: string, { fromMs, toMs, stepMs }: Span): string {
  return new URLSearchParams({ query: expr, start: String(fromMs / 1000), end: String(toMs / 1000), step: String(stepMs / 1000) }).toString();
}

/** `NaN` and the infinities are no values to learn from. */
function seriesOf({ metric, values }: { metric: Record<string, string>; values: readonly (readonly [number, string])[] }): ReadSeries {
  const { __name__: _name, ...labels } = metric;
  return { labels, samples: values.flatMap(([seconds, text]) => (Number.isFinite(Number(text)) ? [{ atMs: Math.round(seconds * 1000), value: Number(text) }] : [])) };
}

function resultOf(said: Answer | undefined, status: number): ReadSeries[] {
  if (said?.status === 'error') throw new QueryFault(`Prometheus answered ${status}: ${excerpt(said.error || said.errorType)}`);
  if (status !== 200) throw new QueryFault(`Prometheus answered ${status}`);
  if (said === undefined) throw new QueryFault('the answer is not one of Prometheus to a range query; is the address right, without /api/v1?');
  refuseTooMany(said.data.result.length);
  return said.data.result.map(seriesOf);
}

/** The reader, calling out through the guard. */
export function createPrometheusReader({ callOut }: { readonly callOut: OutboundClient['call'] }): SeriesReader<'prometheus'> {
  return {
    settleMs: () => SETTLE_MS,
    async read(_orgId, { url, expr }, span) {
      const to = `${url.replace(/\/+$/, '')}/api/v1/query_range`;
      const body = parametersOf(expr, span);
      try {
        let response = await callOut({ url: to, method: 'POST', headers: { Accept: 'application/json', 'Content-Type': 'application/x-www-form-urlencoded' }, body });
        // Some gateways let nothing but reads through.
        if (response.status === 405) response = await callOut({ url: `${to}?${body}`, method: 'GET', headers: { Accept: 'application/json' } });
        const said = answer.safeParse(parsed(response.body));
        return resultOf(said.success ? said.data : undefined, response.status);
      } catch (error) {
        if (error instanceof OutboundError) throw new QueryFault(error.message);
        throw error;
      }
    },
  };
}
