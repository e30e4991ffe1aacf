/** Asks for the past of a query and looks ahead, series by series. Gives way between them, so that requests are answered meanwhile. */
import { setImmediate as breathe } from 'node:timers/promises';
import type { DetectorQuery, DetectorThreshold, Labels, OrgId } from '#contract';
import { QueryFault, seriesKeyOf, type Readers } from '../../detection/index.ts';
import { crossedAt, emptyPast, isBeyond, newestOf, outlookOf, pastsOf, takeIn, type Outlook, type SeriesPast } from './outlook.ts';

/** Values of one question at most, over all series: an answer of a megabyte or two, which is read in one go. */
const VALUES_AT_ONCE = 50_000;
/** While it is not known how many series there are. */
const FIRST_STEPS = 50;

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

/** Which of the series are looked at; else all. */
export interface Wanted {
  /** The one of this key. */
  readonly only?: string;
  /** So many: those whose newest values are nearest to the limit and not beyond it come first. */
  readonly most?: number;
}

export interface SeenAhead {
  readonly series: readonly SeenSeries[];
  /** With those that were not looked at. */
  readonly total: number;
  /** Spent on reckoning. */
  readonly computeMs: number;
}

interface Found {
  readonly labels: Labels;
  readonly pasts: readonly SeriesPast[];
}

/** Smaller is nearer; what is beyond already comes after what is not, what gives nothing last. */
function distanceOf({ pasts }: Found, threshold: DetectorThreshold): number {
  const value = pasts.map(newestOf).find((newest) => newest !== null) ?? null;
  if (value === null) return Number.POSITIVE_INFINITY;
  return isBeyond(threshold, value) ? Number.MAX_VALUE : Math.abs(threshold.value - value);
}

/** Looks ahead at the series of a query. Throws `QueryFault`. */
export async function lookAhead(readers: Readers, orgId: OrgId, { query, stepSeconds, threshold }: Asked, nowMs: number, { only, most }: Wanted = {}): Promise<SeenAhead> {
  if (query.kind === 'loki') throw new QueryFault('limits are forecast of values; patterns of logs have none');
  const wanted = pastsOf(query, stepSeconds).map((past) => ({ past, toMs: readers.settledMs(query, nowMs, past.stepMs) }));
  const found = new Map<string, Found>();
  let steps = FIRST_STEPS;
  for (const [index, { past, toMs }] of wanted.entries()) {
    // The newest first: they tell how many series there are.
    for (let left = past.steps; left > 0; ) {
      const taken = Math.min(left, steps);
      const endMs = toMs - (past.steps - left) * past.stepMs;
      const read = await readers.read(orgId, query, { fromMs: endMs - (taken - 1) * past.stepMs, toMs: endMs, stepMs: past.stepMs });
      for (const { labels, samples } of read) {
        const key = seriesKeyOf(labels);
        if (only !== undefined && key !== only) continue;
        const one = found.get(key) ?? { labels, pasts: wanted.map((each) => emptyPast(each.past, each.toMs)) };
        const into = one.pasts[index];
        if (into !== undefined) takeIn(into, samples);
        found.set(key, one);
      }
      left -= taken;
      steps = Math.max(1, Math.floor(VALUES_AT_ONCE / Math.max(1, read.length)));
    }
  }
  const all = [...found].map(([key, one]) => ({ key, ...one }));
  if (most !== undefined && all.length > most) all.sort((a, b) => distanceOf(a, threshold) - distanceOf(b, threshold));
  const series: SeenSeries[] = [];
  let computeMs = 0;
  for (const { key, labels, pasts } of all.slice(0, most)) {
    await breathe();
    const begunMs = performance.now();
    series.push({ key, labels, outlook: outlookOf(pasts, threshold), crossedAfter: (atMs) => crossedAt(pasts, threshold, atMs) });
    computeMs += performance.now() - begunMs;
  }
  return { series, total: found.size, computeMs };
}
