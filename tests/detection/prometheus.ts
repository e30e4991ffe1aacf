/** A stand-in Prometheus: answers range queries as prometheus.io documents them, and says what was wrong with a request. */
import { startStandIn, type Answer, type Seen, type StandIn, type Tools } from '../channels/standIn.ts';

export interface StandInSeries {
  readonly labels: Readonly<Record<string, string>>;
  /** Null: no value at that instant. */
  readonly valueAt: (atMs: number) => number | null;
}

export interface StandInPrometheus extends StandIn {
  /** What each expression gives. */
  readonly expressions: Map<string, readonly StandInSeries[]>;
  /** Instants that were asked for, per expression, in order. */
  readonly asked: { readonly expr: string; readonly startMs: number; readonly endMs: number; readonly stepMs: number }[];
}

const MOST_POINTS = 11_000;
const KNOWN = ['query', 'start', 'end', 'step'];

function refusal(errorType: string, error: string): Answer {
  return { status: 400, body: { status: 'error', errorType, error } };
}

function numberOf(parameters: URLSearchParams, name: string, tools: Tools): number {
  const text = parameters.get(name) ?? '';
  if (!/^\d+(\.\d+)?$/.test(text)) tools.fault(`${name} is "${text}"`);
  return Math.round(Number(text) * 1000);
}

/** Starts one on the loopback, on a free port unless one is given. */
export async function startPrometheus(port = 0): Promise<StandInPrometheus> {
  const expressions = new Map<string, readonly StandInSeries[]>();
  const asked: StandInPrometheus['asked'] = [];

  function serve(request: Seen, tools: Tools): Answer {
    if (request.method === 'GET' && request.url.startsWith('/graph?')) return { status: 200, body: `A stand-in for a Prometheus: it draws nothing. It was asked for\n\n${new URLSearchParams(request.url.slice('/graph?'.length)).get('g0.expr') ?? ''}\n` };
    if (request.method !== 'POST' || request.url !== '/api/v1/query_range') tools.fault(`${request.method} ${request.url}`);
    if (request.headers['content-type'] !== 'application/x-www-form-urlencoded') tools.fault(`content type ${request.headers['content-type']}`);
    const parameters = new URLSearchParams(request.body);
    for (const name of parameters.keys()) if (!KNOWN.includes(name)) tools.fault(`unknown parameter ${name}`);
    const expr = parameters.get('query') ?? '';
    const [startMs, endMs, stepMs] = [numberOf(parameters, 'start', tools), numberOf(parameters, 'end', tools), numberOf(parameters, 'step', tools)];
    if (endMs < startMs) return refusal('bad_data', 'invalid parameter "end": end timestamp must not be before start time');
    if ((endMs - startMs) / stepMs > MOST_POINTS) return refusal('bad_data', 'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)');
    asked.push({ expr, startMs, endMs, stepMs });
    const found = expressions.get(expr);
    if (found === undefined) return refusal('bad_data', 'invalid parameter "query": 1:1: parse error: unexpected end of input');
    const result = found.flatMap(({ labels, valueAt }) => {
      const values: [number, string][] = [];
      for (let atMs = startMs; atMs <= endMs; atMs += stepMs) {
        const value = valueAt(atMs);
        if (value !== null) values.push([atMs / 1000, String(value)]);
      }
      return values.length === 0 ? [] : [{ metric: labels, values }];
    });
    return { status: 200, body: { status: 'success', data: { resultType: 'matrix', result } } };
  }

  const standIn = await startStandIn({ serve, settings: (url) => ({ config: { url }, secrets: {}, address: null }) }, port);
  return Object.assign(standIn, { expressions, asked });
}
