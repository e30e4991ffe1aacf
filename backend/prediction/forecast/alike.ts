/**
 * How far off forecasts of the highest or lowest on the way were, of those that were made when things stood as they do now. A forecast
 * that comes near a limit is no fair sample of all: it is one of a steep rise, or of a height that the series has turned round at before.
 * So what counts is what came of those that foresaw as much of a rise, to about that height.
 */
import { TAIL, type Edges } from './conformal.ts';

/** How things stood when something was forecast. */
export interface Standing {
  /** What was forecast, and how much more that was than the last value. */
  readonly level: number;
  readonly rise: number;
}

export interface Settled extends Standing {
  /** What came minus what was forecast. */
  readonly highest: number;
  readonly lowest: number;
}

/** So many standard deviations off, one counts 0.6 times. */
const REACH = 0.5;
/** What is not alike at all counts a little: of what has not been before nothing is alike. */
const LEAST = 0.05;
const ENOUGH = 12;
/** Edges of few are this much wider: of as many as one, three times. */
const CAUTION = 2;

function varianceOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}

function offBy(a: number, b: number, variance: number): number {
  return variance <= 0 ? 0 : (a - b) ** 2 / variance / REACH ** 2;
}

/**
 * Edges for something that stands so; null before there is enough to go by. `overlap`: so many of them went on at a time, and tell
 * little more than one; the fewer there are to go by, the wider the edges.
 */
export function edgesAlike(settled: readonly Settled[], measure: 'highest' | 'lowest', now: Standing, overlap: number): Edges | null {
  if (settled.length < ENOUGH) return null;
  const rises = varianceOf(settled.map(({ rise }) => rise));
  const levels = varianceOf(settled.map(({ level }) => level));
  const off = settled.map(({ rise, level }) => offBy(rise, now.rise, rises) + offBy(level, now.level, levels));
  const nearest = Math.min(...off);
  const weighed = settled.map((each, place) => ({ error: each[measure], weight: LEAST + Math.exp((nearest - (off[place] ?? nearest)) / 2) })).sort((a, b) => a.error - b.error);
  const total = weighed.reduce((sum, { weight }) => sum + weight, 0);
  // As many as would tell as much if they counted the same.
  const count = total ** 2 / weighed.reduce((sum, { weight }) => sum + weight ** 2, 0) / overlap;
  let until = 0;
  const places = weighed.map(({ error, weight }) => {
    until += weight;
    return { error, share: (until - weight / 2) / total };
  });
  const quantile = (share: number): number => {
    const reached = places.findIndex((place) => place.share >= share);
    const after = places.at(reached);
    const before = places.at(Math.max(0, reached < 0 ? places.length - 1 : reached - 1));
    if (before === undefined || after === undefined) return 0;
    const between = reached < 0 || after.share <= before.share ? 1 : (share - before.share) / (after.share - before.share);
    return before.error + (after.error - before.error) * Math.max(0, between);
  };
  const [low, middle, high] = [quantile(TAIL), quantile(0.5), quantile(1 - TAIL)];
  const wider = 1 + CAUTION / count;
  return { low: middle - (middle - low) * wider, middle, high: middle + (high - middle) * wider };
}
