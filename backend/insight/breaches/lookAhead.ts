/** Asks for the past of a query and looks ahead, series by series. Gives way between them, so that requests are answered meanwhile. */
import { setImmediate as breathe } from 'node:timers/promises';
import type { DetectorQuery, DetectorThreshold, Labels, OrgId } from '#contract';
import { QueryFault, seriesKeyOf, type Readers } from '../../detection/index.ts';
import { crossedAt, outlookOf, pastsOf, type Outlook, type SeriesPast } from './outlook.ts';

/** Series of one query that are forecast at most: each costs tens of milliseconds. */
export const MOST_FORECAST = 100;

export interface SeenSeries {
  readonly key: string;
  readonly labels: Labels;
  /** Null: it gives nothing to go by. */
  readonly outlook: Outlook | null;
  /** Since a time, when it was first beyond its limit. */
  readonly crossedAfter: (atMs: number) => number | null;
}

export interface Asked {
  readonly query: DetectorQuery;
  readonly stepSeconds: number;
  readonly threshold: DetectorThreshold;
}

/** Looks ahead at the series of a query, or at one of them alone. Throws `QueryFault`. */
export async function lookAhead(readers: Readers, orgId: OrgId, { query, stepSeconds, threshold }: Asked, nowMs: number, only: string | null = null): Promise<SeenSeries[]> {
  if (query.kind === 'loki') throw new QueryFault('limits are forecast of values; patterns of logs have none');
  const found = new Map<string, { readonly labels: Labels; readonly pasts: SeriesPast[] }>();
  for (const past of pastsOf(query, stepSeconds)) {
    const toMs = readers.settledMs(query, nowMs, past.stepMs);
    const read = await readers.read(orgId, query, { fromMs: toMs - (past.steps - 1) * past.stepMs, toMs, stepMs: past.stepMs });
    if (read.length > MOST_FORECAST) throw new QueryFault(`the query gives ${read.length} series; ${MOST_FORECAST} at most are forecast: aggregate them, or filter`);
    for (const { labels, samples } of read) {
      const key = seriesKeyOf(labels);
      if (only !== null && key !== only) continue;
      const one = found.get(key) ?? { labels, pasts: [] };
      if (!one.pasts.some((before) => before.past === past)) one.pasts.push({ past, toMs, samples });
      found.set(key, one);
    }
  }
  const seen: SeenSeries[] = [];
  for (const [key, { labels, pasts }] of found) {
    await breathe();
    seen.push({ key, labels, outlook: outlookOf(pasts, threshold), crossedAfter: (atMs) => crossedAt(pasts, threshold, atMs) });
  }
  return seen;
}
