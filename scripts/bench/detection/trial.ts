/** One threshold for all series, honestly: chosen on some categories, judged on the one left out. */
import { judge, total, type SeriesResult } from './nab.ts';
import type { LabelledSeries } from './series.ts';

export interface Candidate {
  readonly setting: number;
  readonly results: readonly SeriesResult[];
}

export interface Verdict {
  /** The best setting on all series, which flatters, and what it scores. */
  readonly setting: number;
  readonly best: number;
  /** Every category judged by the setting that is best on the others. */
  readonly heldOut: number;
  /** Mean of the seven settings around the best: how flat it is there. */
  readonly around: number;
  readonly results: readonly SeriesResult[];
}

/** Indexes at which readings reach the threshold, each followed by a rest. */
export function detections(readings: ArrayLike<number>, threshold: number, rest: number, warmUp = 200): number[] {
  const found: number[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (let at = warmUp; at < readings.length; at += 1) {
    if ((readings[at] ?? 0) < threshold || at - last < rest) continue;
    found.push(at);
    last = at;
  }
  return found;
}

/** Weighs candidates, which stand in the order of their setting. */
export function weigh(series: readonly LabelledSeries[], candidates: readonly Candidate[]): Verdict {
  const scored = candidates.map((candidate) => ({ ...candidate, score: total(candidate.results) }));
  const at = scored.reduce((best, one, index) => (one.score > (scored[best]?.score ?? Number.NEGATIVE_INFINITY) ? index : best), 0);
  const best = scored[at];
  if (best === undefined) throw new Error('nothing to weigh');
  const held: SeriesResult[] = [];
  for (const category of new Set(series.map((one) => one.category))) {
    const others = (results: readonly SeriesResult[]): SeriesResult[] => results.filter((_, index) => series[index]?.category !== category);
    const chosen = candidates.reduce((one, other) => (total(others(other.results)) > total(others(one.results)) ? other : one));
    held.push(...chosen.results.filter((_, index) => series[index]?.category === category));
  }
  const near = scored.slice(Math.max(0, at - 3), at + 4);
  return { setting: best.setting, best: best.score, heldOut: total(held), around: near.reduce((sum, { score }) => sum + score, 0) / near.length, results: best.results };
}

/** Thresholds worth trying: from one in thirty points to one in thousands. */
function thresholds(readings: readonly Float32Array[]): number[] {
  const sample = readings.flatMap((one) => Array.from(one).filter((_, at) => at > 300 && at % 5 === 0)).sort((a, b) => a - b);
  const quantiles = Array.from({ length: 36 }, (_, step) => sample[Math.floor((1 - 10 ** (-1.2 - (step / 35) * 2.6)) * sample.length)] ?? 0);
  const positive = [...new Set(quantiles)].filter((threshold) => threshold > 0);
  return positive.length === 0 ? [1] : positive;
}

/** Readings of a method on all series, weighed over thresholds. */
export function weighReadings(series: readonly LabelledSeries[], readings: readonly Float32Array[], rest: number): Verdict {
  return weigh(series, thresholds(readings).map((setting) => ({ setting, results: series.map((one, index) => judge(one, detections(readings[index] ?? [], setting, rest))) })));
}
