/**
 * Lines of a Loki: `GET /loki/api/v1/query_range` (grafana.com/docs/loki, HTTP API), directly or through the proxy of a data source of
 * Grafana. Oldest first, page by page: `start` counts in, `end` does not, times are nanoseconds, and a page may end in the middle of an
 * instant, so that the next one begins with that instant again and what was read of it is passed over, whatever its order.
 */
import { z } from 'zod';
import type { DetectorQuery, OrgId } from '#contract';
import { storableText } from '../../../platform/storableText.ts';
import { OutboundError } from '../../../platform/outbound/outboundError.ts';
import type { OutboundClient } from '../../../platform/outbound/client.ts';
import { parsed } from '../../../platform/outbound/readAnswer.ts';
import { GrafanaCallError, type GrafanaApi } from '../../../sources/index.ts';
import type { LogLine } from '../../logs/patternWatch.ts';
import { excerpt, QueryFault, type Span } from './reader.ts';

export type LogQuery = Extract<DetectorQuery, { kind: 'loki' }>;

export interface ReadLines {
  /** In order of time. */
  readonly lines: readonly LogLine[];
  /** The end of the last step that is whole. */
  readonly reachedMs: number;
  /** Steps of which only the first lines were read. */
  readonly cutSteps: number;
  /** The end of the last of those. */
  readonly cutToMs: number | null;
}

const answer = z.object({
  status: z.literal('success'),
  data: z.object({
    resultType: z.string(),
    result: z.array(z.object({ stream: z.record(z.string(), z.string()).default({}), values: z.array(z.tuple([z.string().regex(/^\d{1,19}$/), z.string()], z.unknown())).default([]) })),
  }),
});
/** What another kind of query gives. */
const metrics = z.object({ data: z.object({ resultType: z.enum(['matrix', 'vector', 'scalar']) }) });

/** Loki gives no more at once, unless it is told to. */
const PAGE = 5_000;
const LEAST_PAGE = 100;
/**
 * Lines of one step at most, four pages; of more the first ones count. To count the rest by `count_over_time` would tell how many came, but not of
 * which pattern.
 */
export const MOST_LINES_A_STEP = 20_000;
const MOST_LINE = 2_000;
const NS = 1_000_000n;

interface Entry {
  readonly ns: bigint;
  /** Tells streams apart. */
  readonly stream: string;
  readonly group: string;
  readonly text: string;
}

interface Fetched {
  readonly status: number;
  readonly body: unknown;
  readonly text: string;
}

/** An answer that is smaller when less is asked for. */
class TooMuch extends Error {}

const TOO_MUCH = /larger than|max entries limit|too large|ResourceExhausted/i;

export interface LokiDeps {
  readonly callOut: OutboundClient['call'];
  readonly grafana: GrafanaApi;
}

function entriesOf({ status, body, text }: Fetched, by: string | null): Entry[] {
  if (status === 400 && TOO_MUCH.test(text)) throw new TooMuch();
  // Loki tells what is wrong as plain text.
  if (status !== 200) throw new QueryFault(`Loki answered ${status}${status >= 400 && status < 500 && !text.startsWith('<') ? `: ${excerpt(text.trim())}` : ''}`);
  const said = answer.safeParse(body);
  if (said.success && said.data.data.resultType === 'streams') {
    const entries = said.data.data.result.flatMap(({ stream, values }) => {
      const name = JSON.stringify(stream);
      const group = by === null ? '' : storableText(stream[by] ?? '');
      return values.map(([ns, line]): Entry => ({ ns: BigInt(ns), stream: name, group, text: storableText(line.length > MOST_LINE ? line.slice(0, MOST_LINE) : line) }));
    });
    return entries.sort(byTime);
  }
  if (metrics.safeParse(body).success) throw new QueryFault('the query gives values, not lines: ask for lines, without rate or count_over_time');
  throw new QueryFault('the answer is not one of Loki to a range query; is the address right, without /loki/api/v1?');
}

/** Oldest first; within an instant stream by stream, so that the order does not depend on where pages end. */
function byTime(a: Entry, b: Entry): number {
  if (a.ns !== b.ns) return a.ns < b.ns ? -1 : 1;
  return a.stream < b.stream ? -1 : a.stream > b.stream ? 1 : 0;
}

/** Entries that were not read before: of the same ones as many as are more. */
function unread(entries: readonly Entry[], read: readonly Entry[]): readonly Entry[] {
  if (read.length === 0) return entries;
  const nameOf = ({ ns, stream, text }: Entry): string => `${ns}\n${stream}\n${text}`;
  const left = new Map<string, number>();
  for (const entry of read) left.set(nameOf(entry), (left.get(nameOf(entry)) ?? 0) + 1);
  return entries.filter((entry) => {
    const count = left.get(nameOf(entry)) ?? 0;
    if (count > 0) left.set(nameOf(entry), count - 1);
    return count === 0;
  });
}

/** Reads lines. Throws `QueryFault`; a step is given whole (or cut, which is counted) or not at all. */
export function createLokiReader({ callOut, grafana }: LokiDeps): (orgId: OrgId, query: LogQuery, span: Span, mostLines: number) => Promise<ReadLines> {
  async function ask(orgId: OrgId, { from }: LogQuery, parameters: Record<string, string>): Promise<Fetched> {
    try {
      if ('datasource' in from) {
        const body = await grafana.call(orgId, { method: 'GET', path: `/api/datasources/proxy/uid/${encodeURIComponent(from.datasource)}/loki/api/v1/query_range`, query: parameters });
        return { status: 200, body, text: '' };
      }
      const response = await callOut({ url: `${from.url.replace(/\/+$/, '')}/loki/api/v1/query_range?${new URLSearchParams(parameters).toString()}`, method: 'GET', headers: { Accept: 'application/json' } });
      return { status: response.status, body: parsed(response.body), text: response.body };
    } catch (error) {
      if (!(error instanceof OutboundError) && !(error instanceof GrafanaCallError)) throw error;
      if (TOO_MUCH.test(error.message)) throw new TooMuch();
      throw new QueryFault(error.message);
    }
  }

  return async (orgId, query, { fromMs, toMs, stepMs }, mostLines) => {
    const endNs = BigInt(toMs) * NS;
    const beginMs = fromMs - stepMs;
    const stepOf = (ns: bigint): number => Math.floor((Number(ns / NS) - beginMs) / stepMs);
    const kept: Entry[] = [];
    const linesBefore = (toMsExclusive: number): LogLine[] => kept.sort(byTime).map(({ ns, group, text }) => ({ atMs: Number(ns / NS), group, text })).filter(({ atMs }) => atMs < toMsExclusive);
    const perStep = new Map<number, number>();
    const cut = new Set<number>();
    const endOfLast = (steps: readonly number[]): number | null => (steps.length === 0 ? null : beginMs + (Math.max(...steps) + 1) * stepMs);
    let page = PAGE;
    let startNs = BigInt(beginMs) * NS;
    /** What was read of the instant with which the page begins. */
    let read: readonly Entry[] = [];
    while (startNs < endNs) {
      let entries: Entry[];
      try {
        entries = entriesOf(await ask(orgId, query, { query: query.expr, start: String(startNs), end: String(endNs), limit: String(page), direction: 'forward' }), query.by);
      } catch (error) {
        if (!(error instanceof TooMuch)) throw error;
        if (page <= LEAST_PAGE) throw new QueryFault('the lines are too long to be read');
        page = Math.max(LEAST_PAGE, Math.floor(page / 2));
        continue;
      }
      for (const entry of unread(entries, read)) {
        const step = stepOf(entry.ns);
        const before = perStep.get(step) ?? 0;
        perStep.set(step, before + 1);
        if (before < MOST_LINES_A_STEP) kept.push(entry);
        else cut.add(step);
      }
      const last = entries.at(-1);
      if (last === undefined || entries.length < page) break;
      const step = stepOf(last.ns);
      const atLast = entries.filter(({ ns }) => ns === last.ns);
      if ((perStep.get(step) ?? 0) >= MOST_LINES_A_STEP) {
        cut.add(step);
        startNs = BigInt(beginMs + (step + 1) * stepMs) * NS;
        read = [];
      } else if (atLast.length === entries.length && last.ns === startNs) {
        // A whole page of one instant: there is no way to ask for the rest of it.
        cut.add(step);
        startNs = last.ns + 1n;
        read = [];
      } else {
        startNs = last.ns;
        read = atLast;
      }
      const whole = stepOf(startNs);
      if (kept.length >= mostLines && whole > 0 && startNs < endNs) {
        const reachedMs = beginMs + whole * stepMs;
        const steps = [...cut].filter((step) => step < whole);
        return { lines: linesBefore(reachedMs), reachedMs, cutSteps: steps.length, cutToMs: endOfLast(steps) };
      }
    }
    return { lines: linesBefore(toMs), reachedMs: toMs, cutSteps: cut.size, cutToMs: endOfLast([...cut]) };
  };
}
