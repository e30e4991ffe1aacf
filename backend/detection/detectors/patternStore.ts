/** What is known of the patterns of a log, as it lies among the states of series: JSON, checked when it is read. */
import { z } from 'zod';
import type { Labels } from '#contract';
import { newWatch, type PatternState, type WatchState } from '../logs/patternState.ts';
import { UnreadableState } from './reckon.ts';
import type { StoredSeries } from './seriesStore.ts';

/** Changes whenever old states can no longer be read. */
const VERSION = 1;
const WATCH = 'watch';

const rate = z.object({
  profile: z.array(z.number()).length(24), hour: z.number(), hourLines: z.number(), recent: z.number(), long: z.number(), scatter: z.number(), high: z.number(),
  // What was kept before these were known goes on without them.
  short: z.number().default(0), shortScatter: z.number().default(1), shortHigh: z.number().default(0), atMs: z.number(),
});
const open = z.object({
  kind: z.enum(['new', 'rate']), startsAtMs: z.number(), value: z.number(), usualMid: z.number(), usualHigh: z.number(), score: z.number(), lines: z.number(), loudMs: z.number(),
});
const pattern = z.object({
  version: z.literal(VERSION), id: z.string(), group: z.string(), tokens: z.array(z.string()), order: z.number(), isNews: z.boolean(), bornMs: z.number(), example: z.string(), lines: z.number(),
  lastMs: z.number(), rate, open: open.nullable(),
});
const tally = z.object({ counts: z.array(z.number()), weeks: z.number(), atMs: z.number(), open: z.object({ untilMs: z.number(), height: z.number() }).nullable() });
const watch = z.object({ version: z.literal(VERSION), sinceMs: z.number(), next: z.number(), births: tally, spikes: tally });

function readAs<T>(schema: z.ZodType<T>, bytes: Uint8Array): T {
  try {
    return schema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    throw new UnreadableState();
  }
}

function written(value: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ version: VERSION, ...value }));
}

/** What was kept; a new watch from a time on where nothing was. Throws `UnreadableState`. A finding that was ended from outside is not open any more. */
export function patternsFrom(known: ReadonlyMap<string, StoredSeries>, fromMs: number): { readonly watch: WatchState; readonly patterns: readonly PatternState[] } {
  const kept = known.get(WATCH);
  if (kept === undefined) return { watch: newWatch(fromMs), patterns: [] };
  const patterns = [...known.values()].filter(({ key }) => key !== WATCH).map((series) => {
    const one = readAs(pattern, series.state);
    return series.open === null ? { ...one, open: null } : one;
  });
  return { watch: readAs(watch, kept.state), patterns };
}

/** A pattern as it is kept. */
export function keptPattern(state: PatternState, labels: Labels): StoredSeries {
  const { open: going } = state;
  return {
    key: state.id, labels, state: written(state), lastMs: state.lastMs,
    open: going === null ? null : { startsAtMs: going.startsAtMs, endsAtMs: null, value: going.value, expected: { low: 0, mid: going.usualMid, high: going.usualHigh }, score: going.score, views: NO_VIEWS, calmSinceMs: null, calm: 0 },
  };
}

/** What is known of all of them, as it is kept. */
export function keptWatch(state: WatchState, atMs: number): StoredSeries {
  return { key: WATCH, labels: {}, state: written(state), open: null, lastMs: atMs };
}

/** The views of series say nothing of patterns. */
export const NO_VIEWS = { point: 0, sustained: 0, level: 0, shape: 0, drift: 0 } as const;
