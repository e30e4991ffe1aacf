/** Step kind `promql`: asks a Prometheus for values of this moment. */
import { z } from 'zod';
import type { PlannedRequest, WithOf } from '#contract';
import { parsed } from '../../../platform/outbound/readAnswer.ts';
import type { KindHandler } from './kind.ts';
import { excerpt } from './output.ts';
import { failed, failureOf, mayRecover } from './outcome.ts';
import type { EffectPorts } from './ports.ts';
import { judge, type Reading } from './verdict.ts';

type PromqlWith = WithOf<'promql'>;

const MAX_SERIES = 1_000;
const sample = z.tuple([z.number(), z.string()]);
const labels = z.record(z.string(), z.string());
const answer = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('success'),
    data: z.discriminatedUnion('resultType', [
      z.object({ resultType: z.literal('vector'), result: z.array(z.object({ metric: labels, value: sample.optional() })) }),
      z.object({ resultType: z.literal('matrix'), result: z.array(z.object({ metric: labels, values: z.array(sample).optional() })) }),
      z.object({ resultType: z.literal('scalar'), result: sample }),
      z.object({ resultType: z.literal('string'), result: sample }),
    ]),
  }),
  z.object({ status: z.literal('error'), errorType: z.string().default(''), error: z.string().default('') }),
]);

/** A number as Prometheus writes it. */
function numberOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (text === '+Inf' || text === 'Inf') return Number.POSITIVE_INFINITY;
  return text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text);
}

function readingsOf(data: Extract<z.infer<typeof answer>, { status: 'success' }>['data']): Reading[] {
  switch (data.resultType) {
    case 'vector': return data.result.map(({ metric, value }) => ({ labels: metric, value: numberOf(value?.[1]) }));
    case 'matrix': return data.result.map(({ metric, values }) => ({ labels: metric, value: numberOf(values?.at(-1)?.[1]) }));
    case 'scalar':
    case 'string': return [{ labels: {}, value: numberOf(data.result[1]) }];
  }
}

function requestOf(filled: PromqlWith): PlannedRequest & { readonly body: string } {
  return {
    to: `${filled.url.replace(/\/+$/, '')}/api/v1/query`, method: 'POST', body: new URLSearchParams({ query: filled.expr }).toString(),
    headers: { ...filled.headers, 'Content-Type': 'application/x-www-form-urlencoded' },
  };
}

/** The kind, calling out through the port. */
export function createPromqlKind({ callOut }: Pick<EffectPorts, 'callOut'>): KindHandler<'promql'> {
  return {
    kind: 'promql', effect: 'none',
    describe: (filled) => `Asks ${filled.url}: ${filled.expr}`,
    requests: (filled) => [requestOf(filled)],
    example: ({ fail }) => ({ value: 1, verdict: fail === undefined ? 'none' : 'ok', series: [{ labels: {}, value: 1 }] }),
    async run(call, signal, out) {
      const { to, body, headers } = requestOf(call.with);
      let response;
      try {
        response = await callOut({ url: to, method: 'POST', headers, body, signal });
        // Some gateways let nothing but reads through.
        if (response.status === 405) response = await callOut({ url: `${to}?${body}`, method: 'GET', headers: call.with.headers, signal });
      } catch (error) {
        return failureOf(error);
      }
      const said = answer.safeParse(parsed(response.body));
      if (said.success && said.data.status === 'error') return failed(`Prometheus answered ${response.status}: ${excerpt(call.mask(said.data.error))}`, mayRecover(response.status));
      if (response.status !== 200) return failed(`Prometheus answered ${response.status}`, mayRecover(response.status));
      if (!said.success || said.data.status === 'error') return failed('the answer is not one of Prometheus; is the address right, without /api/v1?');
      const readings = readingsOf(said.data.data);
      if (readings.length === 0) {
        if (call.with.empty === 'fail') return failed('the query gives no series', true);
        return { kind: 'done', output: { value: null, verdict: 'none', series: [] }, text: 'no series' };
      }
      if (readings.length > MAX_SERIES) return failed(`the query gives ${readings.length} series; ${MAX_SERIES} at most, aggregate them`);
      const verdict = judge(readings, call.with.fail);
      for (const { labels: of, value } of readings.slice(0, 20)) out.write('out', `${JSON.stringify(of)} ${String(value)}\n`);
      // A bad value may be better at the next try: the retries of the step wait for it.
      return verdict.ok ? { kind: 'done', output: verdict.output, text: verdict.text } : failed(call.mask(verdict.error), true);
    },
  };
}
