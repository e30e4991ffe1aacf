/** A stand-in Loki: answers range queries for lines as grafana.com/docs/loki documents them, directly or as the proxy of a data source of Grafana, and says what was wrong with a request. */
import { startStandIn, type Answer, type Seen, type StandIn, type Tools } from '../channels/standIn.ts';

export interface StandInLine {
  readonly atMs: number;
  readonly text: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface StandInLoki extends StandIn {
  /** Lines of each query in `[fromMs, toMs)`, in order of time. */
  readonly queries: Map<string, (fromMs: number, toMs: number) => readonly StandInLine[]>;
  readonly asked: { readonly expr: string; readonly fromMs: number; readonly toMs: number; readonly given: number }[];
  /** `max_entries_limit_per_query`. */
  mostLines: number;
}

const KNOWN = ['query', 'start', 'end', 'limit', 'direction'];
const PATH = '/loki/api/v1/query_range';

/** Starts one on the loopback, on a free port unless one is given. */
export async function startLoki(port = 0): Promise<StandInLoki> {
  const queries: StandInLoki['queries'] = new Map();
  const asked: StandInLoki['asked'] = [];

  function serve(request: Seen, tools: Tools): Answer {
    const [path, search = ''] = request.url.split('?');
    if (request.method !== 'GET' || path !== PATH) tools.fault(`${request.method} ${path}`);
    const parameters = new URLSearchParams(search);
    for (const name of parameters.keys()) if (!KNOWN.includes(name)) tools.fault(`unknown parameter ${name}`);
    const [expr, start, end, limit] = [parameters.get('query') ?? '', parameters.get('start') ?? '', parameters.get('end') ?? '', Number(parameters.get('limit'))];
    for (const [name, text] of [['start', start], ['end', end]] as const) if (!/^\d{19}$/.test(text)) tools.fault(`${name} is no time in nanoseconds: "${text}"`);
    if (parameters.get('direction') !== 'forward') tools.fault(`direction is "${parameters.get('direction')}"`);
    if (!Number.isInteger(limit) || limit < 1) tools.fault(`limit is "${parameters.get('limit')}"`);
    if (limit > standIn.mostLines) return { status: 400, body: `max entries limit per query exceeded, limit > max_entries_limit_per_query (${limit} > ${standIn.mostLines})` };
    if (BigInt(end) <= BigInt(start)) return { status: 400, body: 'end timestamp must not be before or equal to start time' };
    const lines = queries.get(expr);
    if (lines === undefined) return { status: 400, body: 'parse error at line 1, col 1: syntax error: unexpected IDENTIFIER' };
    const [fromNs, toNs] = [BigInt(start), BigInt(end)];
    const within = lines(Number(fromNs / 1_000_000n), Number(toNs / 1_000_000n) + 1).filter(({ atMs }) => BigInt(atMs) * 1_000_000n >= fromNs && BigInt(atMs) * 1_000_000n < toNs).slice(0, limit);
    asked.push({ expr, fromMs: Number(fromNs / 1_000_000n), toMs: Number(toNs / 1_000_000n), given: within.length });
    const streams = new Map<string, { stream: Readonly<Record<string, string>>; values: [string, string][] }>();
    for (const { atMs, text, labels = { job: 'shop' } } of within) {
      const key = JSON.stringify(labels);
      const stream = streams.get(key) ?? { stream: labels, values: [] };
      streams.set(key, stream);
      stream.values.push([`${atMs}000000`, text]);
    }
    return { status: 200, body: { status: 'success', data: { resultType: 'streams', result: [...streams.values()], stats: {} } } };
  }

  const server = await startStandIn({ serve, settings: (url) => ({ config: { url }, secrets: {}, address: null }) }, port);
  const standIn: StandInLoki = Object.assign(server, { queries, asked, mostLines: 5_000 });
  return standIn;
}
